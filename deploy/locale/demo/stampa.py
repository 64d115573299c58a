# SPDX-License-Identifier: EUPL-1.2
"""What the demo prints, in Italian."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.locale.demo.esito import Esito, Uscite
from deploy.locale.sistema import Sistema

_NOMI = {"ACCOLTA": "accolte", "RESPINTA": "respinte", "IN_EVIDENZA": "in evidenza, da integrare entro 60 giorni",
         "ATTESA": "in attesa di un Comune, di una ASL o di un operatore"}  # fmt: skip
_numero = {"passo": 0}


def passo(console: Console, testo: str) -> None:
    """Announce a step."""
    _numero["passo"] += 1
    console.print(f"\n[bold blue]{_numero['passo']}.[/] [bold]{testo}[/]")


@contextmanager
def barra(console: Console, testo: str, totale: int) -> Iterator[Callable[..., None]]:
    """Show a progress bar; the function given moves it by one, or to a given point."""
    colonne = (TextColumn("   {task.description:16}"), BarColumn(32), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*colonne, console=console, transient=False) as progresso:
        compito = progresso.add_task(testo, total=totale)

        def avanza(fino_a: int | None = None) -> None:
            if fino_a is None:
                progresso.advance(compito)
            else:
                progresso.update(compito, completed=fino_a)

        yield avanza


def avviato(console: Console, sistema: Sistema, *, secondi: float) -> None:
    """Say that the system is up."""
    console.print(f"   pronti in {secondi:.1f} s su {sistema.indirizzi.base} (simulati: {sistema.indirizzi.sandbox})")


def presentate(console: Console, esiti: "Counter[int]") -> None:
    """Print how the lines of the file were answered."""
    console.print(f"   {esiti[201]} acquisite con protocollo, {esiti[409]} già presentate (409), "
                  f"{esiti[400]} illeggibili (400), {esiti[422]} con dati non accettabili (422); nessun errore del server")  # fmt: skip


def decisioni(console: Console, domande: list[dict[str, Any]], codici: "Counter[str]") -> None:
    """Print the table of the outcomes, with the requisiti that failed."""
    stati = Counter("ATTESA" if d["stato"] == "ACQUISITA" else d["stato"] for d in domande)
    tabella = Table("Esito", "Domande", "Requisiti mancanti", box=None, pad_edge=True, header_style="bold")
    for stato, quante in sorted(stati.items()):
        mancanti = ", ".join(f"{c} ({n})" for c, n in sorted(codici.items())) if stato == "RESPINTA" else ""
        tabella.add_row(_NOMI.get(stato, stato.lower()), str(quante), mancanti)
    console.print(tabella)


def accertamenti(console: Console, risposte: "Counter[str]") -> None:
    """Print what the Comuni have answered."""
    console.print("   " + ", ".join(f"{nome.lower()}: {quante}" for nome, quante in sorted(risposte.items())))


def flusso(console: Console, percorso: Path, contenuto: bytes) -> None:
    """Print the head of a payment file."""
    letto = json.loads(contenuto)
    console.print(f"   file per il pagatore: {percorso} - {letto['numero_disposizioni']} disposizioni, "
                  f"{_euro(letto['totale']['amount'])}")  # fmt: skip


def quadratura(console: Console, letta: dict[str, Any]) -> None:
    """Print the proof that decided, ordered, sent and received agree."""
    tabella = Table("", "Mensilità", "Importo", box=None, pad_edge=True, header_style="bold")
    for nome in ("decise", "disposte", "inviate", "ricevute", "eseguite"):
        tabella.add_row(nome, str(letta[nome]["numero"]), _euro(letta[nome]["importo"]))
    for differenza in letta["differenze"]:
        tabella.add_row(
            f"[dim]{differenza['motivo'].lower()}[/]",
            str(differenza["totale"]["numero"]),
            _euro(differenza["totale"]["importo"]),
        )
    console.print(tabella)
    verdetto = "[green]la quadratura torna[/]" if letta["quadra"] else "[red]la quadratura NON torna[/]"
    console.print(
        f"   {verdetto}: somma del registro contabile {letta['somma_registro']}, pagamenti doppi {letta['doppie']}"
    )


def accrediti(console: Console, totali: list[Decimal]) -> None:
    """Print what the payer says it has credited."""
    console.print(f"   il pagatore conferma: {len(totali)} persone hanno ricevuto in tutto {_euro(str(sum(totali)))}")


def notifiche(console: Console, conti: "Counter[tuple[str, str]]") -> None:
    """Print how many notices were delivered."""
    tabella = Table("Comunicazione", "Stato", "Quante", box=None, pad_edge=True, header_style="bold")
    for (avviso, stato), quante in sorted(conti.items()):
        tabella.add_row(avviso.replace("_", " ").lower(), stato.replace("_", " ").lower(), str(quante))
    console.print(tabella)


def conclusione(console: Console, esito: Esito, uscite: Uscite, *, secondi: float) -> None:
    """Say where things were written and whether all is as expected."""
    cartella = uscite.cartella
    console.print(f"\n   {esito.lettere} lettere in {cartella / 'lettere'}, file di pagamento in {cartella / 'pagamenti'}, "
                  f"registro in {uscite.registro}")  # fmt: skip
    for differenza in esito.differenze:
        console.print(f"   [red]diverso dall'atteso[/] - {differenza}")
    if esito.riuscita:
        console.print(f"\n[bold green]Tutto come atteso, in {secondi:.0f} secondi.[/]")
    else:
        console.print(f"\n[bold red]Non tutto è come atteso ({secondi:.0f} secondi).[/]")


def _euro(importo: str) -> str:
    return f"{Decimal(importo):,.2f} euro".replace(",", "_").replace(".", ",").replace("_", ".")
