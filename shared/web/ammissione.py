# SPDX-License-Identifier: EUPL-1.2
"""Overload: so many requests at work at a time, as many waiting for a moment, the others told at once to come back.

What is let in is served in time; what is not has cost almost nothing and has changed nothing.
"""

import asyncio
import contextlib
from collections import deque

from prometheus_client import Counter

from shared.errors import InclusioneError

RESPINTE = Counter("inclusione_respinte", "HTTP requests refused because the service had too much to do")
ATTESA_SECONDS = 0.25


class Sovraccarico(InclusioneError):
    """The service has more to do than it can: nothing was done of this request."""

    status = 503
    tipo = "servizio-sovraccarico"
    titolo = "Servizio sovraccarico"
    ritentabile = True
    retry_after_seconds = 1


class Ammissione:
    """A door of `insieme` places, with a short queue in order of arrival."""

    def __init__(self, insieme: int, *, attesa_seconds: float = ATTESA_SECONDS) -> None:
        self._insieme = insieme
        self._liberi = insieme
        self._attesa_seconds = attesa_seconds
        self._coda: deque[asyncio.Future[None]] = deque()

    @property
    def piena(self) -> bool:
        """Tell whether who comes now would not even find a place in the queue."""
        return len(self._coda) >= self._insieme

    async def entra(self) -> None:
        """Take a place, waiting for one if need be; each one taken is given back with `esci`.

        :raises Sovraccarico: if the queue is full, or no place gets free in time.
        """
        if self._liberi:
            self._liberi -= 1
            return
        if self.piena:
            raise Sovraccarico("Troppe richieste insieme")
        turno = asyncio.get_running_loop().create_future()
        self._coda.append(turno)
        try:
            async with asyncio.timeout(self._attesa_seconds):
                await turno
        except BaseException as errore:
            if turno.done() and not turno.cancelled():
                self.esci()  # the place came together with the end of the wait
            else:
                with contextlib.suppress(ValueError):  # who gave a place back may have taken it out already
                    self._coda.remove(turno)
            if isinstance(errore, TimeoutError):
                raise Sovraccarico("Nessun posto si è liberato in tempo") from None
            raise

    def esci(self) -> None:
        """Give the place to the first of the queue, or back."""
        while self._coda:
            turno = self._coda.popleft()
            if not turno.done():
                turno.set_result(None)
                return
        self._liberi += 1
