# SPDX-License-Identifier: EUPL-1.2
"""Keys of issuers and clients: generated once, kept in a folder readable by its owner only, or in memory."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event, RLock
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from deploy.sandbox.eservizi import kid_di, kid_firma_di

_ALG = "RS256"
Chiave = RSAKey | ECKey


class TokenNonValido(ValueError):
    """The compact JWS cannot be read or its signature is wrong."""


class Chiavi:
    """Private keys by kid; a missing one is generated the first time it is asked for."""

    def __init__(self, cartella: Path | None) -> None:
        self._cartella = cartella
        self._chiavi: dict[str, RSAKey] = {}
        self._firme: dict[str, ECKey] = {}
        self._blocco = RLock()

    def client(self, client_id: str) -> RSAKey:
        """Give the private key of a PDND client: file `client/{client_id}.pem`."""
        return self._trova(kid_di(client_id), f"client/{client_id}.pem")

    def firma(self, client_id: str) -> ECKey:
        """Give the private key on P-256 with which a client may sign its requests: file `client/{client_id}-firma.pem`."""
        with self._blocco:
            if client_id not in self._firme:
                self._firme[client_id] = self._carica_firma(client_id)
            return self._firme[client_id]

    def registrata(self, client_id: str, kid: str) -> Chiave:
        """Give the key of a client by its id."""
        return self.firma(client_id) if kid == kid_firma_di(client_id) else self.client(client_id)

    def emittente(self, nome: str) -> RSAKey:
        """Give the private key of an issuer (pdnd, operatori, cittadini): file `emittenti/{nome}.pem`."""
        return self._trova(f"sandbox-{nome}", f"emittenti/{nome}.pem")

    def prepara(self, client: Iterable[str], *, fermo: Event) -> None:
        """Generate what a folder lacks, one key after the other, until told to stop: for a thread of its own."""
        for client_id in client if self._cartella is not None else ():
            if fermo.is_set():
                return
            self.client(client_id)

    def jwks(self, nome: str) -> dict[str, Any]:
        """Give the public key set of an issuer."""
        return {"keys": [self.emittente(nome).as_dict(private=False)]}

    def _trova(self, kid: str, file: str) -> RSAKey:
        with self._blocco:
            if kid not in self._chiavi:
                self._chiavi[kid] = self._carica(kid, file)
            return self._chiavi[kid]

    def _carica_firma(self, client_id: str) -> ECKey:
        parametri: dict[str, str | list[str]] = {"kid": kid_firma_di(client_id), "use": "sig", "alg": "ES256"}
        percorso = self._cartella / f"client/{client_id}-firma.pem" if self._cartella is not None else None
        if percorso is not None and percorso.exists():
            return ECKey.import_key(percorso.read_bytes(), parametri)  # type: ignore[arg-type]
        chiave = ECKey.generate_key("P-256", parametri)  # type: ignore[arg-type]
        if percorso is not None:
            _scrivi(percorso, chiave.as_pem(private=True))
        return chiave

    def _carica(self, kid: str, file: str) -> RSAKey:
        parametri: dict[str, str | list[str]] = {"kid": kid, "use": "sig", "alg": _ALG}
        percorso = self._cartella / file if self._cartella is not None else None
        if percorso is not None and percorso.exists():
            return RSAKey.import_key(percorso.read_bytes(), parametri)  # type: ignore[arg-type]
        chiave = RSAKey.generate_key(2048, parametri)  # type: ignore[arg-type]
        if percorso is not None:
            _scrivi(percorso, chiave.as_pem(private=True))
        return chiave


def _scrivi(percorso: Path, pem: bytes) -> None:
    percorso.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    provvisorio = percorso.with_suffix(".nuova")
    provvisorio.unlink(missing_ok=True)
    provvisorio.touch(mode=0o600)
    provvisorio.write_bytes(pem)
    provvisorio.replace(percorso)


def firma(chiave: RSAKey, contenuto: Mapping[str, Any], *, typ: str = "JWT") -> str:
    """Sign a compact JWS with RS256 and the kid of the key."""
    return jws.serialize_compact({"alg": _ALG, "typ": typ, "kid": chiave.kid or ""}, orjson.dumps(contenuto), chiave)


def intestazione_di(token: str) -> dict[str, Any]:
    """Read the header of a token without trusting it.

    :raises TokenNonValido: if it is not a compact JWS.
    """
    try:
        return dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as errore:
        raise TokenNonValido("token illeggibile") from errore


def apri(token: str, chiave: Chiave) -> dict[str, Any]:
    """Verify the signature (RS256, or ES256 with a key on P-256) and read the claims.

    :raises TokenNonValido: if it is not signed by this key, or is not a JSON object.
    """
    algoritmo = "ES256" if isinstance(chiave, ECKey) else _ALG
    try:
        contenuto = orjson.loads(jws.deserialize_compact(token, chiave, algorithms=[algoritmo]).payload)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as errore:
        raise TokenNonValido("firma non valida") from errore
    if not isinstance(contenuto, dict):
        raise TokenNonValido("contenuto non valido")
    return contenuto
