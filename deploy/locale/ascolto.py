# SPDX-License-Identifier: EUPL-1.2
"""How the processes listen: a connection that does not say in time what it wants is closed, a full service says so at once.

Here there is only what comes before the application: the body has its own limit (`shared/web/corpo.py`), and the door of
the service decides who comes in (`shared/web/ammissione.py`). While the door is closed the refusal is written as soon as
the headers are read: at ten times the capacity, going through the application to be refused would take all there is.
Connections have a number too: when it is passed, the one that has been waiting longest for a request makes room.
"""

import asyncio
import resource
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from prometheus_client import Counter
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from shared.kernel.identita import nuovo_id
from shared.web.ammissione import RESPINTE, Ammissione
from shared.web.bordo import SEMPRE

INTESTAZIONI_SECONDS = 10.0
# Half of what the system lets this process open is for the database, the broker, the calls to others.
CONNESSIONI = min(1000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
CHIUSE = Counter("inclusione_connessioni_chiuse", "Connections closed, or refused, because there were too many")
_LENTA = ("408 Request Timeout", "corpo-non-arrivato", "Corpo non arrivato in tempo", "Connection: close")
_ILLEGGIBILE = ("400 Bad Request", "richiesta-illeggibile", "Richiesta illeggibile", "Connection: close")
_PIENA = ("503 Service Unavailable", "servizio-sovraccarico", "Servizio sovraccarico", "Retry-After: 1")
_TROPPE = (*_PIENA[:3], "Retry-After: 1\r\nConnection: close")
# What stands in the place of a request that the application never saw: its answer is complete, its body is thrown away.
_RESPINTA: Any = SimpleNamespace(response_complete=True, message_event=asyncio.Event())
_SEMPRE = tuple(percorso.encode() for percorso in SEMPRE)
# Of each server, the connections without a request at work, those that have been so for longest first.
_FERME: "WeakKeyDictionary[ServerState, dict[HttpToolsProtocol, None]]" = WeakKeyDictionary()


def _risposta(riga: str, tipo: str, titolo: str, intestazione: str) -> bytes:
    filo = str(nuovo_id())
    corpo = (
        f'{{"type":"https://inclusione.example/problemi/{tipo}","title":"{titolo}","status":{riga[:3]},"detail":"{titolo}",'
        f'"instance":"urn:uuid:{filo}","correlation_id":"{filo}"}}'
    )
    return (
        f"HTTP/1.1 {riga}\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n{intestazione}\r\n"
        f"X-Correlation-ID: {filo}\r\nContent-Length: {len(corpo)}\r\n\r\n{corpo}"
    ).encode()


class ProtocolloConTermine(HttpToolsProtocol):
    """HTTP/1.1 where the headers of each request, from the first byte to the last, have a time, and connections a number."""

    secondi = INTESTAZIONI_SECONDS
    massimo = CONNESSIONI
    _termine: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time of the first request: who opens a connection has something to say."""
        super().connection_made(transport)
        self._ferme = _FERME.setdefault(self.server_state, {})
        self._ferme[self] = None
        self._conta()
        if len(self.connections) > self.massimo:
            self._fai_posto()

    def on_message_begin(self) -> None:
        """Start the time of the next ones."""
        super().on_message_begin()
        if self._termine is None:
            self._conta()

    def on_headers_complete(self) -> None:
        """Stop it; refuse at once while the door is closed."""
        self._smetti()
        self._ferme.pop(self, None)
        porta: Ammissione | None = self.app_state.get("ammissione")
        libera = self.cycle is None or self.cycle.response_complete
        if porta is None or not porta.piena or not libera or self.url.endswith(_SEMPRE):
            super().on_headers_complete()
            return
        RESPINTE.inc()
        self.cycle = _RESPINTA
        self._ferme[self] = None
        self.transport.write(_risposta(*_PIENA))
        self._conta()  # the body of who was refused is thrown away, and has a time too

    def on_message_complete(self) -> None:
        """Stop the time of a body that nobody reads, and start that of a connection at rest."""
        super().on_message_complete()
        if self.cycle is _RESPINTA:
            self._smetti()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_response_complete(self) -> None:
        """Put the connection last among those that wait, unless another request is already there."""
        super().on_response_complete()
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self._ferme[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop it."""
        self._smetti()
        self._ferme.pop(self, None)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the text of the server is in English
        """Refuse what is not HTTP, in our own words."""
        self.transport.write(_risposta(*_ILLEGGIBILE))
        self.transport.close()

    def _fai_posto(self) -> None:
        """Close the connection that has waited for longest; refuse this one if all the others are at work."""
        CHIUSE.inc()
        vecchia = next(iter(self._ferme))
        del self._ferme[vecchia]
        if vecchia is self:
            self.transport.write(_risposta(*_TROPPE))
            self.transport.close()
        else:
            vecchia.transport.abort()

    def _conta(self) -> None:
        self._termine = self.loop.call_later(self.secondi, self._scaduto)

    def _smetti(self) -> None:
        if self._termine is not None:
            self._termine.cancel()
            self._termine = None

    def _scaduto(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._conta()  # the answer to the request before is still on its way
            return
        if self.cycle is not _RESPINTA:  # who was refused has its answer
            self.transport.write(_risposta(*_LENTA))
        self.transport.close()
