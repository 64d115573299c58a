# SPDX-License-Identifier: EUPL-1.2
"""The command line: `inclusione demo`, `run`, `servizio`, `migra`, `topologia`, `scarti`, `verifica-accessi`, and the documents."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
import uvicorn
import uvloop
from rich.console import Console

from deploy.locale.ascolto import ProtocolloConTermine
from deploy.locale.configurazione import CARTELLA
from deploy.locale.processi import AvvioFallito
from shared.db.migrazioni import SERVIZI, migra, verifica
from shared.errors import InclusioneError
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
    applicazione = crea_servizio(nome)
    # What was loaded stays for good: the collector need not go through it again while requests wait.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        applicazione, host=indirizzo, port=porta, log_config=None, access_log=False, timeout_graceful_shutdown=25,
        root_path=os.environ.get("PERCORSO_RADICE", ""), server_header=False, http=ProtocolloConTermine,
    )  # fmt: skip


@app.command("migra")
def migra_servizi(
    nomi: Annotated[list[str] | None, typer.Argument(help="Servizi; senza, tutti e cinque")] = None,
) -> None:
    """Porta all'ultima versione i database indicati da <SERVIZIO>_DATABASE_URL."""
    for nome in nomi or SERVIZI:
        _controlla(nome)
        migra(nome, _url_database(nome))
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
def simula(
    file: Annotated[Path | None, typer.Argument(help="File JSON con il nucleo; - per l'ingresso standard")] = None,
    misura: Annotated[str | None, typer.Option(help="Codice della misura; senza, ADI")] = None,
    al: Annotated[str | None, typer.Option(help="Giorno per cui si simula (AAAA-MM-GG); senza, oggi")] = None,
    confronta: Annotated[bool, typer.Option("--confronta", help="Valuta tutte le misure sullo stesso nucleo")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Scrive lo schema JSON del file e finisce")] = False,
) -> None:
    """Dice come finirebbe una domanda e quanto spetterebbe, in JSON, senza presentarla e senza conservare nulla."""
    errori = Console(stderr=True)
    try:
        from deploy.locale import simula as simulatore
    except InclusioneError as errore:  # a misura of one's own that is not there
        errori.print(str(errore), style="red", markup=False)
        raise typer.Exit(1) from None
    if schema:
        simulatore.scrivi(simulatore.schema())
        return
    if file is None:
        errori.print("Indicare il file JSON con il nucleo, oppure --schema", style="red")
        raise typer.Exit(2)
    raise typer.Exit(simulatore.esegui(file, misura=misura, al=al, confronto=confronta, console=errori))


@app.command()
def scarti(
    servizio: Annotated[str, typer.Argument(help="Uno tra: " + ", ".join(SERVIZI))],
    rielabora: Annotated[str | None, typer.Option(help="Identificativo del messaggio da rielaborare")] = None,
) -> None:
    """Elenca i messaggi non applicati di un servizio, o ne rielabora uno (dall'ambiente INDIRIZZO e TOKEN, di un operatore)."""
    from deploy.locale.scarti import elenca, rimetti

    _controlla(servizio)
    base = f"{os.environ.get('INDIRIZZO', 'http://127.0.0.1:8000')}/{servizio.replace('_', '-')}"
    token = os.environ.get("TOKEN", "")
    raise typer.Exit(rimetti(base, token, rielabora, _console) if rielabora else elenca(base, token, _console))


@app.command()
def ridecidi(
    domanda: Annotated[UUID | None, typer.Argument(metavar="ID", help="Identificativo della domanda")] = None,
    tutte: Annotated[bool, typer.Option("--tutte", help="Tutte le decisioni dell'archivio")] = False,
) -> None:
    """Rifà le decisioni dai fatti conservati, con i parametri di allora: esce con 1 se un solo byte è diverso."""
    from deploy.locale.decisioni import ridecidi_domanda, ridecidi_tutte

    if (domanda is None) is not tutte:
        _console.print("[red]Indicare una domanda, oppure --tutte[/red]")
        raise typer.Exit(2)
    raise typer.Exit(
        _avvia(lambda: ridecidi_tutte(_console) if domanda is None else ridecidi_domanda(domanda, _console))
    )


@app.command()
def ridetermina(
    misura: Annotated[str, typer.Option(help="Codice della misura, per esempio adi")],
    dal: Annotated[str, typer.Option(help="Primo mese da ricalcolare (AAAA-MM)")],
    prova: Annotated[bool, typer.Option("--prova", help="Mostra che cosa cambierebbe, senza scrivere nulla")] = False,
    esegui: Annotated[bool, typer.Option("--esegui", help="Scrive le spettanze cambiate e le annuncia")] = False,
    parametri: Annotated[
        Path | None, typer.Option(help="Con --prova: un altro file di parametri da confrontare")
    ] = None,
    in_json: Annotated[bool, typer.Option("--json", help="Scrive il risultato in JSON")] = False,
    blocco: Annotated[int, typer.Option(min=1, max=5000, help="Nuclei per transazione")] = 500,
) -> None:
    """Ricalcola in blocco quanto spetta da un mese in poi: quanti guadagnano, perdono, escono, restano e quanto costa."""
    from deploy.locale.rideterminazione import Scelte, ridetermina_in_blocco

    if prova is esegui or (esegui and parametri):
        _console.print("[red]Indicare --prova oppure --esegui; --parametri vale solo con --prova[/red]")
        raise typer.Exit(2)
    scelte = Scelte(misura.upper(), dal, esegui=esegui, parametri=parametri, in_json=in_json, blocco=blocco)
    raise typer.Exit(_avvia(lambda: ridetermina_in_blocco(scelte, _console)))


@app.command("verifica-accessi")
def verifica_accessi_di(
    servizio: Annotated[str, typer.Argument(help="Uno tra: " + ", ".join(SERVIZI))],
    teste: Annotated[
        Path | None,
        typer.Option(help="File delle teste conservato altrove: scopre anche una catena riscritta o accorciata"),
    ] = None,
) -> None:
    """Controlla la catena del registro degli accessi (<SERVIZIO>_DATABASE_URL): esce con 1 se una riga è stata toccata."""
    from deploy.locale.accessi import leggi_teste, verifica_accessi

    _controlla(servizio)
    url = _url_database(servizio)
    raise typer.Exit(asyncio.run(verifica_accessi(url, leggi_teste(teste) if teste else (), _console)))


def _url_database(nome: str) -> str:
    url = os.environ.get(f"{nome.upper()}_DATABASE_URL")
    if not url:
        _console.print(f"[red]Manca la variabile {nome.upper()}_DATABASE_URL[/red]")
        raise typer.Exit(1)
    return url


def _controlla(nome: str) -> None:
    if nome not in SERVIZI:
        _console.print(f"[red]Servizio sconosciuto: {nome}. Sono: {', '.join(SERVIZI)}[/red]")
        raise typer.Exit(2)


if __name__ == "__main__":
    app()
