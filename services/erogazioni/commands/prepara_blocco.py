# SPDX-License-Identifier: EUPL-1.2
"""Prepare one block of a lotto: the orders, their ledger rows and the resume mark in one transaction."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.lotto import StatoLotto
from services.erogazioni.store import lotti, preparazione
from shared.db.session import Session


async def prepara_blocco(session: Session, lotto_id: UUID, *, quante: int, per_flusso: int, now: datetime) -> bool:
    """Order what is due to the next `quante` posizioni; False when the lotto is complete.

    The lotto is locked: two runners take turns, and one that dies leaves the mark where its last commit put it.
    """
    lotto = await lotti.carica(session, lotto_id, blocca=True)
    if lotto is None or lotto.stato is not StatoLotto.IN_PREPARAZIONE:
        return False
    blocco = await preparazione.disponi_blocco(session, lotto, quante=quante, per_flusso=per_flusso, now=now)
    await lotti.avanza(session, lotto, blocco)
    if blocco.segno is None:
        await lotti.chiudi_preparazione(session, lotto_id, now=now)
        await preparazione.scongela(session, lotto_id)
    return blocco.segno is not None
