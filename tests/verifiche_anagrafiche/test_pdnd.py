# SPDX-License-Identifier: EUPL-1.2
"""The PDND client: what it signs, what it keeps, what it does when PDND says no."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

import httpx
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from shared.errors import RateLimited, UpstreamRejected, UpstreamUnavailable
from shared.web.pdnd import (
    ClientPdnd,
    Firma,
    Operatore,
    Pdnd,
    digest_di,
    leggi_chiave,
    leggi_firma,
    secondi_di_attesa,
)

CHIAVE = RSAKey.generate_key(2048)
ADESSO = 1_767_950_000
OPERATORE = Operatore("op-004217", "sportello-03")
AUDIENCE = "https://erogatore.example/v1"


class Finta:
    """The token endpoint, outside our walls: it counts the vouchers it gives."""

    def __init__(self, rispondi: Callable[[int], httpx.Response] | None = None) -> None:
        self.moduli: list[dict[str, str]] = []
        self._rispondi = rispondi or (lambda n: httpx.Response(200, json={"access_token": f"v{n}", "expires_in": 600}))
        self.adesso = float(ADESSO)
        self.pdnd = Pdnd(
            ClientPdnd("https://pdnd.example/token", "client-1", "kid-1", CHIAVE),
            httpx.AsyncClient(transport=httpx.MockTransport(self._ricevi)),
            orologio=lambda: self.adesso,
        )

    def _ricevi(self, richiesta: httpx.Request) -> httpx.Response:
        self.moduli.append({nome: valori[0] for nome, valori in parse_qs(richiesta.content.decode()).items()})
        return self._rispondi(len(self.moduli))


def apri(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    firmato = jws.deserialize_compact(token, CHIAVE, algorithms=["RS256"])
    return dict(firmato.headers()), orjson.loads(firmato.payload)


class TestVoucher:
    async def test_is_asked_with_the_claims_of_the_manual_and_no_other(self) -> None:
        finta = Finta()

        await finta.pdnd.voucher("finalita-1")

        (modulo,) = finta.moduli
        intestazione, dichiarati = apri(modulo["client_assertion"])
        assert intestazione == {"alg": "RS256", "typ": "JWT", "kid": "kid-1"}
        assert set(dichiarati) == {"iss", "sub", "aud", "jti", "iat", "exp", "purposeId"}
        assert (dichiarati["iss"], dichiarati["aud"], dichiarati["iat"]) == (
            "client-1",
            "auth.interop.pagopa.it/client-assertion",
            ADESSO,
        )
        assert (modulo["client_id"], modulo["grant_type"]) == ("client-1", "client_credentials")

    async def test_is_kept_until_shortly_before_it_expires(self) -> None:
        finta = Finta()

        primo = await finta.pdnd.voucher("a")
        finta.adesso += 569
        stesso = await finta.pdnd.voucher("a")
        finta.adesso += 2
        nuovo = await finta.pdnd.voucher("a")
        altro = await finta.pdnd.voucher("b")

        assert (primo, stesso, nuovo, altro) == ("v1", "v1", "v2", "v3")

    async def test_that_was_refused_is_asked_again(self) -> None:
        finta = Finta()
        await finta.pdnd.voucher("a")

        finta.pdnd.dimentica("a")

        assert await finta.pdnd.voucher("a") == "v2"

    async def test_tied_to_a_tracking_evidence_serves_one_call(self) -> None:
        finta = Finta()
        traccia = finta.pdnd.traccia("a", OPERATORE, audience=AUDIENCE)

        voucher = [
            await finta.pdnd.voucher_per("a", traccia),
            await finta.pdnd.voucher_per("a", traccia),
            await finta.pdnd.voucher("a"),
        ]

        assert voucher == ["v1", "v2", "v3"]
        _, dichiarati = apri(finta.moduli[0]["client_assertion"])
        assert dichiarati["digest"] == {"alg": "SHA256", "value": hashlib.sha256(traccia.encode()).hexdigest()}

    @pytest.mark.parametrize(
        ("risposta", "errore"),
        [
            (httpx.Response(400, json={"status": 400}), UpstreamRejected),
            (httpx.Response(503), UpstreamUnavailable),
            (httpx.Response(200, content=b"<html>"), UpstreamUnavailable),
            (httpx.Response(200, json={"token_type": "Bearer"}), UpstreamUnavailable),
        ],
    )
    async def test_that_pdnd_does_not_give_is_an_error(self, risposta: httpx.Response, errore: type[Exception]) -> None:
        finta = Finta(lambda _n: risposta)

        with pytest.raises(errore):
            await finta.pdnd.voucher("a")

    async def test_over_the_quota_says_how_long_to_wait(self) -> None:
        finta = Finta(lambda _n: httpx.Response(429, headers={"Retry-After": "17"}))

        with pytest.raises(RateLimited) as limite:
            await finta.pdnd.voucher("a")

        assert limite.value.retry_after_seconds == 17


class TestFirma:
    def test_covers_the_body_and_its_headers(self) -> None:
        corpo = b'{"a": 1}'

        intestazioni = Finta().pdnd.firma_corpo(
            corpo, {"Content-Type": "application/json", "Content-Encoding": "UTF-8", "X-Altro": "no"}, audience=AUDIENCE
        )

        digest = "SHA-256=" + base64.b64encode(hashlib.sha256(corpo).digest()).decode()
        intestazione, dichiarati = apri(intestazioni["Agid-JWT-Signature"])
        assert (intestazioni["Digest"], digest_di(corpo), intestazione["kid"]) == (digest, digest, "kid-1")
        assert dichiarati["signed_headers"] == [
            {"digest": digest},
            {"content-type": "application/json"},
            {"content-encoding": "UTF-8"},
        ]
        assert (dichiarati["aud"], dichiarati["iss"], dichiarati["sub"]) == (AUDIENCE, "client-1", "client-1")
        assert dichiarati["iat"] == dichiarati["nbf"] < ADESSO < dichiarati["exp"]

    def test_of_the_tracking_evidence_says_who_and_why(self) -> None:
        _, dichiarati = apri(Finta().pdnd.traccia("finalita-1", OPERATORE, audience=AUDIENCE))

        chi = {nome: dichiarati[nome] for nome in ("purposeId", "userID", "userLocation", "LoA", "aud")}
        assert chi == {
            "purposeId": "finalita-1",
            "userID": "op-004217",
            "userLocation": "sportello-03",
            "LoA": "LOA3",
            "aud": AUDIENCE,
        }
        assert len(str(dichiarati["dnonce"])) == 13

    def test_is_new_each_time(self) -> None:
        pdnd = Finta().pdnd

        tracce = {apri(pdnd.traccia("a", OPERATORE, audience=AUDIENCE))[1]["jti"] for _ in range(5)}

        assert len(tracce) == 5


class TestChiave:
    def test_must_be_private(self, tmp_path: Path) -> None:
        privata, pubblica = tmp_path / "privata.pem", tmp_path / "pubblica.pem"
        privata.write_bytes(CHIAVE.as_pem(private=True))
        pubblica.write_bytes(CHIAVE.as_pem(private=False))

        assert leggi_chiave(privata).is_private
        with pytest.raises(ValueError, match="privata"):
            leggi_chiave(pubblica)


class TestSecondaChiave:
    """A key on P-256 signs the requests; what asks for a voucher stays RS256, as PDND wants."""

    def test_signs_requests_and_not_assertions(self) -> None:
        firma = ECKey.generate_key("P-256")
        client = ClientPdnd("https://pdnd.example/token", "client-1", "kid-1", CHIAVE, firma=Firma("kid-2", firma))
        pdnd = Pdnd(client, httpx.AsyncClient(), orologio=lambda: ADESSO)

        firmate = pdnd.firma_corpo(b"{}", {"Content-Type": "application/json"}, audience=AUDIENCE)
        traccia = pdnd.traccia("finalita-1", OPERATORE, audience=AUDIENCE)

        for token in (firmate["Agid-JWT-Signature"], traccia):
            firmato = jws.deserialize_compact(token, firma, algorithms=["ES256"])
            assert firmato.headers() == {"alg": "ES256", "typ": "JWT", "kid": "kid-2"}
        assert apri(pdnd._assertion("finalita-1", None))[0] == {"alg": "RS256", "typ": "JWT", "kid": "kid-1"}

    @pytest.mark.parametrize(
        ("chiave", "tipo"), [(CHIAVE, RSAKey), (ECKey.generate_key("P-256"), ECKey)], ids=["RSA", "P-256"]
    )
    def test_is_read_of_either_kind(self, tmp_path: Path, chiave: RSAKey | ECKey, tipo: type) -> None:
        file = tmp_path / "firma.pem"
        file.write_bytes(chiave.as_pem(private=True))

        letta = leggi_firma("kid-2", file)

        assert letta is not None
        assert isinstance(letta.chiave, tipo)

    @pytest.mark.parametrize(("curva", "privata"), [("P-384", True), ("P-256", False)])
    def test_of_another_kind_is_refused(self, tmp_path: Path, curva: Literal["P-256", "P-384"], privata: bool) -> None:
        file = tmp_path / "firma.pem"
        file.write_bytes(ECKey.generate_key(curva).as_pem(private=privata))

        with pytest.raises(ValueError, match="P-256"):
            leggi_firma("kid-2", file)

    def test_may_be_missing(self) -> None:
        assert leggi_firma("", None) is None


class TestAttesa:
    @pytest.mark.parametrize(
        ("intestazioni", "secondi"),
        [
            ({"Retry-After": "120"}, 120),
            ({"retry-after": "Fri, 09 Jan 2026 09:01:30 GMT"}, 90),
            ({"Retry-After": "Fri, 09 Jan 2026 08:00:00 GMT"}, 0),
            ({"Retry-After": "domani"}, None),
            ({"X-RateLimit-Reset": "45"}, 45),
            ({"Retry-After": "999999"}, 86_400),
            ({}, None),
        ],
    )
    def test_is_read_in_all_its_spellings(self, intestazioni: dict[str, str], secondi: int | None) -> None:
        risposta = httpx.Response(429, headers=intestazioni)

        assert secondi_di_attesa(risposta, adesso=datetime(2026, 1, 9, 9, 0, tzinfo=UTC)) == secondi
