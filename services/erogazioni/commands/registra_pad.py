# SPDX-License-Identifier: EUPL-1.2
"""Take the signature of the PAD: without it nothing is paid."""

from collections.abc import Sequence

from services.erogazioni.store import posizioni
from shared.contracts.presa_in_carico import PadSottoscrittoV1
from shared.db.session import Session


async def registra_pad(session: Session, eventi: Sequence[PadSottoscrittoV1]) -> None:
    """Record the signatures; an older version has no effect."""
    note = await posizioni.carica(session, [e.domanda_id for e in eventi])
    nuove = dict(note)
    for evento in eventi:
        nuove[evento.domanda_id] = nuove[evento.domanda_id].con_pad(
            versione=evento.versione, sottoscritto_il=evento.sottoscritto_il
        )
    await posizioni.salva(session, [p for d, p in nuove.items() if p != note[d]])
