# SPDX-License-Identifier: EUPL-1.2
"""What a simulated process has in the place of its pool: real connections, with a place to die on both sides of each call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg

from tests.simulazione.archivio import Archivi
from tests.simulazione.ciclo import PROCESSO, Processo

_ATTESA_BLOCCO_SECONDS = 4.0


class Regia(Protocol):
    """Who decides what goes wrong."""

    archivi: Archivi

    async def punto(self, nome: str, *, decisivo: bool = False) -> None:
        """Let the others go on; whoever is meant to die here never comes back."""

    def annota(self, che: str) -> None:
        """Add to the trace."""

    def segna_ora(self) -> None:
        """Show the present instant to the databases."""

    def capita(self, probabilita: float) -> bool:
        """Tell whether a fault happens now."""


class Attese:
    """Who waits for a lock of a database, in order of arrival."""

    def __init__(self) -> None:
        self._per_servizio: dict[str, list[asyncio.Future[None]]] = {}

    async def attendi(self, servizio: str) -> None:
        """Wait until some transaction ends."""
        futuro: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._per_servizio.setdefault(servizio, []).append(futuro)
        await futuro

    def sveglia(self, servizio: str) -> None:
        """A transaction has ended: who waits may look again."""
        for futuro in self._per_servizio.pop(servizio, ()):
            if not futuro.done():
                futuro.set_result(None)


class Collegamento:
    """Stands where a connection of asyncpg is expected."""

    def __init__(self, regia: Regia, attese: Attese, processo: Processo, conn: Any) -> None:
        self._regia, self._attese, self._processo, self._conn = regia, attese, processo, conn
        self._in_corso: asyncio.Task[Any] | None = None
        self._chiuso = False
        # Whether the transaction at work has changed something: only then its COMMIT decides.
        self._ha_scritto = False

    async def fetch(self, sql: str, *args: Any, **altro: Any) -> Any:
        return await self._chiama("fetch", sql, *args, **altro)

    async def fetchrow(self, sql: str, *args: Any, **altro: Any) -> Any:
        return await self._chiama("fetchrow", sql, *args, **altro)

    async def fetchval(self, sql: str, *args: Any, **altro: Any) -> Any:
        return await self._chiama("fetchval", sql, *args, **altro)

    async def execute(self, sql: str, *args: Any, **altro: Any) -> Any:
        return await self._chiama("execute", sql, *args, **altro)

    async def executemany(self, sql: str, *args: Any, **altro: Any) -> Any:
        return await self._chiama("executemany", sql, *args, **altro)

    async def copy_records_to_table(self, tabella: str, **altro: Any) -> Any:
        return await self._chiama("copy_records_to_table", tabella, **altro)

    def is_in_transaction(self) -> bool:
        return not self._chiuso and bool(self._conn.is_in_transaction())

    def is_closed(self) -> bool:
        return self._chiuso

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self._ha_scritto = False
        await self.execute("BEGIN")
        try:
            yield
        except BaseException:
            if not self._chiuso:
                await self.execute("ROLLBACK")
            raise
        await self._conferma()

    async def _conferma(self) -> None:
        """Commit; now and then the connection is lost before it, or after, and nobody can tell which."""
        await self._regia.punto("commit", decisivo=self._ha_scritto)
        if self._regia.capita(0.004):
            self.lascia()
            raise asyncpg.ConnectionDoesNotExistError("persa prima del COMMIT")
        await self.execute("COMMIT")
        await self._regia.punto("committed", decisivo=self._ha_scritto)
        if self._regia.capita(0.004):
            self.lascia()
            raise asyncpg.ConnectionDoesNotExistError("persa dopo il COMMIT")

    async def _chiama(self, nome: str, sql: str, *args: Any, **altro: Any) -> Any:
        if self._chiuso:
            raise asyncpg.ConnectionDoesNotExistError("connessione chiusa")
        regia, servizio = self._regia, self._processo.servizio
        await regia.punto(sql)
        motore = regia.archivi.motore
        regia.segna_ora()
        self._in_corso = motore.avvia(getattr(self._conn, nome)(sql, *args, **altro))
        while not motore.guida(self._in_corso):
            if regia.archivi.bloccata(servizio, self._conn):
                await self._dietro_un_blocco(servizio)
        compito, self._in_corso = self._in_corso, None
        if not self._conn.is_in_transaction():
            self._attese.sveglia(servizio)
        errore = compito.exception()
        if errore is None and _scrive(nome, sql, compito.result()):
            self._ha_scritto = True
        regia.annota(f"{nome} {_breve(sql)} {type(errore).__name__ if errore else _quanto(compito.result())}")
        await regia.punto(sql)
        return compito.result()

    async def _dietro_un_blocco(self, servizio: str) -> None:
        """Wait in virtual time; past the limit of the services the statement fails as it would there."""
        self._regia.annota("dietro un blocco")
        try:
            async with asyncio.timeout(_ATTESA_BLOCCO_SECONDS):
                await self._attese.attendi(servizio)
        except TimeoutError:
            self._interrompi()
            raise asyncpg.LockNotAvailableError("canceling statement due to lock timeout") from None

    def _interrompi(self) -> None:
        compito, self._in_corso = self._in_corso, None
        if compito is None:
            return
        motore, archivi = self._regia.archivi.motore, self._regia.archivi
        archivi.interrompi(self._processo.servizio, self._conn)
        while not motore.guida(compito):
            pass
        compito.exception()

    def lascia(self) -> None:
        """Give the real connection back, whatever it was doing: for the process it is closed."""
        if not self._chiuso:
            self._interrompi()
            self._chiuso = True
            self._regia.archivi.rendi(self._processo.servizio, self._conn)
            self._attese.sveglia(self._processo.servizio)


class Pool:
    """Stands where the pool of asyncpg is expected, in one process."""

    def __init__(self, regia: Regia, attese: Attese, *, massimo: int) -> None:
        self._regia, self._attese = regia, attese
        self._posti = asyncio.Semaphore(massimo)
        self.prestati: set[Collegamento] = set()

    async def acquire(self, *, timeout: float) -> Collegamento:
        async with asyncio.timeout(timeout):
            await self._posti.acquire()
        processo = PROCESSO.get()
        assert processo is not None
        conn = self._regia.archivi.prendi(processo.servizio)
        prestato = Collegamento(self._regia, self._attese, processo, conn)
        self.prestati.add(prestato)
        return prestato

    async def release(self, prestato: Collegamento) -> None:
        if prestato in self.prestati:
            self.prestati.discard(prestato)
            prestato.lascia()
            self._posti.release()

    async def close(self) -> None:
        self.terminate()

    def terminate(self) -> None:
        for prestato in self.prestati:
            prestato.lascia()
        self.prestati.clear()


def _scrive(nome: str, sql: str, esito: Any) -> bool:
    """Tell whether a statement has changed rows, as far as its answer says."""
    if nome in ("executemany", "copy_records_to_table"):
        return True
    if nome == "execute":
        return str(esito).startswith(("INSERT", "UPDATE", "DELETE")) and not str(esito).endswith(" 0")
    return bool(esito) and not sql.lstrip().startswith("SELECT")


def _breve(sql: str) -> str:
    return " ".join(sql.split())[:60]


def _quanto(esito: Any) -> str:
    return str(len(esito)) if isinstance(esito, list) else str(esito)[:12] if isinstance(esito, str) else ""
