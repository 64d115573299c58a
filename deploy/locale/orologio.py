# SPDX-License-Identifier: EUPL-1.2
"""The clock of the embedded system: it ticks like a real one, from whatever instant it was set to."""

import time
from datetime import UTC, datetime, timedelta


class OrologioRegolabile:
    """Callable clock, in UTC, that can be moved forward: months of a story pass in seconds."""

    def __init__(self, partenza: datetime) -> None:
        self._partenza = partenza
        self._zero = time.monotonic()

    def __call__(self) -> datetime:
        """Read the clock."""
        return (self._partenza + timedelta(seconds=time.monotonic() - self._zero)).astimezone(UTC)

    def imposta(self, istante: datetime) -> None:
        """Move to an instant.

        :raises ValueError: if it lies in the past of this clock, or has no zone.
        """
        if istante.tzinfo is None or istante < self():
            raise ValueError("l'orologio può solo avanzare")
        self._partenza, self._zero = istante, time.monotonic()
