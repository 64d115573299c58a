# SPDX-License-Identifier: EUPL-1.2
"""A sandbox served by uvicorn on a free port, one per session, emptied before each test; and a client that signs."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from deploy.sandbox.app import ImpostazioniSandbox, Sandbox, crea_sandbox
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, EServizio, finalita, kid_di
from shared.web.pdnd import ClientPdnd, Firma, Operatore, Pdnd, leggi_chiave

AVVIO_SECONDS = 20.0
OPERATORE = Operatore(utente="op-000001", postazione="postazione-01")


class OrologioSandbox:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.istante = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.istante

    def imposta(self, istante: datetime) -> None:
        self.istante = istante


@dataclass
class InProva:
    """The running sandbox: its address, its state, its keys."""

    url: str
    sandbox: Sandbox
    cartella: Path
    orologio: OrologioSandbox

    def pdnd(self, http: httpx.AsyncClient, client_id: str = CLIENT_INCLUSIONE, firma: Firma | None = None) -> Pdnd:
        """The client of the services, with the key written by the sandbox."""
        self.sandbox.chiavi.client(client_id)  # written now, if the sandbox has not come to it yet
        chiave = leggi_chiave(self.cartella / "client" / f"{client_id}.pem")
        return Pdnd(
            ClientPdnd(f"{self.url}/pdnd/token.oauth2", client_id, kid_di(client_id), chiave, firma=firma), http
        )

    async def voucher(self, http: httpx.AsyncClient, eservizio: EServizio) -> dict[str, str]:
        """The header with a voucher for an e-service."""
        voucher = await self.pdnd(http).voucher(finalita(CLIENT_INCLUSIONE, eservizio.nome))
        return {"Authorization": f"Bearer {voucher}"}

    async def firmate(self, http: httpx.AsyncClient, eservizio: EServizio, corpo: bytes) -> dict[str, str]:
        """The headers of a JSON body that is signed, once."""
        firmate = self.pdnd(http).firma_corpo(
            corpo, {"Content-Type": "application/json"}, audience=eservizio.audience(self.url)
        )
        return firmate | await self.voucher(http, eservizio)


@pytest.fixture(scope="session")
def _in_prova(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProva]:
    porta, cartella, orologio = porta_libera(), tmp_path_factory.mktemp("sandbox"), OrologioSandbox()
    url = f"http://127.0.0.1:{porta}"
    impostazioni = ImpostazioniSandbox(url_pubblico=url, cartella=cartella, orologio=orologio, porta_smtp=0)
    app = crea_sandbox(impostazioni)
    with _servita(app, porta):
        yield InProva(url, app.state.sandbox, cartella, orologio)


@pytest.fixture
def in_prova(_in_prova: InProva) -> InProva:
    """The sandbox of the session, emptied."""
    _in_prova.sandbox.azzera()
    _in_prova.orologio.istante = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    return _in_prova


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client."""
    async with httpx.AsyncClient(timeout=10) as client:
        yield client


def porta_libera() -> int:
    with socket.socket() as prova:
        prova.bind(("127.0.0.1", 0))
        return int(prova.getsockname()[1])


@contextmanager
def _servita(app: FastAPI, porta: int) -> Iterator[None]:
    """Serve an application in a thread while the block lasts."""
    config = uvicorn.Config(app, host="127.0.0.1", port=porta, log_level="critical", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    filo = threading.Thread(target=server.run, daemon=True)
    filo.start()
    fine = time.monotonic() + AVVIO_SECONDS
    while not server.started:
        assert time.monotonic() < fine, "the sandbox did not start"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        filo.join(AVVIO_SECONDS)
