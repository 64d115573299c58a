# SPDX-License-Identifier: EUPL-1.2
"""Public treatments that a member receives: the kinds that never count as income, and the supports that exclude."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NaturaTrattamento(StrEnum):
    """Nature of a treatment that the rules single out; where none is given the treatment is an ordinary one."""

    ASSEGNO_UNICO = "ASSEGNO_UNICO"
    ARRETRATI = "ARRETRATI"
    SOSTEGNO_STRAORDINARIO = "SOSTEGNO_STRAORDINARIO"
    MAGGIORAZIONE_REGIONALE = "MAGGIORAZIONE_REGIONALE"
    RIDUZIONE_TARIFFE_E_TRIBUTI = "RIDUZIONE_TARIFFE_E_TRIBUTI"
    RIMBORSO_SPESE_E_BUONI = "RIMBORSO_SPESE_E_BUONI"


class TipoSostegno(StrEnum):
    """Public supports that a misura may be incompatible with."""

    RDC = "RDC"
    PDC = "PDC"
    NASPI = "NASPI"
    DIS_COLL = "DIS_COLL"
    ASDI = "ASDI"
    MOBILITA = "MOBILITA"
    DISOCCUPAZIONE_AGRICOLA = "DISOCCUPAZIONE_AGRICOLA"
    ALTRO_DISOCCUPAZIONE = "ALTRO_DISOCCUPAZIONE"
    CARTA_ACQUISTI_SPERIMENTALE = "CARTA_ACQUISTI_SPERIMENTALE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sostegno:
    """A public support received by a member from `dal` to `al`."""

    codice_fiscale: str
    tipo: TipoSostegno
    dal: date
    al: date | None = None

    def in_corso(self, giorno: date) -> bool:
        """Tell whether it runs on a day, ends included."""
        return self.dal <= giorno and (self.al is None or giorno <= self.al)
