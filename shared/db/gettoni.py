# SPDX-License-Identifier: EUPL-1.2
"""Tokens that are good once: the first replica that writes the id has it, whoever comes later does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db.session import Database

_CONSUMA = """
INSERT INTO jti (uso, emittente, jti, scade_il)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Gettone:
    """A token to be used once: what it is for, who issued it, its id, until when it would be valid."""

    uso: str
    emittente: str
    jti: str
    scade_il: datetime


async def consuma(database: Database, gettoni: Sequence[Gettone]) -> bool:
    """Use the tokens up, in a transaction of its own: they stay used whatever becomes of the request.

    Tell whether none of them had been used before.
    """
    async with database.connection() as conn:
        nuovi = await conn.fetch(
            _CONSUMA, [g.uso for g in gettoni], [g.emittente for g in gettoni], [g.jti for g in gettoni],
            [g.scade_il for g in gettoni],
        )  # fmt: skip
    return len(nuovi) == len(gettoni)
