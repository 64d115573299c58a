# SPDX-License-Identifier: EUPL-1.2
"""Take the end of a domanda: no later month is paid, and what has already left becomes a sum to recover."""

from collections.abc import Sequence
from datetime import datetime

from services.erogazioni.store import erogazioni, posizioni
from shared.contracts.domande import DomandaCessataV1
from shared.db.session import Session


async def registra_cessazioni(session: Session, eventi: Sequence[DomandaCessataV1], *, now: datetime) -> None:
    """Record cessations; one that comes before everything else leaves a posizione that will never be paid."""
    note = await posizioni.carica(session, [e.domanda_id for e in eventi])
    nuove = dict(note)
    for e in eventi:
        nuove[e.domanda_id] = nuove[e.domanda_id].cessa(versione=e.versione, dal_mese=e.dal_mese, causa=e.causa.value)
    cambiate = [p for d, p in nuove.items() if p != note[d]]
    await posizioni.salva(session, cambiate)
    await erogazioni.ricalcola_recuperi(session, [p.id for p in cambiate], now=now)
