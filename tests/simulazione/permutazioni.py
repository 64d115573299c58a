# SPDX-License-Identifier: EUPL-1.2
"""The same events in another order, in other batches, some of them twice: the real consumer in a transaction to be undone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from shared.contracts.evento import Evento
from shared.db.session import Database, Session
from shared.kernel.identita import id_deterministico
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handlers
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import messaggio_di

Finale = Callable[[Session], Awaitable[Any]]


class _Dentro(Database):
    """A database whose transactions are savepoints of one that is never committed."""

    def __init__(self, fuori: Database, conn: Any) -> None:
        self._conn = conn
        self.cifrario, self.sigilli = fuori.cifrario, fuori.sigilli

    @asynccontextmanager
    async def transaction(self, *, silenziosa: bool = False) -> AsyncIterator[Session]:
        session = Session(self._conn, cifrario=self.cifrario, sigilli=self.sigilli)
        async with self._conn.transaction():
            yield session
            await session.flush()

    async def pronto(self) -> bool:
        return True


@dataclass(frozen=True)
class Insieme:
    """Events of one domanda for one service, and how to read where they lead."""

    database: Database
    handlers: Handlers
    eventi: Sequence[Evento]
    finale: Finale

    async def rivivi(self, arrivi: Sequence[Sequence[int]]) -> Any:
        """Let batches arrive, by the places of their events; give the final state and leave no trace."""
        messaggi = [messaggio_di(e, id_evento=_id(n, e)) for n, e in enumerate(self.eventi)]
        async with self.database.connection() as conn:
            transazione = conn.transaction()
            await transazione.start()
            try:
                dentro = _Dentro(self.database, conn)
                consumer = Consumer(dentro, self.handlers, orologio=OrologioDiProva())
                for lotto in arrivi:
                    await consumer.ricevi([messaggi[n] for n in lotto])
                messi_da_parte = await conn.fetch("SELECT tipo, motivo FROM scarto WHERE stato <> 'RIELABORATO'")
                session = Session(conn, cifrario=dentro.cifrario, sigilli=dentro.sigilli)
                return await self.finale(session), [tuple(riga) for riga in messi_da_parte]
            finally:
                await transazione.rollback()

    async def diversi(self, *, seme: int, quanti: int) -> list[tuple[list[list[int]], Any]]:
        """Give the arrivals, among `quanti` drawn ones, that lead elsewhere than the natural order."""
        dado, naturale = Random(seme), await self.rivivi([[n] for n in range(len(self.eventi))])
        assert naturale[1] == []
        trovati = []
        for _ in range(quanti):
            arrivi = _mescola(dado, len(self.eventi))
            if (arrivato := await self.rivivi(arrivi)) != naturale:
                trovati.append((arrivi, arrivato))
        return trovati


def _mescola(dado: Random, quanti: int) -> list[list[int]]:
    """Draw an order, up to three repetitions, and where the batches end."""
    ordine = list(range(quanti)) + [dado.randrange(quanti) for _ in range(dado.randint(0, 3))]
    dado.shuffle(ordine)
    lotti: list[list[int]] = []
    for n in ordine:
        if lotti and dado.random() < 0.4:
            lotti[-1].append(n)
        else:
            lotti.append([n])
    return lotti


def _id(posto: int, evento: Evento) -> UUID:
    return id_deterministico("permutazione", posto, evento.tipo, evento.domanda_id)
