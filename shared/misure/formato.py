# SPDX-License-Identifier: EUPL-1.2
"""Figures and days as an Italian reader expects them."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from shared.kernel.importo import arrotonda
from shared.kernel.mese import Mese

_MESI = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
    "dicembre",
)  # fmt: skip
_ITALIANO = str.maketrans(",.", ".,")


@lru_cache
def numero(valore: Decimal) -> str:
    """Write a number with two decimals: 10.140,00."""
    return f"{arrotonda(valore):,.2f}".translate(_ITALIANO)


def euro(valore: Decimal) -> str:
    """Write an amount: 10.140,00 euro."""
    return f"{numero(valore)} euro"


@lru_cache
def cifra(valore: Decimal) -> str:
    """Write a figure for a machine: 10140.00."""
    return f"{valore:.2f}"


def giorno(valore: date) -> str:
    """Write a day: 10/03/2025."""
    return f"{valore.day:02d}/{valore.month:02d}/{valore.year}"


def mese(valore: Mese) -> str:
    """Write a month: marzo 2025."""
    return f"{_MESI[valore.numero - 1]} {valore.anno}"
