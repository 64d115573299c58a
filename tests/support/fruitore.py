# SPDX-License-Identifier: EUPL-1.2
"""An ente that calls through PDND as it must: a voucher, and signed headers where the operation wants them."""

import re
from collections.abc import Generator
from functools import cache
from uuid import uuid4

import httpx
from fastapi import FastAPI

from shared.web.pdnd import ClientPdnd, Operatore, Pdnd, impronta_di
from tests.support.token import AUDIENCE, chiave, client_di, voucher

OPERATORE = Operatore("op-004217", "sportello-03")


class Fruitore(httpx.Auth):
    """Signs the requests to the operations that want it, each with tokens of its own; the others go as they are."""

    requires_request_body = True

    def __init__(self, ente: str, app: FastAPI) -> None:
        self._ente = ente
        self._app = app

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add what is missing; what a test has put by itself stays."""
        if self._da_firmare(request):
            for nome, valore in intestazioni(self._ente, request.content, _tipo(request)).items():
                request.headers[nome] = valore
        yield request

    def _da_firmare(self, request: httpx.Request) -> bool:
        return any(
            metodo == request.method.lower() and percorso.fullmatch(request.url.path)
            for metodo, percorso in firmate(self._app)
        )


def firmate(app: FastAPI) -> list[tuple[str, re.Pattern[str]]]:
    """Give method and path of the operations that want signed requests."""
    operazioni = app.state.risorse.integrita.operazioni
    return [
        (metodo, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", percorso)))
        for percorso, metodi in app.openapi()["paths"].items()
        for metodo, operazione in metodi.items()
        if operazione["operationId"] in operazioni
    ]


def intestazioni(ente: str, corpo: bytes, tipo: dict[str, str]) -> dict[str, str]:
    """Build voucher, digest, signature and tracking evidence of one request, with the client that we use ourselves."""
    finalita = str(uuid4())
    traccia = pdnd(ente).traccia(finalita, OPERATORE, audience=AUDIENCE)
    legato = voucher(ente, purposeId=finalita, digest={"alg": "SHA256", "value": impronta_di(traccia)})
    firmate_ = pdnd(ente).firma_corpo(corpo, tipo, audience=AUDIENCE)
    return firmate_ | {"Authorization": f"Bearer {legato}", "Agid-JWT-TrackingEvidence": traccia}


@cache
def pdnd(ente: str) -> Pdnd:
    """Give the client of an ente; it signs and asks nothing to anybody."""
    client = client_di(ente)
    return Pdnd(ClientPdnd("http://127.0.0.1:9", client, f"kid-{client}", chiave()), httpx.AsyncClient())


def _tipo(request: httpx.Request) -> dict[str, str]:
    tipo = request.headers.get("content-type")
    return {"Content-Type": tipo} if tipo else {}
