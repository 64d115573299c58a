# SPDX-License-Identifier: EUPL-1.2
"""Events of `presa_in_carico`: activation on SIISL, case work, conditionality."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.evento import Evento
from shared.kernel.mese import Mese


class PadSottoscrittoV1(Evento, tipo="presa_in_carico.pad_sottoscritto.v1"):
    """The richiedente signed the patto di attivazione digitale of the nucleo."""

    caso_id: UUID
    sottoscritto_il: date


class NucleoPresoInCaricoV1(Evento, tipo="presa_in_carico.nucleo_preso_in_carico.v1"):
    """The first meeting with the social services was held (or justified: the 120 days start again)."""

    caso_id: UUID
    incontro_il: date
    tipo_incontro: Literal["INCONTRO", "PRESENTAZIONE_SPONTANEA", "GIUSTIFICATO_MOTIVO"]


class SospensioneDispostaV1(Evento, tipo="presa_in_carico.sospensione_disposta.v1"):
    """Payments stop from `dal_mese` until the cause ends; the suspended months stay due."""

    caso_id: UUID
    sospensione_id: UUID
    causa: str = Field(description="For example PRIMO_INCONTRO_120_GIORNI")
    dal_mese: Mese


class SospensioneRevocataV1(Evento, tipo="presa_in_carico.sospensione_revocata.v1"):
    """The cause ended: the suspended months are paid as arrears."""

    caso_id: UUID
    sospensione_id: UUID
    revocata_il: date


class DecadenzaPropostaV1(Evento, tipo="presa_in_carico.decadenza_proposta.v1"):
    """A fact that by law ends the right was found: `domande` decides."""

    caso_id: UUID
    causa: str
    fatto_il: date
