# SPDX-License-Identifier: EUPL-1.2
"""PDND: client assertions verified as in the manual, vouchers issued in its shape."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from deploy.sandbox.chiavi import TokenNonValido, apri, firma, intestazione_di
from deploy.sandbox.eservizi import INCLUSIONE, finalita, kid_di
from deploy.sandbox.rifiuti import Rifiuto, modulo, problema
from deploy.sandbox.stato import Sandbox, annota, ora_dei_token, sandbox_di
from shared.kernel.identita import id_deterministico

rotte = APIRouter(prefix="/pdnd", tags=["PDND"])

ISS = "interop.pagopa.it"
AUD_ASSERTION = "auth.interop.pagopa.it/client-assertion"
_TIPO_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_VITA_VOUCHER = 600
_TOLLERANZA = 5
_AMMESSI = {"iss", "sub", "aud", "jti", "iat", "exp", "purposeId", "digest"}
_LIMITI = {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "99", "X-Rate-Limit-Interval": "1000"}


@rotte.post("/token.oauth2", summary="Rilascia un voucher")
async def token(request: Request) -> JSONResponse:
    """Verifica la client assertion e rilascia il voucher per la finalità indicata."""
    campi = await modulo(request)
    sandbox = sandbox_di(request)
    if campi.get("grant_type") != "client_credentials" or campi.get("client_assertion_type") != _TIPO_ASSERTION:
        raise _rifiuto("grant_type o client_assertion_type non previsti", "015-0001")
    assertion = _verifica(sandbox, campi.get("client_assertion", ""), campi.get("client_id", ""))
    annota(request, "token", id=str(assertion["jti"]), client=str(assertion["sub"]))
    digest = assertion.get("digest")
    return _risposta(emetti_voucher(sandbox, str(assertion["sub"]), str(assertion["purposeId"]), digest))


@rotte.post("/voucher-di-prova", summary="Voucher pronto per provare (solo nella sandbox)")
async def voucher_di_prova(request: Request) -> JSONResponse:
    """Rilascia senza client assertion un voucher per le API di inclusione. La PDND vera non offre nulla di simile."""
    sandbox, client = sandbox_di(request), (await modulo(request)).get("client_id", "")
    if client not in sandbox.client:
        raise problema(404, "Not Found", "Client sconosciuto")
    return _risposta(emetti_voucher(sandbox, client, finalita(client, INCLUSIONE), None))


@rotte.get("/.well-known/jwks.json", summary="Chiavi pubbliche della PDND")
async def jwks(request: Request) -> JSONResponse:
    """Elenca le chiavi con cui sono firmati i voucher."""
    return JSONResponse(sandbox_di(request).chiavi.jwks("pdnd"))


def emetti_voucher(sandbox: Sandbox, client_id: str, purpose_id: str, digest: Mapping[str, str] | None) -> str:
    """Issue a voucher for the e-service of the purpose.

    :raises Rifiuto: if the purpose is not one of the client's.
    """
    eservizio = sandbox.eservizio_per(client_id, purpose_id)
    if eservizio is None:
        raise _rifiuto("purposeId non associato al client", "015-0012")
    adesso = ora_dei_token()
    audience = (
        eservizio.percorso if eservizio.nome == INCLUSIONE else eservizio.audience(sandbox.impostazioni.url_pubblico)
    )
    dichiarati: dict[str, Any] = {
        "iss": ISS, "aud": audience, "sub": client_id, "client_id": client_id, "purposeId": purpose_id,
        "producerId": _id("ente", eservizio.sistema), "consumerId": _id("ente", client_id),
        "eserviceId": _id("eservizio", eservizio.nome), "descriptorId": _id("descrittore", eservizio.nome),
        "iat": adesso, "nbf": adesso, "exp": adesso + _VITA_VOUCHER, "jti": str(uuid4()),
    }  # fmt: skip
    if digest is not None:
        dichiarati["digest"] = digest
    return firma(sandbox.chiavi.emittente("pdnd"), dichiarati, typ="at+jwt")


def _verifica(sandbox: Sandbox, assertion: str, client_id: str) -> dict[str, Any]:
    try:
        intestazione = intestazione_di(assertion)
        client = sandbox.client_da_kid(str(intestazione.get("kid")))
        giusti = intestazione.get("alg") == "RS256" and intestazione.get("typ", "JWT") == "JWT"
        if client is None or intestazione.get("kid") != kid_di(client) or not giusti:
            raise _rifiuto("alg, typ o kid non validi", "015-0003")
        dichiarati = apri(assertion, sandbox.chiavi.client(client))
    except TokenNonValido:
        raise _rifiuto("Firma della client assertion non valida", "015-0004") from None
    difetto = _difetto(dichiarati, client, client_id)
    if difetto:
        raise _rifiuto(difetto, "015-0005")
    if not sandbox.visti.nuovo("assertion", client, str(dichiarati["jti"])):
        raise _rifiuto("jti già usato", "015-0006")
    return dichiarati


def _difetto(dichiarati: Mapping[str, Any], client: str, client_id: str) -> str:
    """Say what is wrong in the claims, or nothing."""
    in_piu = set(dichiarati) - _AMMESSI
    if in_piu:
        return "Claim non ammessi: " + ", ".join(sorted(in_piu))
    if not dichiarati.get("iss") == dichiarati.get("sub") == client or client_id not in ("", client):
        return "iss, sub e client_id devono essere il client che ha registrato la chiave"
    if dichiarati.get("aud") not in (AUD_ASSERTION, [AUD_ASSERTION]):
        return "aud non valido"
    if not dichiarati.get("jti") or not dichiarati.get("purposeId"):
        return "jti e purposeId sono obbligatori"
    return _difetto_tempi(dichiarati) or _difetto_digest(dichiarati.get("digest"))


def _difetto_tempi(dichiarati: Mapping[str, Any]) -> str:
    adesso, tempi = ora_dei_token(), (dichiarati.get("iat"), dichiarati.get("exp"))
    if not all(isinstance(t, int) and not isinstance(t, bool) for t in tempi):
        return "iat ed exp devono essere numeri"
    valida = int(dichiarati["iat"]) <= adesso + _TOLLERANZA and adesso < int(dichiarati["exp"])
    return "" if valida else "Client assertion scaduta o non ancora valida"


def _difetto_digest(digest: object) -> str:
    if digest is None:
        return ""
    valore = digest.get("value") if isinstance(digest, dict) and digest.get("alg") == "SHA256" else None
    corretto = isinstance(valore, str) and len(valore) == 64 and set(valore) <= set("0123456789abcdef")
    return "" if corretto else "digest non valido: SHA256 in esadecimale minuscolo"


def _rifiuto(dettaglio: str, codice: str) -> Rifiuto:
    corpo = {"type": "about:blank", "title": "Bad Request", "status": 400,
             "detail": "Unable to generate a token for the given request", "errors": [{"code": codice, "detail": dettaglio}]}  # fmt: skip
    return Rifiuto(400, corpo, _LIMITI)


def _risposta(voucher: str) -> JSONResponse:
    corpo = {"access_token": voucher, "expires_in": _VITA_VOUCHER, "token_type": "Bearer"}
    return JSONResponse(corpo, headers={**_LIMITI, "Cache-Control": "no-store"})


def _id(*parti: str) -> str:
    return str(id_deterministico("sandbox", *parti))
