# SPDX-License-Identifier: EUPL-1.2
"""Regioni and Province autonome, and who resides there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Territorio(StrEnum):
    """The Regioni and the two Province autonome; in small letters, the name of the file of their values."""

    ABRUZZO = "ABRUZZO"
    BASILICATA = "BASILICATA"
    BOLZANO = "BOLZANO"
    CALABRIA = "CALABRIA"
    CAMPANIA = "CAMPANIA"
    EMILIA_ROMAGNA = "EMILIA_ROMAGNA"
    FRIULI_VENEZIA_GIULIA = "FRIULI_VENEZIA_GIULIA"
    LAZIO = "LAZIO"
    LIGURIA = "LIGURIA"
    LOMBARDIA = "LOMBARDIA"
    MARCHE = "MARCHE"
    MOLISE = "MOLISE"
    PIEMONTE = "PIEMONTE"
    PUGLIA = "PUGLIA"
    SARDEGNA = "SARDEGNA"
    SICILIA = "SICILIA"
    TOSCANA = "TOSCANA"
    TRENTO = "TRENTO"
    UMBRIA = "UMBRIA"
    VALLE_D_AOSTA = "VALLE_D_AOSTA"
    VENETO = "VENETO"

    @property
    def nome(self) -> str:
        """Its name in a sentence."""
        ente = "Provincia autonoma di" if self in (Territorio.BOLZANO, Territorio.TRENTO) else "Regione"
        return f"{ente} {_GRAFIE.get(self, self.value.replace('_', ' ').title())}"


_GRAFIE = {Territorio.EMILIA_ROMAGNA: "Emilia-Romagna", Territorio.VALLE_D_AOSTA: "Valle d'Aosta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenzaTerritoriale:
    """Residence of the richiedente in a Regione or Provincia autonoma, ends included."""

    territorio: Territorio
    dal: date
    al: date | None = None

    def contiene(self, giorno: date) -> bool:
        """Tell whether it runs on a day."""
        return self.dal <= giorno and (self.al is None or giorno <= self.al)


def territorio_del_giorno(residenze: Iterable[ResidenzaTerritoriale], giorno: date) -> Territorio | None:
    """Give where the richiedente resides on a day: where residenze overlap, the latest."""
    in_corso = max(((r.dal, r.territorio) for r in residenze if r.contiene(giorno)), default=None)
    return None if in_corso is None else in_corso[1]
