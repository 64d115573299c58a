# SPDX-License-Identifier: EUPL-1.2
"""What time alone makes happen: the domande in evidenza whose term is over."""

from datetime import datetime
from uuid import UUID

from services.domande.commands.respingi_non_integrate import respingi_non_integrate
from shared.db.session import Database, Session
from shared.kernel.calendario import Orologio
from shared.messaging.jobs import Job

_QUANTE = 100


def jobs(_database: Database, _orologio: Orologio) -> tuple[Job[UUID], ...]:
    """Build the jobs of the service."""

    async def prendi(session: Session, now: datetime, _quante: int) -> list[UUID]:
        await respingi_non_integrate(session, now=now, quante=_QUANTE)
        return []

    async def esegui(_riga: UUID, _now: datetime) -> None:
        """Nothing is left to do outside the transaction."""

    return (Job("scadenze", prendi, esegui, intervallo_seconds=60.0),)
