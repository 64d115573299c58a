# SPDX-License-Identifier: EUPL-1.2
"""The sandbox over real HTTP and SMTP, and the service that uses it."""

import threading
from collections.abc import Awaitable, Callable, Iterator

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.sandbox.app import crea_sandbox
from deploy.sandbox.impostazioni import ImpostazioniSandbox
from deploy.sandbox.stato import Sandbox
from tests.conftest import CreaServizio
from tests.support.attese import entro
from tests.support.servizio import ServizioInProva

Avvia = Callable[..., Awaitable[ServizioInProva]]


class Esterni:
    """The systems outside: `sandbox` to look inside; `risposte_perse` messages are served but not answered."""

    def __init__(self) -> None:
        app = crea_sandbox(ImpostazioniSandbox(porta_smtp=0))
        self.sandbox: Sandbox = app.state.sandbox
        self.risposte_perse = 0
        self._app: ASGIApp = app
        config = uvicorn.Config(self._servi, port=0, log_config=None, ws="none", interface="asgi3")
        self.server = uvicorn.Server(config)

    async def _servi(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.risposte_perse and scope["path"].endswith("/messages"):
            self.risposte_perse -= 1
            await self._app(scope, receive, _muto)
            await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"1")]})
        else:
            await self._app(scope, receive, send)

    @property
    def url(self) -> str:
        """Address of App IO."""
        porta = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{porta}/appio/api/v1"

    def messaggi(self) -> list[str]:
        """Give the subjects of the messages that App IO accepted."""
        return [m.contenuto.content.subject for m in self.sandbox.messaggi._messaggi.values()]

    def richiedente(self, storia: str) -> str:
        """Give the codice fiscale of the richiedente of a story."""
        return self.sandbox.messaggi.mondo.storia(storia).richiedente.codice_fiscale


async def _muto(_messaggio: Message) -> None:
    return


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Esterni]:
    """Start the sandbox once: its keys take time."""
    esterni = Esterni()
    filo = threading.Thread(target=esterni.server.run, daemon=True)
    filo.start()
    try:
        yield esterni
    finally:
        esterni.server.should_exit = True
        filo.join(10)


@pytest.fixture
def esterni(_sandbox: Esterni) -> Esterni:
    """Give the sandbox, as if nothing had ever reached it."""
    _sandbox.sandbox.azzera()
    _sandbox.sandbox.guasti.togli()
    _sandbox.risposte_perse = 0
    return _sandbox


@pytest.fixture
async def avvia(esterni: Esterni, crea_servizio: CreaServizio) -> Avvia:
    """Start the service on the sandbox: `await avvia()`."""

    async def crea(**altre: object) -> ServizioInProva:
        await entro(10, lambda: esterni.server.started)
        indirizzi: dict[str, object] = {
            "appio_url": esterni.url, "appio_chiave": "chiave-di-prova", "smtp_host": "127.0.0.1",
            "smtp_porta": esterni.sandbox.posta.porta,
        }  # fmt: skip
        return await crea_servizio("notifiche", **indirizzi | altre)

    return crea
