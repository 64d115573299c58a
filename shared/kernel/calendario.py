# SPDX-License-Identifier: EUPL-1.2
"""Two clocks: instants in UTC, legal days in Europe/Rome; and the working days of the offices."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ROMA = ZoneInfo("Europe/Rome")
Orologio = Callable[[], datetime]


def adesso() -> datetime:
    """Read the clock of the machine, in UTC. Only the edges call it; everything else receives `now`."""
    return datetime.now(UTC)


def giorno_legale(istante: datetime) -> date:
    """Give the day that counts for the law: Rome's, whatever the zone of the server."""
    if istante.tzinfo is None:
        raise ValueError("istante senza fuso orario")
    return istante.astimezone(ROMA).date()


def inizio_giorno(giorno: date) -> datetime:
    """Give the instant (UTC) at which a legal day begins in Rome."""
    return datetime.combine(giorno, time(), tzinfo=ROMA).astimezone(UTC)


def fine_giorno(giorno: date) -> datetime:
    """Give the instant (UTC) at which a legal day is over: a term "by the day" expires here."""
    return inizio_giorno(giorno + timedelta(days=1))


@lru_cache(maxsize=512)
def _festivi(anno: int, provincia: str | None) -> frozenset[date]:
    return frozenset(holidays.country_holidays("IT", subdiv=provincia, years=anno))


def lavorativo(giorno: date, *, provincia: str | None = None) -> bool:
    """Tell whether offices work: Monday to Friday, no national holiday nor, when given, patron of the `provincia`."""
    return giorno.weekday() < 5 and giorno not in _festivi(giorno.year, provincia)


def aggiungi_giorni_lavorativi(giorno: date, quanti: int, *, provincia: str | None = None) -> date:
    """Move forward by working days; the starting day is not counted (art. 155 c.p.c.).

    :raises ValueError: if `quanti` is negative.
    """
    if quanti < 0:
        raise ValueError("giorni lavorativi negativi")
    while quanti:
        giorno += timedelta(days=1)
        quanti -= lavorativo(giorno, provincia=provincia)
    return giorno
