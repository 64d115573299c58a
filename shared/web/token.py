# SPDX-License-Identifier: EUPL-1.2
"""Bearer tokens: PDND vouchers and OIDC access tokens, RS256 only, keys from the issuer's JWKS.

Checks of RFC 8725 and of the PDND manual: typ, alg, kid looked up in our key sets only, signature, iss, exact aud,
iat/nbf/exp with 5 s of leeway, life of at most 15 minutes, jti.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from shared.errors import Unauthenticated, UpstreamUnavailable
from shared.kernel.codice_fiscale import CodiceFiscale, valida
from shared.web.enti import Ente, RegistroEnti, Ruolo
from shared.web.impostazioni import Emittente

_LUNGHEZZA_MASSIMA = 8192
_TOLLERANZA = 5
_VITA_MASSIMA = 15 * 60
_RICARICA_MINIMA_SECONDS = 30.0
_MEMORIA = 4096
_CF = "https://attributes.eid.gov.it/fiscal_number"
_OBBLIGATORI = ("iss", "aud", "sub", "iat", "exp", "jti")


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a PDND voucher says, for who must check what comes with it.

    `digest` is the hash of the tracking evidence to which the voucher is tied, when it is tied to one.
    """

    emittente: str
    client_id: str
    finalita: str
    jti: str
    scade: float
    digest: str | None


@dataclass(frozen=True, slots=True)
class Chiamante:
    """Who calls: an ente (by voucher or through its operator) or a citizen."""

    ruolo: Ruolo
    ente: Ente | None
    operatore: str
    finalita: str
    jti: str
    codice_fiscale: CodiceFiscale | None = None
    voucher: Voucher | None = None

    @property
    def codice_ente(self) -> str:
        """Code of the ente, or CITTADINO."""
        return self.ente.codice if self.ente else "CITTADINO"

    @property
    def soggetto(self) -> str:
        """Stable name of the caller, under which idempotency keys are kept; never a codice fiscale."""
        return f"{self.codice_ente}/{self.operatore}" if self.ente is None else self.codice_ente


class Chiavi:
    """Public keys of one issuer, fetched once and again when an unknown `kid` appears."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._chiavi: dict[str, RSAKey] = {}
        self._caricate_il = float("-inf")
        self._blocco = asyncio.Lock()

    async def trova(self, kid: str) -> RSAKey | None:
        """Give the key `kid`, refreshing the set at most every 30 seconds."""
        if kid not in self._chiavi:
            async with self._blocco:
                if kid not in self._chiavi and time.monotonic() - self._caricate_il > _RICARICA_MINIMA_SECONDS:
                    await self._carica()
        return self._chiavi.get(kid)

    async def _carica(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                risposta = await client.get(self._url)
                risposta.raise_for_status()
        except httpx.HTTPError:
            raise UpstreamUnavailable("Chiavi dell'emittente non raggiungibili", retry_after_seconds=5) from None
        insieme = KeySet.import_key_set(risposta.json())
        self._chiavi = {chiave.kid: chiave for chiave in insieme.keys if isinstance(chiave, RSAKey) and chiave.kid}
        self._caricate_il = time.monotonic()


class Autenticatore:
    """Turns a bearer token into a `Chiamante`; a voucher seen valid is remembered until it expires."""

    def __init__(
        self,
        emittenti: Sequence[Emittente],
        *,
        audience: str,
        enti: RegistroEnti,
        orologio: Callable[[], float] = time.time,
    ) -> None:
        self._emittenti = {e.iss: (e, Chiavi(e.jwks_url)) for e in emittenti}
        self._audience = audience
        self._enti = enti
        self._orologio = orologio
        self._visti: OrderedDict[str, tuple[float, Chiamante]] = OrderedDict()

    async def autentica(self, intestazione: str | None) -> Chiamante:
        """Check the `Authorization` header.

        :raises Unauthenticated: whatever is wrong, with the same text.
        """
        schema, _, token = (intestazione or "").partition(" ")
        if schema != "Bearer" or not token:
            raise Unauthenticated("Serve un token di accesso nell'intestazione Authorization, schema Bearer")
        visto = self._visti.get(token)
        if visto is not None and visto[0] > self._orologio():
            return visto[1]
        scade, chiamante = await self._verifica(token)
        self._visti[token] = (scade, chiamante)
        if len(self._visti) > _MEMORIA:
            self._visti.popitem(last=False)
        return chiamante

    async def _verifica(self, token: str) -> tuple[float, Chiamante]:
        if len(token) > _LUNGHEZZA_MASSIMA:
            raise _rifiuto()
        try:
            grezzo = jws.extract_compact(token.encode())
            intestazione = grezzo.headers()
            dichiarati = orjson.loads(grezzo.payload)
            emittente, chiavi = self._emittenti[str(dichiarati["iss"])]
            if intestazione.get("alg") != "RS256" or intestazione.get("typ") != "at+jwt" or "crit" in intestazione:
                raise _rifiuto()
            chiave = await chiavi.trova(str(intestazione["kid"]))
            if chiave is None:
                raise _rifiuto()
            valori = orjson.loads(jws.deserialize_compact(token, chiave, algorithms=["RS256"]).payload)
            return float(valori["exp"]) + _TOLLERANZA, self._chiamante(emittente, self._controlla(valori))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, UnicodeError):
            raise _rifiuto() from None

    def _controlla(self, valori: Mapping[str, Any]) -> Mapping[str, Any]:
        adesso = self._orologio()
        if any(not valori.get(nome) for nome in _OBBLIGATORI) or valori["aud"] != self._audience:
            raise _rifiuto()
        tempi = [valori["iat"], valori["exp"], valori.get("nbf", valori["iat"])]
        if any(isinstance(t, bool) or not isinstance(t, int | float) for t in tempi):
            raise _rifiuto()
        emesso, scade, da = tempi
        valido = max(emesso, da) <= adesso + _TOLLERANZA and adesso < scade + _TOLLERANZA
        if not valido or not 0 < scade - emesso <= _VITA_MASSIMA:
            raise _rifiuto()
        return valori

    def _chiamante(self, emittente: Emittente, valori: Mapping[str, Any]) -> Chiamante:
        jti, voucher = str(valori["jti"]), None
        if emittente.tipo == "CITTADINI":
            codice = valida(str(valori[_CF]).removeprefix("TINIT-"))
            return Chiamante(Ruolo.CITTADINO, None, str(valori["sub"]), "ISTANZA_INTERESSATO", jti, codice)
        if emittente.tipo == "PDND":
            ente = self._enti.per_client(str(valori["client_id"]))
            operatore, finalita = str(valori["client_id"]), str(valori["purposeId"])
            voucher = Voucher(
                emittente.iss, operatore, finalita, jti, float(valori["exp"]), _digest(valori.get("digest"))
            )
        else:
            ente = self._enti.per_codice(str(valori["ente"]))
            operatore, finalita = str(valori["sub"]), "SPORTELLO"
        if ente is None:
            raise _rifiuto()
        return Chiamante(ente.ruolo, ente, operatore, finalita, jti, voucher=voucher)


def _digest(dichiarato: Any) -> str | None:
    """Read the hash to which a voucher is tied; one in another form ties it to nothing that can be sent."""
    if dichiarato is None:
        return None
    return str(dichiarato["value"]) if dichiarato["alg"] == "SHA256" else ""


def _rifiuto() -> Unauthenticated:
    return Unauthenticated("Il token di accesso non è valido o è scaduto")
