# SPDX-License-Identifier: EUPL-1.2
"""A signed request put together by hand, so that a test can spoil it in one place."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from joserfc.jwk import RSAKey

from shared.web.pdnd import digest_di, impronta_di
from tests.support.token import AUDIENCE, client_di, firma, voucher

CORPO = orjson.dumps({"misura": "ADI", "mese": "2026-03"})
CLIENT = client_di("INPS")
ALTRO = client_di("COM-ROMA")
ALTRA_CHIAVE = RSAKey.generate_key(2048, {"kid": f"kid-{CLIENT}"}, private=True)
DOPPIA = "Agid-JWT-Tracking-Evidence"


@dataclass
class Richiesta:
    """A good signed request, to be spoiled in one place before it is put together."""

    corpo: bytes = CORPO
    ente: str = "INPS"
    mandato: bytes | None = None
    tipo: str = "application/json"
    digest: str | None = None
    firma: dict[str, Any] = field(default_factory=dict)
    firma_testa: dict[str, Any] = field(default_factory=dict)
    firma_con: RSAKey | None = None
    firmate: list[dict[str, str]] | None = None
    traccia: dict[str, Any] = field(default_factory=dict)
    traccia_testa: dict[str, Any] = field(default_factory=dict)
    traccia_con: RSAKey | None = None
    voucher: dict[str, Any] = field(default_factory=dict)
    senza: tuple[str, ...] = ()
    anche: dict[str, str] = field(default_factory=dict)

    def intestazioni(self) -> list[tuple[str, str]]:
        """Put the headers together."""
        finalita = str(uuid4())
        digest = self.digest or digest_di(self.corpo)
        firmate = [{"digest": digest}, *([{"content-type": self.tipo}] if self.tipo else ())]
        firmate = firmate if self.firmate is None else self.firmate
        client = client_di(self.ente)
        traccia = _token(
            client,
            {"purposeId": finalita, "dnonce": 1234567890123, "userID": "op-1", "userLocation": "s-3", "LoA": "LOA3"}
            | self.traccia, self.traccia_testa, self.traccia_con,
        )  # fmt: skip
        legato = {"purposeId": finalita, "digest": {"alg": "SHA256", "value": impronta_di(traccia)}} | self.voucher
        tutte = {
            "Authorization": f"Bearer {voucher(self.ente, **legato)}",
            "Content-Type": self.tipo,
            "Idempotency-Key": f"prova-{uuid4()}",
            "Digest": digest,
            "Agid-JWT-Signature": _token(
                client, {"sub": client, "signed_headers": firmate} | self.firma, self.firma_testa, self.firma_con
            ),
            "Agid-JWT-TrackingEvidence": traccia,
        }
        anche = [(nome, tutte.get(valore, valore)) for nome, valore in self.anche.items()]
        return [(n, v) for n, v in tutte.items() if v and n not in self.senza] + anche


def _token(client: str, valori: dict[str, Any], testa: dict[str, Any], con: RSAKey | None) -> str:
    adesso = int(time.time())
    base = {"iss": client, "aud": AUDIENCE, "iat": adesso, "nbf": adesso, "exp": adesso + 300, "jti": str(uuid4())}
    dichiarati = {nome: valore for nome, valore in (base | valori).items() if valore is not None}
    return firma(dichiarati, con=con, **{"typ": "JWT", "kid": f"kid-{client}"} | testa)
