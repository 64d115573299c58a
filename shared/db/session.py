# SPDX-License-Identifier: EUPL-1.2
"""The transaction of a use case, and the pool it comes from."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shared.contracts.evento import Evento
from shared.errors import UpstreamUnavailable
from shared.kernel.identita import nuovo_id
from shared.kernel.sigillo import Cifrario

# The thread of a request through the services; the edges set it, events and logs carry it.
correlazione: ContextVar[str] = ContextVar("correlazione", default="")

CONNESSIONE_PERSA = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg raises when the server dies between two messages of one exchange.
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    TimeoutError,
    OSError,
)

_PARAMETRO = re.compile(r"\$(\d+)")
_INSERT_OUTBOX = """
INSERT INTO outbox (id, tipo, soggetto, versione, corpo, correlazione, istante)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::bytea[], $6::text[], $7::timestamptz[])
"""
_INSERT_ACCESSI = """
INSERT INTO accesso (istante, ente, ruolo, operatore, finalita, operazione, oggetto, esito, interessato, correlazione)
SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                     $8::text[], $9::bytea[], $10::text[])
"""


@dataclass(frozen=True, slots=True)
class Accesso:
    """One row of the access log: who touched whose personal data, when, for which purpose, with which outcome.

    `interessato` is the keyed hash of the richiedente's codice fiscale, so that each person can ask who saw their data.
    """

    istante: datetime
    ente: str
    ruolo: str
    operatore: str
    finalita: str
    operazione: str
    oggetto: UUID | None
    esito: str
    interessato: bytes | None = None


class Session:
    """One transaction on one connection, with the ciphers of the service and the events to announce.

    `cifrario` seals the data at rest of this service; `sigilli` seals what travels in events. `fili` keeps apart the
    correlation ids of a batch of messages, by domanda.
    """

    __slots__ = (
        "_accessi", "_eventi", "_scritture", "cifrario", "conn", "execute", "executemany", "fetch", "fetchrow", "fetchval", "fili", "sigilli",
    )  # fmt: skip

    def __init__(self, conn: Any, *, cifrario: Cifrario, sigilli: Cifrario) -> None:
        self.conn: asyncpg.Connection[asyncpg.Record] = conn
        self.cifrario = cifrario
        self.sigilli = sigilli
        self.fetch = self.conn.fetch
        self.fetchrow = self.conn.fetchrow
        self.fetchval = self.conn.fetchval
        self.execute = self.conn.execute
        self.executemany = self.conn.executemany
        self.fili: Mapping[UUID, str] = {}
        self._eventi: list[tuple[UUID, Evento, datetime, str]] = []
        self._accessi: list[Accesso] = []
        self._scritture: list[tuple[str, tuple[object, ...]]] = []

    def emit(self, evento: Evento, *, now: datetime, id_evento: UUID | None = None, filo: str | None = None) -> UUID:
        """Announce an event: its outbox row is written in this transaction, just before COMMIT.

        `filo` is the correlation id, when the transaction serves more than one request.
        """
        id_evento = id_evento or nuovo_id()
        self._eventi.append((id_evento, evento, now, filo or self.filo(evento.domanda_id)))
        return id_evento

    def filo(self, domanda_id: UUID) -> str:
        """Give the correlation id of what is done for a domanda: of its message, else of the request, else the domanda's own."""
        return self.fili.get(domanda_id) or correlazione.get() or str(domanda_id)

    def registra(self, accesso: Accesso) -> None:
        """Add a row to the access log, written in this transaction just before COMMIT."""
        self._accessi.append(accesso)

    def rimanda(self, istruzione: str, *valori: object) -> None:
        """Add a write that this transaction does not read back: they all go in one statement, just before COMMIT.

        Each of them sees the tables as they were before the others, and must not touch the rows of the others.
        """
        self._scritture.append((istruzione, valori))

    @property
    def accessi_negati(self) -> list[Accesso]:
        """Rows of refused reads: they are kept even when the transaction is rolled back."""
        return [accesso for accesso in self._accessi if accesso.esito == "NEGATO"]

    async def flush(self) -> bool:
        """Write what was put off, the announced events and the access rows; tell whether there were events."""
        scritture, annunciati = self._scritture, bool(self._eventi)
        if self._accessi:
            scritture = [*scritture, (_INSERT_ACCESSI, _valori_accessi(self._accessi))]
        if annunciati:
            scritture = [*scritture, (_INSERT_OUTBOX, self._valori_eventi())]
        if scritture:
            istruzione = _insieme(tuple(istruzione for istruzione, _ in scritture))
            await self.conn.execute(istruzione, *(valore for _, valori in scritture for valore in valori))
        return annunciati

    def _valori_eventi(self) -> tuple[object, ...]:
        identificativi, eventi, istanti, fili = zip(*self._eventi, strict=True)
        return (
            identificativi, [e.tipo for e in eventi], [e.domanda_id for e in eventi], [e.versione for e in eventi],
            [e.model_dump_json().encode() for e in eventi], fili, istanti,
        )  # fmt: skip


@lru_cache(maxsize=64)
def _insieme(istruzioni: tuple[str, ...]) -> str:
    """Make one statement out of many that write, each with its own parameters: one journey to the database."""
    numerate, usati = [], 0
    for istruzione in istruzioni:
        numerate.append(_sposta(istruzione, usati))
        usati += max(int(numero) for numero in _PARAMETRO.findall(istruzione))
    *prime, ultima = numerate
    nomi = ", ".join(f"s{i} AS ({prima})" for i, prima in enumerate(prime))
    return f"WITH {nomi} {ultima}" if prime else ultima


def _sposta(istruzione: str, usati: int) -> str:
    """Number the parameters of a statement after those already used."""
    return _PARAMETRO.sub(lambda numero: f"${int(numero[1]) + usati}", istruzione)


def _valori_accessi(accessi: Sequence[Accesso]) -> tuple[object, ...]:
    campi = ("istante", "ente", "ruolo", "operatore", "finalita", "operazione", "oggetto", "esito", "interessato")
    return (*([getattr(a, campo) for a in accessi] for campo in campi), [correlazione.get()] * len(accessi))


async def _prepara(conn: Any) -> None:
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda valore: b"\x01" + orjson.dumps(valore, default=str),
        decoder=lambda crudo: orjson.loads(memoryview(crudo)[1:]),
        format="binary",
    )


async def _ripristina(conn: Any) -> None:
    """Keep the connection as it is, for no use case leaves session state; a transaction cut in the middle is closed."""
    if conn.is_in_transaction():
        await conn.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Connessione:
    """Where a database is and how much of it one process may use."""

    url: str
    connessioni: int = 8
    statement_timeout_ms: int = 10_000


class Database:
    """Pool of connections of one service; `dopo_commit` learns of each commit, and whether it announced events."""

    def __init__(self, connessione: Connessione, *, cifrario: Cifrario, sigilli: Cifrario) -> None:
        self._connessione = connessione
        self._pool: Any = None
        self.cifrario = cifrario
        self.sigilli = sigilli
        self.dopo_commit: list[Callable[[bool], None]] = []

    @property
    def url(self) -> str:
        """Address of the database."""
        return self._connessione.url

    async def open(self) -> None:
        """Open the pool. No connection is made yet: a service may start before its database, and waits for it unready."""
        self._pool = await asyncpg.create_pool(
            self._connessione.url,
            min_size=0,
            max_size=self._connessione.connessioni,
            init=_prepara,
            reset=_ripristina,
            command_timeout=self._connessione.statement_timeout_ms / 1000 + 5,
            server_settings={
                "application_name": "inclusione",
                "TimeZone": "UTC",
                "statement_timeout": str(self._connessione.statement_timeout_ms),
                "lock_timeout": "4000",
                "idle_in_transaction_session_timeout": "30000",
            },
        )

    async def close(self) -> None:
        """Close the pool, waiting a little for what is running."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                await pool.close()
            except CONNESSIONE_PERSA:
                pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Lend a connection outside any transaction.

        :raises UpstreamUnavailable: if none is free within two seconds, or the database does not answer.
        """
        pool = self._pool  # `close` forgets the pool while its connections are still lent
        if pool is None:
            raise UpstreamUnavailable("Archivio non disponibile")
        try:
            conn = await pool.acquire(timeout=2)
        except CONNESSIONE_PERSA:
            raise UpstreamUnavailable("Archivio non disponibile", retry_after_seconds=2) from None
        try:
            yield conn
        except TimeoutError:
            # The server itself cuts a statement that lasts: when it says nothing the link is dead, and so are the others.
            await pool.expire_connections()
            raise
        finally:
            await pool.release(conn)

    @asynccontextmanager
    async def transaction(self, *, silenziosa: bool = False) -> AsyncIterator[Session]:
        """Open the transaction of one use case; commit at the end, roll back on any exception.

        A `silenziosa` one does not call `dopo_commit`: a loop that looks for work must not wake itself.
        """
        async with self.connection() as conn:
            session = Session(conn, cifrario=self.cifrario, sigilli=self.sigilli)
            try:
                async with conn.transaction():
                    yield session
                    annunciati = await session.flush()
            except BaseException:
                await self._conserva_negati(conn, session)
                raise
        for avvisa in () if silenziosa else self.dopo_commit:
            avvisa(annunciati)

    async def _conserva_negati(self, conn: Any, session: Session) -> None:
        if session.accessi_negati and not conn.is_closed():
            await conn.execute(_INSERT_ACCESSI, *_valori_accessi(session.accessi_negati))

    async def pronto(self) -> bool:
        """Tell whether the database answers."""
        try:
            async with self.connection() as conn:
                await conn.fetchval("SELECT 1", timeout=2)
        except (UpstreamUnavailable, *CONNESSIONE_PERSA, asyncpg.PostgresError):
            return False
        return True
