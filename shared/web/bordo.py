# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer of a service: overload, correlation id, size of the body, security headers, one log line, metrics."""

import contextlib
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db.session import correlazione
from shared.errors import FormatoNonAccettato, InclusioneError
from shared.kernel.identita import nuovo_id
from shared.web.ammissione import RESPINTE, Ammissione, Sovraccarico
from shared.web.corpo import con_corpo, leggi_corpo, troppo_grande
from shared.web.limiti import Limitatore
from shared.web.problemi import da_errore, imprevisto

log = structlog.get_logger("http")
CORPO_MASSIMO = 256 * 1024
# Who asks how the service is must know it above all when it has too much to do.
SEMPRE = ("/status", "/metrics")
# After these the rest of the body may still be on its way: the connection is of no more use.
_CHIUDONO = (408, 413)
_CON_CORPO = {"content-length", "transfer-encoding", "content-encoding"}
_RICHIESTE = Counter("inclusione_richieste", "HTTP requests", ["servizio", "operazione", "status"])
_DURATA = Histogram(
    "inclusione_richiesta_secondi", "Duration of HTTP requests", ["servizio", "operazione"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip


class Bordo:
    """Pure ASGI middleware: cheap, and in force for every route, mounted files and errors included."""

    def __init__(
        self, app: ASGIApp, *, servizio: str, limiti: Limitatore, ammissione: Ammissione, corpo_secondi: float,
        corpi: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self._app = app
        self._corpi = corpi or {}
        self._servizio = servizio
        self._limiti = limiti
        self._ammissione = ammissione
        self._corpo_secondi = corpo_secondi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        intestazioni = Headers(scope=scope)
        filo = _filo_valido(intestazioni.get("x-correlation-id"))
        correlazione.set(filo)
        inizio = time.perf_counter()
        esito: dict[str, int] = {"status": 500, "iniziata": 0, "muta": 0}
        # Who has not said who it is is counted by address; the caller's own count takes its place.
        anonimo = self._limiti.conta(f"indirizzo {(scope.get('client') or ('',))[0]}")

        async def invia(messaggio: Message) -> None:
            if messaggio["type"] == "http.response.start":
                esito.update(status=messaggio["status"], iniziata=1)
                risposta = MutableHeaders(scope=messaggio)
                risposta["X-Correlation-ID"] = filo
                risposta.setdefault("Cache-Control", "no-store")
                risposta.setdefault("X-Content-Type-Options", "nosniff")
                risposta.update(scope.get("residuo", anonimo).intestazioni)
            await send(messaggio)

        try:
            await self._servi(scope, receive, invia, intestazioni)
        except Exception as errore:  # nothing unexpected goes further: whoever is outside would log its text
            rifiuto = self._rifiuto(errore)
            esito["muta"] = isinstance(errore, Sovraccarico)
            if not esito["iniziata"]:
                await rifiuto(scope, receive, invia)
        finally:
            self._annota(scope, esito, time.perf_counter() - inizio)

    @staticmethod
    def _rifiuto(errore: Exception) -> Response:
        if not isinstance(errore, InclusioneError):
            return imprevisto(errore)
        risposta = da_errore(errore)
        if errore.status in _CHIUDONO:
            risposta.headers["Connection"] = "close"
        return risposta

    async def _servi(self, scope: Scope, receive: Receive, invia: Send, intestazioni: Headers) -> None:
        """Let the request in when there is a place, and its body is here: who is slow to send it takes none."""
        if _percorso(scope) in SEMPRE:
            await self._app(scope, receive, invia)
            return
        if self._ammissione.piena:
            raise Sovraccarico("Troppe richieste insieme")
        receive = await self._corpo(scope, receive, intestazioni)
        await self._ammissione.entra()
        try:
            await self._app(scope, receive, invia)
        finally:
            self._ammissione.esci()

    async def _corpo(self, scope: Scope, receive: Receive, intestazioni: Headers) -> Receive:
        if _CON_CORPO.isdisjoint(intestazioni.keys()):
            return receive
        massimo = self._corpi.get(_percorso(scope), CORPO_MASSIMO)
        rifiuto = self._da_rifiutare(intestazioni, massimo)
        if rifiuto is not None:
            raise rifiuto
        corpo = await leggi_corpo(receive, massimo=massimo, secondi=self._corpo_secondi)
        return con_corpo(corpo, receive)

    @staticmethod
    def _da_rifiutare(intestazioni: Headers, massimo: int) -> InclusioneError | None:
        lunghezza = intestazioni.get("content-length", "0")
        if not lunghezza.isascii() or not lunghezza.isdigit() or int(lunghezza) > massimo:
            return troppo_grande(massimo)
        if intestazioni.get("content-encoding", "identity") not in ("identity", "UTF-8", "utf-8"):
            return FormatoNonAccettato("I corpi compressi non sono accettati")
        return None

    def _annota(self, scope: Scope, esito: Mapping[str, int], secondi: float) -> None:
        status = esito["status"]
        rotta: Any = scope.get("route")
        operazione = getattr(rotta, "operation_id", None) or getattr(rotta, "path", "") or "sconosciuta"
        _RICHIESTE.labels(self._servizio, operazione, status).inc()
        _DURATA.labels(self._servizio, operazione).observe(secondi)
        if esito["muta"]:
            RESPINTE.inc()
            return  # a line for each request that overloads us would be one more load: the metric counts them
        livello = log.warning if status >= 500 else log.info
        livello("richiesta", servizio=self._servizio, metodo=scope["method"], operazione=operazione, status=status,
                indirizzo=(scope.get("client") or ("",))[0], millisecondi=round(secondi * 1000, 1))  # fmt: skip


def _percorso(scope: Scope) -> str:
    """Give the path inside the service, wherever it is mounted."""
    percorso: str = scope["path"]
    return percorso.removeprefix(scope.get("root_path", ""))


def _filo_valido(proposto: str | None) -> str:
    if proposto:
        with contextlib.suppress(ValueError):
            return str(UUID(proposto))
    return str(nuovo_id())
