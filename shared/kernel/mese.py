# SPDX-License-Identifier: EUPL-1.2
"""The month of competence, and closed intervals of days."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MODELLO = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
MESI_ANNO = 12
_SEMPRE_PRESENTE = 28  # days that every month has


@dataclass(frozen=True, slots=True, order=True)
class Mese:
    """A calendar month, written YYYY-MM."""

    anno: int
    numero: int

    def __post_init__(self) -> None:
        if not (1 <= self.numero <= 12 and 1900 <= self.anno <= 2199):
            raise ValueError("mese non valido")

    @classmethod
    def di(cls, giorno: date) -> "Mese":
        """Give the month a day belongs to."""
        return cls(giorno.year, giorno.month)

    @classmethod
    def da_testo(cls, testo: str) -> "Mese":
        """Read YYYY-MM.

        :raises ValueError: if the text has another shape.
        """
        if not re.fullmatch(MODELLO, testo):
            raise ValueError("mese atteso come AAAA-MM")
        return cls(int(testo[:4]), int(testo[5:]))

    def __str__(self) -> str:
        return f"{self.anno:04d}-{self.numero:02d}"

    def __add__(self, mesi: int) -> "Mese":
        totale = self.anno * 12 + self.numero - 1 + mesi
        return Mese(totale // 12, totale % 12 + 1)

    def __sub__(self, altro: "Mese") -> int:
        """Count the months from `altro` to this one."""
        return (self.anno - altro.anno) * 12 + self.numero - altro.numero

    @property
    def primo_giorno(self) -> date:
        """First day of the month."""
        return date(self.anno, self.numero, 1)

    @property
    def ultimo_giorno(self) -> date:
        """Last day of the month."""
        return date(self.anno, self.numero, calendar.monthrange(self.anno, self.numero)[1])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def leggi(valore: Any, da_testo: core_schema.ValidatorFunctionWrapHandler) -> "Mese":
            return valore if isinstance(valore, cls) else cls.da_testo(da_testo(valore))

        return core_schema.no_info_wrap_validator_function(
            leggi, core_schema.str_schema(pattern=MODELLO, max_length=7),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )  # fmt: skip

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": MODELLO, "maxLength": 7, "examples": ["2025-03"]}


def mesi_da(primo: Mese, quanti: int) -> Iterator[Mese]:
    """Give `quanti` months in a row, the first included."""
    return (primo + n for n in range(quanti))


@dataclass(frozen=True, slots=True, order=True)
class Periodo:
    """A closed interval of days; `al` None means still open."""

    dal: date
    al: date | None = None

    def contiene(self, giorno: date) -> bool:
        """Tell whether the day lies in the interval, ends included."""
        return self.dal <= giorno and (self.al is None or giorno <= self.al)

    def giorni(self, *, fino_al: date) -> int:
        """Count the days, ends included, up to `fino_al`."""
        fine = fino_al if self.al is None else min(self.al, fino_al)
        return max(0, (fine - self.dal).days + 1)


def aggiungi_mesi(giorno: date, mesi: int) -> date:
    """Move a day by whole months; a day that the month does not have becomes its last one (art. 155 c.p.c.)."""
    anno, indice = divmod(giorno.year * MESI_ANNO + giorno.month - 1 + mesi, MESI_ANNO)
    numero, giorno_del_mese = indice + 1, giorno.day
    if giorno_del_mese > _SEMPRE_PRESENTE:
        giorno_del_mese = min(giorno_del_mese, calendar.monthrange(anno, numero)[1])
    return date(anno, numero, giorno_del_mese)


def anni_compiuti(nascita: date, al: date) -> int:
    """Count the completed years of age on the day `al`."""
    return al.year - nascita.year - ((al.month, al.day) < (nascita.month, nascita.day))
