# SPDX-License-Identifier: EUPL-1.2
"""`inclusione simula`: a household in a JSON file, the outcome of one misura or of all of them in JSON."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from rich.console import Console

from shared.errors import DatiNonValidi, Difetto, InclusioneError
from shared.kernel.calendario import adesso, giorno_legale
from shared.misure.catalogo import CATALOGO
from shared.misure.misura import Misura
from shared.misure.simulazione import NucleoSimulato, Richiesta, Simulato, confronta, schema_nucleo, simula, simulabile
from shared.web.problemi import difetti_di
from shared.web.rotte import leggi_json

_RIUSCITO, _NON_VALIDO, _USO = 0, 1, 2
_NUCLEI_MASSIMI = 500


class ErroreDiUso(ValueError):
    """The command was called in a way that it does not understand."""


def esegui(file: Path, *, misura: str | None, al: str | None, confronto: bool, console: Console) -> int:
    """Print the simulation of a file; errors go to the console. Give the exit code: 1 bad data, 2 bad usage."""
    try:
        scelta, giorno = _misura(misura, confronto=confronto), _giorno(al)
        scrivi(_simula(_leggi(file), scelta, giorno))
    except (ErroreDiUso, OSError) as errore:
        testo = f"Il file {file} non si può leggere" if isinstance(errore, OSError) else str(errore)
        return _errore(console, testo, codice=_USO)
    except InclusioneError as errore:
        return _errore(console, str(errore), difetti=errore.difetti if isinstance(errore, DatiNonValidi) else ())
    return _RIUSCITO


def _misura(codice: str | None, *, confronto: bool) -> Misura | None:
    """Give the misura asked for, or none to compare them all."""
    if confronto:
        if codice:
            raise ErroreDiUso("--confronta valuta tutte le misure: non si indica --misura")
        return None
    scelta = CATALOGO.get((codice or "ADI").upper())
    if scelta is None:
        raise ErroreDiUso(f"Misura sconosciuta: {codice}. Sono: {', '.join(CATALOGO)}")
    return scelta


def _giorno(al: str | None) -> date | None:
    if not al:
        return None
    try:
        giorno = date.fromisoformat(al)
    except ValueError:
        raise ErroreDiUso("--al: attesa una data AAAA-MM-GG") from None
    try:
        return simulabile(giorno)
    except ValueError as errore:
        raise ErroreDiUso(f"--al: {errore}") from None


def scrivi(contenuto: object) -> None:
    """Print JSON on the standard output."""
    sys.stdout.write(json.dumps(contenuto, ensure_ascii=False, indent=2) + "\n")


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the input."""
    return schema_nucleo()


def _leggi(file: Path) -> Any:
    contenuto = leggi_json(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    if not isinstance(contenuto, dict):
        raise DatiNonValidi("Il file deve contenere un oggetto JSON: un nucleo, oppure nuclei con il loro elenco")
    return contenuto


def _simula(contenuto: dict[str, Any], misura: Misura | None, al: date | None) -> object:
    """Simulate the household of the file, or each of those under `nuclei`."""
    if "nuclei" not in contenuto:
        risposte = _di_un_nucleo(_nucleo(contenuto, ""), misura, al, "")
        return risposte[0] if misura else {"items": risposte}
    nuclei = contenuto["nuclei"]
    if not isinstance(nuclei, list) or set(contenuto) != {"nuclei"} or not 1 <= len(nuclei) <= _NUCLEI_MASSIMI:
        raise DatiNonValidi(f"nuclei deve essere un elenco da 1 a {_NUCLEI_MASSIMI} nuclei, senza altri campi")
    modelli = [_nucleo(nucleo, f"/nuclei/{i}") for i, nucleo in enumerate(nuclei)]
    return {
        "items": [
            {"nucleo": i, **risposta}
            for i, modello in enumerate(modelli)
            for risposta in _di_un_nucleo(modello, misura, al, f"/nuclei/{i}")
        ]
    }


def _nucleo(contenuto: object, percorso: str) -> Simulato:
    try:
        return NucleoSimulato.model_validate(contenuto)
    except ValidationError as errore:
        difetti = difetti_di(errore.errors(include_input=False, include_url=False))
        trovati = tuple(Difetto(percorso + d.puntatore, d.dettaglio, d.codice) for d in difetti)
        raise DatiNonValidi("Il file contiene dati non accettabili", trovati) from None


def _di_un_nucleo(nucleo: Simulato, misura: Misura | None, al: date | None, percorso: str) -> list[dict[str, Any]]:
    """Simulate on the day asked, on that of the domanda, or today."""
    giorno = al or getattr(nucleo, "presentata_il", None) or giorno_legale(adesso())
    richiesta = Richiesta(nucleo, giorno, percorso=percorso)
    esiti: tuple[BaseModel, ...] = (
        (simula(richiesta, misura=misura),) if misura else confronta(richiesta, a_ciascuna_il_suo=al is None)
    )
    return [esito.model_dump(mode="json") for esito in esiti]


def _errore(console: Console, testo: str, *, difetti: tuple[Difetto, ...] = (), codice: int = _NON_VALIDO) -> int:
    console.print(testo, style="red", markup=False)
    for difetto in difetti:
        console.print(f"  {difetto.puntatore}: {difetto.dettaglio}", markup=False)
    return codice
