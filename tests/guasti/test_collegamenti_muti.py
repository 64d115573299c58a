# SPDX-License-Identifier: EUPL-1.2
"""Half-open links: the other side is there no more and nobody says so. They are found in time, and nothing is lost."""

import asyncio
import os
import time
from collections import Counter

import asyncpg
import pytest

from shared.db.session import CONNESSIONE_PERSA, Connessione, Database
from shared.errors import UpstreamUnavailable
from shared.kernel.sigillo import Cifrario
from shared.messaging.bus import EsitoPubblicazione
from shared.messaging.relay import Relay
from tests.guasti.proxy import Proxy
from tests.guasti.test_commit_reciso import attraverso
from tests.guasti.test_commit_reciso import proxy as proxy_postgres  # noqa: F401 - a fixture
from tests.guasti.test_frame_recisi import banco, db, dietro, proxy  # noqa: F401 - fixtures
from tests.messaging.banco import BancoRabbit, Replica, conta, effetti, emetti
from tests.support.archivi import CHIAVE_ARCHIVIO, CHIAVE_EVENTI
from tests.support.attese import entro
from tests.support.minimo import consegnata

# The long run has what production has, 10 s and 10,000 ms: found in 45 s.
_LUNGA = "GUASTI_LUNGA" in os.environ
_BATTITO = 10 if _LUNGA else 1
_BUS_ENTRO_SECONDS = 45.0 if _LUNGA else 10.0
_STATEMENT_MS = 10_000 if _LUNGA else 200
# A statement, what the client adds to it, and the release of the connection that did not answer.
_ARCHIVIO_ENTRO_SECONDS = 45.0 if _LUNGA else 9.0


class TestBroker:
    async def test_is_missed_by_publisher_and_consumer(self, db: Database, banco: BancoRabbit, proxy: Proxy) -> None:  # noqa: F811
        uno, due = consegnata(), consegnata()
        replica, bus = Replica("a", db), dietro(proxy, banco, battito=_BATTITO)
        relay = Relay("minimo", db, bus)
        await replica.avvia(dietro(proxy, banco, battito=_BATTITO))
        relay.ciclo.avvia()
        await emetti(db, uno)
        await entro(10, lambda: effetti(db))

        proxy.ammutolisci()
        inizio = time.monotonic()
        await emetti(db, due)

        try:
            await entro(_BUS_ENTRO_SECONDS, lambda: _arrivato(db, 2))
            trovato = time.monotonic() - inizio
        finally:
            await asyncio.gather(relay.ciclo.ferma(), replica.ferma())
            await bus.close()
        assert await effetti(db) == Counter([uno.domanda_id, due.domanda_id])
        print(f"battito {_BATTITO}: collegamento muto trovato in {trovato:.1f} s")  # noqa: T201 - quoted by the document

    async def test_control_a_publisher_cancelled_by_its_driver_is_seen_dead(
        self, db: Database, banco: BancoRabbit, proxy: Proxy, monkeypatch: pytest.MonkeyPatch  # noqa: F811
    ) -> None:  # fmt: skip
        monkeypatch.setattr("shared.messaging.rabbitmq.bus._esito", _presa_per_un_arresto)
        bus = dietro(proxy, banco, battito=_BATTITO)
        relay = Relay("minimo", db, bus)
        await emetti(db, consegnata())
        await relay.passata()
        relay.ciclo.avvia()

        proxy.ammutolisci()
        await emetti(db, consegnata())

        with pytest.raises(AssertionError):
            await entro(_BUS_ENTRO_SECONDS, lambda: _vuota(db))
        await relay.ciclo.ferma()
        await bus.close()

    async def test_control_without_heartbeat_is_not_missed(
        self, db: Database, banco: BancoRabbit, proxy: Proxy  # noqa: F811
    ) -> None:  # fmt: skip
        replica = Replica("a", db)
        await replica.avvia(dietro(proxy, banco, battito=0))
        proxy.ammutolisci()
        await emetti(db, consegnata())
        await Relay("minimo", db, banco.bus()).passata()

        with pytest.raises(AssertionError):
            await entro(_BUS_ENTRO_SECONDS, lambda: _arrivato(db, 1))
        assert replica.iscrizione.attiva()
        proxy.recidi()
        await replica.ferma()


def _presa_per_un_arresto(pubblicazione: "asyncio.Future[object]") -> EsitoPubblicazione:
    """Let the cancellation of the driver go on as if somebody had asked to stop."""
    pubblicazione.result()
    return EsitoPubblicazione.CONFERMATO


async def _arrivato(db: Database, quanti: int) -> bool:  # noqa: F811
    return len(await effetti(db)) == quanti


async def _vuota(db: Database) -> bool:  # noqa: F811
    return await conta(db, "outbox") == 0


class TestArchivio:
    async def _trovato_in(self, db: Database, proxy: Proxy) -> float:  # noqa: F811
        """Use two connections at once, let them all fall silent, and go on one transaction at a time."""
        connessione = Connessione(attraverso(proxy, db.url), 2, statement_timeout_ms=_STATEMENT_MS)
        dietro = Database(connessione, cifrario=Cifrario(CHIAVE_ARCHIVIO), sigilli=Cifrario(CHIAVE_EVENTI))
        await dietro.open()
        await asyncio.gather(*(self._lavora(dietro, pausa=0.05) for _ in range(2)))

        proxy.ammutolisci()
        inizio = time.monotonic()
        while True:
            try:
                await self._lavora(dietro)
                break
            except (UpstreamUnavailable, *CONNESSIONE_PERSA):
                continue
        trovato = time.monotonic() - inizio
        proxy.recidi()
        await dietro.close()
        return trovato

    async def _lavora(self, database: Database, *, pausa: float = 0.0) -> None:
        async with database.transaction() as session:
            await session.fetchval("SELECT pg_sleep($1)", pausa)

    async def test_is_missed_once_for_all_its_connections(self, db: Database, proxy_postgres: Proxy) -> None:  # noqa: F811
        trovato = await self._trovato_in(db, proxy_postgres)

        assert trovato < _ARCHIVIO_ENTRO_SECONDS
        print(f"statement {_STATEMENT_MS} ms: archivio muto trovato in {trovato:.1f} s")  # noqa: T201 - quoted

    async def test_control_one_connection_at_a_time_is_too_slow(
        self, db: Database, proxy_postgres: Proxy, monkeypatch: pytest.MonkeyPatch  # noqa: F811
    ) -> None:  # fmt: skip
        async def lascia(_pool: asyncpg.Pool) -> None:
            return None

        monkeypatch.setattr(asyncpg.Pool, "expire_connections", lascia)

        assert await self._trovato_in(db, proxy_postgres) > _ARCHIVIO_ENTRO_SECONDS
