# SPDX-License-Identifier: EUPL-1.2
"""The API of PDND itself: which client registered a key. The shape of the answer is ours: clientId and the key."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from deploy.sandbox.eservizi import PDND_INTEROP
from deploy.sandbox.modi import verifica_voucher
from deploy.sandbox.rifiuti import problema
from deploy.sandbox.stato import annota, sandbox_di

rotte = APIRouter(prefix="/pdnd/api", tags=["PDND"])


@rotte.get("/keys/{kid}", summary="Chiave pubblica di un client")
async def chiave(kid: str, request: Request) -> JSONResponse:
    """Dice quale client ha registrato la chiave, e la chiave pubblica."""
    sandbox = sandbox_di(request)
    verifica_voucher(request, PDND_INTEROP)
    client = sandbox.client_da_kid(kid)
    annota(request, "keys", id=kid)
    if client is None:
        raise problema(404, "Not Found", "Chiave sconosciuta")
    return JSONResponse({"clientId": client, "jwk": sandbox.chiavi.registrata(client, kid).as_dict(private=False)})
