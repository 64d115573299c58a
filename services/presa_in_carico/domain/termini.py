# SPDX-License-Identifier: EUPL-1.2
"""The statutory clock of the first meeting: terms, month of the suspension, month that a late meeting unlocks."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from shared.kernel.mese import Mese
from shared.misure import parametri
from shared.misure.parametri import Parametri, ParametroMancante


@dataclass(frozen=True, slots=True)
class Termini:
    """The dated figures of one misura: its own, and those of the case work."""

    misura: Parametri
    presa_in_carico: Parametri

    def incontro_entro(self, dal: date) -> date:
        """Give the last day for the first meeting, in calendar days from the PAD or from a justified absence.

        The day `dal` is not counted; the last day is not moved when it is a holiday.

        :raises ParametroMancante: if no term is in force on the day `dal`.
        :source: D.M. 154/2023, art. 9.
        """
        return dal + timedelta(days=self.misura.al(dal).intero("pad_primo_incontro"))

    def sospeso_dal(self, termine: date, *, primo_mese: Mese) -> Mese:
        """Give the first month suspended: the one after the term, never one of the first months that are paid anyway.

        `primo_mese` is the first month due.

        :raises ParametroMancante: if no figure is in force on the day of the term.
        :source: D.M. 154/2023, art. 9; messaggio INPS 2132/2024.
        """
        garantite = self.presa_in_carico.al(termine).intero("primo_incontro_mensilita_garantite")
        return max(Mese.di(termine) + 1, primo_mese + garantite)

    def sbloccato_dal(self, registrato_il: date, *, sospeso_dal: Mese) -> Mese:
        """Give the first month paid again: that of the recording, or the next when it comes after the closing day.

        Before the closing day was introduced any day of the month unlocks it.

        :source: messaggio INPS 2132/2024.
        """
        try:
            chiusura = self.misura.al(registrato_il).intero("gepi_giorno_chiusura_mese")
        except ParametroMancante:
            chiusura = 31
        mese = Mese.di(registrato_il) + (registrato_il.day > chiusura)
        return max(mese, sospeso_dal)


@lru_cache(maxsize=16)
def termini(misura: str) -> Termini:
    """Load the figures of a misura.

    :raises ParametroMancante: if the misura has no parametri.
    """
    nome = misura.lower()
    proprie = Path(__file__).with_name("parametri.toml").read_text(encoding="utf-8")
    return Termini(parametri.carica(nome), parametri.leggi("presa_in_carico", proprie))


def primo_mese(*, accolto_il: date, pad_il: date) -> Mese:
    """Give the first month due: the one after the PAD, once the domanda is accolta.

    :source: D.L. 48/2023, art. 4, c. 1.
    """
    return Mese.di(max(accolto_il, pad_il)) + 1


def in_cifre(giorno: date) -> str:
    """Write a day as people read it."""
    return f"{giorno:%d/%m/%Y}"
