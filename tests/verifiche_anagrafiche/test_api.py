# SPDX-License-Identifier: EUPL-1.2
"""The API: who sees what, what the Comune may answer, what an operator may repeat."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.verifiche_anagrafiche.schemas import ESITO_CITTADINANZA, ESITO_NUCLEO, ESITO_RESIDENZA
from shared.contracts.verifiche_anagrafiche import AccertamentoComunaleRichiestoV1, VerificaConclusaV1
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino
from tests.verifiche_anagrafiche.casi import presentata, storia
from tests.verifiche_anagrafiche.conftest import Registri

NUCLEO = storia("residenza-storia-confermata")


def chiave() -> dict[str, str]:
    return {"Idempotency-Key": f"prova-{uuid4()}"}


async def apri(servizio: ServizioInProva, nome: str, *, ente: str = "CAF-ALFA", comune: str = "H501") -> str:
    """Bring a story to its accertamento and give its id."""
    await servizio.consegna(presentata(storia(nome), ente=ente, comune=comune))
    await servizio.giro_job()
    (evento,) = await servizio.ritira(AccertamentoComunaleRichiestoV1)
    return str(evento.accertamento_id)


class TestVerifiche:
    async def test_are_seen_by_who_must(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO, ente="CAF-ALFA"), presentata(NUCLEO, ente="CAF-BETA"))

        viste = {
            ente: (await servizio.come(ente).get("/v1/verifiche")).json()
            for ente in ("CAF-ALFA", "CAF-BETA", "PAT-GAMMA", "INPS")
        }

        assert {ente: len(v["items"]) for ente, v in viste.items()} == {
            "CAF-ALFA": 1,
            "CAF-BETA": 1,
            "PAT-GAMMA": 0,
            "INPS": 2,
        }

    async def test_are_seen_by_their_citizen_only(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO))

        sua = await servizio.come(cittadino(NUCLEO.richiedente.codice_fiscale)).get("/v1/verifiche")
        altrui = await servizio.come(cittadino()).get("/v1/verifiche")

        assert (len(sua.json()["items"]), len(altrui.json()["items"])) == (1, 0)

    async def test_tell_what_they_wait_for_and_no_answer(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("anpr", "ERRORE")
        evento = presentata(NUCLEO)
        await servizio.consegna(evento)
        await servizio.giro_job()
        (voce,) = (await servizio.come("CAF-ALFA").get("/v1/verifiche", params={"attesa": "REGISTRO:ANPR"})).json()[
            "items"
        ]

        dettaglio = (await servizio.come("CAF-ALFA").get(f"/v1/verifiche/{voce['id']}")).json()

        assert (voce["domanda_id"], voce["stato"], voce["attesa"]) == (
            str(evento.domanda_id),
            "APERTA",
            "REGISTRO:ANPR",
        )
        per_controllo = {i["controllo"]: i for i in dettaglio["interrogazioni"]}
        assert (per_controllo["FAMIGLIA"]["stato"], per_controllo["FAMIGLIA"]["motivo"]) == ("DA_ESEGUIRE", "HTTP_500")
        assert per_controllo["FAMIGLIA"]["tentativi"] >= 1
        assert per_controllo["GIUDIZIARIO"] == {
            "id": per_controllo["GIUDIZIARIO"]["id"], "registro": "GIUSTIZIA", "controllo": "GIUDIZIARIO", "stato": "RISPOSTA", "tentativi": 1,
            "motivo": None, "prossimo_il": None,
        }  # fmt: skip
        assert not [p for p in NUCLEO.persone if p.codice_fiscale in str(dettaglio)]

    @pytest.mark.parametrize(
        ("filtro", "quante"),
        [
            ({"stato": "APERTA"}, 1),
            ({"stato": "CONCLUSA"}, 0),
            ({"attesa": "COMUNE"}, 0),
            ({"domanda_id": str(uuid4())}, 0),
        ],
    )
    async def test_are_filtered(self, servizio: ServizioInProva, filtro: dict[str, str], quante: int) -> None:
        await servizio.consegna(presentata(NUCLEO))

        risposta = await servizio.come("INPS").get("/v1/verifiche", params=filtro)

        assert len(risposta.json()["items"]) == quante

    async def test_of_others_do_not_exist(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(NUCLEO, ente="CAF-ALFA"))
        (voce,) = (await servizio.come("CAF-ALFA").get("/v1/verifiche")).json()["items"]

        risposta = await servizio.come("CAF-BETA").get(f"/v1/verifiche/{voce['id']}")

        assert (risposta.status_code, risposta.json()["title"]) == (404, "Risorsa non trovata")


class TestAccertamenti:
    @pytest.mark.regola("S001-20")
    async def test_are_seen_in_their_territory(self, servizio: ServizioInProva) -> None:
        await apri(servizio, "residenza-silenzio", comune="H501")

        viste = {
            ente: (await servizio.come(ente).get("/v1/accertamenti")).json()
            for ente in ("COM-ROMA", "AMB-ROMA", "COM-MILANO", "INPS")
        }

        assert {ente: len(v["items"]) for ente, v in viste.items()} == {
            "COM-ROMA": 1,
            "AMB-ROMA": 1,
            "COM-MILANO": 0,
            "INPS": 1,
        }

    async def test_show_the_days_left(self, servizio: ServizioInProva) -> None:
        await apri(servizio, "residenza-silenzio", comune="H501")
        servizio.orologio.avanza(days=10)

        (voce,) = (await servizio.come("COM-ROMA").get("/v1/accertamenti")).json()["items"]

        assert (voce["scadenza"], voce["giorni_rimasti"], voce["silenzio_il"], voce["controlli"]) == (
            "2025-03-24",
            11,
            "2025-05-02",
            ["RESIDENZA"],
        )

    @pytest.mark.parametrize(
        ("filtro", "quanti"),
        [
            ({"stato": "APERTO"}, 1), ({"stato": "SILENZIO"}, 0), ({"controllo": "RESIDENZA"}, 1), ({"controllo": "NUCLEO"}, 0),
            ({"scadenza_entro": "2025-03-24"}, 1), ({"scadenza_entro": "2025-03-23"}, 0),
        ],
    )  # fmt: skip
    async def test_are_filtered(self, servizio: ServizioInProva, filtro: dict[str, str], quanti: int) -> None:
        await apri(servizio, "residenza-silenzio", comune="H501")

        risposta = await servizio.come("COM-ROMA").get("/v1/accertamenti", params=filtro)

        assert len(risposta.json()["items"]) == quanti

    async def test_show_who_must_be_checked_and_log_it(self, servizio: ServizioInProva) -> None:
        nucleo = storia("famiglia-coniuge-altrove-confermata")
        accertamento_id = await apri(servizio, nucleo.nome)

        dettaglio = (await servizio.come("COM-ROMA").get(f"/v1/accertamenti/{accertamento_id}")).json()

        persone = {p["codice_fiscale"]: p for p in dettaglio["persone"]}
        coniuge = persone[nucleo.persone[1].codice_fiscale]
        assert set(persone) == {p.codice_fiscale for p in nucleo.persone}
        assert (coniuge["nella_domanda"], coniuge["nella_dsu"], coniuge["in_anpr"]) == (True, True, False)
        assert dettaglio["persone"][0]["richiedente"] is True
        assert (dettaglio["residenza"], dettaglio["cittadinanza"], dettaglio["svantaggi"]) == (None, None, [])
        async with servizio.database.connection() as conn:
            assert (
                await conn.fetchval(
                    "SELECT count(*) FROM accesso WHERE oggetto = $1 AND operazione = 'show_accertamento'",
                    accertamento_id,
                )
                == 1
            )

    async def test_show_no_more_than_the_check_needs(self, servizio: ServizioInProva) -> None:
        nucleo = storia("due-accertamenti")
        accertamento_id = await apri(servizio, nucleo.nome)

        dettaglio = (await servizio.come("COM-ROMA").get(f"/v1/accertamenti/{accertamento_id}")).json()

        assert [p["codice_fiscale"] for p in dettaglio["persone"]] == [nucleo.richiedente.codice_fiscale]
        assert dettaglio["cittadinanza"]["stati"] == ["BD"]
        assert dettaglio["residenza"]["in_anpr_dal"] == "2023-06-05"

    async def test_of_other_territories_do_not_exist(self, servizio: ServizioInProva) -> None:
        accertamento_id = await apri(servizio, "residenza-silenzio", comune="H501")

        letto = await servizio.come("COM-MILANO").get(f"/v1/accertamenti/{accertamento_id}")
        risposto = await servizio.come("COM-MILANO").post(
            f"/v1/accertamenti/{accertamento_id}/esito", json=ESITO_RESIDENZA, headers=chiave()
        )

        assert (letto.status_code, risposto.status_code) == (404, 404)

    @pytest.mark.parametrize("ente", ["CAF-ALFA", "CPI-ROMA", "REG-LAZIO", "MLPS"])
    async def test_are_not_for_everybody(self, servizio: ServizioInProva, ente: str) -> None:
        risposta = await servizio.come(ente).get("/v1/accertamenti")

        assert risposta.status_code == 403


class TestEsito:
    @pytest.mark.parametrize(
        ("nome", "esito"),
        [
            ("residenza-silenzio", ESITO_RESIDENZA),
            ("famiglia-silenzio", ESITO_NUCLEO),
            ("soggiorno-silenzio", ESITO_CITTADINANZA),
            ("due-accertamenti", ESITO_RESIDENZA | ESITO_CITTADINANZA),
        ],
    )
    async def test_closes_the_accertamento_and_the_verifica(
        self, servizio: ServizioInProva, nome: str, esito: dict[str, Any]
    ) -> None:
        accertamento_id = await apri(servizio, nome)

        risposta = await rispondi(servizio, accertamento_id, esito)

        assert (risposta.status_code, risposta.json()["stato"]) == (200, "CONCLUSO"), risposta.text
        assert len(await servizio.emessi(VerificaConclusaV1)) == 1

    async def test_repeated_with_the_same_key_is_the_same(self, servizio: ServizioInProva) -> None:
        accertamento_id, stessa = await apri(servizio, "famiglia-silenzio"), chiave()

        prima = await rispondi(servizio, accertamento_id, ESITO_NUCLEO, stessa)
        seconda = await rispondi(servizio, accertamento_id, ESITO_NUCLEO, stessa)

        assert (prima.status_code, prima.json()) == (seconda.status_code, seconda.json())
        assert len(await servizio.emessi(VerificaConclusaV1)) == 1

    async def test_given_twice_is_a_conflict(self, servizio: ServizioInProva) -> None:
        accertamento_id = await apri(servizio, "famiglia-silenzio")
        await rispondi(servizio, accertamento_id, ESITO_NUCLEO)

        seconda = await rispondi(servizio, accertamento_id, {"nucleo": {"conforme": False}})

        assert (seconda.status_code, seconda.json()["title"]) == (409, "Accertamento già chiuso")

    @pytest.mark.parametrize(
        ("esito", "puntatore"),
        [
            ({}, "/nucleo"),
            (ESITO_NUCLEO | ESITO_RESIDENZA, "/residenza"),
            ({"nucleo": {"conforme": None}}, "/nucleo/conforme"),
            ({"nucleo": {"conforme": True}, "altro": 1}, "/altro"),
        ],
    )
    async def test_about_something_else_is_refused(
        self, servizio: ServizioInProva, esito: dict[str, Any], puntatore: str
    ) -> None:
        accertamento_id = await apri(servizio, "famiglia-silenzio")

        risposta = await rispondi(servizio, accertamento_id, esito)

        assert (risposta.status_code, [e["pointer"] for e in risposta.json()["errors"]]) == (422, [puntatore])
        assert await servizio.emessi() == []

    async def test_with_a_period_that_ends_before_it_begins_is_refused(self, servizio: ServizioInProva) -> None:
        accertamento_id = await apri(servizio, "residenza-silenzio")
        al_contrario = {"residenza": {"periodi": [{"comune": "H501", "dal": "2020-02-01", "al": "2019-02-01"}]}}

        risposta = await rispondi(servizio, accertamento_id, al_contrario)

        assert risposta.status_code == 422


async def rispondi(
    servizio: ServizioInProva, accertamento_id: str, esito: dict[str, Any], intestazioni: dict[str, str] | None = None
) -> httpx.Response:
    return await servizio.come("COM-ROMA").post(
        f"/v1/accertamenti/{accertamento_id}/esito", json=esito, headers=intestazioni or chiave()
    )


class TestRipetizione:
    async def test_asks_again_what_waits_for_an_operator(self, servizio: ServizioInProva, registri: Registri) -> None:
        registri.guasta("anpr", "ALTRA_PERSONA", volte=1)
        nucleo = storia("omocodia-figlio")
        await servizio.consegna(presentata(nucleo))
        await servizio.giro_job()
        registri.ripara()
        interrogazione_id = await _da_operatore(servizio)

        risposta = await servizio.come("INPS").post(f"/v1/interrogazioni/{interrogazione_id}/ripetizione")
        await servizio.giro_job()

        assert (risposta.status_code, risposta.json()["attesa"]) == (200, "REGISTRO:ANPR"), risposta.text
        assert len(await servizio.emessi(VerificaConclusaV1)) == 1

    async def test_of_what_has_an_answer_is_a_conflict(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(presentata(storia("omocodia-figlio")))
        await servizio.giro_job()
        async with servizio.database.connection() as conn:
            interrogazione_id = await conn.fetchval("SELECT id FROM interrogazione LIMIT 1")

        risposta = await servizio.come("INPS").post(f"/v1/interrogazioni/{interrogazione_id}/ripetizione")

        assert risposta.status_code == 409

    async def test_is_for_the_operators(self, servizio: ServizioInProva) -> None:
        risposte = [
            await servizio.come(ente).post(f"/v1/interrogazioni/{uuid4()}/ripetizione")
            for ente in ("COM-ROMA", "CAF-ALFA", "INPS")
        ]

        assert [r.status_code for r in risposte] == [403, 403, 404]


async def _da_operatore(servizio: ServizioInProva) -> str:
    async with servizio.database.connection() as conn:
        return str(await conn.fetchval("SELECT id FROM interrogazione WHERE stato = 'DA_OPERATORE'"))
