# SPDX-License-Identifier: EUPL-1.2
"""Who uses the services during a run: sends, comes back with the same key when nobody answers, counts what it was told."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tests.guasti.flotta import Flotta

T = TypeVar("T")
CAF = "client-caf-aurora"
_PAZIENZA_SECONDS = 120.0
_PAUSA_SECONDS = 0.05
_VITA_TOKEN_SECONDS = 300.0


@dataclass
class Clienti:
    """The callers of a run; `imprevisti` is what no service may answer."""

    flotta: Flotta
    http: httpx.AsyncClient
    risposte: Counter[int] = field(default_factory=Counter)
    ripetute: int = 0
    imprevisti: list[str] = field(default_factory=list)
    # Keys of the requests whose first attempt got no answer.
    senza_risposta: set[str] = field(default_factory=set)
    _turni: dict[str, Any] = field(default_factory=dict)
    _token: dict[str, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def di(cls, flotta: Flotta) -> AsyncIterator["Clienti"]:
        """Open the callers."""
        async with httpx.AsyncClient(timeout=15, limits=httpx.Limits(max_connections=64)) as http:
            yield cls(flotta, http)

    async def caf(self) -> str:
        """Give the voucher of the CAF."""
        return await self._chiedi("/pdnd/voucher-di-prova", client_id=CAF)

    async def inps(self) -> str:
        """Give the token of an operator of INPS."""
        return await self._chiedi("/oidc/operatori/token", ente="inps", operatore="op-000001")

    async def cittadino(self, codice_fiscale: str) -> str:
        """Give the token of a citizen."""
        return await self._chiedi("/oidc/cittadini/token", codice_fiscale=codice_fiscale)

    async def _chiedi(self, percorso: str, **modulo: str) -> str:
        nome = f"{percorso} {sorted(modulo.items())}"
        scade, token = self._token.get(nome, (0.0, ""))
        if scade < time.monotonic():
            risposta = await self.http.post(self.flotta.indirizzi.sandbox + percorso, data=modulo)
            token = str(risposta.raise_for_status().json()["access_token"])
            self._token[nome] = time.monotonic() + _VITA_TOKEN_SECONDS, token
        return token

    async def post(self, servizio: str, percorso: str, token: str, corpo: Any, *, chiave: str) -> httpx.Response:
        """Ask for something to be done, until somebody answers."""
        intestazioni = {"Authorization": f"Bearer {token}", "Idempotency-Key": chiave}
        return await self._manda(servizio, "POST", percorso, chiave=chiave, json=corpo, headers=intestazioni)

    async def get(self, servizio: str, percorso: str, token: str) -> dict[str, Any]:
        """Read something, until somebody answers."""
        intestazioni = {"Authorization": f"Bearer {token}"}
        risposta = await self._manda(servizio, "GET", percorso, chiave="", headers=intestazioni)
        letto: dict[str, Any] = risposta.raise_for_status().json()
        return letto

    async def _manda(self, servizio: str, metodo: str, percorso: str, *, chiave: str, **parti: Any) -> httpx.Response:
        fine = time.monotonic() + _PAZIENZA_SECONDS
        while time.monotonic() < fine:
            try:
                risposta = await self.http.request(metodo, self._prossima(servizio) + percorso, **parti)
            except httpx.TransportError:
                self.senza_risposta.add(chiave)
                await asyncio.sleep(_PAUSA_SECONDS)
                self.ripetute += 1
                continue
            self.risposte[risposta.status_code] += 1
            if not self._da_ripetere(risposta):
                return risposta
            self.ripetute += 1
            await asyncio.sleep(_PAUSA_SECONDS)
        raise AssertionError(f"{metodo} {servizio}: nessuna risposta in {_PAZIENZA_SECONDS} secondi")

    def _prossima(self, servizio: str) -> str:
        if servizio not in self._turni:
            self._turni[servizio] = itertools.cycle(self.flotta.di(servizio))
        return str(next(self._turni[servizio]).url)

    def _da_ripetere(self, risposta: httpx.Response) -> bool:
        """Tell whether to come back: only a service that says when may ask for it."""
        status = risposta.status_code
        in_corso = status == 409 and "richiesta-in-corso" in risposta.text
        if status == 503 or in_corso:
            if "Retry-After" not in risposta.headers:
                self.imprevisti.append(f"{status} senza Retry-After")
            return True
        if status >= 500:
            self.imprevisti.append(f"{status}: {risposta.text[:300]}")
        return False


async def insieme(
    cose: Iterable[T], fai: Callable[[T], Awaitable[Any]], *, quanti: int, al_secondo: float = 0.0
) -> None:
    """Do the same thing for many, `quanti` at a time; not faster than `al_secondo`, if given."""
    coda, inizio = iter(enumerate(cose)), time.monotonic()

    async def uno() -> None:
        for posto, cosa in coda:
            if al_secondo:
                await asyncio.sleep(max(0.0, inizio + posto / al_secondo - time.monotonic()))
            await fai(cosa)

    await asyncio.gather(*(uno() for _ in range(quanti)))
