# SPDX-License-Identifier: EUPL-1.2
"""What an e-service checks before it works: voucher, Digest, Agid-JWT-Signature, Agid-JWT-TrackingEvidence (ModI)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from deploy.sandbox.chiavi import TokenNonValido, apri, intestazione_di
from deploy.sandbox.eservizi import EServizio
from deploy.sandbox.pdnd import ISS
from deploy.sandbox.rifiuti import Rifiuto, gateway
from deploy.sandbox.stato import Sandbox, annota, ora_dei_token, sandbox_di

_TRACCIA = ("agid-jwt-trackingevidence", "agid-jwt-tracking-evidence")
_DA_FIRMARE = ("content-type", "content-encoding")
_TRACCIATI = ("purposeId", "dnonce", "userID", "userLocation", "LoA")


@dataclass(frozen=True, slots=True)
class Voucher:
    """A valid voucher."""

    client_id: str
    purpose_id: str
    digest: str | None


def verifica_voucher(request: Request, eservizio: EServizio) -> Voucher:
    """Check the `Authorization` header against our PDND key and the audience of the e-service.

    :raises Rifiuto: 401, as the gateway writes it.
    """
    sandbox = sandbox_di(request)
    schema, _, token = request.headers.get("authorization", "").partition(" ")
    if schema != "Bearer" or not token:
        raise gateway(401, "TokenAuthenticationRequired", "A token is required")
    try:
        if intestazione_di(token).get("typ") != "at+jwt":
            raise gateway(401, "TokenAuthenticationFailed", "Invalid token")
        dichiarati = apri(token, sandbox.chiavi.emittente("pdnd"))
    except TokenNonValido:
        raise gateway(401, "TokenAuthenticationFailed", "Invalid token") from None
    if not dichiarati["nbf"] <= ora_dei_token() < dichiarati["exp"]:
        raise gateway(401, "TokenExpired", "Expired token")
    if dichiarati["iss"] != ISS or dichiarati["aud"] != eservizio.audience(sandbox.impostazioni.url_pubblico):
        raise gateway(401, "TokenAuthenticationFailed", "Invalid audience")
    annota(request, request.url.path, client=str(dichiarati["client_id"]))
    digest = dichiarati.get("digest")
    return Voucher(str(dichiarati["client_id"]), str(dichiarati["purposeId"]), digest["value"] if digest else None)


def verifica_modi(request: Request, corpo: bytes, eservizio: EServizio, voucher: Voucher) -> None:
    """Check INTEGRITY_REST_02 and AUDIT_REST_02 on the received bytes.

    :raises Rifiuto: 400 `InteroperabilityInvalidRequest`.
    """
    verifica_integrita(request, corpo, eservizio, voucher)
    _traccia(request, eservizio, voucher)


def verifica_integrita(request: Request, corpo: bytes, eservizio: EServizio, voucher: Voucher) -> None:
    """Check INTEGRITY_REST_02 alone.

    :raises Rifiuto: 400 `InteroperabilityInvalidRequest`.
    """
    firma = request.headers.get("agid-jwt-signature")
    if not firma:
        raise _rifiuto("Header Agid-JWT-Signature not found")
    dichiarati = _token(request, firma, eservizio, voucher, "signature")
    firmati = _firmati(dichiarati.get("signed_headers"))
    da_firmare = ("digest", *(n for n in _DA_FIRMARE if n in request.headers))
    if (
        any(firmati.get(n) != request.headers.get(n) for n in {*da_firmare, *firmati})
        or "digest" not in request.headers
    ):
        raise _rifiuto("Signed headers do not match the received ones")
    atteso = "SHA-256=" + base64.b64encode(hashlib.sha256(corpo).digest()).decode()
    if not hmac.compare_digest(request.headers["digest"], atteso):
        raise _rifiuto("Header Digest does not match the payload")


def _traccia(request: Request, eservizio: EServizio, voucher: Voucher) -> None:
    presenti = [request.headers[n] for n in _TRACCIA if n in request.headers]
    if len(presenti) != 1:
        raise _rifiuto("Exactly one header Agid-JWT-TrackingEvidence is required")
    dichiarati = _token(request, presenti[0], eservizio, voucher, "traccia")
    if any(not dichiarati.get(n) for n in _TRACCIATI) or dichiarati["purposeId"] != voucher.purpose_id:
        raise _rifiuto("Tracking evidence: a claim is missing or purposeId is not the voucher's")
    impronta = hashlib.sha256(presenti[0].encode()).hexdigest()
    if not hmac.compare_digest(voucher.digest or "", impronta):
        raise _rifiuto("Tracking evidence does not match the digest of the voucher (AUDIT_REST_02)")


def _token(request: Request, token: str, eservizio: EServizio, voucher: Voucher, uso: str) -> Mapping[str, Any]:
    """Verify one of the two signed tokens: key of the same client, audience, times, jti unused."""
    sandbox: Sandbox = sandbox_di(request)
    try:
        kid = str(intestazione_di(token).get("kid"))
        client = sandbox.client_da_kid(kid)
        if client != voucher.client_id:
            raise _rifiuto("Token signed with a key that is not the client's")
        dichiarati = apri(token, sandbox.chiavi.registrata(client, kid))
    except TokenNonValido:
        raise _rifiuto("Invalid token signature") from None
    adesso, tempi = ora_dei_token(), [dichiarati.get(n) for n in ("iat", "exp")]
    if not all(isinstance(t, int) for t in tempi) or not dichiarati["iat"] <= adesso < dichiarati["exp"]:
        raise _rifiuto("Token expired or not yet valid")
    if dichiarati.get("iss") != client or dichiarati.get("aud") != eservizio.audience(
        sandbox.impostazioni.url_pubblico
    ):
        raise _rifiuto("Invalid iss or aud")
    if not dichiarati.get("jti") or not sandbox.visti.nuovo(uso, client, str(dichiarati["jti"])):
        raise _rifiuto("Token id missing or already used")
    return dichiarati


def _firmati(valore: object) -> dict[str, str]:
    if not isinstance(valore, list) or not all(isinstance(v, dict) and len(v) == 1 for v in valore):
        return {}
    return {str(nome).lower(): str(contenuto) for riga in valore for nome, contenuto in riga.items()}


def _rifiuto(dettaglio: str) -> Rifiuto:
    return gateway(400, "InteroperabilityInvalidRequest", dettaglio)
