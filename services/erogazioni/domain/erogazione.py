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
    RESTITUITO = "RESTITUITO"


# What the payer can say of a row. That the money came back says also that it had arrived, if nobody had said so yet.
_ESITATE = (StatoErogazione.ESEGUITO, StatoErogazione.SCARTATO, StatoErogazione.RESTITUITO)
# IN_INVIO is the point of no return: from there only an answer of the payer moves the row.
PASSAGGI: dict[StatoErogazione, frozenset[StatoErogazione]] = {
    StatoErogazione.DA_INVIARE: frozenset({StatoErogazione.ANNULLATO, StatoErogazione.IN_INVIO}),
    StatoErogazione.IN_INVIO: frozenset({StatoErogazione.INCERTO, *_ESITATE}),
    StatoErogazione.INCERTO: frozenset({StatoErogazione.IN_INVIO, *_ESITATE}),
    StatoErogazione.ANNULLATO: frozenset(),
    # The money may come back: a card that nobody collected, an account that was closed.
    StatoErogazione.ESEGUITO: frozenset({StatoErogazione.RESTITUITO}),
    StatoErogazione.SCARTATO: frozenset(),
    StatoErogazione.RESTITUITO: frozenset(),
}
# The money has left, or may have.
USCITE = (StatoErogazione.IN_INVIO, StatoErogazione.INCERTO, StatoErogazione.ESEGUITO)
# The order does not stand any more: its month is due again.
CADUTE = (StatoErogazione.ANNULLATO, StatoErogazione.SCARTATO, StatoErogazione.RESTITUITO)
# Reasons of a return after which the same instrument would give the next payment back too.
STRUMENTO_PERSO = frozenset({"CONTO_CHIUSO", "CONTO_INESISTENTE", "BENEFICIARIO_DECEDUTO"})


def id_erogazione(*, misura: str, posizione_id: UUID, mese: str, progressivo: int, componente: str = MENSILITA) -> UUID:
    """Give the identity of an order: the same month ordered twice is the same row, for us and for the payer."""
    return id_calcolato(mese, posizione_id.hex, posizione_id, misura, mese, componente, progressivo)


class EsitoPagatore(StrEnum):
    """What the payer says of one row; GIA_ESEGUITO answers a row that it had executed before, RESTITUITO comes days later."""

    ESEGUITO = "ESEGUITO"
    SCARTATO = "SCARTATO"
    GIA_ESEGUITO = "GIA_ESEGUITO"
    RESTITUITO = "RESTITUITO"


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
    """An outcome that the erogazione can take; `data_valuta` of a return is the day when the money came back."""

    erogazione_id: UUID
    stato: StatoErogazione
    motivo: str | None
    data_valuta: date | None


@dataclass(frozen=True, slots=True)
class Smistati:
    """The rows of a page of outcomes: to apply, already applied, to set aside.

    `tardivi` tell when money that has already come back had arrived: the day is kept, nothing else changes.
    """

    da_applicare: tuple[Applicabile, ...]
    tardivi: tuple[Applicabile, ...]
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
    if riga.esito == EsitoPagatore.RESTITUITO:
        return Applicabile(erogazione_id, StatoErogazione.RESTITUITO, riga.motivo or "NON_INDICATO", riga.data_valuta)
    return Applicabile(erogazione_id, StatoErogazione.ESEGUITO, None, riga.data_valuta)


def smista(righe: Iterable[RigaEsito], stati: dict[UUID, StatoErogazione]) -> Smistati:
    """Sort the rows of a page against the states of the rows of the flow; what is repeated has no effect."""
    noti = dict(stati)
    da_applicare: list[Applicabile] = []
    tardivi: list[Applicabile] = []
    quarantena: list[tuple[RigaEsito, CausaQuarantena]] = []
    ripetuti = 0
    for riga in righe:
        letta = leggi_esito(riga)
        causa = letta if isinstance(letta, CausaQuarantena) else _contrasto(letta, noti.get(letta.erogazione_id))
        if causa is not None:
            quarantena.append((riga, causa))
        elif isinstance(letta, Applicabile):
            stato = noti[letta.erogazione_id]
            if stato is letta.stato:
                ripetuti += 1
            elif _tardivo(letta, stato):
                tardivi.append(letta)
            else:
                da_applicare.append(letta)
                noti[letta.erogazione_id] = letta.stato
    return Smistati(tuple(da_applicare), tuple(tardivi), ripetuti, tuple(quarantena))


def _tardivo(esito: Applicabile, stato: StatoErogazione | None) -> bool:
    return (stato, esito.stato) == (StatoErogazione.RESTITUITO, StatoErogazione.ESEGUITO)


def _contrasto(esito: Applicabile, stato: StatoErogazione | None) -> CausaQuarantena | None:
    if stato is None:
        return CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA
    if stato is esito.stato or esito.stato in PASSAGGI[stato] or _tardivo(esito, stato):
        return None
    return CausaQuarantena.ESITO_CONTRADDITTORIO
