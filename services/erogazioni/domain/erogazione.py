# SPDX-License-Identifier: EUPL-1.2
"""The erogazione: one order of payment, with an identity that cannot be had twice and a state that only moves forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.erogazioni.domain.identita import id_calcolato

MENSILITA = "MENSILITA"


class StatoErogazione(StrEnum):
    """Where an order of payment stands."""

    DA_INVIARE = "DA_INVIARE"
    ANNULLATO = "ANNULLATO"
    IN_INVIO = "IN_INVIO"
    INCERTO = "INCERTO"
    ESEGUITO = "ESEGUITO"
    SCARTATO = "SCARTATO"


# IN_INVIO is the point of no return: from there only an answer of the payer moves the row.
PASSAGGI: dict[StatoErogazione, frozenset[StatoErogazione]] = {
    StatoErogazione.DA_INVIARE: frozenset({StatoErogazione.ANNULLATO, StatoErogazione.IN_INVIO}),
    StatoErogazione.IN_INVIO: frozenset({StatoErogazione.INCERTO, StatoErogazione.ESEGUITO, StatoErogazione.SCARTATO}),
    StatoErogazione.INCERTO: frozenset({StatoErogazione.IN_INVIO, StatoErogazione.ESEGUITO, StatoErogazione.SCARTATO}),
    StatoErogazione.ANNULLATO: frozenset(),
    StatoErogazione.ESEGUITO: frozenset(),
    StatoErogazione.SCARTATO: frozenset(),
}
# The money has left, or may have.
USCITE = (StatoErogazione.IN_INVIO, StatoErogazione.INCERTO, StatoErogazione.ESEGUITO)
# The order does not stand any more: its month is due again.
CADUTE = (StatoErogazione.ANNULLATO, StatoErogazione.SCARTATO)


def id_erogazione(*, misura: str, posizione_id: UUID, mese: str, progressivo: int, componente: str = MENSILITA) -> UUID:
    """Give the identity of an order: the same month ordered twice is the same row, for us and for the payer."""
    return id_calcolato(posizione_id, misura, mese, componente, progressivo)


class EsitoPagatore(StrEnum):
    """What the payer says of one row; GIA_ESEGUITO answers a row that it had executed before."""

    ESEGUITO = "ESEGUITO"
    SCARTATO = "SCARTATO"
    GIA_ESEGUITO = "GIA_ESEGUITO"


class CausaQuarantena(StrEnum):
    """Why an outcome was set aside instead of being applied."""

    DISPOSIZIONE_SCONOSCIUTA = "DISPOSIZIONE_SCONOSCIUTA"
    ESITO_SCONOSCIUTO = "ESITO_SCONOSCIUTO"
    ESITO_CONTRADDITTORIO = "ESITO_CONTRADDITTORIO"
    VALUTA_MANCANTE = "VALUTA_MANCANTE"


@dataclass(frozen=True, slots=True)
class RigaEsito:
    """One row of the outcomes, as the payer wrote it."""

    id_disposizione: str
    esito: str
    motivo: str | None = None
    data_valuta: date | None = None


@dataclass(frozen=True, slots=True)
class Applicabile:
    """An outcome that the erogazione can take."""

    erogazione_id: UUID
    stato: StatoErogazione
    motivo: str | None
    data_valuta: date | None


@dataclass(frozen=True, slots=True)
class Smistati:
    """The rows of a page of outcomes: to apply, already applied, to set aside."""

    da_applicare: tuple[Applicabile, ...]
    ripetuti: int
    in_quarantena: tuple[tuple[RigaEsito, CausaQuarantena], ...]


def leggi_esito(riga: RigaEsito) -> Applicabile | CausaQuarantena:
    """Understand one row by itself."""
    try:
        erogazione_id = UUID(riga.id_disposizione)
    except ValueError:
        return CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA
    if riga.esito not in EsitoPagatore.__members__:
        return CausaQuarantena.ESITO_SCONOSCIUTO
    if riga.esito == EsitoPagatore.SCARTATO:
        return Applicabile(erogazione_id, StatoErogazione.SCARTATO, riga.motivo or "NON_INDICATO", None)
    if riga.data_valuta is None:
        return CausaQuarantena.VALUTA_MANCANTE
    return Applicabile(erogazione_id, StatoErogazione.ESEGUITO, None, riga.data_valuta)


def smista(righe: Iterable[RigaEsito], stati: dict[UUID, StatoErogazione]) -> Smistati:
    """Sort the rows of a page against the states of the rows of the flow; what is repeated has no effect."""
    noti = dict(stati)
    da_applicare: list[Applicabile] = []
    quarantena: list[tuple[RigaEsito, CausaQuarantena]] = []
    ripetuti = 0
    for riga in righe:
        letta = leggi_esito(riga)
        causa = letta if isinstance(letta, CausaQuarantena) else _contrasto(letta, noti.get(letta.erogazione_id))
        if isinstance(letta, Applicabile) and causa is None:
            ripetuti += noti[letta.erogazione_id] is letta.stato
            if noti[letta.erogazione_id] is not letta.stato:
                da_applicare.append(letta)
            noti[letta.erogazione_id] = letta.stato
        elif causa is not None:
            quarantena.append((riga, causa))
    return Smistati(tuple(da_applicare), ripetuti, tuple(quarantena))


def _contrasto(esito: Applicabile, stato: StatoErogazione | None) -> CausaQuarantena | None:
    if stato is None:
        return CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA
    if stato is esito.stato or esito.stato in PASSAGGI[stato]:
        return None
    return CausaQuarantena.ESITO_CONTRADDITTORIO
