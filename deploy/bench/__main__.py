# SPDX-License-Identifier: EUPL-1.2
"""Run the benchmarks and print medians: `python -m deploy.bench [--giri 3] [accoglienza eventi percorso regole lotto]`."""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from deploy.bench import accoglienza, elenchi, eventi, giornata, lotto, percorso, regole, sovraccarico
from deploy.locale.postgres import postgres_locale
from deploy.locale.rabbitmq import rabbitmq_locale

POSIZIONI = 100_000
USCITA = Path("build/bench.json")
Misura = Callable[[int], Awaitable[dict[str, Any]]]
_SPIEGA = {
    "accoglienza": "POST /v1/domande accettate al secondo, accanto a una rotta nuda",
    "eventi": "eventi al secondo, dalla outbox all'effetto registrato",
    "percorso": "dalla presentazione alla decisione, con registri veloci e poi con la sandbox",
    "giornata": "un pezzo del giorno in cui presentano tutti, dieci volte più in fretta",
    "regole": f"una decisione ADI e {POSIZIONI} nuclei ricalcolati, solo regole, su un core",
    "lotto": "lotto di pagamento, accanto a un INSERT ... SELECT delle stesse righe",
    "sovraccarico": "dieci volte le domande che un processo accetta: accettate, salvate, respinte",
    "elenchi": "ogni elenco con ogni filtro, chiesto da ogni tipo di ente",
}
# Its figures are percentiles already, and filling five databases takes longer than asking.
_UNA_VOLTA = {"elenchi", "giornata"}


async def esegui(
    nomi: list[str], giri: int, console: Console, *, domande: int, servizi: Sequence[str], posizioni: int, intera: bool
) -> dict[str, Any]:
    """Run each benchmark `giri` times on private servers and keep the medians."""
    risultati: dict[str, Any] = {"macchina": {"core": os.cpu_count(), "python": platform.python_version()}}
    with tempfile.TemporaryDirectory(prefix="inclusione-bench-") as cartella:
        base = Path(cartella)
        with postgres_locale(base / "postgres") as server, rabbitmq_locale(base / "rabbitmq") as nodo:
            misure: dict[str, Misura] = {
                "accoglienza": lambda giro: accoglienza.misura(server, nodo.url, base, giro=giro),
                "eventi": lambda giro: eventi.misura(server, nodo.url, giro=giro),
                "percorso": lambda giro: percorso.misura(server, nodo.url, base, giro=giro),
                "giornata": lambda giro: giornata.misura(server, nodo.url, base, giro=giro, intera=intera),
                "regole": lambda _giro: regole.misura(POSIZIONI),
                "lotto": lambda _giro: lotto.misura(posizioni),
                "sovraccarico": lambda _giro: sovraccarico.misura(server, nodo.url, base),
                "elenchi": lambda _giro: elenchi.misura(domande, servizi=servizi, console=console),
            }
            for nome in nomi:
                console.print(f"{_SPIEGA[nome]}...")
                risultati[nome] = _mediane(
                    [await misure[nome](giro) for giro in range(1 if nome in _UNA_VOLTA else giri)]
                )
    return risultati


def _mediane(giri: list[dict[str, Any]]) -> dict[str, Any]:
    numeri = {nome: [giro[nome] for giro in giri] for nome in giri[0] if isinstance(giri[0][nome], int | float)}
    return {nome: median(valori) for nome, valori in numeri.items()}


def stampa(risultati: dict[str, Any], console: Console) -> None:
    """Print the table."""
    tabella = Table("Misura", "Figura", "Mediana", title="Prestazioni su questa macchina")
    for nome, figure in risultati.items():
        if nome != "macchina":
            for figura, valore in figure.items():
                tabella.add_row(nome, figura.replace("_", " "), f"{valore:,}".replace(",", "."))
    console.print(tabella)


def main() -> None:
    """Parse the options, run, print, write the JSON."""
    lettore = argparse.ArgumentParser(prog="python -m deploy.bench", description="Misura le prestazioni")
    lettore.add_argument("nomi", nargs="*", metavar="misura", help="Tra: " + ", ".join(_SPIEGA) + "; senza, tutte")
    lettore.add_argument("--giri", type=int, default=3)
    lettore.add_argument("--domande", type=int, default=elenchi.DOMANDE, help="Per gli elenchi: quante domande")
    lettore.add_argument("--posizioni", type=int, default=POSIZIONI, help="Per il lotto: quante posizioni")
    lettore.add_argument("--intera", action="store_true", help="Per la giornata: tutta, in un'ora")
    lettore.add_argument("--servizi", nargs="*", default=[], help="Per gli elenchi: solo questi servizi")
    opzioni = lettore.parse_args()
    if sconosciute := set(opzioni.nomi) - set(_SPIEGA):
        lettore.error(f"misure sconosciute: {', '.join(sorted(sconosciute))}")
    console = Console()
    nomi, domande, servizi = opzioni.nomi or list(_SPIEGA), opzioni.domande, opzioni.servizi
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as ciclo:  # as in the services
        risultati = ciclo.run(
            esegui(
                nomi,
                opzioni.giri,
                console,
                domande=domande,
                servizi=servizi,
                posizioni=opzioni.posizioni,
                intera=opzioni.intera,
            )
        )
    stampa(risultati, console)
    USCITA.parent.mkdir(exist_ok=True)
    USCITA.write_text(json.dumps(risultati, indent=2) + "\n")
    console.print(f"Scritte in {USCITA}")


if __name__ == "__main__":
    main()
