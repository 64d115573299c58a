# SPDX-License-Identifier: EUPL-1.2
"""Outcomes set aside: seen, looked into, closed by a decision that stays; open ones keep the proof from closing."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.registra_restituzioni import Restituzione, registra_restituzioni
from services.erogazioni.domain.erogazione import RigaEsito
from services.erogazioni.store import quarantena
from shared.contracts.erogazioni import ErogazioneRestituitaV1
from tests.erogazioni.fatti import MARZO, aperte, erogazioni, righe
from tests.erogazioni.passi import ADESSO, flussi, paga, prepara
from tests.support.servizio import ServizioInProva
from tests.support.token import operatore

_ELENCO = "/v1/esiti-in-quarantena"
_TORNATO = date(2026, 5, 4)
_ARCHIVIA = {"decisione": "ARCHIVIA", "motivazione": "Rettificato dal pagatore con nota del 5 maggio"}


async def _arriva(servizio: ServizioInProva, flusso_id: object, *righe_: RigaEsito) -> None:
    """Let outcomes arrive, whatever the state of their file."""
    arrivate = [Restituzione(str(flusso_id), riga) for riga in righe_]
    async with servizio.database.transaction() as session:
        await registra_restituzioni(session, arrivate, cursore=None, now=ADESSO)


async def _decidi(
    servizio: ServizioInProva, esito_id: str, corpo: dict[str, Any], *, chiave: str | None = None, chi: str = "INPS"
) -> httpx.Response:
    return await servizio.come(chi).post(
        f"{_ELENCO}/{esito_id}/chiusura", json=corpo, headers={"Idempotency-Key": chiave or f"prova-{uuid4()}"}
    )


async def _elenco(servizio: ServizioInProva, **filtri: str) -> list[dict[str, Any]]:
    risposta = await servizio.come("INPS").get(_ELENCO, params=filtri)
    assert risposta.status_code == 200, risposta.text
    items: list[dict[str, Any]] = risposta.json()["items"]
    return items


@pytest.fixture
async def pagata(servizio: ServizioInProva) -> dict[str, Any]:
    """A month paid, whose payer then says that it had refused it."""
    await aperte(servizio, 1)
    await paga(servizio.database, await prepara(servizio.database, MARZO))
    (riga,) = await erogazioni(servizio.database)
    await _arriva(servizio, riga["flusso_id"], RigaEsito(str(riga["id"]), "SCARTATO", "CARTA_BLOCCATA"))
    return riga


class TestElenco:
    async def test_filters_and_pages_from_the_newest(self, servizio: ServizioInProva, pagata: dict[str, Any]) -> None:
        altro = uuid4()
        await _arriva(servizio, altro, RigaEsito("ID-1", "RESTITUITO", None, _TORNATO))
        await _arriva(servizio, pagata["flusso_id"], RigaEsito(str(pagata["id"]), "FORSE"))

        tutti = await _elenco(servizio)
        del_lotto = await _elenco(servizio, lotto_id=str(pagata["lotto_id"]))
        prima = (await servizio.come("INPS").get(_ELENCO, params={"limit": 2})).json()
        seconda = await _elenco(servizio, limit="2", cursor=prima["next_cursor"])

        assert [e["causa"] for e in tutti] == ["ESITO_SCONOSCIUTO", "DISPOSIZIONE_SCONOSCIUTA", "ESITO_CONTRADDITTORIO"]
        assert [e["causa"] for e in del_lotto] == ["ESITO_SCONOSCIUTO", "ESITO_CONTRADDITTORIO"]
        assert [e["id"] for e in await _elenco(servizio, flusso_id=str(altro))] == [tutti[1]["id"]]
        assert await _elenco(servizio, causa="ESITO_CONTRADDITTORIO") == tutti[2:]
        assert await _elenco(servizio, stato="ARCHIVIATO") == []
        assert [*prima["items"], *seconda] == tutti

    async def test_refuses_filters_that_mean_nothing(self, servizio: ServizioInProva) -> None:
        inps = servizio.come("INPS")

        stati = [
            (await inps.get(_ELENCO, params=p)).status_code
            for p in ({"stato": "PERSO"}, {"causa": "X"}, {"flusso_id": "1"}, {"cursor": "abc"})
        ]

        assert stati == [422] * 4


class TestDettaglio:
    async def test_shows_file_order_and_ledger_and_logs_whose_they_are(
        self, servizio: ServizioInProva, pagata: dict[str, Any]
    ) -> None:
        (voce,) = await _elenco(servizio)

        letto = (await servizio.come("INPS").get(f"{_ELENCO}/{voce['id']}")).json()

        assert (letto["stato"], letto["esito"], letto["motivo"]) == ("APERTO", "SCARTATO", "CARTA_BLOCCATA")
        assert letto["spiegazione"] == "L'esito contraddice lo stato della disposizione"
        assert (letto["flusso"]["id"], letto["flusso"]["stato"]) == (str(pagata["flusso_id"]), "CONCLUSO")
        disposizione = letto["disposizione"]
        assert (disposizione["erogazione_id"], disposizione["stato"], disposizione["importo"]) == (
            str(pagata["id"]), "ESEGUITO", "480.00",
        )  # fmt: skip
        assert sorted((m["causale"], m["conto"], m["importo"]) for m in disposizione["movimenti"]) == [
            ("DISPOSTA", "SPETTANZE_DA_PAGARE", "-480.00"), ("DISPOSTA", "TRANSITO_PAGATORE", "480.00"),
            ("ESEGUITA", "EROGATO", "480.00"), ("ESEGUITA", "TRANSITO_PAGATORE", "-480.00"),
        ]  # fmt: skip
        accessi = await righe(
            servizio.database, "SELECT oggetto FROM accesso WHERE operazione = 'show_esito_in_quarantena'"
        )
        assert accessi == [{"oggetto": pagata["posizione_id"]}]

    async def test_of_something_unknown_shows_what_the_payer_wrote(self, servizio: ServizioInProva) -> None:
        await _arriva(servizio, "FILE-9", RigaEsito("ID-9", "RESTITUITO", "CONTO_CHIUSO", _TORNATO))
        (voce,) = await _elenco(servizio)

        letto = (await servizio.come("INPS").get(f"{_ELENCO}/{voce['id']}")).json()

        assert (letto["flusso"], letto["disposizione"]) == (None, None)
        assert (letto["id_disposizione"], letto["flusso_id"]) == ("ID-9", str(UUID(int=0)))


class TestArchivia:
    async def test_keeps_who_when_and_why_and_lets_the_proof_close(
        self, servizio: ServizioInProva, pagata: dict[str, Any]
    ) -> None:
        inps = servizio.come("INPS")
        prova = f"/v1/lotti/{pagata['lotto_id']}/quadratura"
        prima = (await inps.get(prova)).json()
        (voce,) = await _elenco(servizio)

        risposta = await _decidi(servizio, voce["id"], _ARCHIVIA, chi=operatore("INPS", "op-000042"))

        chiuso = risposta.json()
        assert risposta.status_code == 200
        assert (chiuso["stato"], chiuso["decisione"], chiuso["motivazione"]) == ("ARCHIVIATO", *_ARCHIVIA.values())
        assert (chiuso["ente"], chiuso["operatore"]) == ("INPS", "op-000042")
        assert chiuso["deciso_il"] is not None
        assert (await inps.get(f"{_ELENCO}/{voce['id']}")).json() == chiuso
        dopo = (await inps.get(prova)).json()
        assert [(p["esiti_in_quarantena"], p["quadra"]) for p in (prima, dopo)] == [(1, False), (0, True)]
        (riga,) = await righe(servizio.database, "SELECT motivazione FROM esito_in_quarantena")
        assert b"Rettificato" not in riga["motivazione"]

    async def test_is_done_once_and_the_same_outcome_does_not_open_it_again(
        self, servizio: ServizioInProva, pagata: dict[str, Any]
    ) -> None:
        (voce,) = await _elenco(servizio)
        prima = await _decidi(servizio, voce["id"], _ARCHIVIA, chiave="archivia-1")

        stessa = await _decidi(servizio, voce["id"], _ARCHIVIA, chiave="archivia-1")
        altra = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})
        await _arriva(servizio, pagata["flusso_id"], RigaEsito(str(pagata["id"]), "SCARTATO", "CARTA_BLOCCATA"))

        assert (stessa.status_code, stessa.content) == (200, prima.content)
        assert (altra.status_code, altra.json()["type"].rpartition("/")[2]) == (409, "esito-gia-chiuso")
        assert [e["stato"] for e in await _elenco(servizio)] == ["ARCHIVIATO"]

    @pytest.mark.parametrize(
        "corpo",
        [{"decisione": "ARCHIVIA"}, {"decisione": "ARCHIVIA", "motivazione": "   "}, {"decisione": "CANCELLA"}, {}],
    )
    async def test_wants_a_reason_and_a_decision_that_exists(
        self, servizio: ServizioInProva, pagata: dict[str, Any], corpo: dict[str, Any]
    ) -> None:
        (voce,) = await _elenco(servizio)

        risposta = await _decidi(servizio, voce["id"], corpo)

        assert (risposta.status_code, bool(risposta.json()["errors"])) == (422, True)
        assert [e["stato"] for e in await _elenco(servizio)] == ["APERTO"]

    async def test_of_what_is_not_there_is_refused(self, servizio: ServizioInProva) -> None:
        assert (await _decidi(servizio, str(uuid4()), _ARCHIVIA)).status_code == 404


class TestRiesamina:
    async def test_refuses_as_long_as_it_contradicts_what_is_known(
        self, servizio: ServizioInProva, pagata: dict[str, Any]
    ) -> None:
        (voce,) = await _elenco(servizio)

        risposta = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})

        assert (risposta.status_code, risposta.json()["type"].rpartition("/")[2]) == (409, "esito-non-applicabile")
        assert "contraddice" in risposta.json()["detail"]
        assert [e["stato"] for e in await _elenco(servizio)] == ["APERTO"]
        assert [e["stato"] for e in await erogazioni(servizio.database)] == ["ESEGUITO"]

    async def test_applies_it_once_the_order_is_known_with_ledger_event_and_month(
        self, servizio: ServizioInProva
    ) -> None:
        await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        (riga,) = await erogazioni(servizio.database)
        await _arriva(
            servizio, riga["flusso_id"], RigaEsito(str(riga["id"]), "RESTITUITO", "CARTA_NON_RITIRATA", _TORNATO)
        )
        (voce,) = await _elenco(servizio)
        troppo_presto = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})
        await paga(servizio.database, lotto_id)

        risposta = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})

        assert (troppo_presto.status_code, risposta.status_code) == (409, 200)
        letto = risposta.json()
        assert (letto["stato"], letto["disposizione"]["stato"]) == ("APPLICATO", "RESTITUITO")
        assert letto["disposizione"]["restituita_il"] == "2026-05-04"
        assert {m["causale"] for m in letto["disposizione"]["movimenti"]} == {"DISPOSTA", "ESEGUITA", "RESTITUITA"}
        (evento,) = await servizio.emessi(ErogazioneRestituitaV1)
        assert evento.erogazione_id == riga["id"]
        prova = (await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}/quadratura")).json()
        assert (prova["quadra"], prova["esiti_in_quarantena"]) == (True, 0)

    async def test_of_what_was_applied_in_the_meantime_changes_nothing(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        (riga,) = await erogazioni(servizio.database)
        tornata = RigaEsito(str(riga["id"]), "RESTITUITO", "CARTA_NON_RITIRATA", _TORNATO)
        await _arriva(servizio, riga["flusso_id"], tornata)
        await paga(servizio.database, lotto_id)
        await _arriva(servizio, riga["flusso_id"], tornata)
        prima = await erogazioni(servizio.database)
        (voce,) = await _elenco(servizio)

        risposta = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})

        assert risposta.json()["stato"] == "APPLICATO"
        assert await erogazioni(servizio.database) == prima
        assert len(await servizio.emessi(ErogazioneRestituitaV1)) == 1

    async def test_leaves_a_file_that_is_still_at_the_payer_to_its_own_end(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        (flusso_id,) = await flussi(servizio.database, lotto_id)
        (riga,) = await erogazioni(servizio.database)
        await _arriva(servizio, flusso_id, RigaEsito(str(riga["id"]), "RESTITUITO", None, _TORNATO))
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)
        (voce,) = await _elenco(servizio)

        risposta = await _decidi(servizio, voce["id"], {"decisione": "RIESAMINA"})

        letto = risposta.json()
        assert (letto["stato"], letto["disposizione"]["stato"], letto["flusso"]["stato"]) == (
            "APPLICATO", "RESTITUITO", "IN_INVIO",
        )  # fmt: skip


class TestDifetto:
    async def test_of_a_lost_decision_would_be_seen(
        self, servizio: ServizioInProva, pagata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: a decision that is not written leaves the outcome open, and the second one is not refused."""

        async def perde(*_: object, **__: object) -> None:
            return

        monkeypatch.setattr(quarantena, "chiudi", perde)
        (voce,) = await _elenco(servizio)

        risposte = [await _decidi(servizio, voce["id"], _ARCHIVIA) for _ in range(2)]

        assert [r.status_code for r in risposte] == [200, 200]
        assert [e["stato"] for e in await _elenco(servizio)] == ["APERTO"]
