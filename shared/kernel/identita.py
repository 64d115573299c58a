# SPDX-License-Identifier: EUPL-1.2
"""Opaque identifiers: UUIDv7 for what is born here, UUIDv5 for what must come out the same each time."""

from uuid import UUID, uuid5

from uuid6 import uuid7

_SPAZIO = UUID("6f0a3f5e-1c55-5d0e-9f0c-2a0c5d1e7b01")


def nuovo_id() -> UUID:
    """Create a UUIDv7: time-ordered, so that indexes stay compact, and opaque."""
    return UUID(int=uuid7().int)


def id_deterministico(*parti: object) -> UUID:
    """Derive the same UUID from the same parts, for acts that must exist once (payments, notices, checks)."""
    return uuid5(_SPAZIO, "\x1f".join(str(parte) for parte in parti))
