# SPDX-License-Identifier: EUPL-1.2
"""The transport of the calls to the registries, towards a server that writes what each case says, byte by byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from deploy.locale.sistema import porta_libera
from shared.web import trasporto
from shared.web.trasporto import Http, Trasporto
from tests.support.attese import entro

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nsi"


class Servente:
    """A server on the loopback: for each request the next answer of the case; what it has received."""

    def __init__(self, *risposte: bytes, chiude: bool = False) -> None:
        self.ricevute: list[bytes] = []
        self.connessioni = 0
        self._risposte, self._chiude = list(risposte), chiude

    async def __call__(self, lettore: asyncio.StreamReader, scrittore: asyncio.StreamWriter) -> None:
        self.connessioni += 1
        try:
            while self._risposte:
                testa = await lettore.readuntil(b"\r\n\r\n")
                lungo = int(testa.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.ricevute.append(testa + await lettore.readexactly(lungo))
                scrittore.write(self._risposte.pop(0))
                await scrittore.drain()
                if self._chiude:
                    break
            else:
                await lettore.read()
        except asyncio.IncompleteReadError:
            pass
        finally:
            scrittore.close()


@asynccontextmanager
async def servita(servente: Servente, *, secondi: float = 5) -> AsyncIterator[tuple[Http, str]]:
    server = await asyncio.start_server(servente, "127.0.0.1", 0)
    http = Http(Trasporto(secondi=secondi, ferme=4))
    try:
        yield http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/registro?a=1"
    finally:
        await http.aclose()
        server.close()
        await server.wait_closed()


def aspetta_altro(http: Http) -> bool:
    """Tell whether a connection waits, good for another call."""
    ferme = http._trasporto._ferme.values()  # type: ignore[attr-defined]
    return any(connessione.riusabile for origine in ferme for connessione in origine)


async def chiedi(http: Http, url: str) -> httpx.Response:
    return await http.post(url, content=b"corpo", headers={"X-Prova": "uno"})


class TestRichiesta:
    async def test_carries_line_headers_and_body(self) -> None:
        servente = Servente(OK)

        async with servita(servente) as (http, url):
            risposta = await chiedi(http, url)

        (ricevuta,) = servente.ricevute
        assert ricevuta.startswith(b"POST /registro?a=1 HTTP/1.1\r\n")
        assert b"X-Prova: uno\r\n" in ricevuta
        assert b"Host: 127.0.0.1:" in ricevuta
        assert ricevuta.endswith(b"Content-Length: 5\r\n\r\ncorpo")
        assert (risposta.status_code, risposta.text) == (200, "si")

    @pytest.mark.parametrize("valore", ["uno\r\nAltra: due", "uno\nAltra: due", "uno\rdue"])
    async def test_refuses_a_header_that_would_become_two(self, valore: str) -> None:
        servente = Servente(OK)

        async with servita(servente) as (http, url):
            with pytest.raises(httpx.LocalProtocolError):
                await http.post(url, content=b"corpo", headers={"X-Prova": valore})

        assert servente.ricevute == []

    async def test_refuses_what_is_not_http(self) -> None:
        with pytest.raises(httpx.UnsupportedProtocol):
            await chiedi(Http(Trasporto(secondi=1, ferme=1)), "file:///etc/hostname")


class TestRisposta:
    @pytest.mark.parametrize(
        ("byte", "atteso"),
        [
            (b"HTTP/1.1 503 No\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n", (503, "")),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", (200, "abcde")),
            (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, "si")),
        ],
        ids=["vuota", "a-pezzi", "provvisoria"],
    )
    async def test_is_read_whole(self, byte: bytes, atteso: tuple[int, str]) -> None:
        async with servita(Servente(byte)) as (http, url):
            risposta = await chiedi(http, url)

        assert (risposta.status_code, risposta.text) == atteso

    async def test_without_a_length_ends_with_the_connection(self) -> None:
        async with servita(Servente(b"HTTP/1.1 200 OK\r\n\r\ntutto", chiude=True)) as (http, url):
            risposta = await chiedi(http, url)

        assert risposta.text == "tutto"

    @pytest.mark.parametrize(
        "byte",
        [b"", b"SMTP pronto\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nmeta"],
        ids=["nessuna", "altro-protocollo", "troncata"],
    )
    async def test_that_is_not_one_is_an_error(self, byte: bytes) -> None:
        async with servita(Servente(byte, chiude=True)) as (http, url):
            with pytest.raises(httpx.RemoteProtocolError):
                await chiedi(http, url)

    @pytest.mark.parametrize(
        "byte",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"a" * 900,
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 150 + b"Content-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: " + b"b" * 900 + b"\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n" * 40 + OK,
        ],
        ids=["corpo", "intestazioni", "intestazione", "provvisorie"],
    )
    async def test_that_is_too_long_is_an_error(self, monkeypatch: pytest.MonkeyPatch, byte: bytes) -> None:
        monkeypatch.setattr(trasporto, "_RISPOSTA_MASSIMA", 800)

        async with servita(Servente(byte)) as (http, url):
            with pytest.raises(httpx.RemoteProtocolError, match="troppo lunga"):
                await chiedi(http, url)

    async def test_that_does_not_come_in_time_is_an_error(self) -> None:
        async with servita(Servente(b"HTTP/1.1 200 OK\r\n"), secondi=0.2) as (http, url):
            with pytest.raises(httpx.ReadTimeout):
                await chiedi(http, url)

    async def test_from_nobody_is_an_error(self) -> None:
        with pytest.raises(httpx.ConnectError):
            await chiedi(Http(Trasporto(secondi=5, ferme=1)), f"http://127.0.0.1:{porta_libera()}/")


class TestConnessioni:
    async def test_one_serves_many_calls(self) -> None:
        servente = Servente(OK, OK, OK)

        async with servita(servente) as (http, url):
            for _ in range(3):
                await chiedi(http, url)

        assert (servente.connessioni, len(servente.ricevute)) == (1, 3)

    async def test_closed_meanwhile_is_replaced(self) -> None:
        servente = Servente(OK, OK, chiude=True)

        async with servita(servente) as (http, url):
            await chiedi(http, url)
            await entro(5, lambda: not aspetta_altro(http))
            risposta = await chiedi(http, url)

        assert (risposta.text, servente.connessioni) == ("si", 2)

    async def test_that_says_close_is_not_kept(self) -> None:
        chiusa = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        servente = Servente(chiusa, OK)

        async with servita(servente) as (http, url):
            await chiedi(http, url)
            await chiedi(http, url)

        assert servente.connessioni == 2

    async def test_with_bytes_nobody_asked_for_never_answers_another_call(self) -> None:
        altrui = OK.replace(b"si", b"no")
        servente = Servente(OK + altrui, OK)

        async with servita(servente) as (http, url):
            await chiedi(http, url)
            risposta = await chiedi(http, url)

        assert (risposta.text, servente.connessioni) == ("si", 2)

    async def test_of_a_call_that_was_given_up_is_not_kept(self) -> None:
        servente = Servente(b"HTTP/1.1 200 OK\r\n", OK)

        async with servita(servente, secondi=0.2) as (http, url):
            with pytest.raises(httpx.ReadTimeout):
                await chiedi(http, url)
            risposta = await chiedi(http, url)

        assert (risposta.text, servente.connessioni) == ("si", 2)
