# SPDX-License-Identifier: EUPL-1.2
"""Who is struck, when and where: all drawn from one seed, so that a run can be asked for again."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.guasti.punti import OVUNQUE, PROPRI

RABBITMQ, POSTGRES = "rabbitmq", "postgres"


class Fase(StrEnum):
    """What the load is doing."""

    DOMANDE = "DOMANDE"
    PATTI = "PATTI"
    PAGAMENTI = "PAGAMENTI"


# Where each service has work to do.
FASI = {
    "domande": (Fase.DOMANDE, Fase.PATTI),
    "verifiche_anagrafiche": (Fase.DOMANDE,),
    "presa_in_carico": (Fase.DOMANDE, Fase.PATTI),
    "erogazioni": (Fase.PATTI, Fase.PAGAMENTI, Fase.PAGAMENTI),
    "notifiche": (Fase.DOMANDE, Fase.PATTI, Fase.PAGAMENTI),
}


@dataclass(frozen=True, slots=True)
class Colpo:
    """A blow: at this share of the work of a phase, to this service or server, at a place of its code or anywhere."""

    fase: Fase
    quando: float  # share of the phase, from 0 to 1
    a_chi: str
    punto: str = ""


@dataclass(frozen=True, slots=True)
class Piano:
    """The blows of a run, in order."""

    colpi: tuple[Colpo, ...]

    def di(self, fase: Fase) -> tuple[Colpo, ...]:
        """Give the blows of a phase."""
        return tuple(colpo for colpo in self.colpi if colpo.fase is fase)

    def piu_colpito(self, fase: Fase) -> int:
        """Give how many blows the unluckiest takes in a phase: the load must last long enough for all of them."""
        return max(Counter(colpo.a_chi for colpo in self.di(fase)).values(), default=0)


def piano(seme: int, uccisioni: int, *, broker: int = 0, database: int = 0) -> Piano:
    """Draw a plan: `uccisioni` in all, every service in turn; the servers at the busiest times."""
    dado = random.Random(seme)
    servizi = _a_turno(dado, list(FASI), uccisioni)
    colpi = [_colpo(dado, servizio) for servizio in servizi]
    fasi = (Fase.DOMANDE, Fase.PAGAMENTI, Fase.PATTI)
    colpi += [Colpo(fasi[n % 3], dado.uniform(0.2, 0.6), RABBITMQ) for n in range(broker)]
    colpi += [Colpo(fasi[n % 3], dado.uniform(0.6, 0.9), POSTGRES) for n in range(database)]
    return Piano(tuple(sorted(colpi, key=lambda c: (list(Fase).index(c.fase), c.quando))))


def _a_turno(dado: random.Random, nomi: Sequence[str], quanti: int) -> list[str]:
    scelti: list[str] = []
    while len(scelti) < quanti:
        scelti += dado.sample(nomi, len(nomi))
    return scelti[:quanti]


def _colpo(dado: random.Random, servizio: str) -> Colpo:
    """Half of the kills at a place of the code, half wherever the process happens to be."""
    fase = dado.choice(FASI[servizio])
    propri = PROPRI.get(servizio, ()) if fase is Fase.PAGAMENTI or servizio == "notifiche" else ()
    punto = dado.choice((*OVUNQUE, *propri, *propri)) if dado.random() < 0.5 else ""
    return Colpo(fase, dado.uniform(0.02, 0.9), servizio, punto)
