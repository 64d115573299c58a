# SPDX-License-Identifier: EUPL-1.2
"""Writes that are put off go together, just before COMMIT, each with its own values."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Accesso, Database, Session
from shared.kernel.calendario import adesso

_INBOX = "INSERT INTO inbox (tipo, id) VALUES ($2, $1)"
_PROGRESSIVO = "INSERT INTO progressivo (chiave, ultimo) VALUES ($1, $2)"


def _annuncia(session: Session) -> UUID:
    evento = NotificaConsegnataV1(
        domanda_id=uuid4(), versione=1, notifica_id=uuid4(), avviso="PROVA", canale="EMAIL", consegnata_il=adesso()
    )
    return session.emit(evento, now=adesso())


class TestRimanda:
    async def test_each_write_has_its_own_values(self, database: Callable[[str], Awaitable[Database]]) -> None:
        archivio, messaggio = await database("domande"), uuid4()

        async with archivio.transaction() as session:
            session.rimanda(_INBOX, messaggio, "prova")
            session.rimanda(_PROGRESSIVO, "ADI/prova", 7)
            session.registra(Accesso(adesso(), "ente", "CAF", "op", "SPORTELLO", "prova", messaggio, "CONSENTITO"))
            evento = _annuncia(session)
            assert await session.fetchval("SELECT count(*) FROM inbox WHERE id = $1", messaggio) == 0

        async with archivio.connection() as conn:
            assert await conn.fetchval("SELECT tipo FROM inbox WHERE id = $1", messaggio) == "prova"
            assert await conn.fetchval("SELECT ultimo FROM progressivo WHERE chiave = 'ADI/prova'") == 7
            assert await conn.fetchval("SELECT operazione FROM accesso WHERE oggetto = $1", messaggio) == "prova"
            assert await conn.fetchval("SELECT tipo FROM outbox WHERE id = $1", evento) == NotificaConsegnataV1.tipo

    async def test_one_that_fails_leaves_none_of_the_others(
        self, database: Callable[[str], Awaitable[Database]]
    ) -> None:
        archivio, messaggio = await database("domande"), uuid4()

        with pytest.raises(asyncpg.NotNullViolationError):
            await _scrivi_male(archivio, messaggio)

        async with archivio.connection() as conn:
            assert await conn.fetchval("SELECT count(*) FROM inbox WHERE id = $1", messaggio) == 0
            assert await conn.fetchval("SELECT count(*) FROM outbox") == 0


async def _scrivi_male(archivio: Database, messaggio: UUID) -> None:
    async with archivio.transaction() as session:
        session.rimanda(_INBOX, messaggio, "prova")
        session.rimanda(_PROGRESSIVO, "ADI/prova", None)
        _annuncia(session)
