# SPDX-License-Identifier: EUPL-1.2
"""Tokens that must not open the door: forged, expired, for others, of other kinds. And those that must."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from typing import Any
from uuid import uuid4

import orjson
import pytest
from joserfc.jwk import RSAKey

from tests.conftest import CreaServizio
from tests.support.servizio import ServizioInProva
from tests.support.token import AUDIENCE, chiave, cittadino, firma, operatore, voucher

CLIENT = "a0000000-0000-4000-8000-000000000001"  # CAF-ALFA in enti.toml
ADESSO = int(time.time())
ALTRA = RSAKey.generate_key(2048, {"kid": "prova"}, private=True)


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    return await crea_servizio("domande")


def buono(**cambi: Any) -> dict[str, Any]:
    """Give the claims of a good voucher, some of them changed; None takes one out."""
    valori = {
        "iss": "https://prova.example/pdnd", "aud": AUDIENCE, "sub": CLIENT, "client_id": CLIENT,
        "purposeId": str(uuid4()), "iat": ADESSO, "exp": ADESSO + 600, "jti": str(uuid4()),
    } | cambi  # fmt: skip
    return {nome: valore for nome, valore in valori.items() if valore is not None}


def senza_firma(valori: dict[str, Any], **intestazione: Any) -> str:
    parti = [{"alg": "none", "typ": "at+jwt", "kid": "prova"} | intestazione, valori]
    return ".".join(urlsafe_b64encode(orjson.dumps(p)).decode().rstrip("=") for p in parti) + "."


def con_segreto() -> str:
    """Sign with HMAC under the public key: the classic confusion of algorithms."""
    testo = senza_firma(buono(), alg="HS256").removesuffix(".")
    firma_ = hmac.digest(chiave().as_pem(private=False), testo.encode(), hashlib.sha256)
    return f"{testo}.{urlsafe_b64encode(firma_).decode().rstrip('=')}"


def manomesso() -> str:
    testa, corpo, firma_ = firma(buono()).split(".")
    altro = urlsafe_b64encode(orjson.dumps(buono(sub="altro"))).decode().rstrip("=")
    return f"{testa}.{altro}.{firma_}" if altro != corpo else testa


FALSI = {
    "unsigned": senza_firma(buono()),
    "unsigned with another name": senza_firma(buono(), alg="None"),
    "HMAC with the public key": con_segreto(),
    "changed after the signature": manomesso(),
    "signed by another key": firma(buono(), con=ALTRA),
    "key inside the token": firma(buono(), con=ALTRA, jwk=ALTRA.as_dict(private=False)),
    "key at an address of its own": firma(buono(), con=ALTRA, jku="http://127.0.0.1:9/jwks.json"),
    "unknown key": firma(buono(), kid="altra"),
    "another type": firma(buono(), typ="JWT"),
    "of a DPoP proof": firma(buono(), typ="dpop+jwt"),
    "critical extension": senza_firma(buono(), alg="RS256", crit=["b64"]),
    "another issuer": firma(buono(iss="https://altrove.example")),
    "no issuer": firma(buono(iss=None)),
    "another audience": firma(buono(aud="https://altrove.example")),
    "audience among others": firma(buono(aud=[AUDIENCE, "https://altrove.example"])),
    "audience that begins like ours": firma(buono(aud=AUDIENCE + "/altro")),
    "expired": firma(buono(iat=ADESSO - 900, exp=ADESSO - 10)),
    "not yet valid": firma(buono(nbf=ADESSO + 7200)),
    "issued in the future": firma(buono(iat=ADESSO + 7200, exp=ADESSO + 7800)),
    "too long a life": firma(buono(exp=ADESSO + 86_400)),
    "no expiry": firma(buono(exp=None)),
    "expiry as text": firma(buono(exp=str(ADESSO + 600))),
    "no jti": firma(buono(jti=None)),
    "no subject": firma(buono(sub=None)),
    "unknown client": firma(buono(client_id="client-sconosciuto", sub="client-sconosciuto")),
    "no purpose": firma(buono(purposeId=None)),
    "too long": firma(buono(riempitivo="x" * 9000)),
    "not a token": "nonsense",
    "three empty parts": "..",
}


class TestRifiuta:
    @pytest.mark.parametrize("quale", FALSI)
    async def test_every_forged_or_unfit_token(self, domande: ServizioInProva, quale: str) -> None:
        intestazioni = {"Authorization": f"Bearer {FALSI[quale]}"}

        risposta = await domande.client.get("/v1/domande", headers=intestazioni)

        assert risposta.status_code == 401
        assert FALSI[quale] not in risposta.text

    @pytest.mark.parametrize("intestazione", ["", "Basic YTpi", "Bearer", "Bearer ", "bearer x", "DPoP x"])
    async def test_other_schemes(self, domande: ServizioInProva, intestazione: str) -> None:
        risposta = await domande.client.get("/v1/domande", headers={"Authorization": intestazione})

        assert risposta.status_code == 401

    async def test_an_operator_of_an_ente_that_is_not_accredited(self, domande: ServizioInProva) -> None:
        with pytest.raises(StopIteration):
            voucher("ENTE-INVENTATO")

        risposta = await domande.come(operatore("ENTE-INVENTATO")).get("/v1/domande")

        assert risposta.status_code == 401


class TestAmmette:
    @pytest.mark.parametrize("token", [firma(buono()), voucher("CAF-ALFA"), operatore("CAF-ALFA"), cittadino()])
    async def test_vouchers_operators_and_citizens(self, domande: ServizioInProva, token: str) -> None:
        risposta = await domande.come(token).get("/v1/domande")

        assert risposta.status_code == 200

    async def test_the_same_voucher_until_it_expires(self, domande: ServizioInProva) -> None:
        token = voucher("CAF-ALFA", exp=int(time.time()) + 60)
        adesso = domande.app.state.risorse.autenticatore

        prima = await domande.come(token).get("/v1/domande")
        adesso._orologio = lambda: time.time() + 120
        dopo = await domande.come(token).get("/v1/domande")

        assert (prima.status_code, dopo.status_code) == (200, 401)


class TestLimiti:
    async def test_stop_who_asks_too_much_and_say_when_to_come_back(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("domande", richieste_al_minuto=3)
        caf = servizio.come("CAF-ALFA")

        risposte = [await caf.get("/v1/domande") for _ in range(4)]
        altro = await servizio.come("CAF-BETA").get("/v1/domande")

        assert [r.status_code for r in risposte] == [200, 200, 200, 429]
        assert [r.headers["X-RateLimit-Remaining"] for r in risposte] == ["2", "1", "0", "0"]
        assert 0 < int(risposte[-1].headers["Retry-After"]) <= 60
        assert altro.status_code == 200
