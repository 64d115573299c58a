# SPDX-License-Identifier: EUPL-1.2
"""Sospensione of the payments of a nucleo: from a month, until its cause ends; the suspended months stay due."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.kernel.identita import id_deterministico
from shared.kernel.mese import Mese

SospensioneId = NewType("SospensioneId", UUID)


class Causa(StrEnum):
    """Why payments stop."""

    PRIMO_INCONTRO_120_GIORNI = "PRIMO_INCONTRO_120_GIORNI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sospensione:
    """A sospensione; `termine` is the last day of the term not kept, `sblocca_mese` the first month paid again."""

    id: SospensioneId
    causa: Causa
    termine: date
    dal_mese: Mese
    disposta_il: date
    revocata_il: date | None = None
    sblocca_mese: Mese | None = None

    def revoca(self, *, oggi: date, sblocca_mese: Mese) -> "Sospensione":
        """End it: the suspended months are due as arrears."""
        return replace(self, revocata_il=oggi, sblocca_mese=sblocca_mese)


def disponi(caso_id: UUID, causa: Causa, *, termine: date, dal_mese: Mese, oggi: date) -> Sospensione:
    """Make the sospensione for a term that was not kept: the same one each time."""
    identita = SospensioneId(id_deterministico("sospensione", caso_id, causa, termine))
    return Sospensione(id=identita, causa=causa, termine=termine, dal_mese=dal_mese, disposta_il=oggi)
