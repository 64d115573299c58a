# SPDX-License-Identifier: EUPL-1.2
"""Due rows: prepare the letter and the deliveries, send on each channel, ask what became of what was accepted."""

from collections.abc import Sequence
from typing import Any

from services.notifiche.jobs.officina import Officina
from services.notifiche.jobs.prepara import job_prepara
from services.notifiche.jobs.spedisci import jobs_app_io, jobs_email
from shared.db.session import Database
from shared.kernel.calendario import Orologio
from shared.messaging.jobs import Job

__all__ = ["Officina", "lavori"]


def lavori(officina: Officina, database: Database, _orologio: Orologio) -> Sequence[Job[Any]]:
    """Give the jobs of the channels that are on."""
    return [job_prepara(officina, database), *jobs_app_io(officina, database), *jobs_email(officina, database)]
