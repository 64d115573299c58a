# SPDX-License-Identifier: EUPL-1.2
"""Hostile bodies: what no operation may accept, and what may break whoever reads a field without care."""

import gzip
import json
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

CANARINO = "Zqcorpo77"
_CIFRE_ARABE = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_LARGHE = {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(0x21, 0x7F))}
_SEGNO = "@@qui@@"


@dataclass(frozen=True)
class Ostile:
    """One request body that must be refused, or at least survived."""

    nome: str
    corpo: bytes
    intestazioni: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    a_pezzi: bool = False

    def contenuto(self) -> bytes | AsyncIterator[bytes]:
        """Give the body as the client sends it: whole, or in pieces without a length."""
        return self._pezzi() if self.a_pezzi else self.corpo

    async def _pezzi(self) -> AsyncIterator[bytes]:
        for inizio in range(0, len(self.corpo), 16_384):
            yield self.corpo[inizio : inizio + 16_384]


def grezzi(esempio: Any, massimo: int) -> Iterator[Ostile]:
    """Give bodies that no operation accepts, made from one that is good."""
    buono = json.dumps(esempio).encode()
    aperto = buono[:-1] + (b", " if len(esempio) else b"")
    for nome, valore in {
        "NaN": "NaN", "Infinity": "Infinity", "minus Infinity": "-Infinity", "1e999999": "1e999999", "underscore": "1_000",
        "Arabic digits": "١٢٣", "leading zero": "007", "plus": "+1", "hexadecimal": "0x1F", "5,000 digits": "9" * 5000,
        "deep arrays": "[" * 10_000 + "]" * 10_000, "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
        "NUL escaped": '"\\u0000"', "lone surrogate": '"\\ud800"', "reversed surrogates": '"\\udc00\\ud800"',
        "control character": '"a\x00b"', "tab in a string": '"a\tb"', "single quotes": "'a'", "comment": "1 /* x */",
        "undefined": "undefined", "bad escape": '"\\x41"', "unclosed": '"a',
    }.items():  # fmt: skip
        yield Ostile(nome, aperto + f'"{CANARINO}": {valore}}}'.encode())
    chiave = next(iter(esempio), CANARINO)
    ripetuta = json.dumps({chiave: esempio.get(chiave, 1)}).encode()[1:-1]
    yield Ostile("repeated key", b"{" + ripetuta + b"," + ripetuta + b"," + buono[1:] if esempio else b'{"a":1,"a":1}')
    yield Ostile("NUL as a key", aperto + b'"\\u0000": 1}')
    for nome, corpo in {
        "empty": b"", "blank": b" \n", "truncated": buono[:-1], "trailing comma": buono[:-1] + b",}", "twice": buono + buono,
        "then NUL": buono + b"\x00", "BOM": b"\xef\xbb\xbf" + buono, "UTF-16": buono.decode().encode("utf-16"),
        "UTF-16 LE": buono.decode().encode("utf-16-le"), "UTF-32": buono.decode().encode("utf-32"),
        "bad UTF-8": aperto + b'"a": "\xff\xfe"}', "overlong UTF-8": aperto + b'"a": "\xc0\xaf"}',
        "UTF-8 surrogate": aperto + b'"a": "\xed\xa0\x80"}', "null": b"null", "true": b"true", "number": b"12",
        "string": f'"{CANARINO}"'.encode(), "array": b"[]", "array of it": b"[" + buono + b"]", "text": CANARINO.encode(),
        "XML": f"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;{CANARINO}</a>".encode(),
    }.items():  # fmt: skip
        yield Ostile(nome, corpo)
    for tipo in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                 "application/json; charset=utf-16", "application/jsonx", "", "*/*"):  # fmt: skip
        yield Ostile(f"type {tipo!r}", buono, {"Content-Type": tipo})
    for codifica, compresso in (("gzip", gzip.compress(buono)), ("deflate", zlib.compress(buono)), ("br", buono)):
        yield Ostile(codifica, compresso, {"Content-Type": "application/json", "Content-Encoding": codifica})
    yield Ostile("gzip undeclared", gzip.compress(buono))
    grande = buono + b" " * (massimo + 1 - len(buono))
    yield Ostile("one byte too many", grande)
    yield Ostile("too many, in pieces", grande, a_pezzi=True)


_SEMPRE = {
    "NaN": "NaN", "1e999999": "1e999999", "30 digits": "9" * 30, "object": '{"a": 1}', "array of arrays": "[[]]",
    "NUL": '"a\\u0000b"', "surrogate": '"a\\ud800b"', "overlong": json.dumps("a" * 10_000),
    "escape sequence": '"\\u001b[2J"',
}  # fmt: skip
_PER_FORMA = {
    "data": ("0000-00-00", "0001-01-01T00", "2025-02-31", "2025-13-01", "31/12/2025", "2025-3-3", "1741000000", "-2025-03-03",
             "2025-03-03+02:00"),
    "importo": ("-480.00", "1e5", "1_000.00", "480,00", "NaN", "Infinity", "480.0", "480.000", "0x10", "", "99999999999.00"),
    "codice": ("", "' OR 1=1 --", "../../etc/passwd", "%00", "${jndi:ldap://127.0.0.1/a}"),
}  # fmt: skip
_FORME = {
    "data": re.compile(r"\d{4}-\d{2}-\d{2}"), "importo": re.compile(r"\d+\.\d{2}"), "codice": re.compile(r"[A-Z][A-Z0-9_]{2,15}"),
}  # fmt: skip


def campi(esempio: Any) -> Iterator[Ostile]:
    """Give good bodies with one field that cannot be: numbers out of this world, other alphabets, impossible days."""
    for posto, valore in _foglie(esempio):
        for nome, testo in _valori(valore):
            yield Ostile(
                f"{posto} {nome}", json.dumps(_con(esempio, posto, _SEGNO)).replace(f'"{_SEGNO}"', testo).encode()
            )


def _valori(valore: object) -> Iterator[tuple[str, str]]:
    yield from _SEMPRE.items()
    if isinstance(valore, bool):
        yield from {"0": "0", "text": '"true"', "yes": '"si"'}.items()
    if not isinstance(valore, str):
        return
    forma = next((nome for nome, modello in _FORME.items() if modello.fullmatch(valore)), None)
    if forma is None:
        return
    yield from ((testo, json.dumps(testo)) for testo in _PER_FORMA[forma])
    yield from {"number": "0", "negative": "-1", "true": "true"}.items()
    for nome, trasformato in {
        "full width": valore.translate(_LARGHE), "Arabic digits": valore.translate(_CIFRE_ARABE),
        "Cyrillic": valore.replace("A", "А").replace("E", "Е").replace("O", "О"),
        "zero width": valore[:2] + "\u200b" + valore[2:], "right to left": "\u202e" + valore, "newline": valore + "\nX",
    }.items():  # fmt: skip
        if trasformato != valore:
            yield nome, json.dumps(trasformato, ensure_ascii=False)


def _foglie(valore: Any, posto: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(valore, dict):
        for chiave, contenuto in valore.items():
            yield from _foglie(contenuto, (*posto, chiave))
    elif isinstance(valore, list):
        for indice, contenuto in enumerate(valore[:1]):
            yield from _foglie(contenuto, (*posto, indice))
    else:
        yield posto, valore


def _con(valore: Any, posto: tuple[str | int, ...], nuovo: Any) -> Any:
    """Give a copy with one leaf changed."""
    copia = json.loads(json.dumps(valore))
    nodo = copia
    for passo in posto[:-1]:
        nodo = nodo[passo]
    nodo[posto[-1]] = nuovo
    return copia
