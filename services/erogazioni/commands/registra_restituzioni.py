# SPDX-License-Identifier: EUPL-1.2
"""Take a page of the payer's list of returns, whatever the state of their files, and move the cursor with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.erogazioni.commands.registra_esiti import smista_e_applica
from services.erogazioni.domain.erogazione import RigaEsito
from services.erogazioni.store import preparazione, restituzioni
from shared.db.session import Session

# Where an outcome is set aside when the payer names a file by something that is not an id of ours.
SENZA_FLUSSO = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Restituzione:
    """A row of the list: the outcome, and in which file the order had left."""

    id_flusso: str
    riga: RigaEsito


async def registra_restituzioni(
    session: Session, righe: Sequence[Restituzione], *, cursore: str | None, now: datetime
) -> None:
    """Apply returns: their months are due again. What cannot be applied is set aside; what is repeated has no effect."""
    await preparazione.apri_ai_fatti(session)
    per_flusso: dict[UUID, list[RigaEsito]] = defaultdict(list)
    for restituzione in righe:
        per_flusso[_flusso(restituzione.id_flusso)].append(restituzione.riga)
    await restituzioni.blocca_flussi(session, per_flusso)
    for flusso_id in sorted(per_flusso):
        await smista_e_applica(session, flusso_id, per_flusso[flusso_id], now=now)
    if cursore is not None:
        await restituzioni.segna_cursore(session, cursore)


def _flusso(testo: str) -> UUID:
    try:
        return UUID(testo)
    except ValueError:
        return SENZA_FLUSSO
