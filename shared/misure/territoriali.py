# SPDX-License-Identifier: EUPL-1.2
"""The values of a misura as they are in one Regione or Provincia autonoma: its own where better than the State's."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from shared.misure.comuni.territori import Territorio
from shared.misure.parametri import (
    IN_AUMENTO,
    IN_DIMINUZIONE,
    TERRITORIO_IN_VIGORE,
    ParametroMancante,
    Valore,
    Valori,
)

N = TypeVar("N", Decimal, int)


class ValoriTerritoriali(Valori):
    """The values of the State with those of a Regione in their place, where these are better for the nucleo.

    Parametri that take notes learn of both.
    """

    __slots__ = ("_meno", "_piu", "_prefisso", "_statali")

    def __init__(self, statali: Valori, territorio: Territorio) -> None:
        super().__init__({})
        self._statali, self._prefisso = statali, f"{territorio.value.lower()}."
        self._piu, self._meno = statali.elenco(IN_AUMENTO), statali.elenco(IN_DIMINUZIONE)

    @property
    def in_vigore(self) -> bool:
        """Whether the Regione has values of its own in force."""
        try:
            return self._statali.logico(self._prefisso + TERRITORIO_IN_VIGORE)
        except ParametroMancante:
            return False

    @property
    def atto(self) -> str:
        """The act that puts them in force: the protocollo.

        :raises ParametroMancante: if the Regione has none.
        """
        return self._statali.fonte(self._prefisso + TERRITORIO_IN_VIGORE)

    def valore(self, nome: str) -> Valore:
        """Give a value of any type."""
        valore = self._statali.valore(nome)
        if isinstance(valore, bool | str):
            return valore
        return self.decimale(nome) if isinstance(valore, Decimal) else self.intero(nome)

    def decimale(self, nome: str) -> Decimal:
        """Give an amount or a coefficient."""
        return self._migliore(nome, self._statali.decimale)

    def intero(self, nome: str) -> int:
        """Give a number of years, months, days, people."""
        return self._migliore(nome, self._statali.intero)

    def logico(self, nome: str) -> bool:
        """Give a switch: those are the State's."""
        return self._statali.logico(nome)

    def testo(self, nome: str) -> str:
        """Give a choice: those are the State's."""
        return self._statali.testo(nome)

    def elenco(self, nome: str) -> frozenset[str]:
        """Give a list: those are the State's."""
        return self._statali.elenco(nome)

    def fonte(self, nome: str) -> str:
        """Give the norm of the value, the protocollo where it is that one."""
        if self.valore(nome) == self._statali.valore(nome):
            return self._statali.fonte(nome)
        return self._statali.fonte(self._prefisso + nome)

    def _migliore(self, nome: str, leggi: Callable[[str], N]) -> N:
        statale = leggi(nome)
        if nome not in self._piu | self._meno:
            return statale
        try:
            proprio = leggi(self._prefisso + nome)
        except ParametroMancante:
            return statale
        return max(statale, proprio) if nome in self._piu else min(statale, proprio)
