# SPDX-License-Identifier: EUPL-1.2
"""The preparation of a lotto: the same rows whoever runs it and wherever it was interrupted; what stays out, and why."""

import asyncio
from uuid import uuid4

import pytest

from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.domain.erogazione import id_erogazione
from services.erogazioni.domain.lotto import LottoInPreparazione, MeseFuturo, id_flusso, id_lotto
from services.erogazioni.domain.posizione import id_posizione
from shared.contracts.erogazioni import ErogazioneScartataV1
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
    sospesa,
    spettanza,
)
from tests.erogazioni.passi import ADESSO, apri, blocco, fotografia, paga, prepara, svuota
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva


class TestPreparaBlocco:
    async def test_orders_what_is_due_once_with_its_ledger_rows(self, servizio: ServizioInProva) -> None:
        domande = await aperte(servizio, 10)

        lotto_id = await prepara(servizio.database, MARZO)

        foto = await fotografia(servizio.database, lotto_id)
        attesi = {
            id_erogazione(misura="ADI", posizione_id=id_posizione(d), mese="2026-03", progressivo=1) for d in domande
        }
        assert {e["id"] for e in foto["erogazioni"]} == attesi
        assert [f["id"] for f in foto["flussi"]] == [id_flusso(lotto_id, MARZO, n) for n in (1, 2, 3)]
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
        intera = await fotografia(database, await prepara(database, MARZO))
        await svuota(database)
        lotto_id = await apri(database, MARZO)
        await blocco(database, lotto_id)

        async def muore_a_meta() -> None:
            async with database.transaction() as session:
                await prepara_blocco(session, lotto_id, quante=3, per_flusso=4, now=ADESSO)
                raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await muore_a_meta()
        while await blocco(database, lotto_id):
            pass

        assert await fotografia(database, lotto_id) == intera

    async def test_gives_the_same_rows_with_two_runners_at_once(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 11)
        database = servizio.database
        intera = await fotografia(database, await prepara(database, MARZO))
        await svuota(database)
        lotto_id = await apri(database, MARZO)

        async def corre() -> int:
            blocchi = 0
            while await blocco(database, lotto_id):
                blocchi += 1
            return blocchi

        fatti = await asyncio.gather(corre(), corre())

        assert sum(fatti) == 3
        assert await fotografia(database, lotto_id) == intera

    async def test_leaves_out_and_counts_who_waits_is_suspended_or_has_ended(self, servizio: ServizioInProva) -> None:
        (buona, ferma, finita) = await aperte(servizio, 3)
        in_attesa = uuid4()
        await servizio.consegna(
            spettanza(in_attesa), sospesa(ferma, uuid4(), dal=MARZO), cessata(finita, dal=MARZO), cessata(uuid4())
        )

        lotto_id = await prepara(servizio.database, MARZO)

        (lotto,) = (await fotografia(servizio.database, lotto_id))["lotto"]
        assert [e["posizione_id"] for e in await erogazioni(servizio.database)] == [id_posizione(buona)]
        assert (lotto["disposte"], lotto["in_attesa"], lotto["sospese"], lotto["cessate"]) == (1, 1, 1, 1)

    async def test_pays_the_arrears_after_the_suspension_is_revoked(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        sospensione_id = uuid4()
        await servizio.consegna(sospesa(domanda_id, sospensione_id, dal=MARZO))
        marzo = await prepara(servizio.database, MARZO)
        await servizio.consegna(revocata(domanda_id, sospensione_id))

        aprile = await prepara(servizio.database, APRILE)

        pagate = await erogazioni(servizio.database)
        assert [(e["mese"], e["lotto_id"]) for e in pagate] == [("2026-03", aprile), ("2026-04", aprile)]
        assert (await fotografia(servizio.database, marzo))["lotto"][0]["stato"] == "CONCLUSO"

    async def test_pays_only_the_months_before_the_cessation(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await servizio.consegna(cessata(domanda_id, dal=APRILE))

        await prepara(servizio.database, APRILE)

        assert [e["mese"] for e in await erogazioni(servizio.database)] == ["2026-03"]

    async def test_reissues_a_refused_month_with_the_next_progressivo(self, servizio: ServizioInProva) -> None:
        domanda_id, altra = await aperte(servizio, 2)
        rifiutata = id_erogazione(misura="ADI", posizione_id=id_posizione(domanda_id), mese="2026-03", progressivo=1)
        marzo = await prepara(servizio.database, MARZO)
        await paga(servizio.database, marzo, scarta=frozenset({rifiutata}))

        aprile = await prepara(servizio.database, APRILE)

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
        await paga(servizio.database, await prepara(servizio.database, MARZO))
        await servizio.consegna(spettanza(domanda_id, mesi_uguali(MARZO, 2, "500.00"), versione=2))

        await prepara(servizio.database, APRILE)

        sue = await erogazioni(servizio.database)
        assert [(e["mese"], e["progressivo"], e["importo_cent"]) for e in sue] == [
            ("2026-03", 1, 48_000),
            ("2026-03", 2, 2_000),
            ("2026-04", 1, 50_000),
        ]

    async def test_never_orders_a_month_twice(self, servizio: ServizioInProva) -> None:
        await aperte(servizio, 5)
        await prepara(servizio.database, APRILE)

        marzo = await prepara(servizio.database, MARZO)

        assert (await fotografia(servizio.database, marzo))["lotto"][0]["disposte"] == 0
        assert len(await erogazioni(servizio.database)) == 10


class TestApriLotto:
    async def test_gives_the_same_lotto_when_asked_again(self, servizio: ServizioInProva) -> None:
        primo, secondo = await apri(servizio.database, MARZO), await apri(servizio.database, MARZO)

        assert primo == secondo == id_lotto("ADI", MARZO)

    async def test_refuses_a_month_that_has_not_begun(self, servizio: ServizioInProva) -> None:
        with pytest.raises(MeseFuturo):
            await apri(servizio.database, Mese(2026, 5))

    async def test_refuses_a_second_lotto_while_one_is_being_prepared(self, servizio: ServizioInProva) -> None:
        await apri(servizio.database, MARZO)

        with pytest.raises(LottoInPreparazione):
            await apri(servizio.database, APRILE)


class TestPad:
    async def test_lets_the_months_already_due_be_paid(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        domanda_id = uuid4()
        await servizio.consegna(spettanza(domanda_id))
        await prepara(servizio.database, MARZO)
        await servizio.consegna(pad(domanda_id))

        await prepara(servizio.database, APRILE)

        assert [e["mese"] for e in await erogazioni(servizio.database)] == ["2026-03", "2026-04"]
