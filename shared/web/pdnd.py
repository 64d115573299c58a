# SPDX-License-Identifier: EUPL-1.2
"""Calling the e-services of others through PDND: vouchers, and the signed headers of the ModI patterns.

Profiles: [ID_AUTH_REST_01] voucher; [INTEGRITY_REST_02] `Digest` and `Agid-JWT-Signature`; [AUDIT_REST_02]
`Agid-JWT-TrackingEvidence`, whose digest travels in the voucher: such a voucher serves one call and is never kept.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyTypeError
from joserfc.jwk import ECKey, RSAKey

from shared.errors import RateLimited, UpstreamRejected, UpstreamUnavailable
from shared.web.trasporto import Postino

AUDIENCE_ASSERTION = "auth.interop.pagopa.it/client-assertion"
_TIPO_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_VITA_ASSERTION_SECONDS = 60
_VITA_FIRMA_SECONDS = 300
# The gateways grant no tolerance on `iat`: our clock may be a little ahead of theirs.
_ANTICIPO_SECONDS = 5
_MARGINE_SECONDS = 30
_ATTESA_MASSIMA_SECONDS = 24 * 3600
_MODULO = {"Content-Type": "application/x-www-form-urlencoded"}
_ATTESE = ("retry-after", "x-ratelimit-reset")


@dataclass(frozen=True, slots=True)
class Firma:
    """A key registered on PDND, with its id."""

    kid: str
    chiave: RSAKey | ECKey

    def compatta(self, dichiarati: dict[str, Any]) -> str:
        """Sign claims as a compact JWT: ES256 with a key on P-256, RS256 with an RSA one."""
        alg = "ES256" if isinstance(self.chiave, ECKey) else "RS256"
        return jwt.encode({"alg": alg, "typ": "JWT", "kid": self.kid}, dichiarati, self.chiave)


@dataclass(frozen=True, slots=True)
class ClientPdnd:
    """Our client on PDND: where it asks for vouchers and the keys it has registered there.

    PDND wants RS256 on what asks for a voucher; ModI takes ES256 too on what signs a request, twenty times cheaper: that
    is what `firma` is for, where the erogatori accept it. Without it the one key signs everything.
    """

    url: str
    client_id: str
    kid: str
    chiave: RSAKey
    audience: str = AUDIENCE_ASSERTION
    firma: Firma | None = None


@dataclass(frozen=True, slots=True)
class Operatore:
    """Who is behind a call, as the erogatore sees it: unique inside our organisation, never a codice fiscale."""

    utente: str
    postazione: str
    livello: str = "LOA3"


def leggi_firma(kid: str, percorso: Path | None) -> Firma | None:
    """Read the key that signs the requests, RSA or on the curve P-256, from a PEM file; None where there is none.

    :raises ValueError: if it is neither.
    """
    if not kid or percorso is None:
        return None
    try:
        chiave = ECKey.import_key(percorso.read_bytes())
    except InvalidKeyTypeError:
        return Firma(kid, leggi_chiave(percorso))
    if not chiave.is_private or chiave.curve_name != "P-256":
        raise ValueError("serve una chiave privata sulla curva P-256 in formato PEM")
    return Firma(kid, chiave)


def leggi_chiave(percorso: Path) -> RSAKey:
    """Read a private key from a PEM file.

    :raises ValueError: if it is not an RSA private key.
    """
    chiave = RSAKey.import_key(percorso.read_bytes())
    if not chiave.is_private:
        raise ValueError("serve una chiave privata RSA in formato PEM")
    return chiave


class Pdnd:
    """Obtains vouchers and signs what must be signed, with one key."""

    def __init__(self, client: ClientPdnd, http: Postino, *, orologio: Callable[[], float] = time.time) -> None:
        self._client = client
        self._assertion_firma = Firma(client.kid, client.chiave)
        self._richieste_firma = client.firma or self._assertion_firma
        self._http = http
        self._orologio = orologio
        self._voucher: dict[str, tuple[float, str]] = {}
        self._blocchi: dict[str, asyncio.Lock] = {}

    async def voucher(self, finalita: str) -> str:
        """Give a voucher for a purpose; it is kept until shortly before it expires.

        :raises RateLimited: if the quota of PDND is used up.
        :raises UpstreamRejected: if PDND refuses our assertion.
        :raises UpstreamUnavailable: if PDND does not answer.
        """
        async with self._blocchi.setdefault(finalita, asyncio.Lock()):
            scade, pronto = self._voucher.get(finalita, (0.0, ""))
            if scade <= self._orologio():
                pronto, durata = await self._chiedi(finalita, None)
                self._voucher[finalita] = (self._orologio() + durata - _MARGINE_SECONDS, pronto)
            return pronto

    async def voucher_per(self, finalita: str, traccia: str) -> str:
        """Give a voucher tied to one tracking evidence: for one call only.

        :raises InclusioneError: as `voucher`.
        """
        ottenuto, _ = await self._chiedi(finalita, impronta_di(traccia))
        return ottenuto

    def dimentica(self, finalita: str) -> None:
        """Drop the voucher that an e-service has refused."""
        self._voucher.pop(finalita, None)

    def firma_corpo(self, corpo: bytes, intestazioni: Mapping[str, str], *, audience: str) -> dict[str, str]:
        """Give the headers to send with a body: `intestazioni` plus `Digest` and `Agid-JWT-Signature`."""
        complete = {**intestazioni, "Digest": digest_di(corpo)}
        minuscole = {nome.lower(): valore for nome, valore in complete.items()}
        nomi = [nome for nome in ("digest", "content-type", "content-encoding") if nome in minuscole]
        firmate = [{nome: minuscole[nome]} for nome in nomi]
        complete["Agid-JWT-Signature"] = self._firma(
            {"sub": self._client.client_id, "aud": audience, "signed_headers": firmate}
        )
        return complete

    def traccia(self, finalita: str, operatore: Operatore, *, audience: str) -> str:
        """Give the `Agid-JWT-TrackingEvidence` of one call."""
        dichiarati = {
            "aud": audience,
            "purposeId": finalita,
            "dnonce": 10**12 + secrets.randbelow(9 * 10**12),
            "userID": operatore.utente,
            "userLocation": operatore.postazione,
            "LoA": operatore.livello,
        }
        return self._firma(dichiarati)

    def _firma(self, dichiarati: Mapping[str, Any]) -> str:
        emesso = int(self._orologio()) - _ANTICIPO_SECONDS
        comuni = {
            "iss": self._client.client_id,
            "iat": emesso,
            "nbf": emesso,
            "exp": emesso + _VITA_FIRMA_SECONDS,
            "jti": str(uuid4()),
        }
        return self._richieste_firma.compatta({**comuni, **dichiarati})

    def _assertion(self, finalita: str, digest: str | None) -> str:
        adesso = int(self._orologio())
        dichiarati: dict[str, Any] = {
            "iss": self._client.client_id,
            "sub": self._client.client_id,
            "aud": self._client.audience,
            "jti": str(uuid4()),
            "iat": adesso,
            "exp": adesso + _VITA_ASSERTION_SECONDS,
            "purposeId": finalita,
        }
        if digest is not None:
            dichiarati["digest"] = {"alg": "SHA256", "value": digest}
        return self._assertion_firma.compatta(dichiarati)

    async def _chiedi(self, finalita: str, digest: str | None) -> tuple[str, int]:
        modulo = urlencode({
            "client_id": self._client.client_id,
            "client_assertion": self._assertion(finalita, digest),
            "client_assertion_type": _TIPO_ASSERTION,
            "grant_type": "client_credentials",
        }).encode()  # fmt: skip
        try:
            risposta = await self._http.post(self._client.url, content=modulo, headers=_MODULO)
        except httpx.HTTPError:
            raise UpstreamUnavailable("La PDND non risponde") from None
        _controlla(risposta)
        try:
            contenuto = risposta.json()
            return str(contenuto["access_token"]), int(contenuto["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise UpstreamUnavailable("La PDND ha dato una risposta illeggibile") from None


def digest_di(corpo: bytes) -> str:
    """Give the value of the `Digest` header (RFC 3230) of a body."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(corpo).digest()).decode()


def impronta_di(traccia: str) -> str:
    """Give the digest of a tracking evidence as PDND wants it: SHA-256 of the compact form, in hexadecimal."""
    return hashlib.sha256(traccia.encode()).hexdigest()


def secondi_di_attesa(risposta: httpx.Response, *, adesso: datetime | None = None) -> int | None:
    """Read how long an answer asks to wait: `Retry-After` in seconds or as a date, else the end of the quota window."""
    for nome in _ATTESE:
        valore = risposta.headers.get(nome, "").strip()
        if valore.isascii() and valore.isdigit():
            return min(int(valore), _ATTESA_MASSIMA_SECONDS)
        if nome == "retry-after" and valore:
            return _fino_al(valore, adesso or datetime.now(UTC))
    return None


def _fino_al(data: str, adesso: datetime) -> int | None:
    try:
        istante = parsedate_to_datetime(data)
    except ValueError:
        return None
    istante = istante if istante.tzinfo else istante.replace(tzinfo=UTC)
    return min(max(0, round((istante - adesso).total_seconds())), _ATTESA_MASSIMA_SECONDS)


def _controlla(risposta: httpx.Response) -> None:
    if risposta.status_code == 200:
        return
    attesa = secondi_di_attesa(risposta)
    if risposta.status_code == 429:
        raise RateLimited("La PDND ha raggiunto il limite di richieste", retry_after_seconds=attesa or 60)
    if risposta.status_code >= 500:
        raise UpstreamUnavailable("La PDND non è disponibile", retry_after_seconds=attesa or 30)
    raise UpstreamRejected("La PDND ha rifiutato la richiesta di voucher")
