# SPDX-License-Identifier: EUPL-1.2
"""Identity of operators and citizens: ready access tokens for who tries the system, in the shape the services read."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from deploy.sandbox.chiavi import firma
from deploy.sandbox.rifiuti import modulo, problema
from deploy.sandbox.stato import Sandbox, ora_dei_token, sandbox_di
from shared.kernel.codice_fiscale import valida
from shared.kernel.identita import id_deterministico

rotte = APIRouter(prefix="/oidc", tags=["Identità"])

_VITA = 15 * 60
_CF = "https://attributes.eid.gov.it/fiscal_number"


@rotte.get("/{chi}/jwks.json", summary="Chiavi pubbliche dell'emittente")
async def jwks(chi: str, request: Request) -> JSONResponse:
    """Elenca le chiavi dell'emittente dei token di operatori o cittadini."""
    if chi not in ("operatori", "cittadini"):
        raise problema(404, "Not Found", "Emittente sconosciuto")
    return JSONResponse(sandbox_di(request).chiavi.jwks(chi))


@rotte.post("/operatori/token", summary="Token pronto di un operatore (solo nella sandbox)")
async def token_operatore(request: Request) -> JSONResponse:
    """Rilascia il token di un operatore di un ente; `operatore` è il suo codice interno."""
    campi, sandbox = await modulo(request), sandbox_di(request)
    if campi.get("ente") not in sandbox.enti:
        raise problema(404, "Not Found", "Ente sconosciuto")
    return _risposta(token_di_operatore(sandbox, campi["ente"], campi.get("operatore") or "op-000001"))


@rotte.post("/cittadini/token", summary="Token pronto di un cittadino (solo nella sandbox)")
async def token_cittadino(request: Request) -> JSONResponse:
    """Rilascia il token di un cittadino, come dopo un accesso con SPID o CIE di livello 2."""
    campi = await modulo(request)
    try:
        codice = valida(campi.get("codice_fiscale", ""))
    except ValueError:
        raise problema(422, "Unprocessable Content", "Codice fiscale non valido") from None
    return _risposta(token_di_cittadino(sandbox_di(request), codice))


def token_di_operatore(sandbox: Sandbox, ente: str, operatore: str) -> str:
    """Issue the token of an operator."""
    return _firma(sandbox, "operatori", {"sub": operatore, "ente": ente})


def token_di_cittadino(sandbox: Sandbox, codice_fiscale: str) -> str:
    """Issue the token of a citizen."""
    sub = str(id_deterministico("sandbox", "cittadino", codice_fiscale))
    return _firma(sandbox, "cittadini", {"sub": sub, _CF: f"TINIT-{codice_fiscale}"})


def _firma(sandbox: Sandbox, chi: str, propri: dict[str, Any]) -> str:
    adesso, impostazioni = ora_dei_token(), sandbox.impostazioni
    comuni = {"iss": f"{impostazioni.url_pubblico}/oidc/{chi}", "aud": impostazioni.audience,
              "iat": adesso, "exp": adesso + _VITA, "jti": str(uuid4())}  # fmt: skip
    return firma(sandbox.chiavi.emittente(chi), comuni | propri, typ="at+jwt")


def _risposta(token: str) -> JSONResponse:
    corpo = {"access_token": token, "expires_in": _VITA, "token_type": "Bearer"}
    return JSONResponse(corpo, headers={"Cache-Control": "no-store"})
