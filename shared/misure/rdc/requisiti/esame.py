# SPDX-License-Identifier: EUPL-1.2
"""What the requisiti of one verification share: the snapshot, the scala and the facts of the RdC."""

from dataclasses import dataclass
from datetime import date

from shared.misure.adi.quadro import Quadro
from shared.misure.adi.scala import Scala
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.fatti import FattiRdc
from shared.misure.rdc.scala import componi


@dataclass(frozen=True, slots=True)
class Esame:
    """One verification in progress."""

    q: Quadro
    fatti: Fatti
    propri: FattiRdc
    parametri: Parametri
    p: Valori
    al: date
    scala: Scala


def esamina(q: Quadro) -> Esame:
    """Prepare a verification from a snapshot."""
    return Esame(q, q.fatti, q.fatti.propri_di(FattiRdc), q.parametri, q.p, q.al, componi(q))
