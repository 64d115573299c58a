# SPDX-License-Identifier: EUPL-1.2
"""Faults switched on from outside, and the layer that applies them around every simulated system."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.sandbox.giornale import Giornale, Voce
from deploy.sandbox.rifiuti import Rifiuto, problema, troppe
from shared.kernel.calendario import Orologio

Tipo = Literal["LIMITE", "ERRORE", "TIMEOUT", "RISPOSTA_PERSA", "ALTRA_PERSONA", "RITARDO"]
SISTEMI = ("pdnd", "anpr", "isee", "pra", "giustizia", "unilav", "carte", "appio", "posta")
CON_ALTRA_PERSONA = ("anpr", "isee", "pra", "giustizia", "unilav")
_PREFISSI = {
    "/pdnd/token": "pdnd", "/pdnd/api/": "pdnd", "/anpr/": "anpr", "/inps/": "isee", "/pra/": "pra", "/giustizia/": "giustizia",
    "/unilav/": "unilav", "/poste/": "carte", "/appio/": "appio",
}  # fmt: skip


@dataclass(slots=True)
class Guasto:
    """A fault: how many times it still happens (None: until removed) and its seconds, where they matter."""

    tipo: Tipo
    volte: int | None = 1
    secondi: float = 1.0  # seconds of waiting, not money


class Guasti:
    """The faults of each system."""

    def __init__(self) -> None:
        self._attivi: dict[str, Guasto] = {}

    def imposta(self, sistema: str, guasto: Guasto) -> None:
        """Switch a fault on, in place of the present one."""
        self._attivi[sistema] = guasto

    def togli(self, sistema: str | None = None) -> None:
        """Switch the fault of a system off, or all of them."""
        if sistema is None:
            self._attivi.clear()
        else:
            self._attivi.pop(sistema, None)

    def consuma(self, sistema: str) -> Guasto | None:
        """Take the fault that hits the present request, if any."""
        guasto = self._attivi.get(sistema)
        if guasto is not None and guasto.volte is not None:
            guasto.volte -= 1
            if guasto.volte <= 0:
                del self._attivi[sistema]
        return guasto

    def attivi(self) -> dict[str, Guasto]:
        """Give the faults now on."""
        return dict(self._attivi)


class Perimetro:
    """ASGI layer: one journal row per request, and the fault of the system applied before or after the real work."""

    def __init__(self, app: ASGIApp, *, guasti: Guasti, giornale: Giornale, orologio: Orologio) -> None:
        self._app = app
        self._guasti = guasti
        self._giornale = giornale
        self._orologio = orologio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sistema = _sistema(scope)
        if sistema is None:
            await self._app(scope, receive, send)
            return
        voce = Voce(sistema, f"{scope['method']} {scope['path']}", istante=self._orologio())
        guasto = self._guasti.consuma(sistema)
        voce.guasto = guasto.tipo if guasto else ""
        scope["state"] = {**scope.get("state", {}), "voce": voce, "guasto": guasto}
        try:
            await self._servi(scope, receive, _che_annota(send, voce), guasto, voce)
        finally:
            self._giornale.scrivi(voce)

    async def _servi(self, scope: Scope, receive: Receive, send: Send, guasto: Guasto | None, voce: Voce) -> None:
        match guasto.tipo if guasto else None:
            case "LIMITE":
                assert guasto is not None
                await troppe(voce.sistema, secondi=max(1, round(guasto.secondi))).in_http()(scope, receive, send)
            case "ERRORE" if voce.sistema != "isee":
                await _errore(voce.sistema).in_http()(scope, receive, send)
            case "TIMEOUT":
                assert guasto is not None
                await _aspetta_chiusura(receive, guasto.secondi)
                await _taglia(send)
                voce.status = 0
            case "RISPOSTA_PERSA":
                await self._app(scope, receive, _che_tace)
                await _taglia(send)
                voce.status = 0
            case "RITARDO":
                assert guasto is not None
                await asyncio.sleep(guasto.secondi)
                await self._app(scope, receive, send)
            case _:
                await self._app(scope, receive, send)


def _sistema(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["path"].endswith("/status"):
        return None
    return next((nome for prefisso, nome in _PREFISSI.items() if scope["path"].startswith(prefisso)), None)


def _errore(sistema: str) -> Rifiuto:
    if sistema == "anpr":
        return Rifiuto(500, {"listaErrori": [{
            "codiceErroreAnomalia": "EN999", "tipoErroreAnomalia": "E", "testoErroreAnomalia": "Errore interno"}]})  # fmt: skip
    return problema(503, "Service Unavailable", "Servizio momentaneamente non disponibile", {"Retry-After": "1"})


def _che_annota(send: Send, voce: Voce) -> Send:
    async def invia(messaggio: Message) -> None:
        if messaggio["type"] == "http.response.start":
            voce.status = messaggio["status"]
        await send(messaggio)

    return invia


async def _che_tace(_messaggio: Message) -> None:
    return


async def _taglia(send: Send) -> None:
    """Promise a body and never send it: the server closes the connection and the caller sees it broken."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


async def _aspetta_chiusura(receive: Receive, secondi: float) -> None:
    async def chiusa() -> None:
        while True:
            messaggio: dict[str, Any] = dict(await receive())
            if messaggio["type"] == "http.disconnect":
                return

    try:
        await asyncio.wait_for(chiusa(), secondi)
    except TimeoutError:
        return
