# SPDX-License-Identifier: EUPL-1.2
"""`inclusione verifica-accessi`: say whether the access log still tells what it told when it was sealed."""

from pathlib import Path

import asyncpg
from rich.console import Console

from shared.db.catena import Testa, Verifica, verifica

_MOSTRATE = 20


def leggi_teste(percorso: Path) -> tuple[Testa, ...]:
    """Read a file of heads, one a line: number, hash, and whatever follows.

    :raises ValueError: if a line is something else.
    """
    righe = percorso.read_text(encoding="ascii").splitlines()
    return tuple(Testa.da_testo(" ".join(riga.split()[:2])) for riga in righe if riga.strip())


async def verifica_accessi(url: str, teste: tuple[Testa, ...], console: Console) -> int:
    """Verify the chain of one database and print the outcome; give the exit code: 0 whole, 1 broken."""
    conn = await asyncpg.connect(url, server_settings={"TimeZone": "UTC"})
    try:
        # One snapshot for all the reads: what is written meanwhile does not look like a fault.
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            esito = await verifica(conn, teste=teste)
    finally:
        await conn.close()
    _stampa(esito, console)
    return 1 if esito.rotture else 0


def _stampa(esito: Verifica, console: Console) -> None:
    console.print(f"{esito.righe} accessi in {esito.lotti} lotti; {esito.da_sigillare} in attesa di sigillo")
    if esito.testa:
        console.print(f"testa: {esito.testa}")
    for rottura in esito.rotture[:_MOSTRATE]:
        riga = f", riga {rottura.riga}" if rottura.riga is not None else ""
        console.print(f"[red]lotto {rottura.lotto}{riga}: {rottura.difetto}[/red]")
    console.print(
        f"[red]La catena è rotta in {len(esito.rotture)} lotti: il primo è il {esito.rotture[0].lotto}[/red]"
        if esito.rotture
        else "La catena è intatta"
    )
