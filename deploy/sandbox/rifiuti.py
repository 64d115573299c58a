# SPDX-License-Identifier: EUPL-1.2
"""How the simulated systems say no: problem+json, in the shape of the gateway or in the system's own."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import uuid4

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

M = TypeVar("M", bound=BaseModel)
PROBLEMA = "application/problem+json"


class Rifiuto(Exception):
    """An answer of refusal."""

    def __init__(self, status: int, corpo: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.corpo = dict(corpo)
        self.headers = dict(headers or {})

    def in_http(self) -> Response:
        """Turn it into the response."""
        return Response(orjson.dumps(self.corpo), self.status, self.headers, PROBLEMA)


def problema(status: int, titolo: str, dettaglio: str, headers: Mapping[str, str] | None = None) -> Rifiuto:
    """Build a plain problem."""
    return Rifiuto(status, {"type": "about:blank", "title": titolo, "status": status, "detail": dettaglio}, headers)


def gateway(status: int, titolo: str, dettaglio: str) -> Rifiuto:
    """Build a problem as the gateway in front of the e-services writes it."""
    corpo = {
        "type": f"https://govway.org/handling-errors/{status}/{titolo}.html", "title": titolo, "status": status,
        "detail": dettaglio, "govway_id": str(uuid4()),
    }  # fmt: skip
    headers = {"WWW-Authenticate": 'Bearer realm="GovWay", error="invalid_token"'} if status == 401 else {}
    return Rifiuto(status, corpo, headers)


def troppe(sistema: str, *, secondi: int = 1) -> Rifiuto:
    """Build a 429, with the limit headers in the spelling of the system."""
    headers = {"Retry-After": str(secondi)}
    if sistema == "pdnd":
        headers |= {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Interval": "1000"}
    else:
        headers |= {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(secondi)}
    return problema(429, "Too Many Requests", "Limite di chiamate superato", headers)


def leggi(modello: type[M], corpo: bytes, *, status: int = 400) -> M:
    """Read a JSON body.

    :raises Rifiuto: with `status`, if it does not have the shape of the model.
    """
    try:
        return modello.model_validate_json(corpo)
    except ValidationError as errore:
        dove = ", ".join("/" + "/".join(str(p) for p in e["loc"]) for e in errore.errors()[:5])
        raise problema(status, "Richiesta non valida", f"Il corpo non ha la forma attesa: {dove}") from None


async def modulo(request: Request) -> dict[str, str]:
    """Read a form in `application/x-www-form-urlencoded`.

    :raises Rifiuto: if the media type is another one.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise problema(415, "Unsupported Media Type", "Atteso application/x-www-form-urlencoded")
    campi = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {nome: valori[0] for nome, valori in campi.items()}
