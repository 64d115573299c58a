# SPDX-License-Identifier: EUPL-1.2
"""Keyset pages: an opaque cursor after the last row seen, so that page 10,000 costs as page 1."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from shared.db.session import Session
from shared.errors import DatiNonValidi, Difetto

T = TypeVar("T")
LIMITE_MASSIMO = 100


@dataclass(frozen=True, slots=True)
class Pagina(Generic[T]):
    """Items of one page and the cursor of the next one, when there is one."""

    items: list[T]
    next_cursor: str | None


class Filtro:
    """Conditions of a query, joined by AND, with numbered parameters."""

    def __init__(self) -> None:
        self.condizioni: list[str] = []
        self.valori: list[object] = []

    def aggiungi(self, condizione: str, *valori: object) -> "Filtro":
        """Add a condition; each `?` stands for the next value."""
        for valore in valori:
            self.valori.append(valore)
            condizione = condizione.replace("?", f"${len(self.valori)}", 1)
        self.condizioni.append(condizione)
        return self

    @property
    def where(self) -> str:
        """The WHERE clause, empty when there are no conditions."""
        return f"WHERE {' AND '.join(self.condizioni)}" if self.condizioni else ""


def _cursore(chiave: UUID | int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps({"dopo": str(chiave)})).decode().rstrip("=")


def progressivo(testo: str) -> int:
    """Read a progressive number from a cursor.

    :raises ValueError: if it is not one that the database can hold.
    """
    if not (testo.isascii() and testo.isdigit() and len(testo) <= 18):
        raise ValueError("non è un progressivo")
    return int(testo)


def _leggi_cursore(cursore: str, tipo: Callable[[str], object]) -> object:
    try:
        crudo = base64.urlsafe_b64decode(cursore + "=" * (-len(cursore) % 4))
        return tipo(orjson.loads(crudo)["dopo"])
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        raise DatiNonValidi(
            "Il cursore non è valido", (Difetto("/cursor", "usare il valore di next_cursor della pagina precedente"),)
        ) from None


async def pagina(
    session: Session,
    select: str,
    filtro: Filtro,
    *,
    cursore: str | None,
    limite: int,
    leggi: Callable[[Any], T],
    chiave: str = "id",
    tipo: Callable[[str], object] = UUID,
) -> Pagina[T]:
    """Read one page in descending order of `chiave`, a UUIDv7 column (or another `tipo`): the newest first.

    `select` is everything before WHERE. :raises DatiNonValidi: if the cursor is not one of ours.
    """
    if cursore:
        filtro.aggiungi(f"{chiave} < ?", _leggi_cursore(cursore, tipo))
    limite = max(1, min(limite, LIMITE_MASSIMO))
    righe: Sequence[Any] = await session.fetch(
        f"{select} {filtro.where} ORDER BY {chiave} DESC LIMIT {limite + 1}", *filtro.valori
    )
    nome = chiave.rpartition(".")[2]
    seguente = _cursore(righe[limite - 1][nome]) if len(righe) > limite else None
    return Pagina([leggi(riga) for riga in righe[:limite]], seguente)
