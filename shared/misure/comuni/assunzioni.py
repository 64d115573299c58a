# SPDX-License-Identifier: EUPL-1.2
"""What the incentives for who hires a beneficiary have in common: the contract, the exemption, the giving back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from shared.kernel.importo import CENTESIMO, arrotonda
from shared.kernel.mese import MESI_ANNO, Mese, aggiungi_mesi

_ZERO = Decimal(0)


class Contratto(StrEnum):
    """The employment contract, in what the incentives look at."""

    INDETERMINATO_PIENO = "INDETERMINATO_PIENO"
    INDETERMINATO_PARZIALE = "INDETERMINATO_PARZIALE"
    APPRENDISTATO = "APPRENDISTATO"
    DETERMINATO = "DETERMINATO"
    STAGIONALE = "STAGIONALE"


class CausaLicenziamento(StrEnum):
    """Why the employer ended the relation."""

    GIUSTA_CAUSA = "GIUSTA_CAUSA"
    GIUSTIFICATO_MOTIVO = "GIUSTIFICATO_MOTIVO"
    ALTRA = "ALTRA"


@dataclass(frozen=True, slots=True)
class Esonero:
    """The months of an exemption from contributions and how much each is worth, EUR; none, and `motivo` says why."""

    fonte: str
    mesi: tuple[Mese, ...] = ()
    mensile: Decimal = _ZERO
    motivo: str | None = None

    @property
    def totale(self) -> Decimal:
        """What all the months are worth, EUR."""
        return self.mensile * len(self.mesi)


def tetto_mensile(annuo: Decimal) -> Decimal:
    """Give the twelfth of a yearly limit, EUR/month, to the cent below: twelve of them never exceed it."""
    return (annuo / MESI_ANNO).quantize(CENTESIMO, rounding=ROUND_DOWN)


def esonero(fonte: str, mesi: Iterable[Mese], *limiti: Decimal) -> Esonero:
    """Give an exemption for some months, each worth the lowest of its limits, EUR/month."""
    return Esonero(fonte, tuple(mesi), arrotonda(min(limiti)))


def da_restituire(
    fruito: Decimal, *, assunto_il: date, licenziato_il: date, causa: CausaLicenziamento, mesi: int
) -> Decimal:
    """Give what the employer gives back, civil penalties apart, EUR.

    All of it for a dismissal in the months after the hiring, nothing with giusta causa or giustificato motivo.
    """
    dovuto = causa is CausaLicenziamento.ALTRA and licenziato_il <= aggiungi_mesi(assunto_il, mesi)
    return arrotonda(fruito if dovuto else _ZERO)
