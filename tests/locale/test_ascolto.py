# SPDX-License-Identifier: EUPL-1.2
"""A service that is full refuses as soon as it has read the headers; who goes on sending a body afterwards is given up."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from deploy.locale.ascolto import ProtocolloConTermine
from shared.web.ammissione import Ammissione
from tests.sicurezza.servito import lento, servito

_SECONDI = 0.4
_TESTA = b"POST /v1/domande HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_SENZA_FINE = _TESTA % 5000


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


class TestPorta:
    async def test_closed_answers_each_request_on_the_same_connection(self, url: str) -> None:
        detto = await lento(url, (_TESTA % 2 + b"{}") * 2, gocce_ogni=None)

        assert detto.count(b"HTTP/1.1 503") == 2
        assert detto.count(b"Retry-After: 1") == 2

    async def test_closed_gives_up_a_body_that_never_ends(self, url: str) -> None:
        detto = await lento(url, _SENZA_FINE, gocce_ogni=_SECONDI / 10)

        assert detto.count(b"HTTP/1.1 ") == detto.count(b"HTTP/1.1 503") == 1

    @pytest.mark.parametrize("url", [SenzaTermine], indirect=True)
    async def test_control_one_without_a_time_is_held_for_ever(self, url: str) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lento(url, _SENZA_FINE, gocce_ogni=_SECONDI / 10), 6 * _SECONDI)
