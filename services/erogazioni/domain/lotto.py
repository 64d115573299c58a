# SPDX-License-Identifier: EUPL-1.2
"""The lotto: the payment of a misura for a month, divided in flows by a count that a restart repeats exactly."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.erogazioni.domain.erogazione import id_erogazione
from services.erogazioni.domain.posizione import StatoPosizione
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


def id_flusso(lotto_id: UUID, numero: int) -> UUID:
    """Give the identity of a flow, which the payer knows it by for ever."""
    return id_deterministico("flusso", lotto_id, numero)


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
class Dovuta:
    """A month due by the spettanza and not paid yet: how much is missing, and why it is left out, if it is."""

    posizione_id: UUID
    mese: str
    importo_cent: int
    progressivo: int
    sostituisce: UUID | None
    esclusa: StatoPosizione | None


@dataclass(frozen=True, slots=True)
class Disposizione:
    """A new order of payment."""

    id: UUID
    flusso_id: UUID
    dovuta: Dovuta


@dataclass(frozen=True, slots=True)
class Blocco:
    """What one transaction of the preparation adds to a lotto."""

    disposizioni: tuple[Disposizione, ...]
    # By number of the flow, in order.
    flussi: dict[int, Totale]
    escluse: dict[StatoPosizione, Totale]

    @property
    def disposte(self) -> Totale:
        """Total of the new orders."""
        return sum(self.flussi.values(), Totale())


def disponi(lotto: Lotto, dovute: Iterable[Dovuta], *, per_flusso: int) -> Blocco:
    """Turn what is due into orders, filling the flows one after the other from where the lotto stands."""
    escluse: dict[StatoPosizione, Totale] = {}
    flussi: dict[int, Totale] = {}
    identificativi: dict[int, UUID] = {}
    nuove: list[Disposizione] = []
    posto = lotto.disposte.numero
    for d in dovute:
        if d.esclusa is not None:
            escluse[d.esclusa] = escluse.get(d.esclusa, Totale()) + Totale(1, d.importo_cent)
            continue
        numero = posto // per_flusso + 1
        posto += 1
        if numero not in flussi:
            identificativi[numero] = id_flusso(lotto.id, numero)
        flussi[numero] = flussi.get(numero, Totale()) + Totale(1, d.importo_cent)
        nuova = id_erogazione(misura=lotto.misura, posizione_id=d.posizione_id, mese=d.mese, progressivo=d.progressivo)
        nuove.append(Disposizione(nuova, identificativi[numero], d))
    return Blocco(tuple(nuove), flussi, escluse)
