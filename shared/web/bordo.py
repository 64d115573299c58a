# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer of a service: correlation id, size limit on the bytes, security headers, one log line, metrics."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db.session import correlazione
from shared.errors import FormatoNonAccettato, InclusioneError, RichiestaTroppoGrande
from shared.kernel.identita import nuovo_id
from shared.web.limiti import Limitatore
from shared.web.problemi import da_errore, imprevisto

log = structlog.get_logger("http")
CORPO_MASSIMO = 256 * 1024
_KIB = 1024
_RICHIESTE = Counter("inclusione_richieste", "HTTP requests", ["servizio", "operazione", "status"])
_DURATA = Histogram(
    "inclusione_richiesta_secondi", "Duration of HTTP requests", ["servizio", "operazione"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip


class Bordo:
    """Pure ASGI middleware: cheap, and in force for every route, mounted files and errors included."""

    def __init__(
        self, app: ASGIApp, *, servizio: str, limiti: Limitatore, corpi: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._corpi = corpi or {}
        self._servizio = servizio
        self._limiti = limiti

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        intestazioni = Headers(scope=scope)
        filo = _filo_valido(intestazioni.get("x-correlation-id"))
        correlazione.set(filo)
        inizio = time.perf_counter()
        esito = {"status": 500, "iniziata": 0}
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
            massimo = self._corpo_massimo(scope["path"])
            rifiuto = self._da_rifiutare(intestazioni, massimo)
            if rifiuto is not None:
                await da_errore(rifiuto)(scope, receive, invia)
            else:
                await self._app(scope, _limitata(receive, massimo), invia)
        except RichiestaTroppoGrande as errore:
            await da_errore(errore)(scope, receive, invia)
        except Exception as errore:  # nothing unexpected goes further: whoever is outside would log its text
            risposta = imprevisto(errore)
            if not esito["iniziata"]:
                await risposta(scope, receive, invia)
        finally:
            self._annota(scope, esito["status"], time.perf_counter() - inizio)

    def _corpo_massimo(self, percorso: str) -> int:
        """Give the limit of a path, wherever the service is mounted: the batches have their own."""
        return next((byte for fine, byte in self._corpi.items() if percorso.endswith(fine)), CORPO_MASSIMO)

    @staticmethod
    def _da_rifiutare(intestazioni: Headers, massimo: int) -> InclusioneError | None:
        lunghezza = intestazioni.get("content-length", "0")
        if not lunghezza.isascii() or not lunghezza.isdigit() or int(lunghezza) > massimo:
            return _troppo_grande(massimo)
        if intestazioni.get("content-encoding", "identity") not in ("identity", "UTF-8", "utf-8"):
            return FormatoNonAccettato("I corpi compressi non sono accettati")
        return None

    def _annota(self, scope: Scope, status: int, secondi: float) -> None:
        rotta: Any = scope.get("route")
        operazione = getattr(rotta, "operation_id", None) or getattr(rotta, "path", "") or "sconosciuta"
        _RICHIESTE.labels(self._servizio, operazione, status).inc()
        _DURATA.labels(self._servizio, operazione).observe(secondi)
        livello = log.warning if status >= 500 else log.info
        livello("richiesta", servizio=self._servizio, metodo=scope["method"], operazione=operazione, status=status,
                indirizzo=(scope.get("client") or ("",))[0], millisecondi=round(secondi * 1000, 1))  # fmt: skip


def _troppo_grande(massimo: int) -> RichiestaTroppoGrande:
    return RichiestaTroppoGrande(f"Il corpo supera {massimo // _KIB} KiB")


def _limitata(receive: Receive, massimo: int) -> Receive:
    letti = 0

    async def ricevi() -> Message:
        nonlocal letti
        messaggio = await receive()
        letti += len(messaggio.get("body", b""))
        if letti > massimo:
            raise _troppo_grande(massimo)
        return messaggio

    return ricevi


def _filo_valido(proposto: str | None) -> str:
    try:
        return str(UUID(proposto or ""))
    except ValueError:
        return str(nuovo_id())
