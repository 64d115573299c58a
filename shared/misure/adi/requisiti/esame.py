# SPDX-License-Identifier: EUPL-1.2
"""What the requisiti of one verification share: the snapshot, the scala and who it counts, computed once."""

from dataclasses import dataclass
from datetime import date

from shared.misure.adi.attivazione import vincolati
from shared.misure.adi.quadro import Quadro
from shared.misure.adi.scala import Scala, componi, persone
from shared.misure.nucleo import Componente, Fatti
from shared.misure.parametri import Valori


@dataclass(frozen=True, slots=True)
class Esame:
    """One verification in progress; `vincolati` are bound by the duties, whether they work or not."""

    q: Quadro
    fatti: Fatti
    p: Valori
    al: date
    scala: Scala
    nella_scala: frozenset[str]
    vincolati: tuple[Componente, ...]

    @property
    def beneficiari(self) -> frozenset[str]:
        """The richiedente and the members whom the scala counts."""
        return self.nella_scala | {self.q.fatti.richiedente}


def esamina(q: Quadro) -> Esame:
    """Prepare a verification from a snapshot."""
    scala = componi(q)
    return Esame(
        q=q,
        fatti=q.fatti,
        p=q.p,
        al=q.al,
        scala=scala,
        nella_scala=persone(q, scala),
        vincolati=vincolati(q, scala, anche_occupati=True),
    )
