# SPDX-License-Identifier: EUPL-1.2
"""Tokens that the services accept: a key of the tests, published by a real HTTP server of the worker."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from shared.web.enti import RegistroEnti
from shared.web.impostazioni import Emittente
from tests.support.pagine import risponde

ENTI_FILE = Path(__file__).with_name("enti.toml")
ENTI = RegistroEnti.da_toml(ENTI_FILE)
AUDIENCE = "https://prova.example/inclusione"
CITTADINA = "RSSMRA80A41H501Y"
_ISS = {tipo: f"https://prova.example/{tipo.lower()}" for tipo in ("PDND", "OPERATORI", "CITTADINI")}
_CF = "https://attributes.eid.gov.it/fiscal_number"


@cache
def chiave() -> RSAKey:
    """Make the signing key of this worker."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "prova"}, private=True)


@contextmanager
def emittenti_di_prova() -> Iterator[tuple[Emittente, ...]]:
    """Publish the key over HTTP while the block lasts, and give the issuers that sign with it.

    The same server answers as PDND about the keys of the clients, below `/keys/`.
    """
    chiavi = orjson.dumps(KeySet([chiave()]).as_dict(private=False))

    def rispondi(percorso: str, _: bytes) -> tuple[int, bytes]:
        corpo = _chiave_di(percorso.rpartition("/")[2]) if "/keys/" in percorso else chiavi
        return (200, corpo) if corpo else (404, b"")

    with risponde(rispondi) as indirizzo:
        url = f"{indirizzo}/jwks.json"
        yield tuple(Emittente(iss=iss, jwks_url=url, tipo=tipo) for tipo, iss in _ISS.items())


def _chiave_di(kid: str) -> bytes | None:
    """Answer as the API of PDND does: `kid-<client>` is the key of that client, if it is one of enti.toml."""
    client = kid.removeprefix("kid-")
    if client not in {riga["client_id"] for riga in _righe()}:
        return None
    jwk = chiave().as_dict(private=False) | {"kid": kid}
    return orjson.dumps({"clientId": client, "jwk": jwk})


def firma(valori: dict[str, Any], *, con: RSAKey | None = None, **intestazione: Any) -> str:
    """Sign any claims with any header: forged tokens too."""
    con = con or chiave()
    testa = {"alg": "RS256", "typ": "at+jwt", "kid": "prova"} | intestazione
    return jwt.encode(testa, valori, con, algorithms=[testa["alg"]])


def voucher(ente: str, **altri: Any) -> str:
    """Make a PDND voucher for a client of the ente: `voucher("CAF-ALFA")`."""
    client = client_di(ente)
    return firma(_comuni("PDND", sub=client) | {"client_id": client, "purposeId": str(uuid4())} | altri)


def client_di(ente: str) -> str:
    """Give the PDND client of an ente."""
    return str(next(riga["client_id"] for riga in _righe() if riga["codice"] == ente))


def operatore(ente: str, nome: str = "operatore-1", **altri: Any) -> str:
    """Make the token of a person who works at the ente."""
    return firma(_comuni("OPERATORI", sub=nome) | {"ente": ente} | altri)


def cittadino(codice_fiscale: str = CITTADINA, **altri: Any) -> str:
    """Make the token of a citizen."""
    return firma(_comuni("CITTADINI", sub=f"c-{codice_fiscale[-5:]}") | {_CF: f"TINIT-{codice_fiscale}"} | altri)


def _comuni(tipo: str, *, sub: str) -> dict[str, Any]:
    adesso = int(time.time())
    return {"iss": _ISS[tipo], "aud": AUDIENCE, "sub": sub, "iat": adesso, "exp": adesso + 600, "jti": str(uuid4())}


@cache
def _righe() -> tuple[dict[str, Any], ...]:
    import tomllib

    return tuple(tomllib.loads(ENTI_FILE.read_text(encoding="utf-8"))["ente"])
