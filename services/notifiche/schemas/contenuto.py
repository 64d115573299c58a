# SPDX-License-Identifier: EUPL-1.2
"""What a notice says, as it is kept sealed until it is sent."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.contracts.domande import MotivoEsito
from shared.kernel.importo import Importo
from shared.kernel.mese import Mese


class Contenuto(BaseModel):
    """Data of the fact for the templates: only what the recipient does not already have in the other columns."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    giorno: date | None = None
    entro: date | None = None
    mese: Mese | None = None
    importo: Importo | None = None
    motivi: tuple[MotivoEsito, ...] = ()
    causa: str = ""
    spiegazione: str = ""
