# SPDX-License-Identifier: EUPL-1.2
"""What a lotto costs is a matter of how many rows it is about: nothing is read once for each row of something else.

The statements are those that the service runs; PostgreSQL counts the rows that its plans went through. The plans are those made
without looking at the values, on tables that nobody has analysed since the lotto began to fill them.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from deploy.bench.lotto import semina
from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.queries.lotti import get_flusso
from services.erogazioni.queries.posizioni import list_erogazioni
from services.erogazioni.store import erogazioni, preparazione
from shared.db.session import Database, Session
from shared.kernel.mese import Mese
from tests.erogazioni.fatti import righe

_MESE = Mese(2025, 3)
_NOW = datetime(2025, 3, 15, 9, 0, tzinfo=UTC)
_POSIZIONI, _MESI = 4_000, 24
# An order for each posizione in each of two years, a lotto and two flows for each month.
_STORIA = """
INSERT INTO lotto (id, ordine, misura, mese, tipo, stato, creato_il, posizioni, disposte, disposte_cent, in_attesa, in_attesa_cent,
                   sospese, sospese_cent, cessate, cessate_cent)
SELECT md5(m::text)::uuid, md5(m::text)::uuid, 'ADI', to_char('2023-01-01'::date + m * interval '1 month', 'YYYY-MM'), 'ORDINARIO',
       'CONCLUSO', now(), 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, $1) AS m;
"""
_FLUSSI = """
INSERT INTO flusso (id, lotto_id, numero, stato, disposizioni, importo_cent, inviate, inviate_cent, tentativi)
SELECT md5(l.id::text || f)::uuid, l.id, f, 'CONCLUSO', 1, 1, 1, 1, 0 FROM lotto l, generate_series(0, 1) AS f
"""
_ORDINI = """
INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, flusso_id, version)
SELECT md5(p.id || l.mese)::uuid, p.id, l.mese, 'MENSILITA', 1, 50000, 'ESEGUITO', l.id,
       md5(l.id::text || (p.id > '80000000-0000-0000-0000-000000000000')::int)::uuid, 1
FROM lotto l, posizione p ORDER BY l.mese, p.id
"""


def _passate(nodo: dict[str, Any]) -> list[tuple[int, str]]:
    """Give how many rows each step of a plan went through."""
    viste = sum(nodo.get(voce, 0) for voce in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter"))
    qui = (int(viste * nodo["Actual Loops"]), f"{nodo['Node Type']} {nodo.get('Relation Name', '')}")
    return [qui, *(altra for figlio in nodo.get("Plans", ()) for altra in _passate(figlio))]


def _letterale(valore: object) -> str:
    return f"'{{{','.join(map(str, valore))}}}'" if isinstance(valore, list) else f"'{valore}'"


@asynccontextmanager
async def _contate(database: Database) -> AsyncIterator[tuple[Session, list[tuple[int, str]]]]:
    """Run statements by plans made without their values; gather the rows that each step of each goes through."""
    passate: list[tuple[int, str]] = []
    async with database.transaction() as session:
        await session.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        execute, fetchval, fetch, fetchrow = session.execute, session.fetchval, session.fetch, session.fetchrow

        async def conta(sql: str, valori: tuple[object, ...]) -> None:
            await execute(f"PREPARE provata AS {sql}")
            chiamata = f"EXECUTE provata({', '.join(map(_letterale, valori))})"
            await execute("SAVEPOINT prima")
            piano = json.loads(await fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {chiamata}"))[0]["Plan"]
            await execute("ROLLBACK TO prima; DEALLOCATE provata")
            passate.extend(_passate(piano))

        async def lette(sql: str, *valori: object) -> Any:
            await conta(sql, valori)
            return await fetch(sql, *valori)

        async def letta(sql: str, *valori: object) -> Any:
            await conta(sql, valori)
            return await fetchrow(sql, *valori)

        async def eseguita(sql: str, *valori: object) -> Any:
            if valori:
                await conta(sql, valori)
            return await execute(sql, *valori)

        session.fetch, session.fetchrow, session.execute = lette, letta, eseguita
        yield session, passate


async def _passate_da_un_blocco(database: Database, *, prima: str = "SELECT 1") -> list[tuple[int, str]]:
    """Prepare a block of posizioni just seeded, after a statement; give what its plan went through."""
    await semina(database, _POSIZIONI)
    async with database.connection() as conn:
        await conn.execute(prima)
    async with database.transaction() as session:
        lotto = await apri_lotto(session, "ADI", _MESE, now=_NOW)
    async with _contate(database) as (session, passate):
        await preparazione.disponi_blocco(session, lotto, quante=_POSIZIONI, per_flusso=500, now=_NOW)
    return passate


class TestBlocco:
    async def test_goes_through_each_row_a_few_times(self, vuoto: Database) -> None:
        passate, dove = max(await _passate_da_un_blocco(vuoto))

        # Two rows of the ledger for each order.
        assert passate < 3 * _POSIZIONI, dove

    async def test_would_go_through_the_earlier_orders_for_each_month_if_the_planner_were_believed(
        self, vuoto: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(preparazione, "_UNA_VOLTA_SOLA", "SELECT 1")

        passate, _ = max(await _passate_da_un_blocco(vuoto))

        assert passate > 50 * _POSIZIONI

    @pytest.mark.parametrize(
        ("indice", "basta"),
        [
            ("SELECT 1", True),
            ("DROP INDEX posizione_misura; CREATE INDEX posizione_misura ON posizione (misura, id)", False),
        ],
    )
    async def test_finds_in_the_index_all_that_the_search_needs(
        self, vuoto: Database, indice: str, basta: bool
    ) -> None:
        """Control: an index that carries only its key."""
        letti = {passo for quante, passo in await _passate_da_un_blocco(vuoto, prima=indice) if quante == _POSIZIONI}

        assert ({passo for passo in letti if passo.endswith(" posizione")} == {"Index Only Scan posizione"}) is basta


async def _con_storia(database: Database) -> tuple[UUID, UUID]:
    """Give a posizione with two years of orders among many, and one of their flows."""
    await semina(database, _POSIZIONI)
    async with database.connection() as conn:
        await conn.execute("DELETE FROM erogazione")
        await conn.execute(_STORIA, _MESI)
        await conn.execute(_FLUSSI)
        await conn.execute(_ORDINI)
        await conn.execute("ANALYZE erogazione")
    (riga,) = await righe(
        database, "SELECT posizione_id, flusso_id FROM erogazione ORDER BY posizione_id, mese LIMIT 1"
    )
    return riga["posizione_id"], riga["flusso_id"]


async def _passate_per_una(database: Database, posizione_id: UUID) -> tuple[int, str]:
    async with _contate(database) as (session, passate):
        pagina = await list_erogazioni(session, posizione_id, cursore=None, limite=50)
        await erogazioni.ricalcola_recuperi(session, [posizione_id], now=_NOW)
    assert len(pagina.items) == _MESI
    return max(passo for passo in passate if passo[1].endswith(" erogazione"))


class TestErogazioniDiUnaPosizione:
    async def test_are_found_month_by_month(self, vuoto: Database) -> None:
        posizione_id, _ = await _con_storia(vuoto)

        passate, dove = await _passate_per_una(vuoto, posizione_id)

        assert passate <= 2 * _MESI, dove

    async def test_would_be_looked_for_among_all_without_the_key(self, vuoto: Database) -> None:
        posizione_id, _ = await _con_storia(vuoto)
        async with vuoto.connection() as conn:
            await conn.execute("ALTER TABLE erogazione DROP CONSTRAINT erogazione_pkey")

        passate, _ = await _passate_per_una(vuoto, posizione_id)

        assert passate > _POSIZIONI


class TestErogazioniDiUnFlusso:
    async def test_are_read_without_those_of_the_others(self, vuoto: Database) -> None:
        _, flusso_id = await _con_storia(vuoto)

        async with _contate(vuoto) as (session, passate):
            dettaglio = await get_flusso(session, flusso_id, cursore=None, limite=50)
            await erogazioni.stati(session, flusso_id, [str(r.erogazione_id) for r in dettaglio.items])

        assert len(dettaglio.items) == 50
        assert max(passate)[0] <= _POSIZIONI, max(passate)
