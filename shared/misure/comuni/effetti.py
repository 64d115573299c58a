# SPDX-License-Identifier: EUPL-1.2
"""What a conduct does to a benefit in payment: nothing, sospensione, decadenza or revoca, with its days and norm."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class TipoEffetto(StrEnum):
    """The acts of the law, from the lightest: payments stop, the right ends, the right never was."""

    NESSUNO = "NESSUNO"
    SOSPENSIONE = "SOSPENSIONE"
    DECADENZA = "DECADENZA"
    REVOCA = "REVOCA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effetto:
    """Effect of one event, by its code; `termine` is the last day to comply, `dal` and `al` the days of the effect.

    A SOSPENSIONE without `al` lasts until the duty is fulfilled; a DECADENZA has its first day only.
    """

    evento: str
    tipo: TipoEffetto
    spiegazione: str
    fonte: str
    termine: date | None = None
    dal: date | None = None
    al: date | None = None


@dataclass(frozen=True, slots=True)
class Evento:
    """Code and norm of an event: what its function uses to say what follows."""

    codice: str
    fonte: str

    def nessuno(self, spiegazione: str, *, termine: date | None = None) -> Effetto:
        """Nothing happens to the benefit."""
        return Effetto(
            evento=self.codice,
            tipo=TipoEffetto.NESSUNO,
            spiegazione=spiegazione,
            fonte=self.fonte,
            termine=termine,
        )

    def sospensione(self, spiegazione: str, *, dal: date, al: date | None = None, termine: date) -> Effetto:
        """Payments stop from a day, until another one where it is known."""
        return Effetto(
            evento=self.codice,
            tipo=TipoEffetto.SOSPENSIONE,
            spiegazione=spiegazione,
            fonte=self.fonte,
            termine=termine,
            dal=dal,
            al=al,
        )

    def decadenza(self, spiegazione: str, *, dal: date, termine: date | None = None) -> Effetto:
        """The right ends on a day."""
        return Effetto(
            evento=self.codice,
            tipo=TipoEffetto.DECADENZA,
            spiegazione=spiegazione,
            fonte=self.fonte,
            termine=termine,
            dal=dal,
        )

    def revoca(self, spiegazione: str, *, dal: date) -> Effetto:
        """The right is void from the day of the domanda."""
        return Effetto(evento=self.codice, tipo=TipoEffetto.REVOCA, spiegazione=spiegazione, fonte=self.fonte, dal=dal)


def giorno_dopo(giorno: date) -> date:
    """Give the day after."""
    return giorno + timedelta(days=1)


def entro(fatto_il: date | None, termine: date) -> bool:
    """Tell whether a duty was fulfilled by its last day."""
    return fatto_il is not None and fatto_il <= termine
