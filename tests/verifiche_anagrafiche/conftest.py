# SPDX-License-Identifier: EUPL-1.2
"""The service with its registries: the real sandbox, over HTTP."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from deploy.sandbox.app import ImpostazioniSandbox, Sandbox, crea_sandbox
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita, kid_di, kid_firma_di
from deploy.sandbox.guasti import Guasto
from tests.conftest import CreaServizio
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.verifiche_anagrafiche.casi import ISTANTE


@dataclass(frozen=True)
class Registri:
    """The running sandbox: where it listens, what it holds, the settings with which the service reaches it."""

    url: str
    stato: Sandbox
    impostazioni: dict[str, Any]

    def guasta(self, sistema: str, tipo: Any, *, volte: int | None = None, secondi: float = 1.0) -> None:
        """Switch a fault on."""
        self.stato.guasti.imposta(sistema, Guasto(tipo, volte, secondi))

    def ripara(self) -> None:
        """Switch every fault off."""
        self.stato.guasti.togli()

    def chiamate(self, sistema: str) -> int:
        """Count the requests that a system has received."""
        return len(list(self.stato.giornale.leggi(sistema=sistema, limite=10_000)))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registri]:
    """Serve the sandbox in a thread."""
    cartella: Path = tmp_path_factory.mktemp("sandbox")
    presa = socket.socket()
    presa.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{presa.getsockname()[1]}"
    app = crea_sandbox(ImpostazioniSandbox(url_pubblico=url, cartella=cartella))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1))
    filo = threading.Thread(target=server.run, kwargs={"sockets": [presa]}, daemon=True)
    filo.start()
    yield Registri(url, app.state.sandbox, _impostazioni(url, cartella))
    server.should_exit = True
    filo.join(10)


def _impostazioni(url: str, cartella: Path) -> dict[str, Any]:
    return {
        "pdnd_url": f"{url}/pdnd/token.oauth2",
        "pdnd_client_id": CLIENT_INCLUSIONE,
        "pdnd_kid": kid_di(CLIENT_INCLUSIONE),
        "pdnd_chiave_file": cartella / "client" / f"{CLIENT_INCLUSIONE}.pem",
        "pdnd_firma_kid": kid_firma_di(CLIENT_INCLUSIONE),
        "pdnd_firma_chiave_file": cartella / "client" / f"{CLIENT_INCLUSIONE}-firma.pem",
        "pdnd_finalita": {e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI},
        "anpr_url": f"{url}/anpr",
        "isee_url": f"{url}/inps/ConsultazioneISEE/v1",
        "pra_url": f"{url}/pra/v1",
        "giustizia_url": f"{url}/giustizia/v1",
        "unilav_url": f"{url}/unilav/v1",
        "registri_timeout_seconds": 2,
    }


@pytest.fixture
def registri(sandbox: Registri) -> Iterator[Registri]:
    """The sandbox as if just started."""
    sandbox.stato.azzera()
    yield sandbox
    sandbox.ripara()


@pytest.fixture
async def servizio(crea_servizio: CreaServizio, registri: Registri, orologio: OrologioDiProva) -> ServizioInProva:
    """The service with all its registries, on the day of the domande of the sandbox."""
    orologio.vai(ISTANTE)
    return await crea_servizio("verifiche_anagrafiche", **registri.impostazioni)
