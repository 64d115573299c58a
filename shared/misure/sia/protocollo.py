# SPDX-License-Identifier: EUPL-1.2
"""The protocollo of a Regione or Provincia autonoma: its values for its own residents, in its days, at its expense."""

from dataclasses import dataclass, replace

from shared.misure.comuni.territori import Territorio, territorio_del_giorno
from shared.misure.sia.quadro import Quadro
from shared.misure.territoriali import ValoriTerritoriali


@dataclass(frozen=True, slots=True)
class Protocollo:
    """The protocollo in force where the richiedente resides, on a day: `q` is the snapshot of that day with its values."""

    territorio: Territorio
    atto: str
    q: Quadro


def protocollo_del_giorno(q: Quadro) -> Protocollo | None:
    """Give the protocollo of the day of `q`; None where there is none.

    :source: D.M. 26/5/2016, art. 2, c. 4.
    """
    territorio = territorio_del_giorno(q.sia.residenze_regionali, q.al)
    if territorio is None:
        return None
    valori = ValoriTerritoriali(q.p, territorio)
    return Protocollo(territorio, valori.atto, replace(q, p=valori)) if valori.in_vigore else None
