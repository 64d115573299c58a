# SPDX-License-Identifier: EUPL-1.2
"""POST /v1/simulazioni: one misura or all, batches, Italian errors, nothing kept."""

import json
from typing import Any

import httpx
import pytest

from services.domande.schemas.simulazioni import CONFRONTO, NUCLEI_MASSIMI, SIMULAZIONI
from shared.misure.catalogo import CATALOGO
from shared.misure.simulazione import ESEMPI
from shared.web.enti import Ruolo
from tests.conftest import CreaServizio
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

FAMIGLIA, SOLA = ESEMPI


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    return await crea_servizio("domande")


async def simula(domande: ServizioInProva, **corpo: Any) -> httpx.Response:
    return await domande.come(cittadino()).post("/v1/simulazioni", json=corpo)


class TestSimulazioni:
    async def test_answer_the_example_of_the_document(self, domande: ServizioInProva) -> None:
        risposta = await simula(domande, **SIMULAZIONI)

        assert risposta.status_code == 200
        famiglia, sola = risposta.json()["items"]
        assert (famiglia["nucleo"], famiglia["esito"], famiglia["importo_mensile"]) == (0, "ACCOLTA", "882.50")
        assert (sola["nucleo"], sola["esito"], sola["importo_mensile"]) == (1, "RESPINTA", "0.00")
        assert [m["codice"] for m in sola["motivi"]] == ["ADI-R06"]
        (controfattuale,) = sola["controfattuali"]
        assert (controfattuale["a"], controfattuale["importo_mensile"]) == ("10140.00", "40.00")

    async def test_compare_all_the_misure(self, domande: ServizioInProva) -> None:
        risposta = await simula(domande, **CONFRONTO)

        esiti = {s["misura"]: s for s in risposta.json()["items"]}
        assert list(esiti) == list(CATALOGO)
        assert all(s["esito"] != "NON_IN_VIGORE" and s["controfattuali"] == [] for s in esiti.values())

    async def test_compare_on_one_day(self, domande: ServizioInProva) -> None:
        risposta = await simula(domande, confronta=True, al="2017-06-12", nuclei=[FAMIGLIA])

        esiti = {s["misura"]: s["esito"] for s in risposta.json()["items"]}
        assert {m for m, esito in esiti.items() if esito != "NON_IN_VIGORE"} == {"SIA"}

    async def test_are_for_every_role(self, domande: ServizioInProva) -> None:
        assert set(domande.app.state.risorse.matrice["create_simulazione"]) == set(Ruolo)

    async def test_take_a_full_batch(self, domande: ServizioInProva) -> None:
        risposta = await simula(domande, al="2025-03-10", controfattuali=False, nuclei=[FAMIGLIA] * NUCLEI_MASSIMI)

        items = risposta.json()["items"]
        assert [s["nucleo"] for s in items] == list(range(NUCLEI_MASSIMI))
        assert {s["importo_mensile"] for s in items} == {"882.50"}

    @pytest.mark.parametrize(("kib", "status"), [(300, 200), (1025, 413)])
    async def test_have_a_limit_of_their_own_on_the_body(self, domande: ServizioInProva, kib: int, status: int) -> None:
        corpo = json.dumps({"al": "2025-03-10", "nuclei": [SOLA]}) + " " * (kib * 1024)
        intestazioni = {"Content-Type": "application/json"}

        risposta = await domande.come(cittadino()).post("/v1/simulazioni", content=corpo, headers=intestazioni)

        assert risposta.status_code == status

    async def test_keep_nothing(self, domande: ServizioInProva) -> None:
        await simula(domande, **SIMULAZIONI)

        async with domande.database.connection() as conn:
            tabelle = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            righe = {t["tablename"]: await conn.fetchval(f'SELECT count(*) FROM "{t["tablename"]}"') for t in tabelle}
        assert {nome for nome, quante in righe.items() if quante} <= {"alembic_version"}


class TestGiorni:
    async def test_before_any_law_are_answered_all_the_same(self, domande: ServizioInProva) -> None:
        risposta = await simula(domande, nuclei=[SOLA], al="2010-03-10")

        assert risposta.status_code == 200
        assert [s["nota"] for s in risposta.json()["items"]] == ["La misura non è in vigore il 10/03/2010."]


class TestErrori:
    @pytest.mark.parametrize(
        ("corpo", "puntatore"),
        [
            ({"misura": "XYZ", "nuclei": [SOLA]}, "/misura"),
            ({"misura": "SFL", "confronta": True, "nuclei": [SOLA]}, "/misura"),
            ({"nuclei": []}, "/nuclei"),
            ({"nuclei": [SOLA] * (NUCLEI_MASSIMI + 1)}, "/nuclei"),
            ({"nuclei": [SOLA, {"componenti": [{"eta": 200}]}]}, "/nuclei/1/componenti/0/eta"),
            ({"nuclei": [{**SOLA, "richiedente": 3}]}, "/nuclei/0/richiedente"),
            ({"nuclei": [{**SOLA, "nome": "Maria"}]}, "/nuclei/0/nome"),
            ({"nuclei": [SOLA], "al": "domani"}, "/al"),
            ({"nuclei": [SOLA], "al": "0001-01-01"}, "/al"),
            ({"nuclei": [{**SOLA, "presentata_il": "9999-12-31"}]}, "/nuclei/0/presentata_il"),
            (
                {"nuclei": [{**SOLA, "componenti": [{"data_nascita": "2100-01-01"}]}]},
                "/nuclei/0/componenti/0/data_nascita",
            ),
        ],
    )
    async def test_say_where_and_why_in_italian(
        self, domande: ServizioInProva, corpo: dict[str, Any], puntatore: str
    ) -> None:
        risposta = await simula(domande, **corpo)

        assert risposta.status_code == 422
        assert [e["pointer"] for e in risposta.json()["errors"]] == [puntatore]
        assert "Maria" not in risposta.text
