# SPDX-License-Identifier: EUPL-1.2
"""Who acts in the demo: the CAF, INPS, the Comuni, the citizens. Each with its own token, each over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx

from deploy.locale.sistema import Sistema
from deploy.sandbox.eservizi import INCLUSIONE, finalita, kid_di
from shared.web.pdnd import ClientPdnd, Pdnd, leggi_chiave

CAF = "client-caf-aurora"
INSIEME = 12
_TENTATIVI = 6
T = TypeVar("T")


@dataclass
class Attori:
    """HTTP clients of the demo, and tokens as they are needed."""

    sistema: Sistema
    http: httpx.AsyncClient
    _token: dict[str, str]

    @classmethod
    @asynccontextmanager
    async def di(cls, sistema: Sistema) -> AsyncIterator["Attori"]:
        """Open the clients."""
        limiti = httpx.Limits(max_connections=INSIEME * 2, max_keepalive_connections=INSIEME * 2)
        async with httpx.AsyncClient(timeout=30, limits=limiti) as http:
            yield cls(sistema, http, {})

    async def caf(self) -> str:
        """Give the voucher of the CAF, asked to PDND with its own key and client assertion."""
        if CAF not in self._token:
            indirizzi = self.sistema.indirizzi
            chiave = leggi_chiave(indirizzi.cartella / "sandbox" / "client" / f"{CAF}.pem")
            pdnd = Pdnd(ClientPdnd(f"{indirizzi.sandbox}/pdnd/token.oauth2", CAF, kid_di(CAF), chiave), self.http)
            self._token[CAF] = await pdnd.voucher(finalita(CAF, INCLUSIONE))
        return self._token[CAF]

    async def operatore(self, ente: str) -> str:
        """Give the token of a person who works at an ente."""
        return await self._chiedi(f"ente:{ente}", "/oidc/operatori/token", {"ente": ente, "operatore": "op-000001"})

    async def cittadino(self, codice_fiscale: str) -> str:
        """Give the token of a citizen."""
        return await self._chiedi(f"cf:{codice_fiscale}", "/oidc/cittadini/token", {"codice_fiscale": codice_fiscale})

    async def _chiedi(self, nome: str, percorso: str, modulo: dict[str, str]) -> str:
        if nome not in self._token:
            risposta = await self.http.post(self.sistema.indirizzi.sandbox + percorso, data=modulo)
            self._token[nome] = str(risposta.raise_for_status().json()["access_token"])
        return self._token[nome]

    async def get(self, servizio: str, percorso: str, token: str, **parametri: Any) -> dict[str, Any]:
        """Read something.

        :raises httpx.HTTPStatusError: if the service refuses.
        """
        risposta = await self._manda("GET", self._url(servizio, percorso), params=parametri, headers=_con(token))
        letto: dict[str, Any] = risposta.raise_for_status().json()
        return letto

    async def tutti(self, servizio: str, percorso: str, token: str, **parametri: Any) -> list[dict[str, Any]]:
        """Read a list, page after page."""
        letti: list[dict[str, Any]] = []
        cursore: str | None = ""
        while cursore is not None:
            pagina = await self.get(
                servizio, percorso, token, limit=100, **parametri, **({"cursor": cursore} if cursore else {})
            )
            letti += pagina["items"]
            cursore = pagina["next_cursor"]
        return letti

    async def post(self, servizio: str, percorso: str, token: str, corpo: Any, *, chiave: str) -> dict[str, Any]:
        """Ask for something to be done.

        :raises httpx.HTTPStatusError: if the service refuses.
        """
        intestazioni = _con(token) | {"Idempotency-Key": chiave}
        risposta = await self._manda("POST", self._url(servizio, percorso), json=corpo, headers=intestazioni)
        letto: dict[str, Any] = risposta.raise_for_status().json()
        return letto

    async def presenta(self, riga: bytes, *, chiave: str) -> httpx.Response:
        """Send one line of the file as it is, as the software of a CAF would."""
        intestazioni = _con(await self.caf()) | {"Idempotency-Key": chiave, "Content-Type": "application/json"}
        return await self._manda("POST", self._url("domande", "/v1/domande"), content=riga, headers=intestazioni)

    async def scarica(self, servizio: str, percorso: str, token: str) -> bytes:
        """Download a file."""
        risposta = await self._manda("GET", self._url(servizio, percorso), headers=_con(token))
        return risposta.raise_for_status().content

    async def _manda(self, metodo: str, url: str, **parti: Any) -> httpx.Response:
        """Send, and come back when the service asks to: the same key makes a repetition harmless."""
        for _ in range(_TENTATIVI):
            risposta = await self.http.request(metodo, url, **parti)
            if risposta.status_code not in (429, 503):
                break
            await asyncio.sleep(int(risposta.headers.get("Retry-After", "1")))
        return risposta

    def _url(self, servizio: str, percorso: str) -> str:
        return f"{self.sistema.indirizzi.di(servizio)}{percorso}"


async def insieme(
    cose: Iterable[T], fai: Callable[[T], Awaitable[Any]], avanza: Callable[[], None] = lambda: None
) -> list[Any]:
    """Do the same thing for many, a few at a time; results in order."""
    posti = asyncio.Semaphore(INSIEME)

    async def una(cosa: T) -> Any:
        async with posti:
            fatto = await fai(cosa)
            avanza()
            return fatto

    return await asyncio.gather(*(una(cosa) for cosa in cose))


def id_di(riga: dict[str, Any]) -> UUID:
    """Give the identifier of something read."""
    return UUID(riga["id"])


def _con(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
