# SPDX-License-Identifier: EUPL-1.2
"""HTTP face of App IO: profiles first, then messages, then their state."""

import hmac
from datetime import UTC
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from deploy.sandbox.messaggi import NuovoMessaggio, RichiestaProfilo
from deploy.sandbox.rifiuti import leggi, problema
from deploy.sandbox.stato import annota, sandbox_di

rotte = APIRouter(prefix="/appio/api/v1", tags=["App IO"])


@rotte.post("/profiles", summary="Dice se una persona è raggiungibile")
async def profilo(request: Request) -> dict[str, Any]:
    """Dice se il mittente può scrivere alla persona; 404 se non ha App IO."""
    _autentica(request)
    richiesta = leggi(RichiestaProfilo, await request.body())
    annota(request, "profiles", soggetto=richiesta.fiscal_code)
    stato = sandbox_di(request).messaggi.profilo(richiesta.fiscal_code)
    if stato == "ASSENTE":
        raise problema(404, "Profile not found", "The user does not have a profile")
    return {"sender_allowed": stato != "NON_CONSENTITO", "preferred_languages": ["it_IT"]}


@rotte.post("/messages", summary="Accetta un messaggio", status_code=201)
async def messaggio(request: Request) -> JSONResponse:
    """Accetta un messaggio: accettato non vuol dire consegnato."""
    _autentica(request)
    nuovo = leggi(NuovoMessaggio, await request.body())
    accettato = sandbox_di(request).messaggi.accetta(nuovo)
    annota(request, "messages", id=accettato.id, soggetto=nuovo.fiscal_code)
    return JSONResponse({"id": accettato.id}, 201)


@rotte.get("/messages/{fiscal_code}/{id_}", summary="Stato di un messaggio")
async def stato(fiscal_code: str, id_: str, request: Request) -> dict[str, Any]:
    """Dice che cosa ne è stato di un messaggio."""
    _autentica(request)
    annota(request, "messages/stato", id=id_, soggetto=fiscal_code)
    trovato = sandbox_di(request).messaggi.trova(fiscal_code, id_)
    if trovato is None:
        raise problema(404, "Message not found", "No message with this id")
    creato = trovato.creato_il.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    risposta: dict[str, Any] = {
        "message": {"id": id_, "fiscal_code": fiscal_code, "created_at": creato},
        "status": trovato.status,
    }
    if trovato.webhook is not None:
        risposta["notification"] = {"webhook": trovato.webhook}
    return risposta


def _autentica(request: Request) -> None:
    chiave = request.headers.get("ocp-apim-subscription-key", "")
    if not hmac.compare_digest(chiave.encode(), sandbox_di(request).impostazioni.chiave_appio.encode()):
        raise problema(401, "Unauthorized", "Access denied due to invalid or missing subscription key")
