# SPDX-License-Identifier: EUPL-1.2
"""The line between us and the sandbox: it keeps what arrives, and can change it before the sandbox reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Guasto = Callable[["Arrivata"], "Arrivata"]


@dataclass(frozen=True, slots=True)
class Arrivata:
    """A request as it came over HTTP, and how it was answered."""

    metodo: str
    percorso: str
    intestazioni: dict[str, str]
    corpo: bytes
    stato: int = 0


class Linea:
    """In front of the sandbox, in its server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.arrivate: list[Arrivata] = []
        self.guasta: Guasto | None = None

    def azzera(self) -> None:
        """Forget what arrived, change nothing any more."""
        self.arrivate.clear()
        self.guasta = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        intestazioni = {nome.decode().lower(): valore.decode("latin-1") for nome, valore in scope["headers"]}
        arrivata = Arrivata(scope["method"], scope["path"], intestazioni, await _corpo(receive))
        if self.guasta is not None:
            arrivata = self.guasta(arrivata)
        cambiate = arrivata.intestazioni | {"content-length": str(len(arrivata.corpo))}
        scope = {**scope, "headers": [(n.encode(), v.encode("latin-1")) for n, v in cambiate.items()]}
        stati: list[int] = []

        async def ricevi() -> Message:
            return {"type": "http.request", "body": arrivata.corpo, "more_body": False}

        async def rispondi(messaggio: Message) -> None:
            if messaggio["type"] == "http.response.start":
                stati.append(messaggio["status"])
            await send(messaggio)

        try:
            await self._app(scope, ricevi, rispondi)
        finally:
            a = arrivata
            self.arrivate.append(Arrivata(a.metodo, a.percorso, a.intestazioni, a.corpo, stati[0] if stati else 0))


async def _corpo(receive: Receive) -> bytes:
    pezzi, ancora = b"", True
    while ancora:
        messaggio = await receive()
        pezzi, ancora = pezzi + messaggio.get("body", b""), bool(messaggio.get("more_body"))
    return pezzi
