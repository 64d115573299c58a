# SPDX-License-Identifier: EUPL-1.2
"""The chain of the access log: any of 10,000 rows changed, removed or added is found, and the row is named."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.locale.accessi import leggi_teste, verifica_accessi
from deploy.locale.cli import app
from shared.db import catena
from shared.db.catena import CatenaFerma, Difetto, Rottura, Verifica, sigilla, verifica
from shared.db.session import Database
from shared.messaging.sigillatura import Sigillatura
from tests.support.archivi import PROPRIETARIO
from tests.support.attese import entro

RIGHE = 10_000
_SEMINA = """
INSERT INTO accesso (istante, ente, ruolo, operatore, finalita, operazione, oggetto, interessato, esito, correlazione)
SELECT now() + n * interval '1 ms', 'c_h501', 'COMUNE', 'op-' || n % 7, 'SPORTELLO', 'show_domanda', gen_random_uuid(),
       sha256(n::text::bytea), 'CONSENTITO', gen_random_uuid()::text
FROM generate_series(1, $1) AS n
"""
_AGGIUNGI = """
INSERT INTO accesso (id, istante, ente, ruolo, operatore, finalita, operazione, esito, correlazione, transazione)
OVERRIDING SYSTEM VALUE
SELECT 1000000, istante, ente, ruolo, operatore, finalita, operazione, esito, correlazione, transazione
FROM accesso WHERE id = $1
"""
_FINITE = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > coalesce(max(transazione), 0) FROM accesso
"""
_SCAMBIA = "UPDATE accesso a SET operatore = b.operatore, oggetto = b.oggetto FROM accesso b WHERE {} AND a.id <> b.id"


@pytest.fixture
async def archivio(database: Callable[[str], Awaitable[Database]]) -> Database:
    return await database("domande")


@pytest.fixture
async def sigillato(archivio: Database) -> Database:
    """Ten thousand rows of ten transactions, sealed."""
    for _ in range(10):
        await semina(archivio, RIGHE // 10)
    await tutto(archivio)
    return archivio


async def semina(database: Database, quante: int) -> None:
    async with database.connection() as conn:
        await conn.execute(_SEMINA, quante)


async def tutto(database: Database, *, massimo: int = 3_000) -> None:
    """Seal until nothing is left; other tests at work on the same server may make it wait a little."""

    async def finite() -> bool:
        async with database.connection() as conn:
            return bool(await conn.fetchval(_FINITE))

    await entro(20, finite)
    while await sigilla(database, massimo=massimo):
        pass


async def esamina(database: Database) -> Verifica:
    async with database.connection() as conn:
        return await verifica(conn)


@asynccontextmanager
async def da_padrone(database: Database) -> AsyncIterator[Any]:
    """Give a connection whose owner has put the triggers aside: what the chain is for."""
    conn = await asyncpg.connect(database.url, user=PROPRIETARIO)
    try:
        await conn.execute("SET session_replication_role = replica")
        yield conn
    finally:
        await conn.close()


async def riga(database: Database, posto: int) -> int:
    """Give the id of the row in a place of the log: 0 the first, -1 the last."""
    async with database.connection() as conn:
        ids = await conn.fetchval("SELECT array_agg(id ORDER BY id) FROM accesso")
    return int(ids[posto])


CAMBI = {
    "istante": "istante + interval '1 us'", "ente": "'c_f205'", "ruolo": "'INPS'", "operatore": "'op-x'",
    "finalita": "'ALTRA'", "operazione": "'show_bozza'", "oggetto": "gen_random_uuid()", "interessato": "NULL",
    "esito": "'NEGATO'", "correlazione": "''",
}  # fmt: skip


class TestVerifica:
    async def test_finds_nothing_where_nothing_was_touched(self, sigillato: Database) -> None:
        esito = await esamina(sigillato)

        assert (esito.righe, esito.da_sigillare, esito.rotture) == (RIGHE, 0, ())
        assert esito.lotti > 2

    @pytest.mark.parametrize("colonna", CAMBI)
    async def test_finds_a_changed_column_and_names_the_row(self, sigillato: Database, colonna: str) -> None:
        toccata = await riga(sigillato, 4_321)
        async with da_padrone(sigillato) as conn:
            await conn.execute(f"UPDATE accesso SET {colonna} = {CAMBI[colonna]} WHERE id = $1", toccata)

        (rottura,) = (await esamina(sigillato)).rotture

        assert (rottura.difetto, rottura.riga) == (Difetto.RIGA_CAMBIATA, toccata)

    @pytest.mark.parametrize("posto", [0, 2_999, 3_000, 7_777, -1])
    async def test_finds_a_removed_row_wherever_it_was(self, sigillato: Database, posto: int) -> None:
        tolta = await riga(sigillato, posto)
        async with da_padrone(sigillato) as conn:
            await conn.execute("DELETE FROM accesso WHERE id = $1", tolta)

        (rottura,) = (await esamina(sigillato)).rotture

        assert (rottura.difetto, rottura.riga) == (Difetto.RIGA_TOLTA, tolta)

    @pytest.mark.parametrize("posto", [0, 5_000, -1])
    async def test_finds_an_added_row(self, sigillato: Database, posto: int) -> None:
        modello = await riga(sigillato, posto)
        async with da_padrone(sigillato) as conn:
            await conn.execute(_AGGIUNGI, modello)

        (rottura,) = (await esamina(sigillato)).rotture

        assert (rottura.difetto, rottura.riga) == (Difetto.RIGA_AGGIUNTA, 1_000_000)

    async def test_finds_two_rows_that_changed_places(self, sigillato: Database) -> None:
        una, altra = await riga(sigillato, 10), await riga(sigillato, 20)
        async with da_padrone(sigillato) as conn:
            await conn.execute(_SCAMBIA.format(f"a.id IN ({una}, {altra}) AND b.id IN ({una}, {altra})"))

        (rottura,) = (await esamina(sigillato)).rotture

        assert rottura == Rottura(1, Difetto.RIGA_CAMBIATA, una)

    async def test_gives_every_broken_lot_from_the_first(self, sigillato: Database) -> None:
        prima, ultima = await riga(sigillato, 1), await riga(sigillato, -2)
        async with da_padrone(sigillato) as conn:
            await conn.execute("UPDATE accesso SET ente = 'x' WHERE id = ANY($1::bigint[])", [ultima, prima])

        rotture = (await esamina(sigillato)).rotture

        assert [r.riga for r in rotture] == [prima, ultima]

    @pytest.mark.parametrize(
        ("istruzione", "difetto"),
        [
            ("UPDATE accesso_catena SET impronta = sha256('x') WHERE numero = 2", Difetto.LOTTO_CAMBIATO),
            ("UPDATE accesso_catena SET precedente = sha256('x') WHERE numero = 2", Difetto.LOTTO_CAMBIATO),
            ("UPDATE accesso_catena SET da = da - 1 WHERE numero = 2", Difetto.LOTTO_CAMBIATO),
            ("UPDATE accesso_catena SET righe = righe + 1 WHERE numero = 2", Difetto.LOTTO_CAMBIATO),
            ("DELETE FROM accesso_catena WHERE numero = 2", Difetto.LOTTO_MANCANTE),
        ],
    )
    async def test_finds_a_chain_that_was_touched(self, sigillato: Database, istruzione: str, difetto: Difetto) -> None:
        async with da_padrone(sigillato) as conn:
            await conn.execute(istruzione)

        prima = (await esamina(sigillato)).rotture[0]

        assert prima == Rottura(2, difetto)

    async def test_is_deceived_only_by_who_also_rewrites_the_head_kept_elsewhere(self, sigillato: Database) -> None:
        vera = (await esamina(sigillato)).testa
        assert vera is not None
        async with da_padrone(sigillato) as conn:
            await conn.execute("DELETE FROM accesso WHERE id = (SELECT min(id) FROM accesso)")
            await conn.execute("DELETE FROM accesso_catena")
        await tutto(sigillato)

        async with sigillato.connection() as conn:
            senza, con = await verifica(conn), await verifica(conn, teste=[vera])

        assert senza.rotture == ()
        assert con.rotture == (Rottura(vera.numero, Difetto.TESTA_DIVERSA),)

    async def test_misses_a_cut_tail_only_without_the_head(self, sigillato: Database) -> None:
        vera = (await esamina(sigillato)).testa
        assert vera is not None
        async with da_padrone(sigillato) as conn:
            await conn.execute("DELETE FROM accesso WHERE transazione >= (SELECT max(da) FROM accesso_catena)")
            await conn.execute("DELETE FROM accesso_catena WHERE numero = $1", vera.numero)

        async with sigillato.connection() as conn:
            senza, con = await verifica(conn), await verifica(conn, teste=[vera])

        assert senza.rotture == ()
        assert con.rotture == (Rottura(vera.numero, Difetto.LOTTO_MANCANTE),)

    async def test_would_miss_a_change_if_it_hashed_less(
        self, sigillato: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: with the content left out of the hash, the same planted change goes unseen."""
        monkeypatch.setattr(catena, "_riga", lambda riga: riga["id"].to_bytes(32, "big"))
        async with da_padrone(sigillato) as conn:
            await conn.execute("DELETE FROM accesso_catena")
        await tutto(sigillato)
        async with da_padrone(sigillato) as conn:
            await conn.execute("UPDATE accesso SET ente = 'x' WHERE id % 2 = 0")

        assert (await esamina(sigillato)).rotture == ()


class TestSigilla:
    async def test_waits_for_who_has_written_and_not_committed(self, archivio: Database) -> None:
        async with archivio.connection() as lenta:
            transazione = lenta.transaction()
            await transazione.start()
            await lenta.execute(_SEMINA, 5)
            await semina(archivio, 5)
            await sigilla(archivio)
            durante = await esamina(archivio)
            await transazione.commit()

        await tutto(archivio)

        dopo = await esamina(archivio)
        assert (durante.righe, durante.da_sigillare) == (0, 5)
        assert (dopo.righe, dopo.da_sigillare, dopo.rotture) == (10, 0, ())

    async def test_would_seal_too_early_without_waiting(
        self, archivio: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: sealing up to the last transaction begun, the one that commits later looks like an added row."""
        monkeypatch.setattr(catena, "_ORIZZONTE", "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        async with archivio.connection() as lenta:
            transazione = lenta.transaction()
            await transazione.start()
            await lenta.execute(_SEMINA, 5)
            await semina(archivio, 5)
            await sigilla(archivio)
            await transazione.commit()

        (rottura,) = (await esamina(archivio)).rotture

        assert rottura.difetto is Difetto.RIGA_AGGIUNTA

    async def test_never_divides_a_transaction(self, archivio: Database) -> None:
        for quante in (3, 25, 4, 4):
            await semina(archivio, quante)

        await tutto(archivio, massimo=10)

        async with archivio.connection() as conn:
            lotti = await conn.fetch("SELECT righe FROM accesso_catena ORDER BY numero")
        assert [lotto["righe"] for lotto in lotti] == [3, 25, 8]
        assert (await esamina(archivio)).rotture == ()

    async def test_is_done_by_one_replica_at_a_time(self, archivio: Database) -> None:
        await semina(archivio, 50)
        fatti: list[object] = []

        async def in_quattro() -> bool:
            fatti.extend(await asyncio.gather(*(sigilla(archivio) for _ in range(4))))
            return any(fatti)

        await entro(20, in_quattro)

        assert sum(fatto is not None for fatto in fatti) == 1
        assert (await esamina(archivio)).righe == 50

    async def test_stops_if_the_counter_of_transactions_goes_back(self, sigillato: Database) -> None:
        async with da_padrone(sigillato) as conn:
            await conn.execute("UPDATE accesso_catena SET fino_a = fino_a + 1000000000 WHERE numero = 1")
            await conn.execute("DELETE FROM accesso_catena WHERE numero > 1")

        with pytest.raises(CatenaFerma):
            await sigilla(sigillato)

    @pytest.mark.parametrize("tabella", ["accesso", "accesso_catena"])
    @pytest.mark.parametrize("istruzione", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {}"])
    async def test_leaves_tables_that_only_grow(self, sigillato: Database, tabella: str, istruzione: str) -> None:
        campo = "ente = ''" if tabella == "accesso" else "righe = 0"

        async with sigillato.connection() as conn:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(istruzione.format(tabella, campo))


class TestSigillatura:
    async def test_writes_the_head_where_it_is_kept(self, archivio: Database, tmp_path: Path) -> None:
        file = tmp_path / "teste.txt"
        sigillatura = Sigillatura("domande", archivio, file=file)

        for quante in (3, 4):
            await semina(archivio, quante)
            await entro(20, sigillatura.passata)
        assert not await sigillatura.passata()

        teste = leggi_teste(file)
        assert [testa.numero for testa in teste] == [1, 2]
        assert teste[-1] == (await esamina(archivio)).testa


class TestComando:
    async def test_exits_with_zero_on_a_whole_chain_and_one_on_a_broken_one(self, sigillato: Database) -> None:
        console = Console(file=io.StringIO(), width=120)
        intatta = await verifica_accessi(sigillato.url, (), console)
        toccata = await riga(sigillato, 99)
        async with da_padrone(sigillato) as conn:
            await conn.execute("DELETE FROM accesso WHERE id = $1", toccata)

        rotta = await verifica_accessi(sigillato.url, (), console)

        assert (intatta, rotta) == (0, 1)
        assert isinstance(console.file, io.StringIO)
        assert f"lotto 1, riga {toccata}: riga tolta" in console.file.getvalue()

    async def test_answers_from_the_command_line(
        self, sigillato: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        testa = (await esamina(sigillato)).testa
        file = tmp_path / "teste.txt"
        file.write_text(f"{testa} 2026-03-02T09:00:00+00:00\n")
        monkeypatch.setitem(os.environ, "DOMANDE_DATABASE_URL", sigillato.url)

        esito = await asyncio.to_thread(CliRunner().invoke, app, ["verifica-accessi", "domande", "--teste", str(file)])
        ignoto = await asyncio.to_thread(CliRunner().invoke, app, ["verifica-accessi", "altro"])

        assert (esito.exit_code, ignoto.exit_code) == (0, 2), esito.output
        assert "La catena è intatta" in esito.output
