# SPDX-License-Identifier: EUPL-1.2
"""The amount a story must end with, from the scale written by hand in the story: a second opinion on the rules of 2025."""

from decimal import ROUND_HALF_UP, Decimal

_QUOTA_A, _QUOTA_A_67 = Decimal(6500), Decimal(8190)
_QUOTA_B, _QUOTA_B_67 = Decimal(3640), Decimal(1950)
_MINIMO = Decimal(480)


def importo_2025(reddito: Decimal, canone: Decimal, scala: Decimal, *, anziani: bool) -> Decimal:
    """Compute the month in EUR from EUR/year.

    :source: D.L. 48/2023, art. 3, c. 1, with the figures of L. 207/2024.
    """
    soglia, tetto = (_QUOTA_A_67, _QUOTA_B_67) if anziani else (_QUOTA_A, _QUOTA_B)
    annuo = max(Decimal(0), soglia * scala - reddito) + min(canone, tetto)
    return (max(annuo, _MINIMO) / 12).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def soglia_reddito_2025(scala: Decimal, *, anziani: bool, in_locazione: bool) -> Decimal:
    """Give the income (EUR/year) that must not be reached."""
    base = Decimal(10140) if in_locazione else _QUOTA_A_67 if anziani else _QUOTA_A
    return base * scala
