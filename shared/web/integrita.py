# SPDX-License-Identifier: EUPL-1.2
"""Signed requests of other administrations, as ModI wants them: Digest, Agid-JWT-Signature, Agid-JWT-TrackingEvidence.

Profiles: [INTEGRITY_REST_02] the body is what the fruitore signed, with a key it has registered on PDND; [AUDIT_REST_02]
who is behind the call is in a token whose hash travels in the voucher; [ID_AUTH_REST_02] each of these tokens, and the
voucher with them, is accepted once. What is wrong in content is a 400, what was already used is a 401; token ids are used
up last, so that a request that is refused for another reason takes nothing from who really sent it.
"""

import hmac
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import Request
from joserfc import jws
from joserfc.errors import JoseError

from shared.db.gettoni import Gettone, consuma
from shared.db.session import Database
from shared.errors import InclusioneError, Unauthenticated
from shared.web.chiavi import ChiaviFruitori
from shared.web.pdnd import digest_di, impronta_di
from shared.web.permessi import Permesso
from shared.web.token import Voucher

FIRMA = "Agid-JWT-Signature"
TRACCIA = "Agid-JWT-TrackingEvidence"
# The texts of the guidelines spell it in two ways: one of the two, not both.
_TRACCE = (TRACCIA, "Agid-JWT-Tracking-Evidence")
_ALGORITMI = ["RS256", "RS384", "RS512"]
_LUNGHEZZA_MASSIMA = 8192
_TOLLERANZA = 5
_VITA_MASSIMA = 15 * 60
_JTI_MASSIMO = 255
_CHI = re.compile(r"[A-Za-z0-9._@:/-]{1,64}")
_CODICE_FISCALE = re.compile(r"[A-Z]{6}[0-9A-Z]{2}[A-Z][0-9A-Z]{2}[A-Z][0-9A-Z]{3}[A-Z]", re.IGNORECASE)


class FirmaNonValida(InclusioneError):
    """A signed header is missing, or does not hold."""

    status = 400
    tipo = "firma-non-valida"
    titolo = "Firma della richiesta assente o non valida"


@dataclass(frozen=True, slots=True)
class _Firmato:
    """A verified token: its claims, and what must be remembered of it."""

    dichiarati: Mapping[str, Any]
    gettone: Gettone


class Integrita:
    """Verifies the signed headers of the requests that come with a PDND voucher."""

    def __init__(
        self,
        operazioni: Collection[str],
        *,
        audience: str,
        chiavi: ChiaviFruitori,
        database: Database,
        orologio: Callable[[], float] = time.time,
    ) -> None:
        self.operazioni = frozenset(operazioni)
        self._audience = audience
        self._chiavi = chiavi
        self._database = database
        self._orologio = orologio

    async def verifica(self, request: Request, permesso: Permesso) -> Permesso:
        """Check what is present, and that nothing is missing where the operation wants it; say who is behind the call.

        :raises FirmaNonValida: if a header is missing, repeated, badly signed, or speaks of another request.
        :raises Unauthenticated: if a token was already used.
        """
        voucher = permesso.chiamante.voucher
        if voucher is None:
            return permesso
        chiesta = permesso.operazione in self.operazioni
        gettoni = await self._corpo(request, voucher, chiesta=chiesta)
        utente, traccia = await self._traccia(request, voucher, chiesta=chiesta)
        gettoni += traccia
        if chiesta:
            gettoni.append(_gettone("voucher", voucher.emittente, voucher.jti, voucher.scade))
        if gettoni and not await consuma(self._database, gettoni):
            raise Unauthenticated("Un token di questa richiesta è già stato usato: ne servono di nuovi")
        if not utente:
            return permesso
        chiamante = replace(permesso.chiamante, operatore=f"{voucher.client_id}/{utente}")
        return replace(permesso, chiamante=chiamante)

    async def _corpo(self, request: Request, voucher: Voucher, *, chiesta: bool) -> list[Gettone]:
        """[INTEGRITY_REST_02]: the digest of the bytes received, signed by the fruitore."""
        digest, firma = _una(request, "Digest"), _una(request, FIRMA)
        if chiesta and not (digest and firma):
            raise FirmaNonValida(f"Servono le intestazioni Digest e {FIRMA}")
        if digest and not hmac.compare_digest(digest.encode(), digest_di(await request.body()).encode()):
            raise FirmaNonValida("Il Digest non è quello del corpo ricevuto (SHA-256 in base64)")
        if not firma:
            return []
        firmato = await self._apri(firma, voucher, uso="firma")
        if not digest or not _firma_queste(firmato.dichiarati.get("signed_headers"), request):
            raise FirmaNonValida(f"{FIRMA} non firma le intestazioni ricevute: Digest, Content-Type, Content-Encoding")
        return [firmato.gettone]

    async def _traccia(self, request: Request, voucher: Voucher, *, chiesta: bool) -> tuple[str, list[Gettone]]:
        """[AUDIT_REST_02]: who is behind the call, tied to the voucher."""
        presenti = [t for nome in _TRACCE if (t := _una(request, nome))]
        if len(presenti) > 1:
            raise FirmaNonValida(f"{TRACCIA} è presente due volte, scritta nei due modi")
        if not presenti:
            if chiesta or voucher.digest is not None:
                raise FirmaNonValida(f"Serve l'intestazione {TRACCIA} a cui il voucher è legato")
            return "", []
        if not hmac.compare_digest((voucher.digest or "").encode(), impronta_di(presenti[0]).encode()):
            raise FirmaNonValida(f"{TRACCIA} non è quella a cui il voucher è legato (claim digest)")
        firmato = await self._apri(presenti[0], voucher, uso="traccia")
        return _chi(firmato.dichiarati, voucher), [firmato.gettone]

    async def _apri(self, token: str, voucher: Voucher, *, uso: str) -> _Firmato:
        """Verify a token: key of the same client, audience, times, id."""
        try:
            if len(token) > _LUNGHEZZA_MASSIMA:
                raise _firma_sbagliata()
            intestazione = jws.extract_compact(token.encode()).headers()
            if intestazione.get("typ") != "JWT" or "crit" in intestazione:
                raise _firma_sbagliata()
            nota = await self._chiavi.trova(str(intestazione["kid"]))
            if nota is None or nota.client_id != voucher.client_id:
                raise FirmaNonValida("La chiave che ha firmato non è registrata sulla PDND per questo client")
            valori = orjson.loads(jws.deserialize_compact(token, nota.chiave, algorithms=_ALGORITMI).payload)
            return _Firmato(valori, self._controlla(valori, voucher, uso=uso))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, UnicodeError):
            raise _firma_sbagliata() from None

    def _controlla(self, valori: Mapping[str, Any], voucher: Voucher, *, uso: str) -> Gettone:
        adesso, jti = self._orologio(), valori["jti"]
        tempi = [valori["iat"], valori["exp"], valori.get("nbf", valori["iat"])]
        if any(isinstance(t, bool) or not isinstance(t, int | float) for t in tempi):
            raise _firma_sbagliata()
        emesso, scade, da = tempi
        in_tempo = max(emesso, da) <= adesso + _TOLLERANZA and adesso < scade + _TOLLERANZA
        if not in_tempo or not 0 < scade - emesso <= _VITA_MASSIMA:
            raise FirmaNonValida("Un token firmato della richiesta è scaduto, non ancora valido o dura troppo")
        if valori["iss"] != voucher.client_id or valori.get("sub", voucher.client_id) != voucher.client_id:
            raise FirmaNonValida("Un token firmato della richiesta è di un altro client")
        if valori["aud"] != self._audience:
            raise FirmaNonValida("Un token firmato della richiesta è per un altro servizio (aud)")
        if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_MASSIMO or "\x00" in jti:
            raise _firma_sbagliata()
        return _gettone(uso, voucher.client_id, jti, scade)


def _una(request: Request, nome: str) -> str:
    """Give the value of a header that may come once."""
    valori = request.headers.getlist(nome)
    if len(valori) > 1:
        raise FirmaNonValida(f"L'intestazione {nome} è ripetuta")
    return valori[0].strip() if valori else ""


def _firma_queste(firmate: object, request: Request) -> bool:
    """Tell whether the signed headers are those received, and none of those that count is left out."""
    if not isinstance(firmate, list) or not all(isinstance(f, dict) and len(f) == 1 for f in firmate):
        return False
    coppie = [(str(nome).lower(), valore) for riga in firmate for nome, valore in riga.items()]
    obbligatorie = {"digest"} | ({"content-type", "content-encoding"} & set(request.headers.keys()))
    nomi = [nome for nome, _ in coppie]
    return (
        obbligatorie <= set(nomi)
        and len(nomi) == len(set(nomi))
        and all(request.headers.getlist(nome) == [valore] for nome, valore in coppie)
    )


def _chi(dichiarati: Mapping[str, Any], voucher: Voucher) -> str:
    """Read who is behind the call: a code of the fruitore, never a codice fiscale."""
    if dichiarati.get("purposeId") != voucher.finalita:
        raise FirmaNonValida(f"{TRACCIA} ha una finalità diversa da quella del voucher")
    dnonce, nomi = dichiarati.get("dnonce"), [dichiarati.get(n) for n in ("userID", "userLocation", "LoA")]
    if isinstance(dnonce, bool) or not re.fullmatch(r"[0-9]{13}", str(dnonce)):
        raise FirmaNonValida(f"{TRACCIA} non ha un dnonce di 13 cifre")
    if not all(isinstance(nome, str) and _CHI.fullmatch(nome) for nome in nomi) or _CODICE_FISCALE.search(str(nomi[0])):
        raise FirmaNonValida(
            f"{TRACCIA} deve indicare userID, userLocation e LoA: codici dell'ente, non codici fiscali"
        )
    return str(nomi[0])


def _gettone(uso: str, emittente: str, jti: str, scade: float) -> Gettone:
    return Gettone(uso, emittente, jti, datetime.fromtimestamp(scade, UTC))


def _firma_sbagliata() -> FirmaNonValida:
    return FirmaNonValida("Un token firmato della richiesta non è leggibile, o la firma non è valida")
