# SPDX-License-Identifier: EUPL-1.2
"""Indexes that change while the service works: for the migrations, outside any transaction."""

from collections.abc import Mapping, Sequence

from alembic import op


def sostituisci_indici(*, crea: Mapping[str, str], togli: Sequence[str]) -> None:
    """Build the new indexes (name: what follows ON) without stopping who writes, then remove the old ones.

    Interrupted, it can be run again: an index half built is thrown away.
    """
    with op.get_context().autocommit_block():
        for nome, definizione in crea.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {nome}")
            op.execute(f"CREATE INDEX CONCURRENTLY {nome} ON {definizione}")
        for nome in togli:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {nome}")
