# SPDX-License-Identifier: EUPL-1.2
"""The verifica of a domanda: one per domanda, begun again for each newer version of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

VerificaId = NewType("VerificaId", UUID)
ATTESA_COMUNE = "COMUNE"


class StatoVerifica(StrEnum):
    """Where a verifica stands."""

    APERTA = "APERTA"
    IN_ATTESA_COMUNE = "IN_ATTESA_COMUNE"
    CONCLUSA = "CONCLUSA"
    ANNULLATA = "ANNULLATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifica:
    """The checks on one version of a domanda; `giorno` is the legal day they refer to.

    `attesa` names what is being waited for: `REGISTRO:<name>`, `OPERATORE:<name>`, `COMUNE`, or None.
    """

    id: VerificaId
    domanda_id: UUID
    domanda_versione: int
    protocollo: str
    misura: str
    comune: str
    ente: str
    richiedente: bytes
    giorno: date
    stato: StatoVerifica
    attesa: str | None
    version: int
    aperta_il: datetime
    conclusa_il: datetime | None = None

    def aspetta(self, attesa: str | None) -> "Verifica":
        """Say what is being waited for, while the registries are being asked."""
        return replace(self, attesa=attesa)

    def chiedi_al_comune(self) -> "Verifica":
        """Hand over to the Comune what the registries could not tell."""
        return replace(self, stato=StatoVerifica.IN_ATTESA_COMUNE, attesa=ATTESA_COMUNE, version=self.version + 1)

    def concludi(self, *, now: datetime) -> "Verifica":
        """Close the verifica: everything has an answer."""
        return replace(self, stato=StatoVerifica.CONCLUSA, attesa=None, conclusa_il=now, version=self.version + 1)
