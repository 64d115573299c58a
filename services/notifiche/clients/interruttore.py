# SPDX-License-Identifier: EUPL-1.2
"""Circuit breaker: a channel that does not answer is left alone for a while, and no attempt is spent on it."""

from datetime import datetime, timedelta

_FALLIMENTI_MASSIMI = 5
_PAUSA_SECONDS = 30


class Interruttore:
    """Counts the failures in a row of one channel; open, nothing is taken from its queue."""

    def __init__(self) -> None:
        self._fallimenti = 0
        self._aperto_fino_al: datetime | None = None

    def aperto(self, now: datetime) -> bool:
        """Tell whether the channel must be left alone."""
        return self._aperto_fino_al is not None and now < self._aperto_fino_al

    def successo(self) -> None:
        """Record an answer, whatever it says."""
        self._fallimenti = 0
        self._aperto_fino_al = None

    def fallimento(self, now: datetime, *, riprova_seconds: int = 0) -> None:
        """Record a missing answer; when the channel itself asked to wait, wait."""
        self._fallimenti += 1
        if riprova_seconds or self._fallimenti >= _FALLIMENTI_MASSIMI:
            self._aperto_fino_al = now + timedelta(seconds=max(riprova_seconds, _PAUSA_SECONDS))
