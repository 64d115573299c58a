# SPDX-License-Identifier: EUPL-1.2
"""The real PostgreSQL seen from virtual time: each call is driven to its end while nobody else moves.

A loop of its own, nested in the simulated one, drives asyncpg on its real sockets. A statement that finds a lock held by
a transaction that is standing still would wait for ever: the server itself is asked who blocks it, and then only that
task waits, in virtual time, until some transaction of that database ends. So the order of locks and the rule "after
waiting, read again" are PostgreSQL's own, and a wait never becomes an error that production would not see.
"""

import asyncio
import time
from asyncio import events
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from shared.db.migrazioni import SERVIZI, migra
from shared.db.session import _prepara
from tests.guasti.contabilita import TABELLE
from tests.support.archivi import crea_archivio
from tests.support.sessione import server_postgres

# How long a call may take before the server is asked whether it stands behind a lock.
_QUANTO_SECONDS = 0.02
_BLOCCATA = "SELECT cardinality(pg_blocking_pids($1)) > 0"
_OROLOGIO = """
CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT {ora} $$
"""
# Whoever vacuums and analyses by the real clock would change plans, and with them the order of rows.
_SENZA_AUTOVACUUM = """
DO $$ DECLARE t text; BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I SET (autovacuum_enabled = false)', t);
    END LOOP;
END $$
"""
# The rows that the migrations wrote are kept in the schema `prove`: see tests/support/archivi.py.
_SVUOTA = """
SELECT coalesce('TRUNCATE ' || string_agg(format('public.%I', relname), ', ') || ' RESTART IDENTITY CASCADE', '')
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
  AND pg_relation_size(oid) > 0
UNION ALL
SELECT format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM prove.%I', tablename, tablename)
FROM pg_tables WHERE schemaname = 'prove'
"""


class Motore:
    """The nested loop: it is turned by hand, for entering and leaving it properly costs more than most calls."""

    def __init__(self) -> None:
        self.ciclo = asyncio.SelectorEventLoop()
        self._batti()

    def _batti(self) -> None:
        # Whoever waits for a socket comes back this often to look around.
        self.ciclo.call_later(_QUANTO_SECONDS, self._batti)

    def esegui(self, coro: Coroutine[Any, Any, Any]) -> Any:
        """Drive to the end something that waits for nobody."""
        compito = self.avvia(coro)
        while not self.guida(compito):
            pass
        return compito.result()

    def avvia(self, coro: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin a real call."""
        return self.ciclo.create_task(coro)

    def guida(self, compito: "asyncio.Task[Any]") -> bool:
        """Let a real call go on for a moment; tell whether it is over."""
        sospeso, fine = events._get_running_loop(), time.monotonic() + _QUANTO_SECONDS
        events._set_running_loop(self.ciclo)
        try:
            while not compito.done() and time.monotonic() < fine:
                self.ciclo._run_once()  # type: ignore[attr-defined]
        finally:
            events._set_running_loop(sospeso)
        return compito.done()


class Archivi:
    """The five databases: real connections to lend, one more to each for who keeps the accounts."""

    def __init__(self, motore: Motore, cartella: Path) -> None:
        self.motore = motore
        self._ora = (cartella / "ora").open("wb", buffering=0)
        self._url = {servizio: _crea(servizio, Path(self._ora.name)) for servizio in SERVIZI}
        self._libere: dict[str, list[Any]] = defaultdict(list)
        self._conti = {servizio: motore.esegui(self._connetti(servizio)) for servizio in SERVIZI}

    @property
    def url(self) -> Mapping[str, str]:
        """Addresses by service."""
        return self._url

    def segna_ora(self, ora: str) -> None:
        """Move the clock of the databases: `clock_timestamp()` reads it from a file."""
        self._ora.seek(0)
        self._ora.write(ora.encode())

    def svuota(self) -> None:
        """Leave the tables as the migrations left them; new files, so that rows lie as they would in a new database."""
        self.motore.esegui(self._svuota())

    async def _svuota(self) -> None:
        for conn in self._conti.values():
            tronca, *riscrivi = [riga[0] for riga in await conn.fetch(_SVUOTA)]
            trigger = "SET LOCAL session_replication_role = replica"
            await conn.execute("; ".join(["BEGIN", trigger, *filter(None, [tronca]), *riscrivi, "COMMIT"]))

    async def righe(self, servizio: str, sql: str) -> list[Any]:
        """Read for the accounts."""
        lette: list[Any] = self.motore.esegui(self._conti[servizio].fetch(sql))
        return lette

    def bloccata(self, servizio: str, conn: Any) -> bool:
        """Tell whether a connection stands behind a lock."""
        return bool(self.motore.esegui(self._conti[servizio].fetchval(_BLOCCATA, conn.get_server_pid())))

    def interrompi(self, servizio: str, conn: Any) -> None:
        """Cancel the statement that a connection is waiting for."""
        self.motore.esegui(self._conti[servizio].execute("SELECT pg_cancel_backend($1)", conn.get_server_pid()))

    def prendi(self, servizio: str) -> Any:
        """Give a real connection."""
        libere = self._libere[servizio]
        return libere.pop() if libere else self.motore.esegui(self._connetti(servizio))

    def rendi(self, servizio: str, conn: Any) -> None:
        """Take a real connection back, its transaction rolled back if it was left open."""
        if conn.is_in_transaction():
            self.motore.esegui(conn.execute("ROLLBACK"))
        self._libere[servizio].append(conn)

    async def _connetti(self, servizio: str) -> Any:
        conn = await asyncpg.connect(
            self._url[servizio], server_settings={
                "TimeZone": "UTC", "search_path": "public, pg_catalog", "lock_timeout": "0", "deadlock_timeout": "5ms",
                "jit": "off", "max_parallel_workers_per_gather": "0", "plan_cache_mode": "force_generic_plan",
            },
        )  # fmt: skip
        await _prepara(conn)
        return conn


def _crea(servizio: str, ora: Path) -> str:
    """Create this worker's database: the accounts of the harness, and a clock that is a file."""
    url = crea_archivio(f"simulato_{servizio}", lambda modello: _modello(servizio, modello))
    ora.write_text("2000-01-01 00:00:00+00".ljust(40))
    lettura = _OROLOGIO.format(ora=f"pg_catalog.pg_read_file('{ora}')::timestamptz")
    server_postgres().esegui(lettura, database=_nome(url))
    return url


def _modello(servizio: str, url: str) -> None:
    """Migrate with our clock already in place, ahead of the server's: the defaults of the tables keep it for ever."""
    server, nome = server_postgres(), _nome(url)
    server.esegui(_OROLOGIO.format(ora="pg_catalog.clock_timestamp()"), database=nome)
    server.esegui(f"ALTER DATABASE {nome} SET search_path = public, pg_catalog")
    migra(servizio, url)
    server.esegui(TABELLE, database=nome)
    server.esegui(_SENZA_AUTOVACUUM, database=nome)


def _nome(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
