# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of every test: real PostgreSQL, real RabbitMQ, services in process. Servers start only if a test needs them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Protocol

import pytest
from hypothesis import settings

from deploy.locale.postgres import Server
from deploy.locale.processi import AvvioFallito
from deploy.locale.rabbitmq import Nodo
from shared.db.session import Database
from shared.web.impostazioni import Emittente
from tests.support import regole, sessione
from tests.support.archivi import apri_archivio, crea_archivio, svuota
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva, crea_app, impostazioni_di
from tests.support.token import emittenti_di_prova

# The same examples at every push, whatever the load of the machine: looking for new ones is a run of its own.
settings.register_profile("prove", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("prove")

_CON_RABBIT = {"rabbit", "rabbit_da_solo"}


def pytest_configure(config: pytest.Config) -> None:
    """Open the session in the first process; the workers find it in the environment."""
    regole.registra(config)
    if not hasattr(config, "workerinput"):
        sessione.apri()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers, whatever happened."""
    if not hasattr(config, "workerinput"):
        sessione.chiudi()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Launch RabbitMQ early, if some of the chosen tests need it: it gets ready while others run."""
    voluto = any(_CON_RABBIT & set(getattr(item, "fixturenames", ())) for item in session.items)
    if voluto and not session.config.option.collectonly:
        try:
            sessione.lancia_rabbitmq()
        except AvvioFallito as errore:
            # In a worker the tests that need it will fail, each with this message.
            if not hasattr(session.config, "workerinput"):
                raise pytest.UsageError(str(errore)) from None


class CreaServizio(Protocol):
    """Starts a service in process on its own empty database: `await crea_servizio("domande", anpr_url=...)`."""

    async def __call__(self, nome: str, **impostazioni: object) -> ServizioInProva:
        """Start it; `impostazioni` are fields of its settings."""


@pytest.fixture(scope="session")
def server_postgres() -> Server:
    """The PostgreSQL of the session."""
    return sessione.server_postgres()


@pytest.fixture
def rabbit() -> Iterator[Nodo]:
    """The RabbitMQ of the session, in company: use a random prefix for names."""
    nodo = sessione.nodo_rabbitmq()
    with sessione.lucchetto("uso-rabbitmq", condiviso=True):
        yield nodo


@pytest.fixture
def rabbit_da_solo() -> Iterator[Nodo]:
    """The RabbitMQ of the session with nobody else on it: it may be killed, if it is started again."""
    nodo = sessione.nodo_rabbitmq()
    with sessione.lucchetto("uso-rabbitmq"):
        yield nodo


@pytest.fixture(scope="session")
def emittenti() -> Iterator[tuple[Emittente, ...]]:
    """Issuers of tokens, with the JWKS served over HTTP."""
    with emittenti_di_prova() as tutti:
        yield tutti


@pytest.fixture
def orologio() -> OrologioDiProva:
    """The clock of the test, shared by its services."""
    return OrologioDiProva()


@pytest.fixture
def archivio() -> Callable[[str], Awaitable[str]]:
    """Give the address of the migrated database of a service, empty the first time it is asked for in a test."""
    pronti: dict[str, str] = {}

    async def prendi(servizio: str) -> str:
        if servizio not in pronti:
            pronti[servizio] = crea_archivio(servizio)
            await svuota(pronti[servizio])
        return pronti[servizio]

    return prendi


@pytest.fixture
async def database(archivio: Callable[[str], Awaitable[str]]) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Open the migrated, empty database of a service, without the service: `await database("domande")`."""
    async with AsyncExitStack() as chiusure:

        async def apri(servizio: str) -> Database:
            aperto = await apri_archivio(await archivio(servizio))
            chiusure.push_async_callback(aperto.close)
            return aperto

        yield apri


@pytest.fixture
async def crea_servizio(
    archivio: Callable[[str], Awaitable[str]], emittenti: tuple[Emittente, ...], orologio: OrologioDiProva
) -> AsyncIterator[CreaServizio]:
    """Start services in process; asked twice for the same one it starts two replicas on one database."""
    async with AsyncExitStack() as chiusure:

        async def crea(nome: str, **impostazioni: object) -> ServizioInProva:
            tutte = {"emittenti": emittenti, **impostazioni}
            scelte = impostazioni_di(nome, await archivio(nome), **tutte)  # type: ignore[arg-type]
            app = crea_app(nome, scelte, orologio)
            await chiusure.enter_async_context(app.router.lifespan_context(app))
            return ServizioInProva(app, orologio)

        yield crea
