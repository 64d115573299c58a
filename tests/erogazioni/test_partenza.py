# SPDX-License-Identifier: EUPL-1.2
"""The point of no return: what is cancelled before it, what becomes a sum to recover after it."""

import asyncio
from uuid import uuid4

from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_risposta import registra_consegna
from services.erogazioni.domain.erogazione import RigaEsito
from services.erogazioni.domain.posizione import id_posizione
from shared.contracts.erogazioni import ErogazioneDispostaV1
from tests.erogazioni.fatti import (
    MARZO,
    aperte,
    cessata,
    erogazioni,
    righe,
    sospesa,
    spettanza,
)
from tests.erogazioni.passi import ADESSO, flussi, paga, prepara
from tests.support.servizio import ServizioInProva


class TestMandaInInvio:
    async def test_cancels_what_is_not_due_any_more_and_announces_the_rest(self, servizio: ServizioInProva) -> None:
        buona, ferma, finita, ridotta = await aperte(servizio, 4)
        lotto_id = await prepara(servizio.database, MARZO)
        await servizio.consegna(
            sospesa(ferma, uuid4()), cessata(finita, dal=MARZO), spettanza(ridotta, {MARZO: "400.00"}, versione=2)
        )
        (flusso_id,) = await flussi(servizio.database, lotto_id)

        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)

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
        (flusso_id,) = await flussi(servizio.database, await prepara(servizio.database, MARZO))

        async with servizio.database.transaction() as session:
            primi = await manda_in_invio(session, flusso_id, now=ADESSO)
        await servizio.consegna(spettanza(domanda_id, versione=2, codice_fiscale="RSSMRA85T10A562S"))
        async with servizio.database.transaction() as session:
            secondi = await manda_in_invio(session, flusso_id, now=ADESSO)

        assert primi is not None
        assert b"RSSMRA80A41H501Y" in primi
        assert secondi is None

    async def test_concludes_a_lotto_whose_flows_are_all_empty(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        await servizio.consegna(cessata(domanda_id, dal=MARZO))

        await paga(servizio.database, lotto_id)

        (lotto,) = await righe(servizio.database, "SELECT stato FROM lotto")
        assert lotto["stato"] == "CONCLUSO"


class TestRecupero:
    async def test_opens_when_the_domanda_ends_after_the_money_has_left(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        (flusso_id,) = await flussi(servizio.database, lotto_id)
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)

        await servizio.consegna(cessata(domanda_id, dal=MARZO))

        (partita,) = await righe(servizio.database, "SELECT mese, causa, stato, importo_cent FROM partita_recupero")
        assert partita == {"mese": "2026-03", "causa": "CESSAZIONE", "stato": "APERTA", "importo_cent": 48_000}

    async def test_closes_when_the_payer_then_says_that_it_has_not_paid(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        lotto_id = await prepara(servizio.database, MARZO)
        (flusso_id,) = await flussi(servizio.database, lotto_id)
        async with servizio.database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)
        await servizio.consegna(cessata(domanda_id, dal=MARZO))
        (riga,) = await erogazioni(servizio.database)

        async with servizio.database.transaction() as session:
            await registra_consegna(session, flusso_id, now=ADESSO)
            esiti = [RigaEsito(str(riga["id"]), "SCARTATO", "CARTA_BLOCCATA")]
            await registra_esiti(session, flusso_id, PaginaEsiti(esiti, None, conclusa=True), now=ADESSO)

        (partita,) = await righe(servizio.database, "SELECT stato, importo_cent FROM partita_recupero")
        assert partita == {"stato": "CHIUSA", "importo_cent": 0}

    async def test_holds_the_difference_when_the_amount_of_a_paid_month_falls(self, servizio: ServizioInProva) -> None:
        (domanda_id,) = await aperte(servizio, 1)
        await paga(servizio.database, await prepara(servizio.database, MARZO))

        await servizio.consegna(spettanza(domanda_id, {MARZO: "400.00"}, versione=2))

        (partita,) = await righe(servizio.database, "SELECT causa, importo_cent FROM partita_recupero")
        assert partita == {"causa": "RIDETERMINAZIONE", "importo_cent": 8_000}

    async def test_is_never_lost_when_the_cessation_races_with_the_departure(self, servizio: ServizioInProva) -> None:
        domande = await aperte(servizio, 4)
        lotto_id = await prepara(servizio.database, MARZO)
        (flusso_id,) = await flussi(servizio.database, lotto_id)

        async def parte() -> None:
            async with servizio.database.transaction() as session:
                await manda_in_invio(session, flusso_id, now=ADESSO)

        await asyncio.gather(
            *(servizio.consegna(cessata(d, dal=MARZO)) for d in domande[:2]),
            parte(),
            *(servizio.consegna(cessata(d, dal=MARZO)) for d in domande[2:]),
        )

        partite = {r["posizione_id"] for r in await righe(servizio.database, "SELECT * FROM partita_recupero")}
        uscite = {e["posizione_id"] for e in await erogazioni(servizio.database) if e["stato"] == "IN_INVIO"}
        assert partite == uscite
