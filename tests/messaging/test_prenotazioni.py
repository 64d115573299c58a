# SPDX-License-Identifier: EUPL-1.2
"""Leases: short, so that the rows of who was killed come back soon; renewed, so that those of who is slow do not."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from shared.db import prenotazione
from shared.db.session import Database, Session
from shared.kernel.calendario import adesso
from shared.messaging import jobs
from shared.messaging.jobs import Ciclo, Job, ciclo_di, rinnovo
from tests.support.attese import entro

_PRENDI = """
UPDATE prenotata SET lease_fino = {fino}, volte = volte + 1 WHERE id IN (
    SELECT id FROM prenotata WHERE NOT fatta AND lease_fino <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
_DURATA_SECONDS = 0.4


@pytest.fixture(autouse=True)
def _in_fretta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the leases of the tests last less, in the same proportion."""
    monkeypatch.setattr(prenotazione, "FINO", f"clock_timestamp() + interval '{_DURATA_SECONDS} seconds'")
    monkeypatch.setattr(jobs, "RINNOVO_SECONDS", _DURATA_SECONDS / 3)


class Lavoro:
    """A job that goes on until it is let go."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.presi: list[UUID] = []
        self.lascia = asyncio.Event()
        self.job = Job("lento", self._prendi, self._esegui, intervallo_seconds=0.02,
                       rinnova=rinnovo("prenotata", "lease_fino", chiave=lambda riga: riga))  # fmt: skip

    def ciclo(self, job: Job[UUID] | None = None) -> Ciclo:
        """Make its loop."""
        return ciclo_di(job or self.job, database=self._db, orologio=adesso)

    async def _prendi(self, session: Session, _now: datetime, quante: int) -> Sequence[UUID]:
        righe = await session.fetch(_PRENDI.format(fino=prenotazione.FINO), quante)
        self.presi += [riga["id"] for riga in righe]
        return [riga["id"] for riga in righe]

    async def _esegui(self, riga: UUID, _now: datetime) -> None:
        await self.lascia.wait()
        async with self._db.transaction() as session:
            await session.execute("UPDATE prenotata SET fatta = true WHERE id = $1", riga)


async def _una_riga(db: Database) -> UUID:
    riga = uuid4()
    async with db.transaction() as session:
        await session.execute("INSERT INTO prenotata VALUES ($1, clock_timestamp(), false, 0)", riga)
    return riga


async def _volte(db: Database) -> int:
    async with db.connection() as conn:
        return int(await conn.fetchval("SELECT max(volte) FROM prenotata"))


async def _presa_da_un_altro(db: Database, lento: Ciclo, lavoro: Lavoro) -> bool:
    """Let one replica hold a row for three leases while another looks for work: tell whether the other had it."""
    riga, altro = await _una_riga(db), Lavoro(db)
    lento.avvia()
    await entro(5, lambda: lavoro.presi == [riga])
    altro.lascia.set()
    secondo = altro.ciclo()
    secondo.avvia()
    await asyncio.wait([asyncio.create_task(lavoro.lascia.wait())], timeout=3 * _DURATA_SECONDS)
    lavoro.lascia.set()
    await asyncio.gather(lento.ferma(), secondo.ferma())
    return bool(altro.presi)


class TestPrenotazione:
    async def test_of_who_is_slow_is_renewed(self, db: Database) -> None:
        lavoro = Lavoro(db)

        assert not await _presa_da_un_altro(db, lavoro.ciclo(), lavoro)
        assert await _volte(db) == 1

    async def test_control_one_that_nobody_renews_is_found_taken(self, db: Database) -> None:
        lavoro = Lavoro(db)

        assert await _presa_da_un_altro(db, lavoro.ciclo(replace(lavoro.job, rinnova=None)), lavoro)

    async def test_of_who_died_comes_back(self, db: Database) -> None:
        riga = await _una_riga(db)
        morto, vivo = Lavoro(db), Lavoro(db)
        async with db.transaction() as session:
            assert await morto.job.prendi(session, adesso(), 8) == [riga]

        vivo.lascia.set()
        ciclo = vivo.ciclo()
        ciclo.avvia()
        await entro(5, lambda: vivo.presi == [riga])
        await ciclo.ferma()

        assert await _volte(db) == 2

    async def test_that_ran_out_is_not_renewed(self, db: Database) -> None:
        lavoro = Lavoro(db)
        riga = await _una_riga(db)

        async with db.transaction() as session:
            assert lavoro.job.rinnova is not None
            await lavoro.job.rinnova(session, [riga])

        async with db.connection() as conn:
            assert await conn.fetchval("SELECT lease_fino <= clock_timestamp() FROM prenotata")
