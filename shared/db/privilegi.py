# SPDX-License-Identifier: EUPL-1.2
"""What a service may do with its own tables: it connects as a role that owns nothing, named as the service.

Migrations run as the owner and end by granting what `PRIVILEGI` of `tables.py` says, table by table, and nothing else.
"""

from collections.abc import Iterator, Mapping

SOLO_AGGIUNTE = "SELECT, INSERT"
MODIFICABILE = "SELECT, INSERT, UPDATE, DELETE"
# Where Alembic keeps the version of the database: not declared with the others.
VERSIONE = "alembic_version"

TECNICHE: Mapping[str, str] = {
    "outbox": MODIFICABILE,
    "inbox": MODIFICABILE,
    "scarto": MODIFICABILE,
    "idempotenza": MODIFICABILE,
    "jti": MODIFICABILE,
    "accesso": SOLO_AGGIUNTE,
    "accesso_catena": SOLO_AGGIUNTE,
}

# Where nobody has created the role (the installation does, with a password) who migrates creates it, if allowed to.
_RUOLO = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ruolo}') THEN CREATE ROLE {ruolo} LOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_ALTRI = "DO $$ BEGIN EXECUTE format('{cosa} ON DATABASE %I {a}', current_database()); END $$"


def concessioni(servizio: str, privilegi: Mapping[str, str]) -> Iterator[str]:
    """Give the statements that leave the role of a service exactly its privileges: they can be repeated."""
    yield _RUOLO.format(ruolo=servizio)
    yield _ALTRI.format(cosa="REVOKE ALL", a="FROM PUBLIC")
    yield _ALTRI.format(cosa="GRANT CONNECT", a=f"TO {servizio}")
    yield f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {servizio}"
    yield f"GRANT USAGE ON SCHEMA public TO {servizio}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {servizio}"
    for tabella, concessi in {VERSIONE: "SELECT", **privilegi}.items():
        yield f"GRANT {concessi} ON {tabella} TO {servizio}"
