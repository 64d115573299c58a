# SPDX-License-Identifier: EUPL-1.2
"""A service that is full refuses as soon as it has read the headers; who goes on sending a body afterwards is given up."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from deploy.locale.ascolto import ProtocolloConTermine
from shared.web.ammissione import Ammissione
from tests.sicurezza.servito import servito

_SECONDI = 0.4
_TESTA = b"POST /v1/domande HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Impaziente(ProtocolloConTermine):
    """The server of the services, with a short time."""

    secondi = _SECONDI


class SenzaTermine(Impaziente):
    """One that lets a body nobody reads last for ever."""

    def _conta(self) -> None:
        """Start no time."""


async def piena(scope: Scope, receive: Receive, send: Send) -> None:
    """An application whose door is always closed: no request gets here."""
    assert scope["type"] == "lifespan"
    scope["state"]["ammissione"] = Ammissione(0)
    for fatto in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{fatto}.complete"})


@pytest.fixture(params=[Impaziente])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with servito(piena, protocollo=request.param) as indirizzo:
        yield indirizzo


async def manda(url: str, *, gocce: bool, entro: float = 30.0) -> bytes:
    """Send two requests with their bodies, or one whose body never ends; give what is said before the connection closes."""
    lettore, scrittore = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    scrittore.write(_TESTA % 5000 if gocce else (_TESTA % 2 + b"{}") * 2)
    goccia = asyncio.create_task(_goccia(scrittore)) if gocce else None
    try:
        return await asyncio.wait_for(lettore.read(), entro)
    finally:
        if goccia is not None:
            goccia.cancel()
        scrittore.close()


async def _goccia(scrittore: asyncio.StreamWriter) -> None:
    while True:
        await asyncio.sleep(_SECONDI / 10)
        scrittore.write(b"1")


class TestPorta:
    async def test_closed_answers_each_request_on_the_same_connection(self, url: str) -> None:
        detto = await manda(url, gocce=False)

        assert detto.count(b"HTTP/1.1 503") == 2
        assert detto.count(b"Retry-After: 1") == 2

    async def test_closed_gives_up_a_body_that_never_ends(self, url: str) -> None:
        detto = await manda(url, gocce=True)

        assert detto.count(b"HTTP/1.1 ") == detto.count(b"HTTP/1.1 503") == 1

    @pytest.mark.parametrize("url", [SenzaTermine], indirect=True)
    async def test_control_one_without_a_time_is_held_for_ever(self, url: str) -> None:
        with pytest.raises(TimeoutError):
            await manda(url, gocce=True, entro=6 * _SECONDI)
