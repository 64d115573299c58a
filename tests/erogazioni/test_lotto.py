# SPDX-License-Identifier: EUPL-1.2
"""The preparation of a lotto: the same rows whoever runs it and wherever it was interrupted; what stays out, and why."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_risposta import registra_consegna
from services.erogazioni.domain.erogazione import RigaEsito, id_erogazione
from services.erogazioni.domain.lotto import LottoInPreparazione, MeseFuturo, id_lotto
from services.erogazioni.domain.posizione import id_posizione
from shared.contracts.erogazioni import ErogazioneDispostaV1, ErogazioneScartataV1
from shared.db.session import Database
from shared.kernel.mese import Mese
from tests.erogazioni.fatti import (
    APRILE,
    MARZO,
    aperte,
    cessata,
    erogazioni,
    mesi_uguali,
    pad,
    revocata,
    righe,
    sospesa,
    spettanza,
)
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva

_NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)


async def _apri(database: Database, mese: Mese) -> UUID:
    async with database.transaction() as session:
        return (await apri_lotto(session, "ADI", mese, now=_NOW)).id


async def _blocco(database: Database, lotto_id: UUID, *, quante: int = 3) -> bool:
    async with database.transaction() as session:
        return await prepara_blocco(session, lotto_id, quante=quante, per_flusso=4, now=_NOW)


async def _prepara(database: Database, mese: Mese) -> UUID:
    lotto_id = await _apri(database, mese)
    while await _blocco(database, lotto_id):
        pass
    return lotto_id


async def _flussi(database: Database, lotto_id: UUID) -> list[UUID]:
    return [
        r["id"] for r in await righe(database, "SELECT id FROM flusso WHERE lotto_id = $1 ORDER BY numero", lotto_id)
    ]


async def _paga(database: Database, lotto_id: UUID, *, scarta: frozenset[UUID] = frozenset()) -> None:
    """Send the flows and take their outcomes, without a payer in between."""
    for flusso_id in await _flussi(database, lotto_id):
        async with database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=_NOW)
        async with database.transaction() as session:
            await registra_consegna(session, flusso_id, now=_NOW)
        sue = await righe(database, "SELECT id FROM erogazione WHERE flusso_id = $1 AND stato = 'IN_INVIO'", flusso_id)
        esiti = [
            RigaEsito(str(r["id"]), "SCARTATO", "CARTA_BLOCCATA") if r["id"] in scarta
            else RigaEsito(str(r["id"]), "ESEGUITO", None, _NOW.date())
            for r in sue
        ]  # fmt: skip
        async with database.transaction() as session:
            await registra_esiti(session, flusso_id, PaginaEsiti(esiti, None, conclusa=True), now=_NOW)


async def _fotografia(database: Database, lotto_id: UUID) -> dict[str, Any]:
    campi = "disposte, disposte_cent, sospese, cessate, in_attesa, posizioni, stato, segno"
    return {
        "lotto": await righe(database, f"SELECT {campi} FROM lotto WHERE id = $1", lotto_id),
        "erogazioni": await righe(database, "SELECT * FROM erogazione ORDER BY id"),
        "movimenti": await righe(database, "SELECT * FROM movimento ORDER BY erogazione_id, causale, conto"),
        "flussi": await righe(database, "SELECT id, numero, disposizioni, importo_cent FROM flusso ORDER BY numero"),
    }


async def _svuota(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(
            "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM movimento; DELETE FROM erogazione; "
            "DELETE FROM flusso; DELETE FROM lotto; COMMIT"
        )


class TestPreparaBlocco:
    async def test_orders_what_is_due_once_with_its_ledger_rows(self, servizio: ServizioInProva) -> None:
        domande = await aperte(servizio, 10)

        lotto_id = await _prepara(servizio.database, MARZO)

        foto = await _fotografia(servizio.database, lotto_id)
        attesi = {
            id_erogazione(misura="ADI", posizione_id=id_posizione(d), mese="2026-03", progressivo=1) for d in domande
        }
        assert {e["id"] for e in foto["erogazioni"]} == attesi
        assert [(f["numero"], f["disposizioni"], f["importo_cent"]) for f in foto["flussi"]] == [
            (1, 4, 192_000),
            (2, 4, 192_000),
            (3, 2, 96_000),
        ]
        assert sum(m["importo_cent"] for m in foto["movimenti"]) == 0
        assert len(foto["movimenti"]) == 20
        assert foto["lotto"][0]["stato"] == "DISPOSTO"
        assert (foto["lotto"][0]["disposte"], foto["lotto"][0]["posizioni"]) == (10, 10)

    async def test_gives_the_same_rows_after_being_killed_between_blocks(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 11)
        database = servizio.database
        intera = await _fotografia(database, await _prepara(database, MARZO))
        await _svuota(database)
        lotto_id = await _apri(database, MARZO)
        await _blocco(database, lotto_id)

        async def muore_a_meta() -> None:
            async with database.transaction() as session:
                await prepara_blocco(session, lotto_id, quante=3, per_flusso=4, now=_NOW)
                raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await muore_a_meta()
        while await _blocco(database, lotto_id):
            pass

        assert await _fotografia(database, lotto_id) == intera

    async def test_gives_the_same_rows_with_two_runners_at_once(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 11)
        database = servizio.database
        intera = await _fotografia(database, await _prepara(database, MARZO))
        await _svuota(database)
        lotto_id = await _apri(database, MARZO)

        async def corre() -> int:
            blocchi = 0
            while await _blocco(database, lotto_id):
                blocchi += 1
            return blocchi

        fatti = await asyncio.gather(corre(), corre())

        assert sum(fatti) == 3
        assert await _fotografia(database, lotto_id) == intera

    async def test_leaves_out_and_counts_who_waits_is_suspended_or_has_ended(self, servizio: ServizioInProva) -> None:
        (buona, ferma, finita) = await aperte(servizio, 3)
        in_attesa = uuid4()
        await servizio.consegna(
            spettanza(in_attesa), sospesa(ferma, uuid4(), dal=MARZO), cessata(finita, dal=MARZO), cessata(uuid4())
        )

        lotto_id = await _prepara(servizio.database, MARZO)

        (lotto,) = (await _fotografia(servizio.database, lotto_id))["lotto"]
        assert [e["posizione_id"] for e in await erogazioni(servizio.database)] == [id_posizione(buona)]
        assert (lotto["disposte"], lotto["in_attesa"], lotto["sospese"], lotto["cessate"]) == (1, 1, 1, 1)

    async def test_pays_the_arrears_after_the_suspension_is_revoked(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        sospensione_id = uuid4()
        await servizio.consegna(sospesa(domanda_id, sospensione_id, dal=MARZO))
        marzo = await _prepara(servizio.database, MARZO)
        await servizio.consegna(revocata(domanda_id, sospensione_id))

        aprile = await _prepara(servizio.database, APRILE)

        pagate = await erogazioni(servizio.database)
        assert [(e["mese"], e["lotto_id"]) for e in pagate] == [("2026-03", aprile), ("2026-04", aprile)]
        assert (await _fotografia(servizio.database, marzo))["lotto"][0]["stato"] == "CONCLUSO"

    async def test_pays_only_the_months_before_the_cessation(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await servizio.consegna(cessata(domanda_id, dal=APRILE))

        await _prepara(servizio.database, APRILE)

        assert [e["mese"] for e in await erogazioni(servizio.database)] == ["2026-03"]

    async def test_reissues_a_refused_month_with_the_next_progressivo(self, servizio: ServizioInProva) -> None:
        domanda_id, altra = await aperte(servizio, 2)
        rifiutata = id_erogazione(misura="ADI", posizione_id=id_posizione(domanda_id), mese="2026-03", progressivo=1)
        marzo = await _prepara(servizio.database, MARZO)
        await _paga(servizio.database, marzo, scarta=frozenset({rifiutata}))

        aprile = await _prepara(servizio.database, APRILE)

        sue = await erogazioni(servizio.database, domanda_id)
        assert [(e["mese"], e["progressivo"], e["stato"], e["sostituisce"]) for e in sue] == [
            ("2026-03", 1, "SCARTATO", None),
            ("2026-03", 2, "DA_INVIARE", rifiutata),
            ("2026-04", 1, "DA_INVIARE", None),
        ]
        assert [e["progressivo"] for e in await erogazioni(servizio.database, altra)] == [1, 1]
        (scartata,) = await servizio.emessi(ErogazioneScartataV1)
        assert (scartata.erogazione_id, scartata.versione, scartata.motivo) == (rifiutata, 2, "CARTA_BLOCCATA")
        assert {e["lotto_id"] for e in sue} == {marzo, aprile}

    async def test_pays_only_the_difference_when_the_amount_of_a_paid_month_grows(
        self, servizio: ServizioInProva
    ) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await _paga(servizio.database, await _prepara(servizio.database, MARZO))
        await servizio.consegna(spettanza(domanda_id, mesi_uguali(MARZO, 2, "500.00"), versione=2))

        await _prepara(servizio.database, APRILE)

        sue = await erogazioni(servizio.database)
        assert [(e["mese"], e["progressivo"], e["importo_cent"]) for e in sue] == [
            ("2026-03", 1, 48_000),
            ("2026-03", 2, 2_000),
            ("2026-04", 1, 50_000),
        ]

    async def test_never_orders_a_month_twice(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 5)
        await _prepara(servizio.database, APRILE)

        marzo = await _prepara(servizio.database, MARZO)

        assert (await _fotografia(servizio.database, marzo))["lotto"][0]["disposte"] == 0
        assert len(await erogazioni(servizio.database)) == 10


class TestApriLotto:
    async def test_gives_the_same_lotto_when_asked_again(self, servizio: ServizioInProva) -> None:
        primo, secondo = await _apri(servizio.database, MARZO), await _apri(servizio.database, MARZO)

        assert primo == secondo == id_lotto("ADI", MARZO)

    async def test_refuses_a_month_that_has_not_begun(self, servizio: ServizioInProva) -> None:
        with pytest.raises(MeseFuturo):
            await _apri(servizio.database, Mese(2026, 5))

    async def test_refuses_a_second_lotto_while_one_is_being_prepared(self, servizio: ServizioInProva) -> None:
        await _apri(servizio.database, MARZO)

        with pytest.raises(LottoInPreparazione):
            await _apri(servizio.database, APRILE)


class TestMandaInInvio:
    async def test_cancels_what_is_not_due_any_more_and_announces_the_rest(self, servizio: ServizioInProva) -> None:
        buona, ferma, finita, ridotta = await aperte(servizio, 4)
        lotto_id = await _prepara(servizio.database, MARZO)
        await servizio.consegna(
            sospesa(ferma, uuid4()), cessata(finita, dal=MARZO), spettanza(ridotta, {MARZO: "400.00"}, versione=2)
        )
        (flusso_id,) = await _flussi(servizio.database, lotto_id)

        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=_NOW)

        stati = {e["posizione_id"]: (e["stato"], e["motivo"]) for e in await erogazioni(servizio.database)}
        assert stati == {
            id_posizione(buona): ("IN_INVIO", None),
            id_posizione(ferma): ("ANNULLATO", "SOSPESA"),
            id_posizione(finita): ("ANNULLATO", "CESSATA"),
            id_posizione(ridotta): ("ANNULLATO", "RIDETERMINATA"),
        }
        (disposta,) = await servizio.emessi(ErogazioneDispostaV1)
        assert (disposta.domanda_id, disposta.mese, f"{disposta.importo:.2f}", disposta.versione) == (
            buona,
            MARZO,
            "480.00",
            1,
        )
        assert not await righe(servizio.database, "SELECT 1 FROM partita_recupero")

    async def test_fixes_the_bytes_once(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        (flusso_id,) = await _flussi(servizio.database, await _prepara(servizio.database, MARZO))

        async with servizio.database.transaction() as session:
            primi = await manda_in_invio(session, flusso_id, now=_NOW)
        await servizio.consegna(spettanza(domanda_id, versione=2, codice_fiscale="RSSMRA85T10A562S"))
        async with servizio.database.transaction() as session:
            secondi = await manda_in_invio(session, flusso_id, now=_NOW)

        assert primi is not None
        assert b"RSSMRA80A41H501Y" in primi
        assert secondi is None

    async def test_concludes_a_lotto_whose_flows_are_all_empty(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await _prepara(servizio.database, MARZO)
        await servizio.consegna(cessata(domanda_id, dal=MARZO))

        await _paga(servizio.database, lotto_id)

        (lotto,) = await righe(servizio.database, "SELECT stato FROM lotto")
        assert lotto["stato"] == "CONCLUSO"


class TestRecupero:
    async def test_opens_when_the_domanda_ends_after_the_money_has_left(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await _prepara(servizio.database, MARZO)
        (flusso_id,) = await _flussi(servizio.database, lotto_id)
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=_NOW)

        await servizio.consegna(cessata(domanda_id, dal=MARZO))

        (partita,) = await righe(servizio.database, "SELECT mese, causa, stato, importo_cent FROM partita_recupero")
        assert partita == {"mese": "2026-03", "causa": "CESSAZIONE", "stato": "APERTA", "importo_cent": 48_000}

    async def test_closes_when_the_payer_then_says_that_it_has_not_paid(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await _prepara(servizio.database, MARZO)
        (flusso_id,) = await _flussi(servizio.database, lotto_id)
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=_NOW)
        await servizio.consegna(cessata(domanda_id, dal=MARZO))
        (riga,) = await erogazioni(servizio.database)

        async with servizio.database.transaction() as session:
            await registra_consegna(session, flusso_id, now=_NOW)
            esiti = [RigaEsito(str(riga["id"]), "SCARTATO", "CARTA_BLOCCATA")]
            await registra_esiti(session, flusso_id, PaginaEsiti(esiti, None, conclusa=True), now=_NOW)

        (partita,) = await righe(servizio.database, "SELECT stato, importo_cent FROM partita_recupero")
        assert partita == {"stato": "CHIUSA", "importo_cent": 0}

    async def test_holds_the_difference_when_the_amount_of_a_paid_month_falls(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await _paga(servizio.database, await _prepara(servizio.database, MARZO))

        await servizio.consegna(spettanza(domanda_id, {MARZO: "400.00"}, versione=2))

        (partita,) = await righe(servizio.database, "SELECT causa, importo_cent FROM partita_recupero")
        assert partita == {"causa": "RIDETERMINAZIONE", "importo_cent": 8_000}

    async def test_is_never_lost_when_the_cessation_races_with_the_departure(self, servizio: ServizioInProva) -> None:
        domande = await aperte(servizio, 4)
        lotto_id = await _prepara(servizio.database, MARZO)
        (flusso_id,) = await _flussi(servizio.database, lotto_id)

        async def parte() -> None:
            async with servizio.database.transaction() as session:
                await manda_in_invio(session, flusso_id, now=_NOW)

        await asyncio.gather(
            *(servizio.consegna(cessata(d, dal=MARZO)) for d in domande[:2]),
            parte(),
            *(servizio.consegna(cessata(d, dal=MARZO)) for d in domande[2:]),
        )

        partite = {r["posizione_id"] for r in await righe(servizio.database, "SELECT * FROM partita_recupero")}
        uscite = {e["posizione_id"] for e in await erogazioni(servizio.database) if e["stato"] == "IN_INVIO"}
        assert partite == uscite


class TestPad:
    async def test_lets_the_months_already_due_be_paid(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        domanda_id = uuid4()
        await servizio.consegna(spettanza(domanda_id))
        await _prepara(servizio.database, MARZO)
        await servizio.consegna(pad(domanda_id))

        await _prepara(servizio.database, APRILE)

        assert [e["mese"] for e in await erogazioni(servizio.database)] == ["2026-03", "2026-04"]
