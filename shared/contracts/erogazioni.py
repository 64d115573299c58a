# SPDX-License-Identifier: EUPL-1.2
"""Events of `erogazioni`: what was ordered to the payer and what the payer did."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.evento import Evento
from shared.kernel.importo import Importo
from shared.kernel.mese import Mese


class ErogazioneDispostaV1(Evento, tipo="erogazioni.erogazione_disposta.v1"):
    """A payment was ordered: one row per (posizione, mese, componente, progressivo), for ever."""

    erogazione_id: UUID
    mese: Mese
    importo: Importo


class ErogazioneEseguitaV1(Evento, tipo="erogazioni.erogazione_eseguita.v1"):
    """The payer credited the amount."""

    erogazione_id: UUID
    mese: Mese
    importo: Importo
    valuta: date


class ErogazioneScartataV1(Evento, tipo="erogazioni.erogazione_scartata.v1"):
    """The payer refused the payment; the amount stays due."""

    erogazione_id: UUID
    mese: Mese
    importo: Importo
    motivo: str = Field(description="Code of the payer")


class ErogazioneRestituitaV1(Evento, tipo="erogazioni.erogazione_restituita.v1"):
    """The money was credited and came back, days later: the amount is due again."""

    erogazione_id: UUID
    mese: Mese
    importo: Importo
    motivo: str = Field(description="Code of the payer")
    restituita_il: date
