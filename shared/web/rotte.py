# SPDX-License-Identifier: EUPL-1.2
"""Routes that read JSON strictly: what two readers could understand in two ways is refused."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from shared.errors import FormatoNonAccettato, RichiestaIllegibile

_PROFONDITA_MASSIMA = 32
# Parts of an address that are operations: no thing has such a name, or `GET .../ricerche` would look for one.
_RISERVATE = frozenset({"ricerche"})


def leggi_json(corpo: bytes) -> Any:
    """Read JSON, refusing repeated keys, NaN and Infinity, huge numbers, lone surrogates, NUL, and deep nesting.

    :raises RichiestaIllegibile: with the reason, never the content.
    """
    try:
        testo = corpo.decode("utf-8")
        if _profondita(testo) > _PROFONDITA_MASSIMA:
            raise RichiestaIllegibile("Il JSON è annidato troppo in profondità")
        if "\\u0000" in testo or "\\ud" in testo.lower():
            _senza_caratteri_impossibili(json.loads(testo))
        return json.loads(testo, object_pairs_hook=_senza_ripetizioni, parse_constant=_costante,
                          parse_int=_intero, parse_float=_decimale)  # fmt: skip
    except RichiestaIllegibile:
        raise
    except (ValueError, RecursionError):
        raise RichiestaIllegibile("Il corpo non è un JSON valido") from None


def _profondita(testo: str) -> int:
    aperte = massima = 0
    for carattere in testo if testo.count("[") + testo.count("{") > _PROFONDITA_MASSIMA else "":
        aperte += (carattere in "[{") - (carattere in "]}")
        massima = max(massima, aperte)
    return massima


def _senza_ripetizioni(coppie: list[tuple[str, Any]]) -> dict[str, Any]:
    oggetto = dict(coppie)
    if len(oggetto) != len(coppie):
        raise RichiestaIllegibile("Il JSON ripete la stessa chiave in un oggetto")
    return oggetto


def _costante(_: str) -> Any:
    raise RichiestaIllegibile("Il JSON contiene NaN o Infinity")


def _intero(cifre: str) -> int:
    if len(cifre) > 19:
        raise RichiestaIllegibile("Il JSON contiene un numero troppo grande")
    return int(cifre)


def _decimale(cifre: str) -> float:
    valore = float(cifre)
    if not math.isfinite(valore):
        raise RichiestaIllegibile("Il JSON contiene un numero troppo grande")
    return valore


def _senza_caratteri_impossibili(valore: Any) -> None:
    match valore:
        case str():
            if "\x00" in valore or any(0xD800 <= ord(c) <= 0xDFFF for c in valore):
                raise RichiestaIllegibile("Il JSON contiene caratteri non rappresentabili")
        case dict():
            for chiave, contenuto in valore.items():
                _senza_caratteri_impossibili(chiave)
                _senza_caratteri_impossibili(contenuto)
        case list():
            for contenuto in valore:
                _senza_caratteri_impossibili(contenuto)


def _altro_alfabeto(tipo: str) -> bool:
    parametri = [p.strip().lower() for p in tipo.split(";")[1:]]
    return any(p.startswith("charset=") and p not in ("charset=utf-8", 'charset="utf-8"') for p in parametri)


class _RichiestaSevera(Request):
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            if _altro_alfabeto(self.headers.get("content-type", "")):
                raise FormatoNonAccettato("Il corpo deve essere in UTF-8")
            self._json = leggi_json(await self.body())
        return self._json


class RottaSevera(APIRoute):
    """Route of every `/v1` operation."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as usual, but never take an operation for the name of a thing."""
        trovato, figlio = super().matches(scope)
        if _RISERVATE.isdisjoint(figlio.get("path_params", {}).values()):
            return trovato, figlio
        return Match.NONE, {}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the request so that its body is read strictly."""
        servi = super().get_route_handler()

        async def severa(request: Request) -> Response:
            return await servi(_RichiestaSevera(request.scope, request.receive))

        return severa
