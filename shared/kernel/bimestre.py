# SPDX-License-Identifier: EUPL-1.2
"""The bimestre of competence: two calendar months in a row, the first of which is odd."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.mese import MESI_ANNO, Mese

MESI_BIMESTRE = 2
BIMESTRI_ANNO = MESI_ANNO // MESI_BIMESTRE


@dataclass(frozen=True, slots=True, order=True)
class Bimestre:
    """A bimestre of a year: 1 is January-February, 6 November-December; written 2017-01/02."""

    anno: int
    numero: int

    def __post_init__(self) -> None:
        if not (1 <= self.numero <= BIMESTRI_ANNO and 1900 <= self.anno <= 2199):
            raise ValueError("bimestre non valido")

    @classmethod
    def di(cls, giorno: date) -> "Bimestre":
        """Give the bimestre a day belongs to."""
        return cls(giorno.year, (giorno.month + 1) // MESI_BIMESTRE)

    @classmethod
    def del_mese(cls, mese: Mese) -> "Bimestre":
        """Give the bimestre a month belongs to."""
        return cls.di(mese.primo_giorno)

    def __str__(self) -> str:
        return f"{self.mesi[0]}/{self.mesi[1].numero:02d}"

    def __add__(self, bimestri: int) -> "Bimestre":
        return Bimestre.del_mese(self.mesi[0] + bimestri * MESI_BIMESTRE)

    def __sub__(self, altro: "Bimestre") -> int:
        """Count the bimestri from `altro` to this one."""
        return (self.anno - altro.anno) * BIMESTRI_ANNO + self.numero - altro.numero

    @property
    def mesi(self) -> tuple[Mese, Mese]:
        """The two months."""
        secondo = Mese(self.anno, self.numero * MESI_BIMESTRE)
        return secondo + -1, secondo

    @property
    def primo_giorno(self) -> date:
        """First day of the bimestre."""
        return self.mesi[0].primo_giorno

    @property
    def ultimo_giorno(self) -> date:
        """Last day of the bimestre."""
        return self.mesi[1].ultimo_giorno
