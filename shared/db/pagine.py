# SPDX-License-Identifier: EUPL-1.2
"""Keyset pages: an opaque cursor after the last row seen, so that page 10,000 costs as page 1.

A column that an index holds before the order of the list must have one value for the index to give that order. Where
a list lets through more than one (the Comuni of a territory, every state), each value is a branch: the first rows of
each branch are read from the index, then merged. So a page reads at most its size for each branch, whatever is asked.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from shared.db.session import Session
from shared.errors import DatiNonValidi, Difetto
from shared.kernel.mese import Mese

T = TypeVar("T")
LIMITE_MASSIMO = 100
# A page is read along its index. Where the planner expects few rows it would rather read all those of a large ente, and
# sort them: it does not know whose they are, and pages just written make the index look dear.
_IN_ORDINE = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off"


@dataclass(frozen=True, slots=True)
class Pagina(Generic[T]):
    """Items of one page and the cursor of the next one, when there is one."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Ordine:
    """The columns that order a list, each with how its value is read from a cursor.

    Together they are unique; in a list with branches the last one is, by itself.
    """

    chiavi: tuple[tuple[str, Callable[[Any], object]], ...]
    discendente: bool = True

    @property
    def colonne(self) -> str:
        """The columns, as in a row comparison."""
        return ", ".join(nome for nome, _ in self.chiavi)

    @property
    def nomi(self) -> list[str]:
        """The columns as the rows call them, without the table."""
        return [nome.rpartition(".")[2] for nome, _ in self.chiavi]

    @property
    def clausola(self) -> str:
        """The ORDER BY clause."""
        return self._clausola(nome for nome, _ in self.chiavi)

    def di(self, alias: str) -> str:
        """The ORDER BY clause on the columns of a subquery."""
        return self._clausola(f"{alias}.{nome}" for nome in self.nomi)

    def _clausola(self, nomi: Iterable[str]) -> str:
        return "ORDER BY " + ", ".join(nome + (" DESC" if self.discendente else "") for nome in nomi)


# An UUIDv7: the newest first.
PER_ID = Ordine((("id", UUID),))


@dataclass(frozen=True, slots=True)
class Elenco:
    """What a list shows of which table, and in which order; `unioni` are the joins that add to the rows, never rows."""

    campi: str
    tabella: str
    ordine: Ordine = PER_ID
    unioni: str = ""


class Filtro:
    """Conditions of a query, joined by AND, with numbered parameters."""

    def __init__(self) -> None:
        self.condizioni: list[str] = []
        self.valori: list[object] = []
        self._rami: list[tuple[str, int, str]] = []

    def aggiungi(self, condizione: str, *valori: object) -> "Filtro":
        """Add a condition; each `?` stands for the next value."""
        for valore in valori:
            self.valori.append(valore)
            condizione = condizione.replace("?", f"${len(self.valori)}", 1)
        self.condizioni.append(condizione)
        return self

    def uno_di(self, colonna: str, ammessi: Iterable[object], *, tipo: str = "text") -> "Filtro":
        """Keep the rows where the column has one of these values: each is a branch of its own."""
        self.valori.append(list(ammessi))
        self._rami.append((colonna, len(self.valori), tipo))
        return self

    @property
    def where(self) -> str:
        """The WHERE clause, empty when there are no conditions."""
        tutte = self.condizioni + [f"{colonna} = ANY(${n}::{tipo}[])" for colonna, n, tipo in self._rami]
        return _where(tutte)

    @property
    def rami(self) -> str:
        """The values of the branches as rows, empty when there are none."""
        return ", ".join(f"unnest(${n}::{tipo}[]) AS ramo{n} (valore)" for _, n, tipo in self._rami)

    @property
    def del_ramo(self) -> str:
        """The WHERE clause inside one branch."""
        return _where(self.condizioni + [f"{colonna} = ramo{n}.valore" for colonna, n, _ in self._rami])


def _where(condizioni: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(condizioni)}" if condizioni else ""


def cursore_di(valori: Iterable[object]) -> str:
    """Write the cursor that follows the row with these keys."""
    return base64.urlsafe_b64encode(orjson.dumps([str(valore) for valore in valori])).decode().rstrip("=")


def progressivo(testo: str, *, massimo: int = 2**63 - 1) -> int:
    """Read a progressive number from a cursor.

    :raises ValueError: if it is not one that the database can hold.
    """
    if not (testo.isascii() and testo.isdigit() and len(testo) <= 19 and int(testo) <= massimo):
        raise ValueError("non è un progressivo")
    return int(testo)


def numero(testo: str) -> int:
    """Read a number of an integer column from a cursor.

    :raises ValueError: if it is not one that the column can hold.
    """
    return progressivo(testo, massimo=2**31 - 1)


def mese(testo: str) -> str:
    """Read a month, YYYY-MM, from a cursor.

    :raises ValueError: if it is not one.
    """
    return str(Mese.da_testo(testo))


def _leggi_cursore(cursore: str, ordine: Ordine) -> list[object]:
    try:
        crudi = orjson.loads(base64.urlsafe_b64decode(cursore + "=" * (-len(cursore) % 4)))
        return [leggi(crudo) for crudo, (_, leggi) in zip(crudi, ordine.chiavi, strict=True)]
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise DatiNonValidi(
            "Il cursore non è valido", (Difetto("/cursor", "usare il valore di next_cursor della pagina precedente"),)
        ) from None


async def pagina(
    session: Session,
    elenco: Elenco,
    filtro: Filtro,
    *,
    cursore: str | None,
    limite: int,
    leggi: Callable[[Any], T],
) -> Pagina[T]:
    """Read one page of a list.

    :raises DatiNonValidi: if the cursor is not one of this list.
    """
    ordine = elenco.ordine
    if cursore:
        valori = _leggi_cursore(cursore, ordine)
        confronto = "<" if ordine.discendente else ">"
        filtro.aggiungi(f"({ordine.colonne}) {confronto} ({', '.join('?' for _ in valori)})", *valori)
    limite = max(1, min(limite, LIMITE_MASSIMO))
    await session.execute(_IN_ORDINE)
    righe: Sequence[Any] = await session.fetch(_istruzione(elenco, filtro, limite + 1), *filtro.valori)
    seguente = cursore_di(righe[limite - 1][nome] for nome in ordine.nomi) if len(righe) > limite else None
    return Pagina([leggi(riga) for riga in righe[:limite]], seguente)


def _istruzione(elenco: Elenco, filtro: Filtro, quante: int) -> str:
    """Write the query: where there are branches, first the keys of the page, from the index alone; then their rows."""
    ordine = elenco.ordine
    select = f"SELECT {elenco.campi} FROM {elenco.tabella} {elenco.unioni}"
    if not filtro.rami:
        return f"{select} {filtro.where} {ordine.clausola} LIMIT {quante}"
    ramo = f"SELECT {ordine.colonne} FROM {elenco.tabella} {filtro.del_ramo} {ordine.clausola} LIMIT {quante}"
    unione = f"SELECT r.{ordine.nomi[-1]} FROM {filtro.rami}, LATERAL ({ramo}) AS r {ordine.di('r')} LIMIT {quante}"
    return f"{select} WHERE {ordine.chiavi[-1][0]} = ANY(ARRAY({unione})) {ordine.clausola}"
