# SPDX-License-Identifier: EUPL-1.2
"""The service at work, alone or with the sandbox on real HTTP behind it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from deploy.locale.postgres import Server
from deploy.sandbox.app import ImpostazioniSandbox, Sandbox, crea_sandbox
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, POSTE_CARTE, finalita, kid_di
from services.erogazioni.settings import ESERVIZIO
from shared.db.session import Database
from tests.conftest import CreaServizio
from tests.support.archivi import apri_archivio, crea_archivio
from tests.support.attese import entro
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva


@pytest.fixture
async def vuoto(server_postgres: Server) -> AsyncIterator[Database]:
    """A database of its own, for its rows are many and its keys may fall."""
    nome = crea_archivio("erogazioni").partition("?")[0].rpartition("/")[2] + "_corsa"
    server_postgres.esegui(f"DROP DATABASE IF EXISTS {nome}")
    server_postgres.esegui(f"CREATE DATABASE {nome} TEMPLATE modello_erogazioni")
    database = await apri_archivio(server_postgres.url(nome), connessioni=2)
    yield database
    await database.close()
    server_postgres.esegui(f"DROP DATABASE {nome} WITH (FORCE)")


@pytest.fixture
async def servizio(crea_servizio: CreaServizio) -> ServizioInProva:
    """The service without a payer."""
    return await crea_servizio("erogazioni", controlla_durevolezza=False)


@dataclass(frozen=True, slots=True)
class Poste:
    """The sandbox at work, with the settings that reach it."""

    sandbox: Sandbox
    impostazioni: dict[str, object]


class _Server(uvicorn.Server):
    """A server that leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@pytest.fixture(scope="session")
def chiavi_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of the sandbox, generated once."""
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture
async def poste(chiavi_sandbox: Path, orologio: OrologioDiProva) -> AsyncIterator[Poste]:
    """The card gateway of the sandbox on a port of its own, with PDND to reach it."""
    presa = socket.socket()
    presa.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{presa.getsockname()[1]}"
    app = crea_sandbox(ImpostazioniSandbox(url_pubblico=url, cartella=chiavi_sandbox, orologio=orologio))
    server = _Server(uvicorn.Config(app, log_level="error"))
    compito = asyncio.create_task(server.serve(sockets=[presa]))
    await entro(10, lambda: server.started)
    try:
        yield Poste(app.state.sandbox, _impostazioni(url, chiavi_sandbox))
    finally:
        server.should_exit = True
        await compito
        presa.close()


def _impostazioni(url: str, cartella: Path) -> dict[str, object]:
    assert POSTE_CARTE.nome == ESERVIZIO
    return {
        "controlla_durevolezza": False, "poste_url": POSTE_CARTE.audience(url), "pdnd_url": f"{url}/pdnd/token.oauth2",
        "pdnd_client_id": CLIENT_INCLUSIONE, "pdnd_kid": kid_di(CLIENT_INCLUSIONE),
        "pdnd_chiave_file": cartella / "client" / f"{CLIENT_INCLUSIONE}.pem",
        "pdnd_finalita": {ESERVIZIO: finalita(CLIENT_INCLUSIONE, ESERVIZIO)}, "poste_timeout_seconds": 2,
    }  # fmt: skip


@pytest.fixture
async def pagante(crea_servizio: CreaServizio, poste: Poste) -> ServizioInProva:
    """The service with the payer of the sandbox, and files of three rows."""
    return await crea_servizio("erogazioni", **poste.impostazioni, disposizioni_per_flusso=3, posizioni_per_blocco=4)
