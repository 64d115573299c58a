# SPDX-License-Identifier: EUPL-1.2
"""Parametri that remember who read them: the dossier cites, beside each requisito, the values that were applied."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from shared.misure.esito import COMUNI
from shared.misure.parametri import Parametri, Valore, ValoreDatato, Valori

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Lettura:
    """A value that was read: its name, the day from which it holds, its source."""

    nome: str
    dal: date
    valore: str
    fonte: str


class ParametriAnnotati(Parametri):
    """The same values as `base`; `letture` says, requisito by requisito, which were read."""

    __slots__ = ("_base", "_in_corso", "letture")
    prende_nota = True

    def __init__(self, base: Parametri) -> None:
        self._base = base
        self.misura, self.versione = base.misura, base.versione
        self._serie, self._date = base._serie, base._date
        self._fotografie: dict[int, Valori] = {}
        self._in_corso: set[Lettura] = set()
        self.letture: dict[str, tuple[Lettura, ...]] = {}

    def al(self, giorno: date) -> Valori:
        """Give the values in force on a day, each noting when it is read."""
        return _ValoriAnnotati(self._base.al(giorno), self._annota)

    def chiudi_lettura(self, di: str) -> None:
        """Put what was read since the last time under a requisito, or under what they share."""
        self.letture[di] = tuple(sorted({*self.letture.get(di, ()), *self._in_corso}))
        self._in_corso.clear()

    def ultime(self) -> tuple[Lettura, ...]:
        """Give what was read since the last requisito, and forget it."""
        lette = tuple(sorted(self._in_corso))
        self._in_corso.clear()
        return lette

    def di(self, codice: str) -> tuple[Lettura, ...]:
        """Give what a requisito read by itself."""
        return self.letture.get(codice, ())

    @property
    def comuni(self) -> tuple[Lettura, ...]:
        """Give what all the requisiti share: the composition of the nucleo and the scala."""
        return self.letture.get(COMUNI, ())

    def _annota(self, nome: str, datato: ValoreDatato) -> None:
        self._in_corso.add(Lettura(nome, datato.dal, _testo(datato.valore), datato.fonte))


class _ValoriAnnotati(Valori):
    __slots__ = ("_annota", "_valori")

    def __init__(self, valori: Valori, annota: Callable[[str, ValoreDatato], None]) -> None:
        super().__init__({})
        self._valori = valori
        self._datati = valori._datati
        self._annota = annota

    def valore(self, nome: str) -> Valore:
        """Give a value of any type."""
        return self._letto(nome, self._valori.valore(nome))

    def decimale(self, nome: str) -> Decimal:
        """Give an amount or a coefficient."""
        return self._letto(nome, self._valori.decimale(nome))

    def intero(self, nome: str) -> int:
        """Give a number of years, months, days, people."""
        return self._letto(nome, self._valori.intero(nome))

    def logico(self, nome: str) -> bool:
        """Give a switch."""
        return self._letto(nome, self._valori.logico(nome))

    def testo(self, nome: str) -> str:
        """Give a choice among the documented ones."""
        return self._letto(nome, self._valori.testo(nome))

    def elenco(self, nome: str) -> frozenset[str]:
        """Give the words of a list written with spaces."""
        return self._letto(nome, self._valori.elenco(nome))

    def _letto(self, nome: str, valore: T) -> T:
        self._annota(nome, self._datati[nome])
        return valore


def _testo(valore: Valore) -> str:
    if isinstance(valore, bool):
        return "sì" if valore else "no"
    return str(valore)
