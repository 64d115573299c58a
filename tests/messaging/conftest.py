# SPDX-License-Identifier: EUPL-1.2
"""The two buses, one after the other, on the smallest service's database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from shared.db.session import Database
from shared.messaging.consumer import Politica
from tests.messaging.banco import SUBITO, Banco, BancoInterno, BancoRabbit, Comportamento, Replica
from tests.support.archivi import apri_archivio, svuota
from tests.support.minimo import crea_archivio_minimo

CreaReplica = Callable[..., Replica]


@pytest.fixture
async def db() -> AsyncIterator[Database]:
    """The database, empty."""
    url = crea_archivio_minimo()
    await svuota(url)
    aperto = await apri_archivio(url, connessioni=20)
    yield aperto
    await aperto.close()


@pytest.fixture(params=["interno", "rabbit"])
async def banco(request: pytest.FixtureRequest) -> AsyncIterator[Banco]:
    """Each bus in turn."""
    scelto: Banco = BancoInterno() if request.param == "interno" else BancoRabbit(request.getfixturevalue("rabbit"))
    await scelto.bus().open()
    yield scelto
    await scelto.chiudi()


@pytest.fixture
async def banco_rabbit(request: pytest.FixtureRequest) -> AsyncIterator[BancoRabbit]:
    """The broker alone, for what only it can do."""
    scelto = BancoRabbit(request.getfixturevalue("rabbit"))
    yield scelto
    await scelto.chiudi()


@pytest.fixture
async def replica(db: Database) -> AsyncIterator[CreaReplica]:
    """Make replicas, drained at the end."""
    async with AsyncExitStack() as chiusure:

        def crea(
            nome: str = "a", *, comportamento: Comportamento | None = None, politica: Politica = SUBITO
        ) -> Replica:
            nuova = Replica(nome, db, comportamento=comportamento, politica=politica)
            chiusure.push_async_callback(nuova.ferma)
            return nuova

        yield crea
