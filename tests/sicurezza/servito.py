# SPDX-License-Identifier: EUPL-1.2
"""A service behind a real server, in a thread of its own with its own loop: what the in-process client does not show."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from deploy.locale.ascolto import ProtocolloConTermine

_AVVIO_SECONDS = 20


@contextmanager
def servito(app: ASGIApp, *, protocollo: type[asyncio.Protocol] = ProtocolloConTermine) -> Iterator[str]:
    """Serve an application on the loopback while the block lasts, and give its address."""
    presa = socket.socket()
    presa.bind(("127.0.0.1", 0))
    pronto = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            pronto.set()

    configurazione = uvicorn.Config(
        app, log_config=None, ws="none", access_log=False, timeout_graceful_shutdown=1, http=protocollo
    )
    server = Server(configurazione)
    filo = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[presa])), daemon=True)
    filo.start()
    try:
        assert pronto.wait(_AVVIO_SECONDS), "il server non è partito"
        yield f"http://127.0.0.1:{presa.getsockname()[1]}"
    finally:
        server.should_exit = True
        filo.join(_AVVIO_SECONDS)


async def lento(url: str, mandati: bytes, *, gocce_ogni: float | None) -> bytes:
    """Send some bytes, then nothing, or one more every so many seconds; give what the server says before it closes."""
    lettore, scrittore = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    scrittore.write(mandati)
    goccia = asyncio.create_task(_goccia(scrittore, gocce_ogni)) if gocce_ogni else None
    try:
        return await lettore.read()
    except ConnectionResetError:
        return b""
    finally:
        if goccia is not None:
            goccia.cancel()
        scrittore.close()


async def _goccia(scrittore: asyncio.StreamWriter, ogni: float) -> None:
    while True:
        await asyncio.sleep(ogni)
        scrittore.write(b"1")
