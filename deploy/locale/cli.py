# SPDX-License-Identifier: EUPL-1.2
"""The command line: `inclusione demo`, `run`, `servizio`, `migra`, `topologia`, `scarti`, and the documents."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
import uvloop
from rich.console import Console

from deploy.locale.configurazione import CARTELLA
from deploy.locale.processi import AvvioFallito
from shared.db.migrazioni import SERVIZI, migra, verifica
from shared.web.registro import configura

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Misure di sostegno al reddito, dalla domanda al pagamento."
)
GIORNO = datetime(2025, 3, 3, 8, tzinfo=UTC)
_console = Console()

Istante = Annotated[datetime, typer.Option("--al", help="Istante simulato da cui parte l'orologio (UTC)")]


@app.command()
def demo(
    cartella: Annotated[Path | None, typer.Option(help="Cartella dei dati; senza, una nuova ogni volta")] = None,
) -> None:
    """Porta il file di esempio dalla presentazione al pagamento, passo per passo."""
    from deploy.locale.demo import esegui_demo

    raise typer.Exit(_avvia(lambda: esegui_demo(cartella, _console)))


@app.command()
def run(porta: int = 8000, porta_sandbox: int = 8001, al: Istante = GIORNO, cartella: Path = CARTELLA) -> None:
    """Avvia tutto su questa macchina e serve finché non si preme Ctrl-C."""
    from deploy.locale.avvio import servi

    raise typer.Exit(_avvia(lambda: servi(cartella, al, porta=porta, porta_sandbox=porta_sandbox, console=_console)))


def _avvia(lavoro: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run until the end, Ctrl-C or SIGTERM; in every case what was started is stopped."""

    async def fino_a_sigterm() -> int:
        compito = asyncio.current_task()
        assert compito is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, compito.cancel)
        return await lavoro()

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as ciclo:
            return ciclo.run(fino_a_sigterm())
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    except AvvioFallito as errore:
        _console.print(f"[red]{errore}[/red]")
        return 1


@app.command()
def servizio(
    nome: Annotated[str, typer.Argument(help="Uno tra: " + ", ".join(SERVIZI))],
    porta: int = 8000,
    indirizzo: str = "0.0.0.0",  # noqa: S104 - in a container
) -> None:
    """Avvia un solo servizio, configurato dalle variabili d'ambiente."""
    from deploy.locale.sistema import crea_servizio

    _controlla(nome)
    configura(os.environ.get("LOG_LIVELLO", "INFO"))
    # Once drained, the server raises again the signal that stopped it: a stop that was asked for is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        crea_servizio(nome), host=indirizzo, port=porta, log_config=None, access_log=False, timeout_graceful_shutdown=25,
        root_path=os.environ.get("PERCORSO_RADICE", ""), server_header=False,
    )  # fmt: skip


@app.command("migra")
def migra_servizi(
    nomi: Annotated[list[str] | None, typer.Argument(help="Servizi; senza, tutti e cinque")] = None,
) -> None:
    """Porta all'ultima versione i database indicati da <SERVIZIO>_DATABASE_URL."""
    for nome in nomi or SERVIZI:
        _controlla(nome)
        url = os.environ.get(f"{nome.upper()}_DATABASE_URL")
        if not url:
            _console.print(f"[red]Manca la variabile {nome.upper()}_DATABASE_URL[/red]")
            raise typer.Exit(1)
        migra(nome, url)
        _console.print(f"{nome}: aggiornato")


@app.command("verifica-migrazioni")
def verifica_migrazioni() -> None:
    """Controlla, su un PostgreSQL di prova, che le migrazioni diano le tabelle dichiarate nel codice."""
    import tempfile

    from deploy.locale.postgres import postgres_locale

    with tempfile.TemporaryDirectory() as cartella, postgres_locale(Path(cartella), durevole=False) as server:
        for nome in SERVIZI:
            migra(nome, server.url(nome))
            with contextlib.redirect_stdout(None):
                verifica(nome, server.url(nome))
    _console.print("Migrazioni e tabelle coincidono")


@app.command()
def topologia() -> None:
    """Crea scambi e code su RabbitMQ (BUS_URL): un passo dell'installazione, si può ripetere."""
    from deploy.locale.topologia import code
    from shared.messaging.rabbitmq import crea_topologia

    asyncio.run(crea_topologia(os.environ["BUS_URL"], code(), prefisso=os.environ.get("BUS_PREFISSO", "")))
    _console.print("Scambi e code pronti")


@app.command()
def openapi(cartella: Annotated[Path, typer.Argument(help="Dove scrivere")] = Path("build/openapi")) -> None:
    """Scrive i documenti OpenAPI dei cinque servizi."""
    from deploy.locale.documenti import scrivi_openapi

    for percorso in scrivi_openapi(cartella):
        _console.print(str(percorso))


@app.command()
def asyncapi(percorso: Annotated[Path, typer.Argument(help="Dove scrivere")] = Path("build/asyncapi.json")) -> None:
    """Scrive il documento AsyncAPI degli eventi."""
    from deploy.locale.documenti import scrivi_asyncapi

    _console.print(str(scrivi_asyncapi(percorso)))


@app.command()
def scarti(
    servizio: Annotated[str, typer.Argument(help="Uno tra: " + ", ".join(SERVIZI))],
    rielabora: Annotated[str | None, typer.Option(help="Identificativo del messaggio da rielaborare")] = None,
) -> None:
    """Elenca i messaggi non applicati di un servizio, o ne rielabora uno (INDIRIZZO e TOKEN dall'ambiente)."""
    from deploy.locale.scarti import elenca, rimetti

    _controlla(servizio)
    base = f"{os.environ.get('INDIRIZZO', 'http://127.0.0.1:8000')}/{servizio.replace('_', '-')}"
    token = os.environ.get("TOKEN", "")
    raise typer.Exit(rimetti(base, token, rielabora, _console) if rielabora else elenca(base, token, _console))


def _controlla(nome: str) -> None:
    if nome not in SERVIZI:
        _console.print(f"[red]Servizio sconosciuto: {nome}. Sono: {', '.join(SERVIZI)}[/red]")
        raise typer.Exit(2)


if __name__ == "__main__":
    app()
