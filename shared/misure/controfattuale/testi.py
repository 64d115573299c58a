# SPDX-License-Identifier: EUPL-1.2
"""A counterfactual in plain Italian, without names: what would change, how much, from when."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shared.kernel.mese import Mese
from shared.misure.controfattuale.leve import Leva
from shared.misure.descrizioni import descrivi
from shared.misure.esito import Esito
from shared.misure.formato import euro, giorno
from shared.misure.formato import mese as mese_scritto
from shared.misure.nucleo import Veicolo

_NUMERI: Mapping[str, str] = {
    "isee": "l'ISEE",
    "reddito_familiare": "il reddito familiare dell'ISEE",
    "patrimonio_mobiliare": "il patrimonio mobiliare",
    "patrimonio_immobiliare": "il patrimonio immobiliare, casa di abitazione esclusa,",
    "valore_casa": "il valore della casa di abitazione",
    "importo_annuo": "il reddito annuo che si aggiunge a quello dell'ISEE",
    "importo": "il trattamento economico",
    "agenzie": "il numero di agenzie per il lavoro indicate",
}
_SCELTE: Mapping[tuple[str, object], str] = {
    ("autorizza_trasmissione_dati", True): "se fosse autorizzata la trasmissione dei dati ai centri per l'impiego",
    ("occupato", True): "se il componente che si è dimesso tornasse a lavorare",
    ("residente_in_italia", True): "se chi presenta la domanda risiedesse in Italia",
}
_TOLTI: Mapping[str, str] = {
    "BeneficioInCorso": "se il componente non ricevesse il Supporto per la formazione e il lavoro",
    "MisuraGiudiziaria": "se la misura cautelare o di prevenzione cessasse",
    "Sostegno": "se il componente non ricevesse più il sostegno incompatibile",
    "TrattamentoEconomico": "se il componente non ricevesse questo trattamento economico",
}


def valore_scritto(valore: Any) -> str | None:
    """Write a value as plain text, for who reads the data: null for nothing."""
    if valore is None or isinstance(valore, StrEnum):
        return valore and valore.value
    if isinstance(valore, bool):
        return "sì" if valore else "no"
    if isinstance(valore, Decimal):
        return f"{valore:.2f}"
    if isinstance(valore, date):
        return valore.isoformat()
    return str(valore) if isinstance(valore, int | str) else type(valore).__name__


def di_un_numero(leva: Leva, valore: Decimal | int) -> str:
    """Say which threshold a number should not pass, or should reach."""
    nome = _NUMERI.get(leva.campo) or f"la voce «{descrivi(leva.tipo, leva.campo)}»"
    if valore > leva.oggi:
        return f"se {nome} arrivasse a {_cifra(valore)}: è {_cifra(leva.oggi)}"
    if not valore:
        return f"se {nome} fosse zero: è di {_cifra(leva.oggi)}"
    piu = _cifra(leva.oggi - valore)
    return f"se {nome} non superasse {_cifra(valore)}: è di {_cifra(leva.oggi)}, cioè {piu} in più"


def di_una_scelta(leva: Leva, valori: tuple[Any, ...]) -> str:
    """Say which other value of a choice, or which thing less, would do."""
    if leva.toglie:
        return _tolto(leva)
    if (frase := _SCELTE.get((leva.campo, valori[0]))) is not None:
        return frase
    voce = descrivi(leva.tipo, leva.campo)
    ammessi = ", oppure ".join(_leggibile(v) for v in valori)
    return f"se alla voce «{voce}» la risposta fosse {ammessi}"


def _tolto(leva: Leva) -> str:
    if isinstance(leva.oggi, Veicolo):
        cilindrata = f" di {leva.oggi.cilindrata_cc} cc" if leva.oggi.cilindrata_cc else ""
        return f"se il nucleo non disponesse di questo bene: {_leggibile(leva.oggi.categoria)}{cilindrata}"
    return _TOLTI.get(leva.tipo, "se questa voce non ci fosse")


def _leggibile(valore: Any) -> str:
    match valore:
        case StrEnum():
            return valore.value.lower().replace("_", " ")
        case date():
            return f"il {giorno(valore)}"
        case _:
            return str(valore_scritto(valore))


def _cifra(valore: Decimal | int) -> str:
    return euro(valore) if isinstance(valore, Decimal) else str(valore)


def esito(frase: str, nuovo: Esito) -> str:
    """Say what becomes of the domanda."""
    if nuovo.accolta:
        return f"La domanda sarebbe accolta {frase}."
    return f"Questo motivo verrebbe meno, ma {_resta(nuovo)}, {frase}."


def attesa(dal: date, nuovo: Esito) -> str:
    """Say from which day a new domanda would have the requisito."""
    if nuovo.accolta:
        return f"La domanda sarebbe accolta presentandola dal {giorno(dal)}, se gli altri dati restano gli stessi."
    quando = f"presentando la domanda dal {giorno(dal)}, se gli altri dati restano gli stessi"
    return f"Questo motivo verrebbe meno {quando}, ma {_resta(nuovo)}."


def _resta(nuovo: Esito) -> str:
    return "ne resterebbero altri" if nuovo.motivi else "la domanda resterebbe da completare"


def importo(frase: str, *, oggi: Decimal, nuovo: Decimal) -> str:
    """Say how much would be due."""
    return f"L'importo sarebbe di {euro(nuovo)} al mese invece di {euro(oggi)} {frase}."


def importo_dal(mese: Mese, *, oggi: Decimal, nuovo: Decimal) -> str:
    """Say from which month more is due."""
    return f"L'importo sarà di {euro(nuovo)} al mese invece di {euro(oggi)} dal mese di {mese_scritto(mese)}."
