# SPDX-License-Identifier: EUPL-1.2
"""Prepare one block of a lotto: the orders, their ledger rows and the resume mark in one transaction."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.lotto import StatoLotto, disponi
from services.erogazioni.store import lotti
from shared.db.session import Session


async def prepara_blocco(session: Session, lotto_id: UUID, *, quante: int, per_flusso: int, now: datetime) -> bool:
    """Order what is due to the next `quante` posizioni; False when the lotto is complete.

    The lotto is locked: two runners take turns, and one that dies leaves the mark where its last commit put it.
    """
    lotto = await lotti.carica(session, lotto_id, blocca=True)
    if lotto is None or lotto.stato is not StatoLotto.IN_PREPARAZIONE:
        return False
    fino_a = await lotti.fine_del_blocco(session, lotto, quante=quante)
    blocco = disponi(lotto, await lotti.dovute(session, lotto, fino_a=fino_a), per_flusso=per_flusso)
    posizioni = quante if fino_a else await lotti.conta_posizioni(session, lotto, fino_a=None)
    if blocco.disposizioni:
        await lotti.aggiungi(session, lotto, blocco, now=now)
    await lotti.avanza(session, lotto, blocco, segno=fino_a, posizioni=posizioni)
    if fino_a is None:
        await lotti.chiudi_preparazione(session, lotto_id, now=now)
    return fino_a is not None
