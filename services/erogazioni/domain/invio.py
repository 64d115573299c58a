# SPDX-License-Identifier: EUPL-1.2
"""A payment file as the journal remembers it, with what it takes to write its rows again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ordine:
    """An order as it was sent."""

    id: str
    domanda_id: str
    mese: str
    progressivo: int
    importo_cent: int
    sostituisce: str | None


@dataclass(frozen=True, slots=True)
class Invio:
    """A payment file with what it takes to write its rows again."""

    flusso_id: str
    lotto_id: str
    numero: int
    misura: str
    mese: str
    ordini: tuple[Ordine, ...]
    contenuto: str
