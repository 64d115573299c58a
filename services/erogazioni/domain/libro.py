# SPDX-License-Identifier: EUPL-1.2
"""The ledger: which accounts each operation touches. Every operation sums to zero, rows are only added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.erogazioni.domain.erogazione import StatoErogazione


class Conto(StrEnum):
    """Accounts of the ledger."""

    SPETTANZE_DA_PAGARE = "SPETTANZE_DA_PAGARE"
    TRANSITO_PAGATORE = "TRANSITO_PAGATORE"
    EROGATO = "EROGATO"
    SCARTATO = "SCARTATO"
    RESTITUITO = "RESTITUITO"


class Causale(StrEnum):
    """Operations on an erogazione, each at most once."""

    DISPOSTA = "DISPOSTA"
    ANNULLATA = "ANNULLATA"
    ESEGUITA = "ESEGUITA"
    SCARTATA = "SCARTATA"
    RESTITUITA = "RESTITUITA"


# From which account to which the amount moves.
PARTITE: dict[Causale, tuple[Conto, Conto]] = {
    Causale.DISPOSTA: (Conto.SPETTANZE_DA_PAGARE, Conto.TRANSITO_PAGATORE),
    Causale.ANNULLATA: (Conto.TRANSITO_PAGATORE, Conto.SPETTANZE_DA_PAGARE),
    Causale.ESEGUITA: (Conto.TRANSITO_PAGATORE, Conto.EROGATO),
    Causale.SCARTATA: (Conto.TRANSITO_PAGATORE, Conto.SCARTATO),
    Causale.RESTITUITA: (Conto.EROGATO, Conto.RESTITUITO),
}
# After the order: what has come back had arrived before.
_SEGUE = {
    StatoErogazione.ANNULLATO: (Causale.ANNULLATA,),
    StatoErogazione.ESEGUITO: (Causale.ESEGUITA,),
    StatoErogazione.SCARTATO: (Causale.SCARTATA,),
    StatoErogazione.RESTITUITO: (Causale.ESEGUITA, Causale.RESTITUITA),
}


@dataclass(frozen=True, slots=True)
class Movimento:
    """One row of the ledger, in cents."""

    erogazione_id: UUID
    causale: Causale
    conto: Conto
    importo_cent: int


def causali_attese(stato: StatoErogazione) -> frozenset[Causale]:
    """Give the operations that an erogazione in this state must have, no more and no less."""
    return frozenset({Causale.DISPOSTA, *_SEGUE.get(stato, ())})


def registra(causale: Causale, erogazione_id: UUID, importo_cent: int) -> tuple[Movimento, Movimento]:
    """Write an operation: the amount leaves one account and enters another."""
    da, a = PARTITE[causale]
    return Movimento(erogazione_id, causale, da, -importo_cent), Movimento(erogazione_id, causale, a, importo_cent)


def saldi(movimenti: Iterable[Movimento]) -> Mapping[Conto, int]:
    """Sum the ledger by account."""
    somme = dict.fromkeys(Conto, 0)
    for movimento in movimenti:
        somme[movimento.conto] += movimento.importo_cent
    return somme
