# SPDX-License-Identifier: EUPL-1.2
"""What a page of a list reads: never more rows than its size for each branch, whatever is asked and whoever asks.

The statements are those that the real services run for real requests, on full and analysed databases; PostgreSQL
itself counts the rows that its plans went through. Without any one of the indexes of the lists, some page reads more.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.bench.elenchi import PROVE, con_un_ambito_vasto, richieste
from deploy.bench.semina import SEMINE, semina
from deploy.sandbox.impostazioni import ENTI
from shared.db.migrazioni import migra
from shared.db.session import Session
from shared.kernel.sigillo import Cifrario
from shared.web.impostazioni import Emittente
from tests.support.archivi import CHIAVE_ARCHIVIO
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva, crea_app, impostazioni_di
from tests.support.sessione import lucchetto, server_postgres, una_volta
from tests.support.token import operatore

Eseguite = list[tuple[str, tuple[object, ...]]]
# Few nuclei are at risk or were not told: more rows there, or reading them all would pass for reading a page.
_DOMANDE = dict.fromkeys(SEMINE, 20_000) | {"presa_in_carico": 100_000}
_PER_PAGINA = 51
# After a few executions PostgreSQL may keep a plan made without looking at the values.
_SENZA_VALORI = "force_generic_plan"
# Where a list has many combinations some are enough: first pages and middle ones alternate, and an odd step takes both.
_MOLTE, _UNA_OGNI = 60, 7
# One of each kind of caller: with many rows, with few, with a territory of forty Comuni, without limits.
_CHI = (
    "client-caf-aurora",
    "client-caf-levante",
    "client-c_h501",
    "client-c_d086",
    "client-ambito-roma",
    "client-inps",
)
_INDICI = {
    "domande": ("domanda_per_ente", "domanda_per_comune", "domanda_per_stato", "bozza_ente"),
    "verifiche_anagrafiche": (
        "verifica_per_ente", "verifica_per_stato", "verifica_per_attesa", "verifica_per_ente_e_attesa",
        "accertamento_per_comune", "accertamento_per_stato", "accertamento_con_cittadinanza", "accertamento_con_svantaggio",
    ),
    "presa_in_carico": (
        "caso_per_comune", "caso_per_stato", "caso_non_raggiunto", "caso_non_raggiunto_per_comune", "caso_a_rischio",
        "caso_a_rischio_per_comune",
    ),
    "erogazioni": ("posizione_per_comune", "posizione_per_stato"),
    "notifiche": ("notifica_per_comune", "notifica_per_ente", "notifica_per_stato"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Istruzione:
    """A statement as it was run, what was asked for, the settings that its transaction made."""

    richiesta: str
    sql: str
    valori: tuple[object, ...]
    impostazioni: tuple[str, ...]

    @property
    def rami(self) -> int:
        """How many branches the statement has."""
        quanti = 1
        for valore in self.valori:
            quanti *= max(1, len(valore)) if isinstance(valore, list) else 1
        return quanti


def _piena(servizio: str) -> str:
    """Give the address of a full database of the service, the same for all the workers."""
    server, nome = server_postgres(), f"pieno_{servizio}"

    def riempi() -> None:
        server.esegui(f"DROP DATABASE IF EXISTS {nome}")
        server.esegui(f"CREATE DATABASE {nome}")
        migra(servizio, server.url(nome))
        asyncio.run(_semina(servizio, server.url(nome)))

    una_volta(nome, riempi)
    return server.url(nome)


async def _semina(servizio: str, url: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await semina(conn, servizio, _DOMANDE[servizio], cifrario=Cifrario(CHIAVE_ARCHIVIO))
    finally:
        await conn.close()


@pytest.fixture
def eseguite(monkeypatch: pytest.MonkeyPatch) -> Eseguite:
    """The reads of the services, as they run them, each with the settings of its transaction before it."""
    viste: Eseguite = []
    originale = Session.__init__

    def con_memoria(self: Session, conn: Any, **chiavi: Cifrario) -> None:
        originale(self, conn, **chiavi)
        fetch, execute = self.fetch, self.execute

        async def ricorda(sql: str, *valori: object) -> Any:
            viste.append((sql, valori))
            return await fetch(sql, *valori)

        async def ricorda_impostazione(sql: str, *valori: object) -> Any:
            if sql.startswith("SET LOCAL "):
                viste.append((sql, ()))
            return await execute(sql, *valori)

        self.fetch, self.execute = ricorda, ricorda_impostazione

    monkeypatch.setattr(Session, "__init__", con_memoria)
    return viste


@asynccontextmanager
async def _servizio(
    nome: str, url: str, emittenti: tuple[Emittente, ...], cartella: Path
) -> AsyncIterator[ServizioInProva]:
    enti = cartella / "enti.toml"
    enti.write_text(con_un_ambito_vasto(ENTI.read_text(encoding="utf-8")), encoding="utf-8")
    orologio = OrologioDiProva()
    scelte = impostazioni_di(nome, url, emittenti=emittenti, enti_file=enti, richieste_al_minuto=1_000_000)
    app = crea_app(nome, scelte, orologio)
    async with app.router.lifespan_context(app):
        yield ServizioInProva(app, orologio)


@pytest.fixture
def piano(emittenti: tuple[Emittente, ...], tmp_path: Path, eseguite: Eseguite) -> Callable[[str], Any]:
    """Ask a service for its lists; give a connection to its database and the statements that it ran."""

    @asynccontextmanager
    async def apri(servizio: str) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", list[Istruzione]]]:
        url = await asyncio.to_thread(_piena, servizio)
        with lucchetto(f"uso_pieno_{servizio}"):
            async with _servizio(servizio, url, emittenti, tmp_path) as pronto:
                istruzioni = [i async for i in _chiedi(pronto, eseguite)]
            conn = await asyncpg.connect(url, server_settings={"jit": "off"})
            try:
                yield conn, istruzioni
            finally:
                await conn.close()

    return apri


async def _chiedi(servizio: ServizioInProva, eseguite: Eseguite) -> AsyncIterator[Istruzione]:
    for prova in PROVE:
        for chi in set(prova.chi) & set(_CHI) if prova.servizio == servizio.nome else ():
            async with servizio.come(operatore(chi.removeprefix("client-"))) as cliente:
                tutte = [percorso for _, percorso in richieste(prova)]
                for percorso in tutte[:: _UNA_OGNI if len(tutte) > _MOLTE else 1]:
                    eseguite.clear()
                    risposta = await cliente.get(percorso)
                    assert risposta.status_code == 200, (percorso, risposta.text)
                    impostazioni = [sql for sql, _ in eseguite if sql.startswith("SET LOCAL ")]
                    lettura = next(eseguita for eseguita in eseguite if eseguita[0] not in impostazioni)
                    yield Istruzione(f"{chi} {percorso}", *lettura, tuple(impostazioni))


async def _lette(conn: "asyncpg.Connection[asyncpg.Record]", istruzione: Istruzione) -> int:
    """Count the rows that PostgreSQL went through to answer, by a prepared statement as the services use them."""
    valori = ", ".join(_letterale(valore) for valore in istruzione.valori)
    async with conn.transaction():
        for impostazione in istruzione.impostazioni:
            await conn.execute(impostazione)
        await conn.execute(f"PREPARE provata AS {istruzione.sql}")
        spiegata = await conn.fetchval(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE provata{f'({valori})' if valori else ''}"
        )
        await conn.execute("DEALLOCATE provata")
    return _passate(json.loads(spiegata)[0]["Plan"])


def _letterale(valore: object) -> str:
    match valore:
        case list():
            return "'{" + ",".join(f'"{voce}"' for voce in valore) + "}'"
        case bytes():
            return f"'\\x{valore.hex()}'"
    return f"'{valore}'"


def _passate(nodo: dict[str, Any]) -> int:
    lette = nodo["Actual Rows"] + nodo.get("Rows Removed by Filter", 0) + nodo.get("Rows Removed by Index Recheck", 0)
    proprie = lette * nodo["Actual Loops"] if "Relation Name" in nodo else 0
    return int(proprie) + sum(_passate(figlio) for figlio in nodo.get("Plans", ()))


def _troppe(istruzione: Istruzione, lette: int) -> bool:
    """Tell whether more was read than the first rows of each branch, then the page with what it joins, and little else.

    The little is for the small tables, where reading a few hundred rows at once costs less than an index.
    """
    return lette > _PER_PAGINA * (istruzione.rami + 5)


class TestPagina:
    @pytest.mark.parametrize("servizio", SEMINE)
    async def test_reads_no_more_than_its_size_for_each_branch(
        self, piano: Callable[[str], Any], servizio: str
    ) -> None:
        eccessi: dict[tuple[str, str], int] = {}

        async with piano(servizio) as (conn, istruzioni):
            for modo in (_SENZA_VALORI, "force_custom_plan"):
                await conn.execute(f"SET plan_cache_mode = {modo}")
                lette = {(modo, i.richiesta): (i, await _lette(conn, i)) for i in istruzioni}
                eccessi |= {chiave: n for chiave, (i, n) in lette.items() if _troppe(i, n)}

        assert len(istruzioni) >= 5
        assert eccessi == {}

    async def test_reads_no_more_from_pages_just_written(self, piano: Callable[[str], Any]) -> None:
        """Control: without its settings it reads, and sorts, all the verifiche of a large ente."""
        async with piano("verifiche_anagrafiche") as (conn, istruzioni):
            await conn.execute(f"SET plan_cache_mode = {_SENZA_VALORI}")
            grandi = [i for i in istruzioni if i.richiesta.startswith("client-caf-aurora /v1/verifiche?cursor")]
            transazione = conn.transaction()
            await transazione.start()
            await conn.execute("UPDATE pg_class SET relallvisible = 0 WHERE relname = 'verifica'")
            con = [i.richiesta for i in grandi if _troppe(i, await _lette(conn, i))]
            await conn.execute("RESET enable_bitmapscan; RESET enable_seqscan")
            senza = [i.richiesta for i in grandi if _troppe(i, await _lette(conn, replace(i, impostazioni=())))]
            await transazione.rollback()

        assert con == []
        assert senza != []

    @pytest.mark.parametrize("servizio", SEMINE)
    async def test_would_read_more_without_any_one_of_the_indexes(
        self, piano: Callable[[str], Any], servizio: str
    ) -> None:
        inutili = []

        async with piano(servizio) as (conn, istruzioni):
            await conn.execute(f"SET plan_cache_mode = {_SENZA_VALORI}")
            for indice in _INDICI[servizio]:
                transazione = conn.transaction()
                await transazione.start()
                await conn.execute(f"DROP INDEX {indice}")
                if not [1 for i in istruzioni if _troppe(i, await _lette(conn, i))]:
                    inutili.append(indice)
                await transazione.rollback()

        assert inutili == []
