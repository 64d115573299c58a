# SPDX-License-Identifier: EUPL-1.2
"""Days, months and amounts written as a citizen reads them."""

from datetime import date

from shared.kernel.mese import Mese

_MESI = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
    "dicembre",
)  # fmt: skip
_GIORNI = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")


def giorno_esteso(giorno: date) -> str:
    """Write a day: 3 marzo 2025, 1° aprile 2025."""
    numero = "1°" if giorno.day == 1 else str(giorno.day)
    return f"{numero} {_MESI[giorno.month - 1]} {giorno.year}"


def termine(giorno: date) -> str:
    """Write the last day of a term, with its name: venerdì 9 maggio 2025."""
    return f"{_GIORNI[giorno.weekday()]} {giorno_esteso(giorno)}"


def mese_esteso(mese: Mese) -> str:
    """Write a month: marzo 2025."""
    return f"{_MESI[mese.numero - 1]} {mese.anno}"


def nome_proprio(testo: str) -> str:
    """Write a name or a place in capitals as one writes it: D'Angelo, De Luca; mixed case stays as it is."""
    return testo.title() if testo.isupper() else testo


def indirizzo_proprio(testo: str) -> str:
    """Write an address in capitals as one writes it: Via delle Robinie 12, int. 4."""
    if not testo.isupper():
        return testo
    parole = testo.title().split(" ")
    return " ".join(p.lower() if i and p.lower().rstrip(".") in _MINUSCOLE else p for i, p in enumerate(parole))


_MINUSCOLE = frozenset("di del dello della dei degli delle da dal e int interno scala sc piano".split())
