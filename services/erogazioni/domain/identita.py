# SPDX-License-Identifier: EUPL-1.2
"""Identities that PostgreSQL derives as Python does, so that a lotto of a million rows never leaves the database."""

from hashlib import sha256
from uuid import UUID

SEPARATORE = "\x1f"


def id_calcolato(radice: UUID, *parti: object) -> UUID:
    """Derive a UUIDv8 from its parts: six bytes of `radice`, the rest from the SHA-256 of everything.

    It begins as its `radice` does, so that an index grows in the order of the lotto. `store/preparazione.py` has the same in
    SQL.
    """
    impronta = sha256(SEPARATORE.join(map(str, (radice, *parti))).encode()).digest()
    derivati = bytearray(radice.bytes[:6] + impronta[:10])
    derivati[6] = derivati[8] = 0x80
    return UUID(bytes=bytes(derivati))
