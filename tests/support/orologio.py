# SPDX-License-Identifier: EUPL-1.2
"""A clock that moves only when the test says so."""

from datetime import UTC, datetime, timedelta

# A Monday morning, far from the ends of month and from the changes of hour.
INIZIO = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class OrologioDiProva:
    """Stands where the services expect a clock: `orologio()` gives the instant."""

    def __init__(self, istante: datetime = INIZIO) -> None:
        self.vai(istante)

    def __call__(self) -> datetime:
        return self._istante

    def vai(self, istante: datetime) -> datetime:
        """Jump to an instant, forwards or backwards."""
        if istante.tzinfo is None:
            raise ValueError("istante senza fuso orario")
        self._istante = istante.astimezone(UTC)
        return self._istante

    def avanza(self, **durata: float) -> datetime:
        """Move forward by a duration, in the words of `timedelta`: `avanza(days=120)`."""
        return self.vai(self._istante + timedelta(**durata))
