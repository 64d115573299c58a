# SPDX-License-Identifier: EUPL-1.2
"""Which events each service's queue holds, read from the handlers: nothing is written twice."""

import importlib

from shared.db.migrazioni import SERVIZI
from shared.messaging.handlers import Handlers


def ascolta(servizio: str) -> tuple[str, ...]:
    """Give the types of the events that a service listens to."""
    handlers: Handlers = importlib.import_module(f"services.{servizio}.handlers").handlers
    return handlers.tipi


def code() -> dict[str, tuple[str, ...]]:
    """Give the queues with their events."""
    return {servizio: ascolta(servizio) for servizio in SERVIZI}
