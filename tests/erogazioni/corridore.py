# SPDX-License-Identifier: EUPL-1.2
"""A scheduler in a process of its own: it prepares a lotto until nothing is left. `--senza-lucchetto` plants a bug."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.domain.lotto import Lotto
from services.erogazioni.store import lotti
from shared.db.session import Session
from tests.support.archivi import apri_archivio

# Held by who starts the race until both are there.
VIA = 7_402
_NOW = datetime(2025, 3, 15, 9, 0, tzinfo=UTC)


async def corri(url: str, lotto_id: UUID, *, quante: int) -> int:
    """Prepare blocks until the lotto is complete; give how many."""
    database = await apri_archivio(url, connessioni=1)
    async with database.connection() as conn:
        await conn.execute("SELECT pg_advisory_lock_shared($1)", VIA)
    fatti, ancora = 0, True
    while ancora:
        async with database.transaction() as session:
            ancora = await prepara_blocco(session, lotto_id, quante=quante, per_flusso=5_000, now=_NOW)
        fatti += ancora
    await database.close()
    return fatti


def togli_lucchetto() -> None:
    """Let two schedulers read the same resume mark."""
    carica = lotti.carica

    async def senza(session: Session, lotto_id: UUID, **_: Any) -> Lotto | None:
        return await carica(session, lotto_id)

    lotti.carica = senza


if __name__ == "__main__":
    if "--senza-lucchetto" in sys.argv:
        togli_lucchetto()
    sys.stdout.write(str(asyncio.run(corri(sys.argv[1], UUID(sys.argv[2]), quante=int(sys.argv[3])))))
