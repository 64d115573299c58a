# SPDX-License-Identifier: EUPL-1.2
"""The run started by two schedulers at once, or killed and started again, in processes of their own: one order per key, and
the sums to the cent.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from deploy.bench.lotto import semina
from deploy.locale.postgres import Server
from services.erogazioni.commands.apri_lotto import apri_lotto
from shared.db.session import Database
from shared.kernel.mese import Mese
from tests.erogazioni.corridore import VIA
from tests.erogazioni.fatti import righe
from tests.support.attese import entro

_MESE = Mese(2025, 3)
_NOW = datetime(2025, 3, 15, 9, 0, tzinfo=UTC)
_SENZA_CHIAVI = """
ALTER TABLE movimento DROP CONSTRAINT movimento_pkey;
ALTER TABLE erogazione DROP CONSTRAINT erogazione_pkey;
"""
# What is due, computed again in another way, beside what was ordered and what the ledger says.
_CONTI = """
SELECT (SELECT count(*) - count(DISTINCT (posizione_id, mese, progressivo)) FROM erogazione WHERE stato = 'DA_INVIARE') AS doppie,
       (SELECT sum(importo_cent) FROM erogazione WHERE stato = 'DA_INVIARE') AS disposto,
       (SELECT sum(importo_cent) FROM movimento WHERE conto = 'TRANSITO_PAGATORE') AS in_transito,
       (SELECT sum(importo_cent) FROM movimento) AS somma,
       (SELECT disposte_cent FROM lotto) AS dichiarato, (SELECT sum(importo_cent) FROM flusso) AS nei_flussi,
       (SELECT count(*) FROM movimento) - 2 * (SELECT count(*) FROM erogazione WHERE stato = 'DA_INVIARE') AS movimenti_in_piu,
       (SELECT sum(ms.importo_cent - CASE WHEN e.stato = 'ESEGUITO' THEN e.importo_cent ELSE 0 END)
        FROM mese_spettante ms JOIN posizione p ON p.id = ms.posizione_id
        LEFT JOIN erogazione e ON e.posizione_id = p.id AND e.mese = ms.mese AND e.stato <> 'DA_INVIARE'
        WHERE p.pad_il IS NOT NULL AND p.sospesa_dal IS NULL AND p.cessata_dal IS NULL) AS dovuto
"""


async def _gara(database: Database, *, posizioni: int, quante: int, difetto: str = "") -> dict[str, Any]:
    """Let two processes prepare the same lotto at the same time; give the accounts."""
    await semina(database, posizioni)
    async with database.transaction() as session:
        lotto_id = (await apri_lotto(session, "ADI", _MESE, now=_NOW)).id
    async with database.connection() as conn:
        await conn.execute("SELECT pg_advisory_lock($1)", VIA)
        corridori = [await _parti(database.url, lotto_id, quante, difetto) for _ in range(2)]
        in_attesa = "SELECT count(*) = 2 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted"
        await entro(60, lambda: conn.fetchval(in_attesa, VIA))
        await conn.execute("SELECT pg_advisory_unlock($1)", VIA)
        esiti = [await asyncio.wait_for(corridore.communicate(), 100) for corridore in corridori]
    assert [c.returncode for c in corridori] == [0, 0], esiti
    (conti,) = await righe(database, _CONTI)
    return conti | {"blocchi": sum(int(uscita) for uscita, _ in esiti)}


async def _parti(url: str, lotto_id: UUID, quante: int, difetto: str) -> asyncio.subprocess.Process:
    comando = (sys.executable, "-m", "tests.erogazioni.corridore", url, str(lotto_id), str(quante), difetto)
    return await asyncio.create_subprocess_exec(
        *comando, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def _interrotto(database: Database, *, posizioni: int, quante: int) -> tuple[int, dict[str, Any]]:
    """Let a process be killed by the system in the middle of a lotto, and another go on; how far the first had come."""
    await semina(database, posizioni)
    async with database.transaction() as session:
        lotto_id = (await apri_lotto(session, "ADI", _MESE, now=_NOW)).id
    async with database.connection() as conn:
        primo = await _parti(database.url, lotto_id, quante, "")
        await entro(60, lambda: conn.fetchval("SELECT posizioni > 0 FROM lotto"))
        primo.kill()
        await primo.wait()
        fatte: int = await conn.fetchval("SELECT posizioni FROM lotto WHERE stato = 'IN_PREPARAZIONE'")
    secondo = await _parti(database.url, lotto_id, quante, "")
    _, errori = await asyncio.wait_for(secondo.communicate(), 100)
    assert (primo.returncode, secondo.returncode) == (-9, 0), errori
    (conti,) = await righe(database, _CONTI)
    return fatte, conti


def _somme(conti: dict[str, Any]) -> set[int]:
    return {conti[nome] for nome in ("disposto", "in_transito", "dichiarato", "nei_flussi", "dovuto")}


class TestUccisione:
    async def test_leaves_a_lotto_that_another_process_takes_to_the_end(self, vuoto: Database) -> None:
        fatte, conti = await _interrotto(vuoto, posizioni=20_000, quante=100)

        assert 0 < fatte < 20_000
        assert (conti["doppie"], conti["somma"], conti["movimenti_in_piu"]) == (0, 0, 0)
        assert len(_somme(conti)) == 1


class TestDueSchedulatori:
    async def test_order_each_month_once_and_to_the_cent(self, vuoto: Database) -> None:
        conti = await _gara(vuoto, posizioni=100_000, quante=5_000)

        assert (conti["doppie"], conti["somma"], conti["movimenti_in_piu"], conti["blocchi"]) == (0, 0, 0, 20)
        assert len(_somme(conti)) == 1

    async def test_would_order_them_twice_without_lock_and_keys(self, vuoto: Database, server_postgres: Server) -> None:
        nome = vuoto.url.partition("?")[0].rpartition("/")[2]
        server_postgres.esegui(_SENZA_CHIAVI, database=nome)

        conti = await _gara(vuoto, posizioni=4_000, quante=200, difetto="--senza-lucchetto")

        assert conti["doppie"] > 0
        assert conti["disposto"] > conti["dovuto"]
