# SPDX-License-Identifier: EUPL-1.2
"""Two transactions with one key: whoever is told that the key is new must be the first, whatever the instant of the other's commit."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.db.session import Database, Session
from shared.errors import InclusioneError
from shared.web import idempotenza
from shared.web.idempotenza import RichiestaInCorso, Ripetibile, Risposta, conserva_risposte, leggi_risposte

_RISPOSTA = Risposta(201, "", b"{}")
# Enough keys before the contested one for the other transaction to commit while the statement runs.
_ALTRE = [Ripetibile("ente", "operazione", f"altra-{n:05d}", b"") for n in range(4000)]
_GIRI = 8
# As it was: one statement that reads and locks, on the rows that were committed when it began.
_INSIEME = """
SELECT i.impronta, i.status, i.posizione, i.corpo, pg_try_advisory_xact_lock(hashtextextended(
           concat_ws(E'\\x1f', r.soggetto, r.operazione, r.chiave), 0)) AS libera
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r (soggetto, operazione, chiave, n)
LEFT JOIN idempotenza i USING (soggetto, operazione, chiave) ORDER BY r.n
"""


async def _contesa(archivio: Database, giro: int) -> Risposta | InclusioneError | None:
    """Ask for a key while another transaction, which has it, commits."""
    contesa = Ripetibile("ente", "operazione", f"contesa-{giro:05d}", b"")

    async def seconda() -> Risposta | InclusioneError | None:
        async with archivio.transaction() as session:
            return (await leggi_risposte(session, [*_ALTRE, contesa]))[-1]

    async with archivio.transaction() as session:
        assert await leggi_risposte(session, [contesa]) == [None]
        conserva_risposte(session, [(contesa, _RISPOSTA)])
        compito = asyncio.create_task(seconda())
        await asyncio.sleep(0.002 * (giro + 1))
    return await compito


async def _nuova_due_volte(archivio: Database) -> bool:
    esiti = [await _contesa(archivio, giro) for giro in range(_GIRI)]
    assert all(e is None or e == _RISPOSTA or isinstance(e, RichiestaInCorso) for e in esiti)
    return None in esiti


async def test_a_key_is_never_new_twice(database: Callable[[str], Awaitable[Database]]) -> None:
    assert not await _nuova_due_volte(await database("domande"))


async def test_control_a_read_before_the_lock_is_seen(
    database: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def insieme(session: Session, richieste: list[Ripetibile]) -> list[Risposta | InclusioneError | None]:
        chiavi = ([r.soggetto for r in richieste], [r.operazione for r in richieste], [r.chiave for r in richieste])
        righe = await session.fetch(_INSIEME, *chiavi)
        return [
            idempotenza._gia_risposto(session, richiesta, riga, libera=riga["libera"])
            for richiesta, riga in zip(richieste, righe, strict=True)
        ]

    monkeypatch.setitem(globals(), "leggi_risposte", insieme)

    assert await _nuova_due_volte(await database("domande"))


class TestLookup:
    """A table that nobody has analysed since it was empty, as on the first day: each batch must not read all of it."""

    async def test_goes_by_key(self, database: Callable[[str], Awaitable[Database]]) -> None:
        assert not await _per_intero(await database("domande"), idempotenza._LEGGI)

    async def test_control_a_join_reads_it_all(self, database: Callable[[str], Awaitable[Database]]) -> None:
        assert await _per_intero(await database("domande"), _INSIEME)


async def _per_intero(archivio: Database, istruzione: str) -> bool:
    chiavi = [["ente"] * 8, ["operazione"] * 8, [f"chiave-{n}" for n in range(8)]]
    async with archivio.connection() as conn:
        transazione = conn.transaction()
        await transazione.start()
        # A copy of its own, which no autovacuum can have analysed.
        await conn.execute("CREATE TEMPORARY TABLE idempotenza (LIKE public.idempotenza INCLUDING ALL)")
        piano = await conn.fetch(f"EXPLAIN {istruzione}", *chiavi)
        await transazione.rollback()
    return any("Seq Scan on idempotenza" in riga[0] for riga in piano)
