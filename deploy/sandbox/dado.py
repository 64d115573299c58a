# SPDX-License-Identifier: EUPL-1.2
"""A die that always falls the same way for the same words: no version of Python changes the invented people."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dado:
    """Deterministic choices from a seed of words."""

    def __init__(self, *parole: object) -> None:
        self._seme = "\x1f".join(str(p) for p in parole).encode()
        self._tiri = 0

    def numero(self, sotto: int) -> int:
        """Give a number from 0 to `sotto` - 1."""
        self._tiri += 1
        cifre = hashlib.sha256(self._seme + b"\x1e" + str(self._tiri).encode()).digest()
        return int.from_bytes(cifre[:8], "big") % sotto

    def tra(self, minimo: int, massimo: int) -> int:
        """Give a number between the two, both included."""
        return minimo + self.numero(massimo - minimo + 1)

    def scegli(self, cose: Sequence[T]) -> T:
        """Give one of the things."""
        return cose[self.numero(len(cose))]

    def capita(self, percento: int) -> bool:
        """Tell whether something that happens `percento` times in 100 happens."""
        return self.numero(100) < percento
