# SPDX-License-Identifier: EUPL-1.2
"""Leases: a claimed row is its holder's for a few seconds, by the clock of the database, and longer only while it says so."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shared.db.session import Session

# Who is killed cannot give its rows back: they wait this long, and no longer. See docs/decisioni/0016.
DURATA = timedelta(seconds=15)
# For the statements that claim: `SET lease = {FINO}`.
FINO = f"clock_timestamp() + interval '{DURATA.seconds} seconds'"


async def rinnova(session: Session, tabella: str, colonne: Sequence[str], righe: Sequence[UUID]) -> None:
    """Make the leases last from now; `colonne` say until when a row is taken, the first one decides.

    A lease that has run out is not renewed, for the row may be another's; nor is a row that somebody is writing, for
    then its work is ending.
    """
    assegna = ", ".join(f"{colonna} = {FINO}" for colonna in colonne)
    await session.execute(
        f"UPDATE {tabella} SET {assegna} WHERE id IN (SELECT id FROM {tabella} WHERE id = ANY($1::uuid[]) "
        f"AND {colonne[0]} > clock_timestamp() FOR UPDATE SKIP LOCKED)",
        righe,
    )
