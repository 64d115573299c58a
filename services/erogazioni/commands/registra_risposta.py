# SPDX-License-Identifier: EUPL-1.2
"""Record how the payer answered a flow: taken, refused whole, or silent."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.commands.registra_esiti import applica
from services.erogazioni.domain.erogazione import Applicabile, StatoErogazione
from services.erogazioni.domain.lotto import StatoFlusso
from services.erogazioni.store import erogazioni, flussi, lotti, preparazione
from shared.db.session import Session

_APERTI = (StatoFlusso.IN_INVIO, StatoFlusso.INCERTO, StatoFlusso.INVIATO)


async def registra_consegna(session: Session, flusso_id: UUID, *, now: datetime) -> None:
    """The payer has the file."""
    flusso = await flussi.carica(session, flusso_id)
    if flusso.stato in (StatoFlusso.IN_INVIO, StatoFlusso.INCERTO):
        await erogazioni.segna(session, flusso_id, da=(StatoErogazione.INCERTO,), a=StatoErogazione.IN_INVIO)
        await flussi.segna_inviato(session, flusso_id, now=now)


async def registra_incertezza(session: Session, flusso_id: UUID) -> None:
    """The payer did not answer: nobody knows whether it has the file, until it is asked again."""
    flusso = await flussi.carica(session, flusso_id)
    if flusso.stato in _APERTI:
        await erogazioni.segna(session, flusso_id, da=(StatoErogazione.IN_INVIO,), a=StatoErogazione.INCERTO)
        await flussi.rimanda(session, flusso_id, StatoFlusso.INCERTO)


async def registra_rifiuto(session: Session, flusso_id: UUID, codice: str, *, now: datetime) -> None:
    """The payer refused the whole file: its rows are SCARTATO and their months stay due."""
    await preparazione.apri_ai_fatti(session)
    flusso = await flussi.carica(session, flusso_id)
    if flusso.stato not in (StatoFlusso.IN_INVIO, StatoFlusso.INCERTO):
        return
    in_attesa = await erogazioni.senza_esito(session, flusso_id)
    esiti = [Applicabile(erogazione_id, StatoErogazione.SCARTATO, codice, None) for erogazione_id in in_attesa]
    await applica(session, flusso_id, esiti, now=now)
    await flussi.concludi(session, flusso_id, now=now, rifiuto=codice)
    await lotti.concludi(session, flusso.lotto_id, now=now)
