# SPDX-License-Identifier: EUPL-1.2
"""The clock of the first meeting: who let the 120 days pass is suspended. No external call, so no lease is needed."""

from collections.abc import Sequence
from datetime import datetime

from services.presa_in_carico.commands.sospendi_scaduti import scaduti, sospendi_scaduti
from services.presa_in_carico.domain.caso import CasoId
from shared.db.session import Database, Session
from shared.kernel.calendario import Orologio
from shared.messaging.jobs import Job

_PER_LOTTO = 200


def scadenze(database: Database) -> Job[Sequence[CasoId]]:
    """Build the job: each row is a lot of casi, suspended in one transaction. Two replicas do no harm to each other."""

    async def prendi(session: Session, now: datetime, quanti: int) -> Sequence[Sequence[CasoId]]:
        ids = await scaduti(session, quanti=quanti * _PER_LOTTO, now=now)
        return [ids[inizio : inizio + _PER_LOTTO] for inizio in range(0, len(ids), _PER_LOTTO)]

    async def esegui(lotto: Sequence[CasoId], now: datetime) -> None:
        async with database.transaction() as session:
            await sospendi_scaduti(session, lotto, now=now)

    return Job("scadenze", prendi, esegui, concorrenza=2)


def jobs(database: Database, _orologio: Orologio) -> Sequence[Job[Sequence[CasoId]]]:
    """Give the jobs of the service."""
    return (scadenze(database),)
