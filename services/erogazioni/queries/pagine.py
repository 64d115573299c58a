# SPDX-License-Identifier: EUPL-1.2
"""Keyset pages in the natural order of some columns: months of a posizione, rows of a file, numbers of flows."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from shared.db.pagine import Filtro, Pagina
from shared.db.session import Session
from shared.errors import DatiNonValidi, Difetto

T = TypeVar("T")
# Name of a column and how its value is read from a cursor.
Chiavi = tuple[tuple[str, Callable[[Any], object]], ...]


async def pagina_in_ordine(
    session: Session,
    select: str,
    filtro: Filtro,
    *,
    chiavi: Chiavi,
    cursore: str | None,
    limite: int,
    leggi: Callable[[Any], T],
) -> Pagina[T]:
    """Read one page in ascending order of `chiavi`; `select` is everything before WHERE and holds those columns.

    :raises DatiNonValidi: if the cursor is not one of ours.
    """
    colonne = ", ".join(nome for nome, _ in chiavi)
    if cursore:
        valori = _leggi_cursore(cursore, chiavi)
        filtro.aggiungi(f"({colonne}) > ({', '.join('?' for _ in valori)})", *valori)
    righe = await session.fetch(f"{select} {filtro.where} ORDER BY {colonne} LIMIT {limite + 1}", *filtro.valori)
    altre = len(righe) > limite
    seguente = _cursore([righe[limite - 1][nome.rpartition(".")[2]] for nome, _ in chiavi]) if altre else None
    return Pagina([leggi(riga) for riga in righe[:limite]], seguente)


def _cursore(valori: list[object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(valori, default=str)).decode().rstrip("=")


def _leggi_cursore(cursore: str, chiavi: Chiavi) -> list[object]:
    try:
        letti = orjson.loads(base64.urlsafe_b64decode(cursore + "=" * (-len(cursore) % 4)))
        return [leggi(valore) for valore, (_, leggi) in zip(letti, chiavi, strict=True)]
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise DatiNonValidi(
            "Il cursore non è valido", (Difetto("/cursor", "usare il valore di next_cursor della pagina precedente"),)
        ) from None
