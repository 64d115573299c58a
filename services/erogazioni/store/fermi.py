# SPDX-License-Identifier: EUPL-1.2
"""Stops of the payments: the database knows less than the journal of what was sent, until the payer has been asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.db.session import Session

_DIMENTICATI = """
SELECT i.id FROM unnest($1::uuid[]) WITH ORDINALITY AS i (id, posto) LEFT JOIN flusso f ON f.id = i.id
WHERE f.id IS NULL OR f.stato = 'DA_INVIARE' ORDER BY i.posto
"""
_APRI = (
    "INSERT INTO fermo_invii (aperto_il) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM fermo_invii WHERE chiuso_il IS NULL)"
)
_CONTA = """
UPDATE fermo_invii SET ritrovati = ritrovati + $1::bool::int, mai_arrivati = mai_arrivati + (NOT $1::bool)::int
WHERE chiuso_il IS NULL
"""


async def dimenticati(session: Session, inviati: Sequence[UUID]) -> list[UUID]:
    """Give the files that were handed over and that the database believes still here."""
    return [riga["id"] for riga in await session.fetch(_DIMENTICATI, inviati)]


async def aperto(session: Session) -> bool:
    """Tell whether the payments are stopped."""
    fermi: bool = await session.fetchval("SELECT EXISTS (SELECT 1 FROM fermo_invii WHERE chiuso_il IS NULL)")
    return fermi


async def apri(session: Session, *, now: datetime) -> None:
    """Stop the payments, if they are not stopped already."""
    await session.execute(_APRI, now)


async def conta(session: Session, *, ritrovato: bool) -> None:
    """Note what became of one of the files."""
    await session.execute(_CONTA, ritrovato)


async def chiudi(session: Session, *, now: datetime) -> None:
    """Let the payments go on."""
    await session.execute("UPDATE fermo_invii SET chiuso_il = $1 WHERE chiuso_il IS NULL", now)
