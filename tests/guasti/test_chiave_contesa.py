# SPDX-License-Identifier: EUPL-1.2
"""Two transactions with one key: whoever is told that the key is new must be the first, whatever the instant of the other's commit."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from shared.db.session import Database, Session
from shared.errors import InclusioneError
from shared.web import idempotenza
from shared.web.idempotenza import RichiestaInCorso, Ripetibile, Risposta, conserva_risposte, leggi_risposte

_RISPOSTA = Risposta(201, "", b"{}")
# Enough keys before the contested one for the other transaction to commit while the statement runs.
_ALTRE = [Ripetibile("ente", "operazione", f"altra-{n:05d}", b"") for n in range(4000)]
_MOMENTI = 15
# As it was: one statement that reads and locks, on the rows that were committed when it began.
_INSIEME = """
SELECT i.impronta, i.status, i.posizione, i.corpo, pg_try_advisory_xact_lock(hashtextextended(
           concat_ws(E'\\x1f', r.soggetto, r.operazione, r.chiave), 0)) AS libera
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r (soggetto, operazione, chiave, n)
LEFT JOIN idempotenza i USING (soggetto, operazione, chiave) ORDER BY r.n
"""


async def _contesa(archivio: Database, giro: int, *, dopo: float) -> Risposta | InclusioneError | None:
    """Ask for a key while another transaction, which has it, commits so many seconds after the question left."""
    contesa = Ripetibile("ente", "operazione", f"contesa-{giro:05d}", b"")
    async with archivio.transaction() as session:
        assert await leggi_risposte(session, [contesa]) == [None]
        conserva_risposte(session, [(contesa, _RISPOSTA)])
        seconda = asyncio.create_task(_chiedi(archivio, contesa))
        await asyncio.sleep(dopo)
    return await seconda


async def _chiedi(archivio: Database, contesa: Ripetibile) -> Risposta | InclusioneError | None:
    async with archivio.transaction() as session:
        return (await leggi_risposte(session, [*_ALTRE, contesa]))[-1]


async def _nuova_due_volte(archivio: Database, giri: int) -> bool:
    """Let the other commit at every moment of the question, as long as one takes on this machine."""
    await _chiedi(archivio, Ripetibile("ente", "operazione", "sola", b""))
    inizio = time.perf_counter()
    await _chiedi(archivio, Ripetibile("ente", "operazione", "sola", b""))
    dura = time.perf_counter() - inizio
    for giro in range(giri):
        esito = await _contesa(archivio, giro, dopo=dura * (giro % _MOMENTI + 1) / (_MOMENTI + 1))
        assert esito is None or esito == _RISPOSTA or isinstance(esito, RichiestaInCorso)
        if esito is None:
            return True
    return False


async def test_a_key_is_never_new_twice(database: Callable[[str], Awaitable[Database]]) -> None:
    assert not await _nuova_due_volte(await database("domande"), _MOMENTI)


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

    assert await _nuova_due_volte(await database("domande"), 10 * _MOMENTI)


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
