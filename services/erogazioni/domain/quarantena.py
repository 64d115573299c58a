# SPDX-License-Identifier: EUPL-1.2
"""An outcome set aside: open until an operator decides, and then closed for ever."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.erogazioni.domain.erogazione import CausaQuarantena, RigaEsito
from shared.errors import Conflict


class StatoQuarantena(StrEnum):
    """Where an outcome set aside stands."""

    APERTO = "APERTO"
    APPLICATO = "APPLICATO"
    ARCHIVIATO = "ARCHIVIATO"


class CosaDecidere(StrEnum):
    """What an operator may decide."""

    RIESAMINA = "RIESAMINA"
    ARCHIVIA = "ARCHIVIA"


class EsitoGiaChiuso(Conflict):
    """Somebody has decided before."""

    tipo = "esito-gia-chiuso"
    titolo = "Esito già chiuso"


class EsitoNonApplicabile(Conflict):
    """The outcome still cannot be applied."""

    tipo = "esito-non-applicabile"
    titolo = "Esito non ancora applicabile"


PERCHE = {
    CausaQuarantena.DISPOSIZIONE_SCONOSCIUTA: "la disposizione non risulta nel flusso indicato dal pagatore",
    CausaQuarantena.ESITO_SCONOSCIUTO: "il significato dell'esito non è noto",
    CausaQuarantena.ESITO_CONTRADDITTORIO: "l'esito contraddice lo stato della disposizione",
    CausaQuarantena.VALUTA_MANCANTE: "manca la data di valuta",
}


@dataclass(frozen=True, slots=True)
class Messo:
    """An outcome as it was set aside."""

    id: UUID
    flusso_id: UUID
    riga: RigaEsito
    stato: str


@dataclass(frozen=True, slots=True)
class Decisione:
    """What was decided, by whom and why."""

    cosa: CosaDecidere
    ente: str
    operatore: str
    motivazione: str | None = None

    @property
    def stato(self) -> StatoQuarantena:
        """Where it leaves the outcome."""
        return StatoQuarantena.APPLICATO if self.cosa is CosaDecidere.RIESAMINA else StatoQuarantena.ARCHIVIATO
