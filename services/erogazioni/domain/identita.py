# SPDX-License-Identifier: EUPL-1.2
"""Identities that PostgreSQL derives as Python does, so that a lotto of a million rows never leaves the database."""

from hashlib import sha256
from uuid import UUID

SEPARATORE = "\x1f"


def id_calcolato(mese: str, posto: str, radice: UUID, *parti: object) -> UUID:
    """Derive a UUIDv8: six digits of the month, six of its place in a lotto, the rest from the SHA-256 of the other parts.

    So what a lotto writes goes to the end of each index, however much is there already. `store/preparazione.py` has the same
    in SQL.
    """
    impronta = sha256(radice.bytes + SEPARATORE.join(map(str, parti)).encode()).digest()
    derivati = bytearray(bytes.fromhex(mese.replace("-", "") + posto[:6]) + impronta[:10])
    derivati[6] = derivati[8] = 0x80
    return UUID(bytes=bytes(derivati))
