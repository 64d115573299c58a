# SPDX-License-Identifier: EUPL-1.2
"""Canonical JSON: one content has one sequence of bytes, so that a hash seals it and anyone can compute it again.

The rule, a subset of RFC 8785 (JCS):

1. UTF-8, without a BOM, without spaces or line ends between the tokens.
2. The keys of each object are ASCII and in ascending order; the order of lists means something and is kept.
3. Values are objects, lists, strings, integers that a double holds exactly, true, false, null. Never a fraction: amounts are
   strings with two digits, days and instants are ISO 8601 strings, instants in UTC with `Z`.
4. Strings escape only what JSON asks to: quotation mark, backslash, control characters (short form where there is one).

The seal is the SHA-256 of those bytes, in lower case hexadecimal.
"""

import hashlib

import orjson

_INTERO_MASSIMO = 2**53 - 1


class NonCanonico(ValueError):
    """The value cannot be written in one way only."""


def canonico(valore: object) -> bytes:
    """Write a value made of dict, list, str, int, bool and None.

    :raises NonCanonico: if it holds anything else.
    """
    _controlla(valore)
    return orjson.dumps(valore, option=orjson.OPT_SORT_KEYS)


def impronta(contenuto: bytes) -> str:
    """Seal canonical bytes."""
    return hashlib.sha256(contenuto).hexdigest()


def prima_differenza(atteso: object, trovato: object, *, punto: str = "") -> str | None:
    """Give the JSON pointer of the first place where two values differ, in the order of the keys; None if nowhere."""
    if isinstance(atteso, dict) and isinstance(trovato, dict):
        coppie = [
            (chiave, atteso.get(chiave, _ASSENTE), trovato.get(chiave, _ASSENTE))
            for chiave in sorted({*atteso, *trovato})
        ]
        return _prima(coppie, punto)
    if isinstance(atteso, list) and isinstance(trovato, list):
        lungo = max(len(atteso), len(trovato))
        return _prima([(str(i), _posto(atteso, i), _posto(trovato, i)) for i in range(lungo)], punto)
    return None if type(atteso) is type(trovato) and atteso == trovato else punto or "/"


_ASSENTE = object()


def _posto(elenco: list[object], indice: int) -> object:
    return elenco[indice] if indice < len(elenco) else _ASSENTE


def _prima(coppie: list[tuple[str, object, object]], punto: str) -> str | None:
    differenze = (prima_differenza(a, b, punto=f"{punto}/{nome}") for nome, a, b in coppie)
    return next((differenza for differenza in differenze if differenza is not None), None)


def _controlla(valore: object) -> None:
    match valore:
        case str() | None | bool():  # most of them, and the cheapest to tell
            pass
        case dict():
            if not all(isinstance(chiave, str) and chiave.isascii() for chiave in valore):
                raise NonCanonico("chiave non ASCII")
            _controlla(list(valore.values()))
        case list():
            for contenuto in valore:
                _controlla(contenuto)
        case int() if abs(valore) <= _INTERO_MASSIMO:
            pass
        case _:
            raise NonCanonico(f"valore di tipo {type(valore).__name__}, o intero troppo grande")
