# SPDX-License-Identifier: EUPL-1.2
"""The role of a service: the database itself refuses it what it must never do, whatever the triggers say."""

import importlib
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from shared.db.migrazioni import SERVIZI
from shared.db.privilegi import MODIFICABILE, SOLO_AGGIUNTE, VERSIONE
from shared.db.session import Database
from tests.support.archivi import PROPRIETARIO

_TABELLE = {s: importlib.import_module(f"services.{s}.tables") for s in SERVIZI}
_PROTETTE = [
    (s, tabella) for s in SERVIZI for tabella, concessi in _TABELLE[s].PRIVILEGI.items() if concessi == SOLO_AGGIUNTE
]
_VIETATE = ("UPDATE {tabella} SET {colonna} = {colonna}", "DELETE FROM {tabella}", "TRUNCATE {tabella}")
_DDL = (
    "CREATE TABLE altra (id int)",
    "DROP TABLE accesso",
    "ALTER TABLE accesso ADD COLUMN altro text",
    "ALTER TABLE accesso DISABLE TRIGGER ALL",
    "DROP TRIGGER accesso_solo_aggiunte ON accesso",
    "CREATE OR REPLACE FUNCTION solo_aggiunte() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
)
Apri = Callable[[str], Awaitable[Database]]


def _istruzione(modello: str, servizio: str, tabella: str) -> str:
    colonna = list(_TABELLE[servizio].metadata.tables[tabella].columns)[-1].name
    return modello.format(tabella=tabella, colonna=colonna)


async def _senza_trigger(archivio: Database, servizio: str, tabella: str, *istruzioni: str) -> None:
    """Run statements as the role of the service where the owner has put the triggers aside; then roll back."""
    conn: Any = await asyncpg.connect(archivio.url, user=PROPRIETARIO)
    try:
        await conn.execute(f"BEGIN; ALTER TABLE {tabella} DISABLE TRIGGER ALL")
        for istruzione in istruzioni:
            await conn.execute(istruzione)
    finally:
        await conn.execute("ROLLBACK")
        await conn.close()


class TestTabelleCheCrescono:
    def test_are_the_access_log_everywhere_and_the_ledger(self) -> None:
        attese = {(s, t) for s in SERVIZI for t in ("accesso", "accesso_catena")} | {("erogazioni", "movimento")}

        assert set(_PROTETTE) == attese

    @pytest.mark.parametrize(("servizio", "tabella"), _PROTETTE)
    async def test_are_refused_to_the_pool_of_the_service(self, database: Apri, servizio: str, tabella: str) -> None:
        archivio = await database(servizio)

        for modello in _VIETATE:
            async with archivio.connection() as conn:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for table") as errore:
                    await conn.execute(_istruzione(modello, servizio, tabella))
            assert errore.value.sqlstate == "42501"

    @pytest.mark.parametrize(("servizio", "tabella"), _PROTETTE)
    async def test_are_refused_even_without_triggers(self, database: Apri, servizio: str, tabella: str) -> None:
        archivio = await database(servizio)

        for modello in _VIETATE:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await _senza_trigger(
                    archivio, servizio, tabella, f"SET LOCAL ROLE {servizio}", _istruzione(modello, servizio, tabella)
                )

    async def test_would_be_changed_if_the_role_were_granted_more(self, database: Apri) -> None:
        archivio = await database("erogazioni")

        await _senza_trigger(
            archivio, "erogazioni", "movimento", "GRANT UPDATE ON movimento TO erogazioni", "SET LOCAL ROLE erogazioni",
            "UPDATE movimento SET importo_cent = importo_cent",
        )  # fmt: skip


class TestRuolo:
    @pytest.mark.parametrize("servizio", SERVIZI)
    async def test_cannot_change_the_shape_of_its_database(self, database: Apri, servizio: str) -> None:
        archivio = await database(servizio)

        for istruzione in _DDL:
            async with archivio.connection() as conn:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await conn.execute(istruzione)

    @pytest.mark.parametrize("servizio", SERVIZI)
    async def test_has_exactly_what_the_tables_declare(self, database: Apri, servizio: str) -> None:
        archivio = await database(servizio)

        async with archivio.connection() as conn:
            righe = await conn.fetch(
                "SELECT table_name, string_agg(privilege_type, ', ') AS concessi FROM information_schema.table_privileges "
                "WHERE grantee = $1 AND table_schema = 'public' GROUP BY table_name",
                servizio,
            )

        concessi = {riga["table_name"]: set(riga["concessi"].split(", ")) for riga in righe}
        assert concessi.pop(VERSIONE) == {"SELECT"}
        assert concessi == {t: set(p.split(", ")) for t, p in _TABELLE[servizio].PRIVILEGI.items()}

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_has_a_decision_for_each_table(self, servizio: str) -> None:
        tabelle = _TABELLE[servizio]

        assert set(tabelle.PRIVILEGI) == set(tabelle.metadata.tables)
        assert set(tabelle.PRIVILEGI.values()) <= {SOLO_AGGIUNTE, MODIFICABILE}
