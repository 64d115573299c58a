# SPDX-License-Identifier: EUPL-1.2
"""Two people behind one cache: a thousand interleaved reads, and nobody sees what is another's.

The cache does what RFC 9111 says of storing and freshness, but believes that what has the same address is the same thing,
as the one that in 2020 stood in front of a benefits site: it knows nothing of the tokens. Only `no-store` stops it.
"""

import random
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.datastructures import MutableHeaders

from tests.conftest import CreaServizio
from tests.sicurezza.percorso import CHI, NUCLEO
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

LETTURE = 1000
_ALTRA = NUCLEO.persone[1].codice_fiscale
_A_LUNGO = "max-age=600"


@dataclass
class Cache:
    """A shared cache in front of a service."""

    servizio: ServizioInProva
    conservate: dict[str, httpx.Response] = field(default_factory=dict)
    prese: int = 0

    async def get(self, percorso: str, token: str) -> httpx.Response:
        """Answer from what is stored, or ask and store what may be stored."""
        if percorso in self.conservate:
            self.prese += 1
            return self.conservate[percorso]
        async with self.servizio.come(token) as client:
            risposta = await client.get(percorso)
        direttive = {d.strip().lower() for d in risposta.headers.get("Cache-Control", _A_LUNGO).split(",")}
        if risposta.status_code in (200, 404) and not direttive & {"no-store", "private"}:
            self.conservate[percorso] = risposta
        return risposta


async def scambiate(servizio: ServizioInProva) -> tuple[int, Cache]:
    """Read as two people in turn, in a random order; count the answers that were the other's."""
    cache, caso, miei = Cache(servizio), random.Random(1), {}
    token = {chi: cittadino(chi) for chi in (CHI, _ALTRA)}
    for chi in (CHI, _ALTRA):
        async with servizio.come(token[chi]) as client:
            creata = await client.post("/v1/bozze", json={"richiedente": {"codice_fiscale": chi}})
            miei[chi] = creata.json()["id"]
    altrui = 0
    for _ in range(LETTURE):
        chi = caso.choice((CHI, _ALTRA))
        percorso = caso.choice(("/v1/bozze", f"/v1/bozze/{miei[CHI]}", f"/v1/bozze/{miei[_ALTRA]}"))
        risposta = await cache.get(percorso, token[chi])
        altra = miei[_ALTRA if chi == CHI else CHI]
        altrui += risposta.status_code == 200 and altra in risposta.text
    return altrui, cache


class TestCache:
    async def test_keeps_nothing_and_crosses_nothing(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("domande")

        altrui, cache = await scambiate(servizio)

        assert (altrui, cache.prese, cache.conservate) == (0, 0, {})

    async def test_crosses_answers_that_may_be_stored(
        self, crea_servizio: CreaServizio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: the same service, without the header."""
        servizio = await crea_servizio("domande")
        originale = MutableHeaders.setdefault

        def senza(testa: MutableHeaders, nome: str, valore: str) -> str:
            return valore if nome == "Cache-Control" else originale(testa, nome, valore)

        monkeypatch.setattr(MutableHeaders, "setdefault", senza)

        altrui, _ = await scambiate(servizio)

        assert altrui > LETTURE // 10
