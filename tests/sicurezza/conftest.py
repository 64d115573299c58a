# SPDX-License-Identifier: EUPL-1.2
"""The five services on the sandbox, with one domanda that has gone all the way."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from deploy.sandbox.app import ImpostazioniSandbox, Sandbox, crea_sandbox
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita, kid_di
from shared.db.migrazioni import SERVIZI
from tests.conftest import CreaServizio
from tests.sicurezza.linea import Linea
from tests.sicurezza.percorso import Percorso
from tests.support.attese import entro
from tests.support.orologio import OrologioDiProva


class Esterni:
    """The sandbox served in a thread, and the settings with which the services reach it."""

    def __init__(self, cartella: Path) -> None:
        self._presa = socket.socket()
        self._presa.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._presa.getsockname()[1]}"
        self._cartella = cartella
        app = crea_sandbox(ImpostazioniSandbox(url_pubblico=self.url, cartella=cartella, porta_smtp=0))
        self.stato: Sandbox = app.state.sandbox
        self.linea = Linea(app)
        self.server = uvicorn.Server(
            uvicorn.Config(self.linea, log_config=None, ws="none", timeout_graceful_shutdown=1)
        )
        self._filo = threading.Thread(target=self.server.run, kwargs={"sockets": [self._presa]}, daemon=True)

    def avvia(self) -> None:
        """Start to serve."""
        self._filo.start()

    def ferma(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self._filo.join(10)

    def impostazioni(self, servizio: str) -> dict[str, Any]:
        """Give the settings of a service that concern what is outside."""
        pdnd = {
            "pdnd_url": f"{self.url}/pdnd/token.oauth2", "pdnd_client_id": CLIENT_INCLUSIONE,
            "pdnd_kid": kid_di(CLIENT_INCLUSIONE),
            "pdnd_chiave_file": self._cartella / "client" / f"{CLIENT_INCLUSIONE}.pem",
            "pdnd_firma_chiave_file": self._cartella / "client" / f"{CLIENT_INCLUSIONE}-firma.pem",
            "pdnd_finalita": {e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI},
        }  # fmt: skip
        proprie: dict[str, dict[str, Any]] = {
            "verifiche_anagrafiche": pdnd | {
                "anpr_url": f"{self.url}/anpr", "isee_url": f"{self.url}/inps/ConsultazioneISEE/v1",
                "pra_url": f"{self.url}/pra/v1", "giustizia_url": f"{self.url}/giustizia/v1",
                "unilav_url": f"{self.url}/unilav/v1",
            },
            "erogazioni": pdnd | {"poste_url": f"{self.url}/poste/carte/v1"},
            "notifiche": {
                "appio_url": f"{self.url}/appio/api/v1", "appio_chiave": "chiave-di-prova", "smtp_host": "127.0.0.1",
                "smtp_porta": self.stato.posta.porta,
            },
        }  # fmt: skip
        return proprie.get(servizio, {})


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Esterni]:
    esterni = Esterni(tmp_path_factory.mktemp("sandbox"))
    esterni.avvia()
    yield esterni
    esterni.ferma()


@pytest.fixture
async def esterni(_sandbox: Esterni) -> Esterni:
    """The sandbox, as if nothing had ever reached it."""
    await entro(20, lambda: _sandbox.server.started)
    _sandbox.stato.azzera()
    _sandbox.linea.azzera()
    return _sandbox


@pytest.fixture
async def percorso(crea_servizio: CreaServizio, esterni: Esterni, orologio: OrologioDiProva) -> Percorso:
    """The five services, ready for the domanda."""
    return Percorso({nome: await crea_servizio(nome, **esterni.impostazioni(nome)) for nome in SERVIZI}, orologio)
