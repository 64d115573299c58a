# SPDX-License-Identifier: EUPL-1.2
"""The payment file for the card gateway: always the same bytes for the same rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.kernel.importo import da_centesimi
from shared.kernel.mese import Mese


@dataclass(frozen=True, slots=True)
class Riga:
    """One row of the file: to whom, how, how much in cents."""

    id_disposizione: UUID
    codice_fiscale: str
    strumento: str
    iban: str | None
    importo_cent: int


def componi(id_flusso: UUID, *, misura: str, mese: Mese, righe: Sequence[Riga]) -> bytes:
    """Write the file in the shape that the gateway reads."""
    contenuto = {
        "id_flusso": str(id_flusso),
        "misura": misura,
        "mese_competenza": str(mese),
        "numero_disposizioni": len(righe),
        "totale": _importo(sum(r.importo_cent for r in righe)),
        "disposizioni": [_riga(r) for r in righe],
    }
    return json.dumps(contenuto, ensure_ascii=False, separators=(",", ":")).encode()


def _riga(riga: Riga) -> dict[str, Any]:
    return {
        "id_disposizione": str(riga.id_disposizione),
        "codice_fiscale": riga.codice_fiscale,
        "strumento": riga.strumento,
        "iban": riga.iban,
        "importo": _importo(riga.importo_cent),
    }


def _importo(cent: int) -> dict[str, str]:
    return {"amount": f"{da_centesimi(cent):.2f}", "currency": "EUR"}


def leggi(contenuto: bytes) -> dict[str, Any]:
    """Read a file back."""
    letto: dict[str, Any] = json.loads(contenuto)
    return letto
