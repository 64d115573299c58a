# SPDX-License-Identifier: EUPL-1.2
"""The acts of the citizen and of the social services over HTTP, with the events that follow."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from shared.contracts.presa_in_carico import DecadenzaPropostaV1, NucleoPresoInCaricoV1, PadSottoscrittoV1
from tests.conftest import CreaServizio
from tests.presa_in_carico.fatti import FIGLIO, PAD, accolta, caso_di, cessata, invia, non_recapitata
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.support.token import CITTADINA, cittadino, operatore

CONVOCAZIONE = {
    "appuntamento_il": "2026-03-20T08:30:00Z",
    "sede": "Servizi sociali, via Roma 1",
    "canale": "SMS",
    "comunicata_il": "2026-03-02",
}
INCONTRO = {"data": "2026-03-02", "tipo": "INCONTRO"}


@pytest.fixture
async def servizio(crea_servizio: CreaServizio) -> ServizioInProva:
    """The service at work."""
    return await crea_servizio("presa_in_carico")


async def _aperto(servizio: ServizioInProva) -> UUID:
    arrivo = accolta()
    await servizio.consegna(arrivo)
    return caso_di(arrivo.domanda_id)


async def _firmato(servizio: ServizioInProva) -> UUID:
    caso_id = await _aperto(servizio)
    for atto, corpo in (("registrazione-siisl", {}), ("pad", PAD)):
        assert (await invia(servizio.come(cittadino()), caso_id, atto, corpo)).status_code == 201
    await servizio.ritira()
    return caso_id


class TestPad:
    @pytest.mark.regola("S004-A06")
    async def test_goes_through_siisl_and_announces_the_signature(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)
        persona = servizio.come(cittadino())

        registrata = await invia(persona, caso_id, "registrazione-siisl", {"registrato_il": "2026-03-01"})
        firmato = await invia(persona, caso_id, "pad", PAD)

        (evento,) = await servizio.emessi(PadSottoscrittoV1)
        assert (registrata.status_code, registrata.json()["stato"]) == (201, "REGISTRATO_SIISL")
        assert (firmato.status_code, firmato.json()["incontro_entro"]) == (201, "2026-06-30")
        assert (evento.caso_id, evento.sottoscritto_il) == (caso_id, date(2026, 3, 2))
        assert evento.versione == firmato.json()["versione"]
        assert firmato.headers["location"].endswith(f"/v1/casi/{caso_id}")

    async def test_answers_the_same_request_with_the_same_answer(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)
        persona = servizio.come(cittadino())
        await invia(persona, caso_id, "registrazione-siisl", {})

        prima = await invia(persona, caso_id, "pad", PAD, chiave="firma-0001")
        seconda = await invia(persona, caso_id, "pad", PAD, chiave="firma-0001")

        assert (prima.status_code, prima.content) == (seconda.status_code, seconda.content)
        assert len(await servizio.emessi(PadSottoscrittoV1)) == 1

    async def test_answers_the_same_act_with_the_present_state(self, servizio: ServizioInProva) -> None:
        caso_id = await _firmato(servizio)

        ripetuto = await invia(servizio.come(cittadino()), caso_id, "pad", PAD)

        assert (ripetuto.status_code, ripetuto.json()["stato"]) == (200, "PAD_SOTTOSCRITTO")
        assert await servizio.emessi() == []

    async def test_contradicts_nothing_already_signed(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)
        orologio.avanza(days=1)

        risposta = await invia(servizio.come(cittadino()), caso_id, "pad", {**PAD, "sottoscritto_il": "2026-03-03"})

        assert (risposta.status_code, risposta.json()["detail"]) == (
            409,
            "Il patto risulta già sottoscritto il 02/03/2026",
        )

    async def test_comes_after_siisl(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)

        risposta = await invia(servizio.come(cittadino()), caso_id, "pad", PAD)

        assert (risposta.status_code, risposta.json()["type"].rpartition("/")[2]) == (409, "atto-prematuro")

    @pytest.mark.parametrize(
        ("cambi", "puntatore"),
        [
            ({"sottoscritto_il": "2026-03-03"}, "/sottoscritto_il"),
            ({"sottoscritto_il": "2026-02-27"}, "/sottoscritto_il"),
            ({"sottoscritto_il": "0001-01-01"}, "/sottoscritto_il"),
            ({"sottoscritto_il": "ieri"}, "/sottoscritto_il"),
            ({"impegno_primo_incontro": False}, "/impegno_primo_incontro"),
            ({"note": "altro"}, "/note"),
        ],
    )
    async def test_points_at_what_is_wrong(
        self, servizio: ServizioInProva, cambi: dict[str, object], puntatore: str
    ) -> None:
        caso_id = await _aperto(servizio)
        await invia(servizio.come(cittadino()), caso_id, "registrazione-siisl", {"registrato_il": "2024-01-08"})

        risposta = await invia(servizio.come(cittadino()), caso_id, "pad", {**PAD, **cambi})

        assert (risposta.status_code, risposta.json()["errors"][0]["pointer"]) == (422, puntatore)
        assert await servizio.emessi() == []

    async def test_is_refused_when_the_domanda_has_ended(self, servizio: ServizioInProva) -> None:
        arrivo = accolta()
        await servizio.consegna(arrivo, cessata(arrivo.domanda_id))

        risposta = await invia(servizio.come(cittadino()), caso_di(arrivo.domanda_id), "registrazione-siisl", {})

        assert (risposta.status_code, risposta.json()["type"].rpartition("/")[2]) == (409, "caso-chiuso")


class TestIncontri:
    @pytest.mark.regola("S001-20")
    @pytest.mark.parametrize("ente", ["COM-ROMA", "AMB-ROMA"])
    async def test_take_the_nucleo_in_charge(self, servizio: ServizioInProva, ente: str) -> None:
        caso_id = await _firmato(servizio)

        risposta = await invia(servizio.come(operatore(ente)), caso_id, "incontri", INCONTRO)

        (evento,) = await servizio.emessi(NucleoPresoInCaricoV1)
        assert (risposta.status_code, risposta.json()["stato"]) == (201, "IN_CARICO")
        assert (evento.tipo_incontro, evento.versione) == ("INCONTRO", risposta.json()["versione"])

    async def test_start_the_term_again_after_a_justified_absence(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)
        orologio.vai(datetime(2026, 4, 10, 8, 0, tzinfo=UTC))
        giustificata = {"data": "2026-04-10", "tipo": "GIUSTIFICATO_MOTIVO"}

        risposta = await invia(servizio.come("COM-ROMA"), caso_id, "incontri", giustificata)

        (evento,) = await servizio.emessi(NucleoPresoInCaricoV1)
        assert (risposta.json()["stato"], risposta.json()["incontro_entro"]) == ("PAD_SOTTOSCRITTO", "2026-08-08")
        assert evento.tipo_incontro == "GIUSTIFICATO_MOTIVO"

    async def test_propose_the_decadenza_for_an_unjustified_absence(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id, comune = await _firmato(servizio), servizio.come("COM-ROMA")
        convocazione = (await invia(comune, caso_id, "convocazioni", CONVOCAZIONE)).json()["id"]
        orologio.vai(datetime(2026, 3, 23, 8, 0, tzinfo=UTC))
        assenza = {"data": "2026-03-20", "tipo": "ASSENZA_INGIUSTIFICATA", "convocazione_id": convocazione}

        risposta = await invia(comune, caso_id, "incontri", assenza)
        ripetuta = await invia(comune, caso_id, "incontri", assenza)
        contraria = await invia(comune, caso_id, "incontri", {**assenza, "tipo": "GIUSTIFICATO_MOTIVO"})

        (evento,) = await servizio.emessi(DecadenzaPropostaV1)
        assert (evento.causa, evento.fatto_il) == ("PRIMO_INCONTRO_ASSENZA", date(2026, 3, 20))
        assert [r.status_code for r in (risposta, ripetuta, contraria)] == [201, 200, 409]
        atteso = "Per il giorno 20/03/2026 risulta già registrato: assenza ingiustificata"
        assert contraria.json()["detail"] == atteso

    async def test_need_a_convocazione_of_the_same_caso_for_an_absence(self, servizio: ServizioInProva) -> None:
        caso_id = await _firmato(servizio)
        assenza = {"data": "2026-03-02", "tipo": "ASSENZA_INGIUSTIFICATA"}

        senza = await invia(servizio.come("COM-ROMA"), caso_id, "incontri", assenza)
        altrui = await invia(
            servizio.come("COM-ROMA"), caso_id, "incontri", {**assenza, "convocazione_id": str(uuid4())}
        )

        assert [r.json()["errors"][0]["code"] for r in (senza, altrui)] == [
            "convocazione-mancante",
            "convocazione-sconosciuta",
        ]


class TestConvocazioni:
    @pytest.mark.regola("S001-13")
    async def test_are_recorded_once_and_replaced_by_the_next(self, servizio: ServizioInProva) -> None:
        caso_id, comune = await _firmato(servizio), servizio.come("COM-ROMA")

        prima = await invia(comune, caso_id, "convocazioni", CONVOCAZIONE)
        ripetuta = await invia(comune, caso_id, "convocazioni", CONVOCAZIONE)
        altra = await invia(
            comune, caso_id, "convocazioni", {**CONVOCAZIONE, "appuntamento_il": "2026-03-27T09:00:00+01:00"}
        )

        assert [r.status_code for r in (prima, ripetuta, altra)] == [201, 200, 201]
        assert prima.json() == ripetuta.json()
        registrate = (await comune.get(f"/v1/casi/{caso_id}")).json()["convocazioni"]
        assert [c["esito"] for c in registrate] == ["SOSTITUITA", None]
        assert registrate[1]["appuntamento_il"] == "2026-03-27T08:00:00.000Z"

    async def test_are_pointless_after_a_spontaneous_visit(self, servizio: ServizioInProva) -> None:
        caso_id, comune = await _firmato(servizio), servizio.come("COM-ROMA")
        await invia(comune, caso_id, "convocazioni", CONVOCAZIONE)

        await invia(comune, caso_id, "incontri", {"data": "2026-03-02", "tipo": "PRESENTAZIONE_SPONTANEA"})

        registrate = (await comune.get(f"/v1/casi/{caso_id}")).json()["convocazioni"]
        assert [c["esito"] for c in registrate] == ["SOSTITUITA"]


class TestLettura:
    async def test_shows_the_members_and_who_is_attivabile(self, servizio: ServizioInProva) -> None:
        arrivo = accolta()
        await servizio.consegna(arrivo, non_recapitata(arrivo.domanda_id))

        dettaglio = (await servizio.come("CPI-ROMA").get(f"/v1/casi/{caso_di(arrivo.domanda_id)}")).json()

        membri = [(c["codice_fiscale"], c["attivabile"]) for c in dettaglio["componenti"]]
        assert membri == [(CITTADINA, True), (FIGLIO, False)]
        assert dettaglio["non_raggiunto"]
        assert dettaglio["mancati_recapiti"][0]["avviso"] == "DOMANDA_ACCOLTA"

    async def test_leaves_a_row_in_the_access_log(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)

        await servizio.come("COM-ROMA").get(f"/v1/casi/{caso_id}")
        await servizio.come("COM-MILANO").get(f"/v1/casi/{caso_id}")

        async with servizio.database.transaction() as session:
            righe = await session.fetch("SELECT ente, esito FROM accesso WHERE oggetto = $1 ORDER BY id", caso_id)
        assert [tuple(riga) for riga in righe] == [("COM-ROMA", "CONSENTITO"), ("COM-MILANO", "NEGATO")]

    async def test_pages_through_all_the_casi_without_names(self, servizio: ServizioInProva) -> None:
        await servizio.consegna(*(accolta() for _ in range(5)))
        inps, visti, cursore = servizio.come("INPS"), [], ""

        while True:
            risposta = await inps.get(f"/v1/casi?limit=2{cursore}")
            visti += [caso["id"] for caso in risposta.json()["items"]]
            if not risposta.json()["next_cursor"]:
                break
            cursore = f"&cursor={risposta.json()['next_cursor']}"

        assert len(set(visti)) == len(visti) == 5
        assert "ROSSI" not in risposta.text
        assert CITTADINA not in risposta.text

    async def test_finds_who_could_not_be_told(self, servizio: ServizioInProva) -> None:
        raggiunto, ignaro = accolta(), accolta()
        await servizio.consegna(raggiunto, ignaro, non_recapitata(ignaro.domanda_id))

        elenco = (await servizio.come("COM-ROMA").get("/v1/casi?non_raggiunti=true")).json()["items"]

        assert [caso["domanda_id"] for caso in elenco] == [str(ignaro.domanda_id)]


class TestChiPuo:
    @pytest.mark.parametrize(
        ("chi", "status"),
        [("COM-ROMA", 200), ("AMB-ROMA", 200), ("CPI-ROMA", 200), ("INPS", 200), ("COM-MILANO", 404), ("CAF-ALFA", 403),
         ("PAT-GAMMA", 403), ("REG-LAZIO", 403), ("MLPS", 403)],
    )  # fmt: skip
    async def test_read(self, servizio: ServizioInProva, chi: str, status: int) -> None:
        caso_id = await _aperto(servizio)

        assert (await servizio.come(chi).get(f"/v1/casi/{caso_id}")).status_code == status

    async def test_read_their_own_caso_only(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)

        proprio = await servizio.come(cittadino()).get("/v1/casi")
        altrui = await servizio.come(cittadino(FIGLIO)).get(f"/v1/casi/{caso_id}")

        assert [caso["id"] for caso in proprio.json()["items"]] == [str(caso_id)]
        assert altrui.status_code == 404

    @pytest.mark.parametrize(
        ("chi", "atto", "status"),
        [("COM-ROMA", "pad", 403), ("INPS", "pad", 403), ("PAT-GAMMA", "pad", 403), ("CPI-ROMA", "incontri", 403),
         ("COM-MILANO", "incontri", 404), ("CPI-ROMA", "convocazioni", 403)],
    )  # fmt: skip
    async def test_act(self, servizio: ServizioInProva, chi: str, atto: str, status: int) -> None:
        caso_id = await _firmato(servizio)
        corpi: dict[str, Mapping[str, object]] = {"pad": PAD, "incontri": INCONTRO, "convocazioni": CONVOCAZIONE}

        assert (await invia(servizio.come(chi), caso_id, atto, corpi[atto])).status_code == status

    async def test_never_the_citizen_for_the_social_services(self, servizio: ServizioInProva) -> None:
        caso_id = await _firmato(servizio)

        assert (await invia(servizio.come(cittadino()), caso_id, "incontri", INCONTRO)).status_code == 403

    async def test_not_without_a_key(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)

        risposta = await servizio.come(cittadino()).post(f"/v1/casi/{caso_id}/registrazione-siisl", json={})

        assert risposta.status_code in (400, 422)


class TestStessaChiave:
    @pytest.mark.parametrize(
        ("chi", "atto", "corpo"),
        [(None, "registrazione-siisl", {}), (None, "pad", PAD), ("COM-ROMA", "convocazioni", CONVOCAZIONE),
         ("COM-ROMA", "incontri", INCONTRO)],
    )  # fmt: skip
    async def test_does_not_serve_one_caso_with_the_answer_of_another(
        self, servizio: ServizioInProva, chi: str | None, atto: str, corpo: Mapping[str, object]
    ) -> None:
        uno, altro = await _firmato(servizio), await _firmato(servizio)
        client = servizio.come(chi or cittadino())

        risposte = [await invia(client, caso_id, atto, corpo, chiave="chiave-unica") for caso_id in (uno, altro)]

        assert risposte[0].status_code in (200, 201)
        assert risposte[1].status_code == 422


class TestInsieme:
    async def test_two_signatures_at_once_give_one_pad(self, servizio: ServizioInProva) -> None:
        caso_id = await _aperto(servizio)
        persona = servizio.come(cittadino())
        await invia(persona, caso_id, "registrazione-siisl", {"registrato_il": "2026-02-28"})
        corpi = [PAD, PAD, {**PAD, "sottoscritto_il": "2026-03-01"}]

        risposte = await asyncio.gather(*(invia(persona, caso_id, "pad", corpo) for corpo in corpi))

        assert sorted(r.status_code for r in risposte) in ([200, 201, 409], [201, 409, 409])
        assert len(await servizio.emessi(PadSottoscrittoV1)) == 1
