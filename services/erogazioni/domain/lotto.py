# SPDX-License-Identifier: EUPL-1.2
"""The lotto: the payment of a misura for a month, divided in flows by a count that a restart repeats exactly."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.erogazioni.domain.identita import id_calcolato
from shared.errors import Conflict, DatiNonValidi
from shared.kernel.identita import id_deterministico
from shared.kernel.mese import Mese

ORDINARIO = "ORDINARIO"


class StatoLotto(StrEnum):
    """Where a lotto stands."""

    IN_PREPARAZIONE = "IN_PREPARAZIONE"
    DISPOSTO = "DISPOSTO"
    IN_INVIO = "IN_INVIO"
    CONCLUSO = "CONCLUSO"


class StatoFlusso(StrEnum):
    """Where a payment file stands."""

    DA_INVIARE = "DA_INVIARE"
    IN_INVIO = "IN_INVIO"
    INCERTO = "INCERTO"
    INVIATO = "INVIATO"
    CONCLUSO = "CONCLUSO"


class MeseFuturo(DatiNonValidi):
    """The month asked for has not begun."""

    tipo = "mese-futuro"
    titolo = "Mese non ancora iniziato"


class LottoInPreparazione(Conflict):
    """Another lotto of the same misura is being prepared."""

    tipo = "lotto-in-preparazione"
    titolo = "Un altro lotto è in preparazione"


def id_lotto(misura: str, mese: Mese, tipo: str = ORDINARIO) -> UUID:
    """Give the identity of a lotto: the same month asked for twice is the same lotto."""
    return id_deterministico("lotto", misura, mese, tipo)


def id_flusso(lotto_id: UUID, mese: Mese, numero: int) -> UUID:
    """Give the identity of a flow, which the payer knows it by for ever."""
    return id_calcolato(str(mese), f"{numero:06}", lotto_id, numero)


@dataclass(frozen=True, slots=True)
class Totale:
    """How many, and how much in cents."""

    numero: int = 0
    cent: int = 0

    def __add__(self, altro: "Totale") -> "Totale":
        return Totale(self.numero + altro.numero, self.cent + altro.cent)


@dataclass(frozen=True, slots=True)
class Lotto:
    """A lotto with its resume mark and what it has found so far."""

    id: UUID
    misura: str
    mese: Mese
    stato: StatoLotto
    creato_il: datetime
    segno: UUID | None = None
    posizioni: int = 0
    disposte: Totale = field(default_factory=Totale)
    in_attesa: Totale = field(default_factory=Totale)
    sospese: Totale = field(default_factory=Totale)
    cessate: Totale = field(default_factory=Totale)


@dataclass(frozen=True, slots=True)
class Blocco:
    """What one transaction of the preparation adds to a lotto; `segno` is None when nothing is left."""

    segno: UUID | None
    posizioni: int
    disposte: Totale
    in_attesa: Totale
    sospese: Totale
    cessate: Totale
