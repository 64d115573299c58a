# SPDX-License-Identifier: EUPL-1.2
"""What the requisiti of one verification share: the nucleo on the day of the domanda and on the day they are judged."""

from dataclasses import dataclass
from datetime import date

from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.quadro import Quadro, quadro_del_giorno


@dataclass(frozen=True, slots=True)
class Esame:
    """One verification in progress: `q` on the day `al`, `domanda` on the day of the domanda."""

    q: Quadro
    domanda: Quadro
    fatti: Fatti
    sia: FattiSia
    al: date

    @property
    def alla_domanda(self) -> bool:
        """Whether the domanda is being decided, and no payment has been made yet."""
        return self.al <= self.fatti.presentata_il

    def manca(self, regola: Regola, cosa: str) -> Requisito:
        """Say that a fact is missing: what the richiedente declares holds until it is disproved.

        :source: D.P.R. 445/2000, artt. 43, 71 e 76.
        """
        if regola.codice in self.sia.dichiarati:
            return regola.ok(f"{cosa}: fino a prova contraria vale la dichiarazione di chi ha presentato la domanda.")
        return regola.da_completare(f"{cosa}.")


def esamina(fatti: Fatti, *, parametri: Parametri, al: date) -> Esame:
    """Prepare a verification: the two snapshots are the same one on the day of the domanda."""
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    domanda = q
    if al != fatti.presentata_il:
        domanda = quadro_del_giorno(fatti, parametri=parametri, al=fatti.presentata_il)
    return Esame(q=q, domanda=domanda, fatti=fatti, sia=q.sia, al=al)
