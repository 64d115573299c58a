# SPDX-License-Identifier: EUPL-1.2
"""Money: Decimal in the rules, integer cents in the database, a string with two digits in JSON. Never a float."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

CENTESIMO = Decimal("0.01")
MODELLO = r"^[0-9]{1,9}\.[0-9]{2}$"
_CIFRE = frozenset("0123456789")


def arrotonda(valore: Decimal) -> Decimal:
    """Round to the cent, half up: the only place where money is rounded."""
    return valore.quantize(CENTESIMO, rounding=ROUND_HALF_UP)


def in_centesimi(valore: Decimal) -> int:
    """Turn EUR with at most two decimals into integer cents.

    :raises ValueError: if the value has a fraction of a cent.
    """
    centesimi = valore * 100
    if centesimi != centesimi.to_integral_value():
        raise ValueError("importo con frazioni di centesimo")
    return int(centesimi)


def da_centesimi(centesimi: int) -> Decimal:
    """Turn integer cents into EUR with two decimals."""
    return (Decimal(centesimi) / 100).quantize(CENTESIMO)


def _leggi(valore: object) -> Decimal:
    if isinstance(valore, Decimal) and valore.is_finite():
        return arrotonda(valore)
    if not isinstance(valore, str) or len(valore) > 12:
        raise ValueError('importo atteso come stringa con due decimali, per esempio "480.00"')
    intero, punto, decimali = valore.partition(".")
    if not (punto and 1 <= len(intero) <= 9 and len(decimali) == 2 and set(intero + decimali) <= _CIFRE):
        raise ValueError('importo atteso come stringa con due decimali, per esempio "480.00"')
    return Decimal(valore)


Importo = Annotated[
    Decimal,
    BeforeValidator(_leggi),
    PlainSerializer(lambda v: f"{v:.2f}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": MODELLO, "examples": ["480.00"], "maxLength": 12}),
]
