# SPDX-License-Identifier: EUPL-1.2
"""`inclusione ridecidi`: decide again from what was kept, and say whether the same bytes come out."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.locale.archivio import archivio_domande
from services.domande.commands.ridecidi import Confronto, ridecidi, ridecidi_pagina
from shared.db.session import Database
from shared.errors import NotFound

_PER_PAGINA = 200
_DIFFERENZE_MOSTRATE = 20
_PRIMA = (UUID(int=0), 0)


async def ridecidi_domanda(domanda_id: UUID, console: Console) -> int:
    """Decide a domanda again and print how each of its decisions comes out; 0 if all are identical."""
    async with archivio_domande() as database, database.transaction() as session:
        try:
            confronti = await ridecidi(session, domanda_id)
        except NotFound as errore:
            console.print(f"[red]{errore}[/red]")
            return 1
    for confronto in confronti:
        console.print(_riga(confronto))
    return _esito(confronti)


async def ridecidi_tutte(console: Console) -> int:
    """Decide again everything that was ever decided; 0 if all is identical."""
    mostrate: list[Confronto] = []
    rifatte = diverse = altre_regole = 0
    async with archivio_domande() as database:
        with _avanzamento(console) as avanzamento:
            compito = avanzamento.add_task("Decisioni rifatte", total=await _quante(database))
            async for confronti in _pagine(database):
                rifatte += len(confronti)
                altre_regole += sum(c.regole_cambiate for c in confronti)
                fuori = [c for c in confronti if not c.identica]
                diverse += len(fuori)
                mostrate += fuori[: _DIFFERENZE_MOSTRATE - len(mostrate)]
                avanzamento.advance(compito, len(confronti))
    for confronto in mostrate:
        console.print(_riga(confronto))
    console.print(f"Decisioni rifatte: {rifatte}, identiche: {rifatte - diverse}, diverse: {diverse}")
    if altre_regole:
        console.print(f"Prese con un'altra versione delle regole: {altre_regole}")
    return 1 if diverse else 0


def _avanzamento(console: Console) -> Progress:
    colonne = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*colonne, console=console, transient=True)


async def _quante(database: Database) -> int:
    async with database.connection() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM decisione"))


async def _pagine(database: Database) -> AsyncIterator[Sequence[Confronto]]:
    dopo = _PRIMA
    while True:
        async with database.transaction() as session:
            confronti = await ridecidi_pagina(session, dopo, quante=_PER_PAGINA)
        if not confronti:
            return
        dopo = (confronti[-1].domanda_id, confronti[-1].versione)
        yield confronti


def _riga(c: Confronto) -> str:
    quale = f"{c.domanda_id}, decisione {c.versione}"
    regole = ", decisa con un'altra versione delle regole" if c.regole_cambiate else ""
    if c.identica:
        return f"[green]identica[/green] {quale}, SHA-256 {c.impronta}{regole}"
    return f"[red]diversa[/red] {quale}{regole}: prima differenza in {c.differenza}"


def _esito(confronti: Sequence[Confronto]) -> int:
    return 0 if all(c.identica for c in confronti) else 1
