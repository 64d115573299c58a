# SPDX-License-Identifier: EUPL-1.2
"""Where the demo writes, and what came out of it beside what was expected."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Uscite:
    """Where the demo writes."""

    cartella: Path

    @classmethod
    def nuove(cls, cartella: Path) -> "Uscite":
        """Empty the folder of an older demo."""
        shutil.rmtree(cartella, ignore_errors=True)
        for nome in ("lettere", "pagamenti"):
            (cartella / nome).mkdir(parents=True)
        return cls(cartella)

    @property
    def registro(self) -> Path:
        """Log of the services."""
        return self.cartella / "registro.jsonl"


@dataclass
class Esito:
    """What came out, beside what was expected."""

    attesi: dict[str, Any]
    differenze: list[str] = field(default_factory=list)
    quadrature: list[dict[str, Any]] = field(default_factory=list)
    lettere: int = 0
    # Line of the file by domanda: what each must become is written beside its story.
    righe: dict[str, dict[str, Any]] = field(default_factory=dict)

    def confronta(self, nome: str, trovato: object, atteso: object) -> None:
        """Note a difference, if there is one."""
        if trovato != atteso:
            self.differenze.append(f"{nome}: {trovato} invece di {atteso}")

    @property
    def riuscita(self) -> bool:
        """Whether everything is as expected and every lotto balances."""
        return not self.differenze and bool(self.quadrature) and all(q["quadra"] for q in self.quadrature)
