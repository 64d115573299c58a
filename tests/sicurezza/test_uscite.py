# SPDX-License-Identifier: EUPL-1.2
"""Addresses that come from outside: no request makes a service open a connection to a place that the caller has chosen.

The services have no webhooks yet: the day a body, a parameter or a token may carry an address, the first test fails and
asks for registered hosts and for the resolved address to be the one that is checked and used.
"""

import re
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from shared.db.migrazioni import SERVIZI
from shared.errors import UpstreamUnavailable
from shared.web.chiavi import ChiaviFruitori
from shared.web.token import Chiavi
from tests.conftest import CreaServizio
from tests.sicurezza.richiesta import Richiesta
from tests.support.token import chiave, firma

# Every way of writing the loopback, the metadata service, a private network, or somebody else's name.
ALTROVE = (
    "http://169.254.169.254/latest/meta-data/", "http://localhost:9/", "http://127.0.0.1:9/", "http://127.1:9/",
    "http://2130706433:9/", "http://0177.0.0.1:9/", "http://0x7f.0.0.1:9/", "http://0:9/", "http://[::1]:9/",
    "http://[::ffff:127.0.0.1]:9/", "http://[::ffff:a9fe:a9fe]/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    "http://metadata.google.internal/", "http://127.0.0.1.nip.io:9/", "http://good.example@127.0.0.1:9/",
    "http://127.0.0.1:9#@good.example/", "http://127.0.0.1:9\\@good.example/", "//127.0.0.1:9/", "file:///etc/passwd",
    "gopher://127.0.0.1:9/_x", "dict://127.0.0.1:9/x", "ldap://127.0.0.1:9/x", "http://①②⑦.⓪.⓪.①:9/",
)  # fmt: skip
_INDIRIZZO = re.compile(r"(^|_)(ur[il]|href|link|host|webhook|callback|indirizzo_web|endpoint)($|_)")
_ascolti: list[list[str]] = []


def _annota(evento: str, argomenti: tuple[Any, ...]) -> None:
    if evento in ("socket.connect", "socket.getaddrinfo") and _ascolti:
        _ascolti[-1].append(str(argomenti[1] if evento == "socket.connect" else argomenti[0]))


sys.addaudithook(_annota)


@contextmanager
def uscite() -> Iterator[list[str]]:
    """Note every name resolved and every connection opened by this process while the block lasts."""
    _ascolti.append([])
    try:
        yield _ascolti[-1]
    finally:
        _ascolti.pop()


class Ladro:
    """Somebody who answers everything by sending elsewhere."""

    def __init__(self, verso: str) -> None:
        class Pagina(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", verso)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Pagina)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def verso_altrove() -> Iterator[tuple[Ladro, Ladro]]:
    """A server that redirects to another, and the other, which nobody must reach."""
    meta = Ladro("http://127.0.0.1:9/")
    primo = Ladro(meta.url)
    yield primo, meta
    for ladro in (primo, meta):
        ladro.server.shutdown()
        ladro.server.server_close()


class TestDocumenti:
    @pytest.mark.parametrize("nome", SERVIZI)
    async def test_take_no_address_from_outside(self, nome: str, crea_servizio: CreaServizio) -> None:
        documento = (await crea_servizio(nome)).app.openapi()

        assert indirizzi(documento) == set()

    async def test_that_take_one_are_found(self, crea_servizio: CreaServizio) -> None:
        """Control: a webhook among the fields of a body."""
        documento = orjson.loads(orjson.dumps((await crea_servizio("notifiche")).app.openapi()))
        campo = {"webhook_url": {"type": "string"}, "casa": {"type": "string", "format": "uri"}}
        documento["components"]["schemas"]["RipetizioneIn"]["properties"] |= campo

        assert indirizzi(documento) == {"webhook_url", "casa"}


def indirizzi(documento: dict[str, Any]) -> set[str]:
    """Give the fields of bodies and the parameters that look like addresses."""
    trovati = {
        p["name"]
        for metodi in documento["paths"].values()
        for operazione in metodi.values()
        for p in operazione.get("parameters", ())
        if _INDIRIZZO.search(p["name"].lower())
    }
    for nome, schema in documento["components"]["schemas"].items():
        if nome.endswith("In"):
            trovati |= {
                campo
                for campo, tipo in schema.get("properties", {}).items()
                if _INDIRIZZO.search(campo) or "uri" in str(tipo.get("format", ""))
            }
    return trovati


class TestRichieste:
    async def test_full_of_addresses_open_no_connection(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("erogazioni")
        (await servizio.come("INPS").get("/v1/lotti")).raise_for_status()  # keys and database are there already
        (await servizio.come("INPS").post("/v1/lotti", json={}, headers={"Idempotency-Key": "prova-0001"})).json()

        with uscite() as viste:
            for altrove in ALTROVE:
                for risposta in [r async for r in _ovunque(servizio, altrove)]:
                    assert risposta.status_code in (200, 400, 401, 404, 405, 415, 422), (altrove, risposta.text)

        assert [v for v in viste if _straniera(v)] == []

    async def test_would_be_seen_if_they_did(self) -> None:
        """Control: whoever follows the header of a token connects, and is seen."""
        with uscite() as viste:
            token = firma({"iss": "x"}, jku="http://127.0.0.1:9/keys")
            testa = orjson.loads(_decodifica(token.partition(".")[0]))
            async with httpx.AsyncClient() as http:
                with pytest.raises(httpx.ConnectError):
                    await http.get(testa["jku"])

        assert any(_straniera(v) for v in viste)


async def _ovunque(servizio: Any, altrove: str) -> Any:
    """Put an address wherever a request has room for one."""
    sicuro = altrove.encode("ascii", "ignore").decode()
    for nome in ("jku", "x5u", "kid"):
        dichiarati = {"iss": altrove, "aud": altrove, "sub": "x", "jti": str(uuid4()), "exp": 1, "iat": 1}
        intestazione: dict[str, Any] = {nome: altrove, "jwk": {"kty": "RSA", "n": altrove, "e": "AQAB"}}
        token = _firmato(dichiarati, intestazione)
        yield await servizio.come(token).get("/v1/lotti")
    testa = dict(Richiesta().intestazioni())
    testa["Agid-JWT-Signature"] = _firmato({"iss": altrove}, {"jku": altrove, "x5u": altrove, "kid": altrove})
    yield await servizio.client.post("/v1/lotti", headers=testa, content=Richiesta().corpo)
    strane = dict.fromkeys(
        ("X-Forwarded-Host", "Forwarded", "X-Original-URL", "Referer", "Origin", "Link", "Callback"), sicuro
    )
    inps = servizio.come("INPS")
    yield await inps.get("/v1/lotti", headers={**strane, "Host": "169.254.169.254"})
    yield await inps.get("/v1/lotti", params={"cursor": altrove, "url": altrove, "callback": altrove})
    corpo = {"misura": "ADI", "mese": "2025-03", "webhook": altrove, "$ref": altrove, "@context": altrove}
    yield await inps.post("/v1/lotti", json=corpo, headers={"Idempotency-Key": f"prova-{uuid4()}"})


def _firmato(dichiarati: dict[str, Any], intestazione: dict[str, Any]) -> str:
    """Sign by hand: the library refuses to write what a forger would."""
    parti = [{"alg": "RS256", "typ": "at+jwt", "kid": "prova"} | intestazione, dichiarati]
    testo = b".".join(urlsafe_b64encode(orjson.dumps(p)).rstrip(b"=") for p in parti)
    privata = chiave().private_key
    assert privata is not None
    sigillo = privata.sign(testo, padding.PKCS1v15(), hashes.SHA256())
    return (testo + b"." + urlsafe_b64encode(sigillo).rstrip(b"=")).decode()


def _straniera(vista: str) -> bool:
    """Tell whether a connection goes where the addresses of the list lead, and not to our own servers."""
    return bool(
        re.search(
            r"169\.254|::1|\b9\)|metadata|nip\.io|10\.0\.0\.1|good\.example|fd00|a9fe|127\.1\b|2130706433|0x7f", vista
        )
    )


def _decodifica(parte: str) -> bytes:
    return urlsafe_b64decode(parte + "=" * (-len(parte) % 4))


class TestClient:
    async def test_of_ours_follow_no_redirect(self, verso_altrove: tuple[Ladro, Ladro]) -> None:
        primo, meta = verso_altrove

        with uscite() as viste:
            async with httpx.AsyncClient(timeout=5) as http:
                with pytest.raises(UpstreamUnavailable):
                    await ChiaviFruitori(http, f"{primo.url}/keys").trova("kid-x")
            with pytest.raises(UpstreamUnavailable):
                await Chiavi(f"{primo.url}/jwks.json").trova("kid-x")

        porte = {v for v in viste if str(meta.server.server_port) in v}
        assert (len(viste) > 0, porte) == (True, set())

    async def test_that_follow_them_are_seen(self, verso_altrove: tuple[Ladro, Ladro]) -> None:
        """Control."""
        primo, meta = verso_altrove

        with uscite() as viste:
            async with httpx.AsyncClient(timeout=5, follow_redirects=True) as http:
                with pytest.raises(httpx.HTTPError):
                    await http.get(primo.url)

        assert any(str(meta.server.server_port) in v for v in viste)
