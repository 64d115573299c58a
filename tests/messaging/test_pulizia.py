# SPDX-License-Identifier: EUPL-1.2
"""The technical tables forget what has expired, and only that."""

from collections.abc import Awaitable, Callable

from shared.db.session import Database
from shared.messaging.pulizia import Pulizia

_SEMINA = """
INSERT INTO inbox (id, tipo, ricevuto_il)
SELECT gen_random_uuid(), 'prova', clock_timestamp() - giorni * interval '1 day' FROM unnest($1::int[]) AS giorni
"""
_SCARTI = """
INSERT INTO scarto (id, tipo, soggetto, versione, corpo, correlazione, istante, stato, tentativi, motivo, traccia,
                    prossimo_il, creato_il)
SELECT gen_random_uuid(), 'prova', gen_random_uuid(), 1, ''::bytea, '', now(), stato, 1, '', gen_random_uuid(), now(),
       now() - interval '200 days'
FROM unnest(ARRAY['RIELABORATO', 'PARCHEGGIATO']) AS stato
"""


class TestPulizia:
    async def test_forgets_a_message_after_thirty_days(self, database: Callable[[str], Awaitable[Database]]) -> None:
        archivio = await database("domande")
        async with archivio.connection() as conn:
            await conn.execute(_SEMINA, [1, 29, 31, 400])

            ancora = await Pulizia(archivio).passata()

            assert not ancora
            assert await conn.fetchval("SELECT count(*) FROM inbox") == 2

    async def test_forgets_a_token_an_hour_after_it_has_expired(
        self, database: Callable[[str], Awaitable[Database]]
    ) -> None:
        archivio = await database("domande")
        async with archivio.connection() as conn:
            await conn.execute(
                "INSERT INTO jti SELECT 'firma', 'client', minuti::text, clock_timestamp() - minuti * interval '1 minute' "
                "FROM unnest(ARRAY[-10, 1, 59, 61]) AS minuti"
            )

            await Pulizia(archivio).passata()

            assert await conn.fetchval("SELECT array_agg(jti ORDER BY jti::int) FROM jti") == ["-10", "1", "59"]

    async def test_keeps_what_an_operator_has_not_closed(self, database: Callable[[str], Awaitable[Database]]) -> None:
        archivio = await database("domande")
        async with archivio.connection() as conn:
            await conn.execute(_SCARTI)

            await Pulizia(archivio).passata()

            assert [r["stato"] for r in await conn.fetch("SELECT stato FROM scarto")] == ["PARCHEGGIATO"]
