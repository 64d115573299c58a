# SPDX-License-Identifier: EUPL-1.2
"""Fault switches of the sandbox, seen from who calls; and the journal that tells what happened."""

import time
from typing import Any

import httpx
import orjson
import pytest

from deploy.sandbox.eservizi import POSTE_CARTE, PRA
from tests.sandbox.conftest import InProva
from tests.sandbox.test_carte import disposizione, flusso


class Pra:
    """Asks the PRA about one person, and sets its faults."""

    def __init__(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        self.in_prova = in_prova
        self.http = http
        self.codice = in_prova.sandbox.mondo.storia("auto-1600").richiedente.codice_fiscale

    async def guasto(self, tipo: str, sistema: str = "pra", **altri: Any) -> httpx.Response:
        return await self.http.put(f"{self.in_prova.url}/sandbox/v1/guasti/{sistema}", json={"tipo": tipo} | altri)

    async def chiedi(self, *, timeout: float = 10) -> httpx.Response:
        corpo = {"codice_fiscale": self.codice, "motivo": "ADI-2025-0000001"}
        intestazioni = await self.in_prova.voucher(self.http, PRA)
        indirizzo = f"{PRA.audience(self.in_prova.url)}/ricerche-veicoli"
        return await self.http.post(indirizzo, json=corpo, headers=intestazioni, timeout=timeout)

    async def giornale(self) -> list[dict[str, Any]]:
        risposta = await self.http.get(f"{self.in_prova.url}/sandbox/v1/giornale?sistema=pra")
        voci: list[dict[str, Any]] = risposta.json()["items"]
        return voci


@pytest.fixture
def pra(in_prova: InProva, http: httpx.AsyncClient) -> Pra:
    return Pra(in_prova, http)


class TestGuasto:
    async def test_limite_says_when_to_come_back(self, pra: Pra) -> None:
        await pra.guasto("LIMITE", secondi=7)

        risposta = await pra.chiedi()

        assert (risposta.status_code, risposta.headers["retry-after"]) == (429, "7")
        assert risposta.headers["x-ratelimit-remaining"] == "0"

    async def test_limite_of_pdnd_is_spelled_its_own_way(self, pra: Pra) -> None:
        await pra.guasto("LIMITE", "pdnd")

        risposta = await pra.http.post(f"{pra.in_prova.url}/pdnd/token.oauth2", data={})

        assert (risposta.status_code, risposta.headers["x-rate-limit-remaining"]) == (429, "0")

    async def test_errore_is_a_503(self, pra: Pra) -> None:
        await pra.guasto("ERRORE")

        risposta = await pra.chiedi()

        assert (risposta.status_code, risposta.headers["retry-after"]) == (503, "1")

    async def test_happens_as_often_as_told(self, pra: Pra) -> None:
        await pra.guasto("ERRORE", volte=2)

        stati = [(await pra.chiedi()).status_code for _ in range(3)]

        assert stati == [503, 503, 200]

    async def test_without_a_number_lasts_until_removed(self, pra: Pra) -> None:
        await pra.guasto("ERRORE", volte=None)

        stati = [(await pra.chiedi()).status_code for _ in range(3)]
        await pra.http.delete(f"{pra.in_prova.url}/sandbox/v1/guasti/pra")

        assert [*stati, (await pra.chiedi()).status_code] == [503, 503, 503, 200]

    async def test_timeout_gives_no_answer(self, pra: Pra) -> None:
        await pra.guasto("TIMEOUT", secondi=30)
        inizio = time.monotonic()

        with pytest.raises(httpx.ReadTimeout):
            await pra.chiedi(timeout=0.3)

        assert time.monotonic() - inizio < 5
        assert (await pra.chiedi()).status_code == 200

    async def test_ritardo_answers_late(self, pra: Pra) -> None:
        await pra.guasto("RITARDO", secondi=0.3)
        inizio = time.monotonic()

        risposta = await pra.chiedi()

        assert risposta.status_code == 200
        assert time.monotonic() - inizio >= 0.3

    async def test_altra_persona_answers_about_somebody_else(self, pra: Pra) -> None:
        await pra.guasto("ALTRA_PERSONA")

        risposta = await pra.chiedi()

        assert risposta.status_code == 200
        assert risposta.json()["codice_fiscale"] not in ("", pra.codice)

    async def test_risposta_persa_cuts_the_connection_after_the_effect(self, pra: Pra) -> None:
        codice, contenuto = pra.codice, orjson.dumps(flusso(disposizione(pra.codice)))
        firmate = [await pra.in_prova.firmate(pra.http, POSTE_CARTE, contenuto) for _ in range(2)]
        indirizzo = f"{POSTE_CARTE.audience(pra.in_prova.url)}/flussi"
        await pra.guasto("RISPOSTA_PERSA", "carte")

        with pytest.raises(httpx.TransportError):
            await pra.http.post(indirizzo, content=contenuto, headers=firmate[0])

        ripetuto = await pra.http.post(indirizzo, content=contenuto, headers=firmate[1])
        accrediti = (await pra.http.get(f"{pra.in_prova.url}/sandbox/v1/accrediti")).json()["items"]
        assert ripetuto.status_code == 202
        assert [(a["codice_fiscale"], a["numero"]) for a in accrediti] == [(codice, 1)]

    @pytest.mark.parametrize(
        ("sistema", "corpo", "status"),
        [("pra", {"tipo": "ESPLOSIONE"}, 422), ("pra", {"tipo": "ERRORE", "volte": 0}, 422), ("sconosciuto", {"tipo": "ERRORE"}, 404),
         ("carte", {"tipo": "ALTRA_PERSONA"}, 422)],
    )  # fmt: skip
    async def test_that_makes_no_sense_is_refused(
        self, pra: Pra, sistema: str, corpo: dict[str, Any], status: int
    ) -> None:
        risposta = await pra.http.put(f"{pra.in_prova.url}/sandbox/v1/guasti/{sistema}", json=corpo)

        assert risposta.status_code == status


class TestGiornale:
    async def test_tells_who_asked_what_and_how_it_ended(self, pra: Pra) -> None:
        await pra.guasto("LIMITE")
        await pra.chiedi()
        await pra.chiedi()

        rifiutata, servita = await pra.giornale()

        assert (rifiutata["status"], rifiutata["guasto"]) == (429, "LIMITE")
        assert (servita["operazione"], servita["soggetto"], servita["status"]) == ("ricerche-veicoli", pra.codice, 200)
        assert (servita["client"], servita["istante"]) == ("client-inclusione", "2025-03-03T09:00:00Z")

    async def test_can_be_emptied(self, pra: Pra) -> None:
        await pra.chiedi()

        await pra.http.delete(f"{pra.in_prova.url}/sandbox/v1/giornale")

        assert await pra.giornale() == []


class TestControllo:
    async def test_lists_the_people_with_their_stories(self, pra: Pra) -> None:
        persone = (await pra.http.get(f"{pra.in_prova.url}/sandbox/v1/persone")).json()["items"]

        assert len(persone) == 184
        assert persone[0]["storia"] == "T3"

    async def test_lists_the_purposes_that_give_vouchers(self, pra: Pra) -> None:
        righe = (await pra.http.get(f"{pra.in_prova.url}/sandbox/v1/finalita")).json()["items"]

        nostre = {r["eservizio"]: r["audience"] for r in righe if r["client_id"] == "client-inclusione"}
        assert nostre["pra"] == f"{pra.in_prova.url}/pra/v1"
        assert len(nostre) == 9

    async def test_moves_the_clock(self, pra: Pra) -> None:
        risposta = await pra.http.put(
            f"{pra.in_prova.url}/sandbox/v1/orologio", json={"istante": "2025-04-15T08:00:00Z"}
        )

        assert risposta.status_code == 204
        assert pra.in_prova.orologio().isoformat() == "2025-04-15T08:00:00+00:00"

    async def test_wants_an_instant_with_a_zone(self, pra: Pra) -> None:
        risposta = await pra.http.put(
            f"{pra.in_prova.url}/sandbox/v1/orologio", json={"istante": "2025-04-15T08:00:00"}
        )

        assert risposta.status_code == 422
