# SPDX-License-Identifier: EUPL-1.2
"""`inclusione ridetermina`: what a bulk re-determination changes, first on trial and then for good."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table

from deploy.locale.archivio import archivio_domande
from services.domande.commands.cerca_riesami import cerca_riesami
from services.domande.commands.ridetermina import Blocco, Ricalcolo, esegui_blocco, prova_blocco
from services.domande.domain.variazione import Costo, Effetto, Riepilogo
from shared.db.session import Database
from shared.errors import InclusioneError
from shared.kernel.calendario import adesso
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.formato import numero
from shared.misure.parametri import leggi

_NOMI = {
    Effetto.GUADAGNA: "Guadagnano",
    Effetto.PERDE: "Perdono",
    Effetto.ESCE: "Escono",
    Effetto.RESTA: "Restano come prima",
}


@dataclass(frozen=True, slots=True)
class Scelte:
    """What was asked on the command line."""

    misura: str
    dal: str
    esegui: bool
    parametri: Path | None
    in_json: bool
    blocco: int


async def ridetermina_in_blocco(scelte: Scelte, console: Console) -> int:
    """Run block by block and print the totals; 0 if it went to the end."""
    try:
        ricalcolo = _ricalcolo(scelte)
    except (InclusioneError, ValueError, OSError) as errore:
        console.print(f"[red]{errore}[/red]")
        return 2
    riepilogo, cambiate = Riepilogo(), 0
    async with archivio_domande() as database:
        async for blocco in _blocchi(database, ricalcolo, scelte):
            riepilogo.aggiungi(blocco.variazioni)
            cambiate += blocco.cambiate
        await _cerca_riesami(database, ricalcolo, scelte, riepilogo)
    if scelte.in_json:
        console.print_json(json.dumps(_in_json(ricalcolo, riepilogo, cambiate, scelte)))
    else:
        _stampa(riepilogo, cambiate, scelte, console)
    return 0


def _ricalcolo(scelte: Scelte) -> Ricalcolo:
    ricalcolo = Ricalcolo.di(scelte.misura, Mese.da_testo(scelte.dal))
    if scelte.parametri is None:
        return ricalcolo
    testo = scelte.parametri.read_text(encoding="utf-8")
    return Ricalcolo(scelte.misura, ricalcolo.dal, leggi(get_misura(scelte.misura).parametri.misura, testo))


async def _blocchi(database: Database, ricalcolo: Ricalcolo, scelte: Scelte) -> AsyncIterator[Blocco]:
    dopo: UUID | None = None
    while True:
        async with database.transaction() as session:
            if scelte.esegui:
                blocco = await esegui_blocco(session, ricalcolo, quante=scelte.blocco, now=adesso())
            else:
                blocco = await prova_blocco(session, ricalcolo, dopo=dopo, quante=scelte.blocco)
        yield blocco
        dopo = blocco.ultima
        if dopo is None:
            return


async def _cerca_riesami(database: Database, ricalcolo: Ricalcolo, scelte: Scelte, riepilogo: Riepilogo) -> None:
    dopo: UUID | None = None
    while True:
        async with database.transaction() as session:
            riesami = await cerca_riesami(session, ricalcolo, dopo=dopo, quante=scelte.blocco)
        riepilogo.riesami += riesami.domande
        if (dopo := riesami.ultima) is None:
            return


def _stampa(riepilogo: Riepilogo, cambiate: int, scelte: Scelte, console: Console) -> None:
    effetti = Table("Nuclei", "Quanti", title=f"{scelte.misura}, mesi da {scelte.dal}")
    for effetto, quanti in riepilogo.effetti.items():
        effetti.add_row(_NOMI[effetto], str(quanti))
    costi = Table("Mese", "Prima", "Dopo", "Differenza", title="Costo in euro")
    for mese in sorted(riepilogo.mesi):
        costi.add_row(str(mese), *_colonne(riepilogo.mesi[mese]))
    costi.add_section()
    costi.add_row("Totale", *_colonne(riepilogo.totale))
    console.print(effetti, costi)
    if scelte.esegui:
        console.print(f"Spettanze riscritte e annunciate: {cambiate}")
    else:
        console.print(f"Prova: nulla è stato scritto. Nuclei che cambierebbero: {cambiate}; per scrivere: --esegui")
    if riepilogo.riesami:
        quante = len(riepilogo.riesami)
        console.print(
            f"Domande respinte che sarebbero accolte, da riesaminare: {quante} (gli identificativi con --json)"
        )


def _colonne(costo: Costo) -> tuple[str, str, str]:
    return numero(costo.prima), numero(costo.dopo), _con_segno(costo.differenza)


def _con_segno(valore: Decimal) -> str:
    return f"+{numero(valore)}" if valore > 0 else numero(valore)


def _in_json(ricalcolo: Ricalcolo, riepilogo: Riepilogo, cambiate: int, scelte: Scelte) -> dict[str, object]:
    return {
        "misura": scelte.misura,
        "dal": str(ricalcolo.dal),
        "parametri": ricalcolo.parametri.versione,
        "eseguita": scelte.esegui,
        "nuclei": {effetto.value.lower(): quanti for effetto, quanti in riepilogo.effetti.items()},
        "cambiati": cambiate,
        "da_riesaminare": [str(domanda_id) for domanda_id in riepilogo.riesami],
        "mesi": [{"mese": str(mese), **_costo(riepilogo.mesi[mese])} for mese in sorted(riepilogo.mesi)],
        "totale": _costo(riepilogo.totale),
    }


def _costo(costo: Costo) -> dict[str, str]:
    return {"prima": f"{costo.prima:.2f}", "dopo": f"{costo.dopo:.2f}", "differenza": f"{costo.differenza:.2f}"}
