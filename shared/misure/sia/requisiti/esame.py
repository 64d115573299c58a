# SPDX-License-Identifier: EUPL-1.2
"""What the requisiti of one verification share: the nucleo on the day of the domanda and on the day they are judged."""

from dataclasses import dataclass, replace
from datetime import date

from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.protocollo import Protocollo, protocollo_del_giorno
from shared.misure.sia.quadro import Quadro, quadro_del_giorno


@dataclass(frozen=True, slots=True)
class Esame:
    """One verification in progress: `q` on the day `al`, `domanda` on the day of the domanda.

    `protocollo` is that of the day `al` and `protocollo_della_domanda` that of the domanda, where there are any.
    """

    q: Quadro
    domanda: Quadro
    fatti: Fatti
    sia: FattiSia
    al: date
    protocollo: Protocollo | None = None
    protocollo_della_domanda: Protocollo | None = None

    @property
    def alla_domanda(self) -> bool:
        """Whether the domanda is being decided, and no payment has been made yet."""
        return self.al <= self.fatti.presentata_il

    def con_protocollo(self) -> "Esame | None":
        """Give the same verification with the values of the protocolli; None where there are none.

        :source: D.M. 26/5/2016, art. 2, c. 4.
        """
        oggi, allora = self.protocollo, self.protocollo_della_domanda
        if oggi is None and allora is None:
            return None
        return replace(self, q=oggi.q if oggi else self.q, domanda=allora.q if allora else self.domanda)

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
    return Esame(
        q=q,
        domanda=domanda,
        fatti=fatti,
        sia=q.sia,
        al=al,
        protocollo=protocollo_del_giorno(q),
        protocollo_della_domanda=protocollo_del_giorno(domanda),
    )
