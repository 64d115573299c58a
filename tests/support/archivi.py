# SPDX-License-Identifier: EUPL-1.2
"""Migrated databases for the tests: one per service and worker, emptied before each test."""

import os
from collections.abc import Callable
from functools import partial

import asyncpg

from shared.db.migrazioni import migra
from shared.db.session import Connessione, Database
from shared.kernel.sigillo import Cifrario
from tests.support.sessione import lucchetto, server_postgres, una_volta

# Who made the tables: what a service may not do is done as this role.
PROPRIETARIO = "postgres"
CHIAVE_ARCHIVIO = bytes(range(32))
CHIAVE_EVENTI = bytes(range(32, 64))

# Rows that the migrations themselves write are kept aside and put back.
_CONSERVA = """
DO $$ DECLARE t text; piena boolean; BEGIN
    CREATE SCHEMA prove;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO piena;
        IF piena THEN EXECUTE format('CREATE TABLE prove.%I AS TABLE public.%I', t, t); END IF;
    END LOOP;
END $$
"""
_TABELLE = """
SELECT format('DELETE FROM public.%I', tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM prove.%I', tablename, tablename)
FROM pg_tables WHERE schemaname = 'prove'
"""
_svuota: dict[str, str] = {}


def crea_archivio(servizio: str, prepara: Callable[[str], None] | None = None) -> str:
    """Give the address of this worker's database, for the role of the service, copied from a template prepared once.

    `prepara` receives the address of the empty template; when it is missing the service's migrations run.
    """
    server = server_postgres()
    modello, nome = f"modello_{servizio}", f"{servizio}_{os.environ.get('PYTEST_XDIST_WORKER', 'solo')}"

    def crea_modello() -> None:
        server.esegui(f"DROP DATABASE IF EXISTS {modello}")
        server.esegui(f"CREATE DATABASE {modello}")
        (prepara or partial(migra, servizio))(server.url(modello))
        server.esegui(_CONSERVA, database=modello)

    una_volta(modello, crea_modello)
    # One worker at a time: a template can be copied only while nobody else is connected to it.
    with lucchetto(f"copia_{servizio}"):
        una_volta(nome, lambda: server.esegui(f"CREATE DATABASE {nome} TEMPLATE {modello}"))
    return server.url(nome) if prepara else server.url(nome, ruolo=servizio)


async def svuota(url: str) -> None:
    """Delete every row, whatever the keys and the append-only triggers say, and put back what the migrations wrote."""
    conn = await asyncpg.connect(url, user=PROPRIETARIO)
    try:
        if url not in _svuota:
            _svuota[url] = "; ".join(riga[0] for riga in await conn.fetch(_TABELLE))
        await conn.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {_svuota[url]}; COMMIT")
    finally:
        await conn.close()


async def apri_archivio(url: str, *, connessioni: int = 4) -> Database:
    """Open a database with the keys of the tests."""
    database = Database(
        Connessione(url, connessioni), cifrario=Cifrario(CHIAVE_ARCHIVIO), sigilli=Cifrario(CHIAVE_EVENTI)
    )
    await database.open()
    return database
