# SPDX-License-Identifier: EUPL-1.2
"""Loops that run beside the requests: woken when there may be work, slow poll as safety net, drained at stop."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from shared.db import prenotazione
from shared.db.session import Database, Session
from shared.errors import InclusioneError
from shared.kernel.calendario import Orologio

log = structlog.get_logger("jobs")
T = TypeVar("T")


PAUSA_MINIMA_SECONDS = 0.01
PAUSA_MASSIMA_SECONDS = 5.0
RINNOVO_SECONDS = prenotazione.DURATA.total_seconds() / 3


class Ciclo:
    """Calls `passata` as long as it says there is more, then sleeps until woken or until `intervallo_seconds`.

    Many wakes in a row make one pass; after a failure the pause grows and no wake shortens it.
    """

    def __init__(self, nome: str, passata: Callable[[], Awaitable[bool]], *, intervallo_seconds: float = 1.0) -> None:
        self._nome = nome
        self._passata = passata
        self._intervallo = intervallo_seconds
        self._sveglia = asyncio.Event()
        self._fermo = asyncio.Event()
        self._dorme = False
        self._compito: asyncio.Task[None] | None = None

    def sveglia(self) -> None:
        """Say that there may be work."""
        self._sveglia.set()

    @property
    def inattivo(self) -> bool:
        """Tell whether the loop sleeps and nobody has woken it."""
        return self._dorme and not self._sveglia.is_set()

    def avvia(self) -> None:
        """Start the loop."""
        self._fermo.clear()
        self._compito = asyncio.create_task(self._gira(), name=self._nome)

    async def ferma(self, *, entro_seconds: float = 20.0) -> None:
        """Let the pass in hand finish, then stop."""
        self._fermo.set()
        self._sveglia.set()
        if self._compito is not None:
            await asyncio.wait([self._compito], timeout=entro_seconds)
            self._compito.cancel()
            self._compito = None

    async def _gira(self) -> None:
        ritardo = 0.0
        while not self._fermo.is_set():
            self._sveglia.clear()
            try:
                ancora = await self._passata()
                ritardo = 0.0
            except Exception as errore:  # a loop outlives any failure of one pass
                ritardo = min(max(ritardo * 2, 0.2), PAUSA_MASSIMA_SECONDS)
                dettaglio = str(errore) if isinstance(errore, InclusioneError) else ""
                log.warning("passata_fallita", ciclo=self._nome, errore=type(errore).__name__, dettaglio=dettaglio)
                await _attendi(self._fermo, ritardo)
                continue
            if not ancora:
                await self._riposa()

    async def _riposa(self) -> None:
        await _attendi(self._fermo, PAUSA_MINIMA_SECONDS)
        self._dorme = True
        await _attendi(self._sveglia, self._intervallo)
        self._dorme = False


async def _attendi(segnale: asyncio.Event, secondi: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(secondi):
            await segnale.wait()


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """Due rows, an external call for each, a command that records the outcome.

    `prendi` claims rows in its own transaction and leases them (by the database clock); `esegui` works outside any
    transaction and opens one for the outcome. A row whose lease expires is claimed again: `esegui` must be safe to repeat.
    `rinnova` makes the leases last while the work does.
    """

    nome: str
    prendi: Callable[[Session, datetime, int], Awaitable[Sequence[T]]]
    esegui: Callable[[T, datetime], Awaitable[None]]
    concorrenza: int = 8
    intervallo_seconds: float = 1.0
    rinnova: Callable[[Session, Sequence[T]], Awaitable[None]] | None = None


def rinnovo(
    tabella: str, *colonne: str, chiave: Callable[[T], UUID]
) -> Callable[[Session, Sequence[T]], Awaitable[None]]:
    """Make the `rinnova` of a job from the table of its rows and the columns of their lease."""

    async def rinnova(session: Session, righe: Sequence[T]) -> None:
        await prenotazione.rinnova(session, tabella, colonne, [chiave(riga) for riga in righe])

    return rinnova


def ciclo_di(job: Job[T], *, database: Database, orologio: Orologio) -> Ciclo:
    """Make the loop of a job: claim, run side by side, start again until nothing is due."""

    async def una(posto: int, riga: T, in_mano: dict[int, T]) -> None:
        inizio = time.perf_counter()
        try:
            await job.esegui(riga, orologio())
        except Exception as errore:  # the lease expires and the row is claimed again
            dettaglio = str(errore) if isinstance(errore, InclusioneError) else ""
            log.warning("job_fallito", job=job.nome, errore=type(errore).__name__, dettaglio=dettaglio,
                        secondi=round(time.perf_counter() - inizio, 3))  # fmt: skip
        finally:
            del in_mano[posto]

    async def passata() -> bool:
        async with database.transaction(silenziosa=True) as session:
            righe = await job.prendi(session, orologio(), job.concorrenza)
        in_mano, finito = dict(enumerate(righe)), asyncio.Event()
        tenute = asyncio.create_task(_tieni(job, in_mano, finito, database))
        try:
            await asyncio.gather(*(una(posto, riga, in_mano) for posto, riga in enumerate(righe)))
        finally:
            finito.set()
        await tenute
        return len(righe) == job.concorrenza

    return Ciclo(f"job.{job.nome}", passata, intervallo_seconds=job.intervallo_seconds)


async def _tieni(job: Job[T], in_mano: dict[int, T], finito: asyncio.Event, database: Database) -> None:
    """Renew the leases of what is still in hand, until it is finished."""
    if job.rinnova is None:
        return
    while not finito.is_set():
        await _attendi(finito, RINNOVO_SECONDS)
        if in_mano:
            try:
                async with database.transaction(silenziosa=True) as session:
                    await job.rinnova(session, list(in_mano.values()))
            except Exception as errore:  # two more occasions before the leases run out
                log.warning("rinnovo_fallito", job=job.nome, errore=type(errore).__name__)
