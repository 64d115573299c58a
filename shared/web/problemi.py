# SPDX-License-Identifier: EUPL-1.2
"""Problem details (RFC 9457) in Italian, from every handler; never a value that was sent, never personal data."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.db.diagnosi import dove, motivo
from shared.db.session import CONNESSIONE_PERSA, correlazione
from shared.errors import (
    Conflict,
    DatiNonValidi,
    Difetto,
    FormatoNonAccettato,
    InclusioneError,
    IntestazioneMancante,
    NotFound,
    RichiestaIllegibile,
    Unauthenticated,
    UpstreamUnavailable,
)  # fmt: skip

log = structlog.get_logger("web")

MEDIA_TYPE = "application/problem+json"
BASE = "https://inclusione.example/problemi/"

# What pydantic says, in the words of who reads: by type of error, with the figures of the rule, never the input.
_TESTI = {
    "missing": "campo obbligatorio",
    "extra_forbidden": "campo non previsto",
    "string_type": "atteso un testo",
    "string_too_short": "testo troppo corto: numero minimo di caratteri {min_length}",
    "string_too_long": "testo troppo lungo: numero massimo di caratteri {max_length}",
    "string_pattern_mismatch": "il formato non è quello previsto",
    "int_type": "atteso un numero intero",
    "int_parsing": "atteso un numero intero",
    "bool_type": "atteso true o false",
    "bool_parsing": "atteso true o false",
    "date_type": "attesa una data AAAA-MM-GG",
    "date_parsing": "attesa una data AAAA-MM-GG",
    "date_from_datetime_parsing": "attesa una data AAAA-MM-GG",
    "date_from_datetime_inexact": "attesa una data AAAA-MM-GG, senza ora",
    "datetime_type": "atteso un istante AAAA-MM-GGTHH:MM:SSZ",
    "datetime_parsing": "atteso un istante AAAA-MM-GGTHH:MM:SSZ",
    "datetime_from_date_parsing": "atteso un istante AAAA-MM-GGTHH:MM:SSZ",
    "timezone_aware": "atteso un istante con il fuso orario",
    "enum": "valore non ammesso: atteso uno tra {expected}",
    "literal_error": "valore non ammesso: atteso uno tra {expected}",
    "greater_than_equal": "valore troppo piccolo: almeno {ge}",
    "less_than_equal": "valore troppo grande: al massimo {le}",
    "greater_than": "valore troppo piccolo: più di {gt}",
    "less_than": "valore troppo grande: meno di {lt}",
    "too_short": "elenco troppo corto: numero minimo di elementi {min_length}",
    "too_long": "elenco troppo lungo: numero massimo di elementi {max_length}",
    "uuid_parsing": "atteso un identificativo UUID",
    "uuid_type": "atteso un identificativo UUID",
    "model_type": "atteso un oggetto JSON",
    "model_attributes_type": "atteso un oggetto JSON",
    "dict_type": "atteso un oggetto JSON",
    "list_type": "atteso un elenco JSON",
    "tuple_type": "atteso un elenco JSON",
    "union_tag_invalid": "tipo non ammesso",
    "union_tag_not_found": "manca il tipo",
}
_PUNTATORE_MASSIMO = 200
_METODI = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TITOLI_HTTP = {
    404: (NotFound.tipo, NotFound.titolo, "L'indirizzo richiesto non esiste"),
    405: ("metodo-non-ammesso", "Metodo non ammesso", "L'operazione non è offerta su questo indirizzo"),
    406: ("formato-non-disponibile", "Formato non disponibile", "Le risposte sono in application/json"),
    413: ("richiesta-troppo-grande", "Richiesta troppo grande", "Il corpo supera il limite consentito"),
    415: ("formato-non-accettato", "Formato non accettato", "Il tipo di contenuto non è quello previsto"),
}  # fmt: skip


def problema(
    status: int,
    tipo: str,
    titolo: str,
    dettaglio: str,
    *,
    difetti: Iterable[Difetto] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build a problem+json response."""
    corpo: dict[str, Any] = {
        "type": BASE + tipo, "title": titolo, "status": status, "detail": dettaglio,
        "instance": f"urn:uuid:{correlazione.get()}" if correlazione.get() else "about:blank",
        "correlation_id": correlazione.get(),
    }  # fmt: skip
    errori = [{"pointer": d.puntatore, "code": d.codice, "detail": d.dettaglio} for d in difetti]
    if errori:
        corpo["errors"] = errori
    return Response(orjson.dumps(corpo), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def da_errore(errore: InclusioneError) -> Response:
    """Turn one of our errors into its problem."""
    headers = {}
    if errore.retry_after_seconds is not None:
        headers["Retry-After"] = str(errore.retry_after_seconds)
    if isinstance(errore, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    difetti = errore.difetti if isinstance(errore, DatiNonValidi) else ()
    dettaglio = str(errore) if errore.status < 500 or isinstance(errore, UpstreamUnavailable) else errore.titolo
    return problema(errore.status, errore.tipo, errore.titolo, dettaglio, difetti=difetti, headers=headers)


def difetti_di(errori: Iterable[Mapping[str, Any]]) -> tuple[Difetto, ...]:
    """Translate validation errors: pointer, code and Italian sentence."""
    return tuple(_difetto(errore) for errore in list(errori)[:50])


def _difetto(errore: Mapping[str, Any]) -> Difetto:
    luogo = errore["loc"][1:] if errore["loc"][:1] in (("body",), ("query",), ("path",), ("header",)) else errore["loc"]
    # A key may be as long as the body: what is not ours is not sent back whole.
    puntatore = "/" + "/".join(str(passo).replace("~", "~0").replace("/", "~1") for passo in luogo)[:_PUNTATORE_MASSIMO]
    contesto = errore.get("ctx", {})
    if errore["type"] == "value_error":
        return Difetto(puntatore, str(contesto.get("error", "valore non valido")), "valore-non-valido")
    testo = _TESTI.get(errore["type"], "valore non valido")
    dati = {
        nome: str(valore).replace(" or ", " o ") for nome, valore in contesto.items() if isinstance(valore, str | int)
    }
    try:
        testo = testo.format(**dati)
    except KeyError:
        testo = "valore non valido"
    return Difetto(puntatore, testo, errore["type"].replace("_", "-"))


async def _nostro(_request: Request, errore: InclusioneError) -> Response:
    return da_errore(errore)


async def _non_validi(request: Request, errore: RequestValidationError) -> Response:
    errori = errore.errors()
    if not _in_json(request) and any(tuple(e["loc"]) == ("body",) and e["type"] != "missing" for e in errori):
        return da_errore(FormatoNonAccettato("Il corpo deve essere application/json"))
    if any(e["type"] == "json_invalid" for e in errori):
        return da_errore(RichiestaIllegibile("Il corpo non è un JSON valido"))
    if intestazioni := [e for e in errori if e["loc"][:1] == ("header",)]:
        return da_errore(
            IntestazioneMancante("Manca un'intestazione, o non ha la forma prevista", difetti_di(intestazioni))
        )
    difetti = difetti_di(errori)
    quanti = (
        "Un campo non supera i controlli" if len(difetti) == 1 else f"{len(difetti)} campi non superano i controlli"
    )
    return da_errore(DatiNonValidi(quanti, difetti))


def _in_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _http(request: Request, errore: HTTPException) -> Response:
    if isinstance(errore.__cause__, InclusioneError):  # what reading the body raised
        return da_errore(errore.__cause__)
    if errore.status_code == 400:
        return da_errore(RichiestaIllegibile("Il corpo della richiesta non si può leggere"))
    generico = ("richiesta-non-accettata", "Richiesta non accettata", "La richiesta non può essere servita")
    tipo, titolo, dettaglio = _TITOLI_HTTP.get(errore.status_code, generico)
    headers = {"Allow": _metodi(request)} if errore.status_code == 405 else errore.headers
    return problema(errore.status_code, tipo, titolo, dettaglio, headers=headers)


def _metodi(request: Request) -> str:
    """List every method of an address: each route knows only its own."""
    scopi = {metodo: {**request.scope, "method": metodo} for metodo in _METODI}
    return ", ".join(
        metodo
        for metodo, scope in scopi.items()
        if any(rotta.matches(scope)[0] is Match.FULL for rotta in request.app.routes)
    )


async def _archivio(_request: Request, errore: Exception) -> Response:
    if isinstance(errore, asyncpg.LockNotAvailableError | asyncpg.TransactionRollbackError):
        return da_errore(Conflict("Un'altra operazione sta modificando la stessa risorsa: riprovare"))
    if isinstance(errore, asyncpg.DataError):
        return da_errore(DatiNonValidi("Un valore non è rappresentabile"))
    if isinstance(errore, (*CONNESSIONE_PERSA, asyncpg.QueryCanceledError)):
        return da_errore(UpstreamUnavailable("Archivio non disponibile", retry_after_seconds=2))
    return imprevisto(errore)


def imprevisto(errore: Exception) -> Response:
    """Log an unexpected error by kind and place, never with its text, and build its problem."""
    log.error("errore_imprevisto", errore=motivo(errore), **dove(errore))
    return problema(
        500, "errore-interno", "Errore interno", "Si è verificato un errore: è stato registrato con il codice indicato"
    )


def installa(app: FastAPI) -> None:
    """Make every error of the application a problem+json."""
    app.add_exception_handler(InclusioneError, _nostro)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _non_validi)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    for classe in (asyncpg.PostgresError, *CONNESSIONE_PERSA):
        app.add_exception_handler(classe, _archivio)
