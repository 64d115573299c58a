# SPDX-License-Identifier: EUPL-1.2
"""What a re-determination changes for one nucleo, and for all of them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.kernel.mese import Mese

_ZERO = Decimal("0.00")


class Effetto(StrEnum):
    """What happens to a nucleo, over the months looked at."""

    GUADAGNA = "GUADAGNA"
    PERDE = "PERDE"
    ESCE = "ESCE"
    RESTA = "RESTA"


@dataclass(frozen=True, slots=True)
class Variazione:
    """Importi of one domanda month by month, EUR: as they are written and as they come out now."""

    domanda_id: UUID
    prima: Mapping[Mese, Decimal]
    dopo: Mapping[Mese, Decimal]

    @property
    def effetto(self) -> Effetto:
        """ESCE when from some month on nothing is due any more; else by the total of the months."""
        if self._ultimo(self.dopo) < self._ultimo(self.prima):
            return Effetto.ESCE
        differenza = sum(self.dopo.values(), _ZERO) - sum(self.prima.values(), _ZERO)
        if not differenza:
            return Effetto.RESTA
        return Effetto.GUADAGNA if differenza > 0 else Effetto.PERDE

    @staticmethod
    def _ultimo(mesi: Mapping[Mese, Decimal]) -> Mese:
        """Give the last month with something due, or a month before any."""
        return max((mese for mese, importo in mesi.items() if importo), default=Mese(1900, 1))


@dataclass
class Costo:
    """Cost of a month, EUR."""

    prima: Decimal = _ZERO
    dopo: Decimal = _ZERO

    @property
    def differenza(self) -> Decimal:
        """What the month costs more, or less."""
        return self.dopo - self.prima


@dataclass
class Riepilogo:
    """What a re-determination changes, all together; `riesami` are the refusals that it would not have given."""

    effetti: dict[Effetto, int] = field(default_factory=lambda: dict.fromkeys(Effetto, 0))
    mesi: dict[Mese, Costo] = field(default_factory=dict)
    riesami: list[UUID] = field(default_factory=list)

    def aggiungi(self, variazioni: Iterable[Variazione]) -> None:
        """Count some nuclei."""
        for variazione in variazioni:
            self.effetti[variazione.effetto] += 1
            for mese in {*variazione.prima, *variazione.dopo}:
                costo = self.mesi.setdefault(mese, Costo())
                costo.prima += variazione.prima.get(mese, _ZERO)
                costo.dopo += variazione.dopo.get(mese, _ZERO)

    @property
    def totale(self) -> Costo:
        """The cost of all the months."""
        return Costo(
            sum((c.prima for c in self.mesi.values()), _ZERO), sum((c.dopo for c in self.mesi.values()), _ZERO)
        )
