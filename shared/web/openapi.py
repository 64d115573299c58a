# SPDX-License-Identifier: EUPL-1.2
"""The OpenAPI document as the ModI rules want it, and the page that shows it with our own assets."""

from collections.abc import Collection, Mapping
from importlib import resources
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response

VERSIONE = "0.1.0"
_ENTE = {"name": "inclusione", "url": "https://inclusione.example/assistenza", "email": "assistenza@inclusione.example"}


def _numero(descrizione: str) -> dict[str, Any]:
    return {
        "description": descrizione,
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2_147_483_647},
    }


_LIMITI = {
    "Cache-Control": {
        "description": "Sempre `no-store`: le risposte non si conservano.",
        "schema": {"type": "string", "enum": ["no-store"]},
    },
    "X-Correlation-ID": {
        "description": "Identificativo della richiesta, da citare nell'assistenza.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "X-RateLimit-Limit": _numero("Richieste consentite al minuto."),
    "X-RateLimit-Remaining": _numero("Richieste che restano nel minuto in corso."),
    "X-RateLimit-Reset": _numero("Secondi alla fine del minuto in corso."),
}
_RIPROVA = {
    "description": "Secondi da attendere prima di riprovare.",
    "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400},
}
_PROBLEMI = {
    "400": "Richiesta illeggibile",
    "401": "Credenziali assenti o non valide",
    "403": "Operazione non consentita",
    "404": "Risorsa assente o non visibile a chi chiama",
    "408": "Corpo non arrivato in tempo",
    "409": "Operazione in conflitto con lo stato attuale",
    "413": "Richiesta troppo grande",
    "415": "Formato del corpo non accettato",
    "422": "Dati non accettabili",
    "429": "Troppe richieste",
    "503": "Servizio momentaneamente non disponibile",
}
_TAG = {
    "accessi": "Chi ha visto i dati di una persona",
    "scarti": "Messaggi ricevuti e non applicati, per chi gestisce il servizio",
    "stato": "Se il servizio funziona",
}
_SENZA_CORPO = {"408", "409", "413", "415"}
_FIRMA = {
    "Digest": "Impronta dei byte del corpo, `SHA-256=` e base64. Con un voucher PDND è obbligatoria.",
    "Agid-JWT-Signature": "Firma del fruitore su `Digest` e `Content-Type`. Con un voucher PDND è obbligatoria.",
    "Agid-JWT-TrackingEvidence": "Chi ha causato la chiamata, legato al voucher. Con un voucher PDND è obbligatoria.",
}
_PROFILI_FIRMA = (
    "\n\nCon un voucher PDND la richiesta è firmata e vale una volta: "
    "[ID_AUTH_REST_02] [INTEGRITY_REST_02] [AUDIT_REST_02]."
)
PROBLEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problema",
    "description": "Descrizione di un errore (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Pagina che spiega il problema"},
        "title": {"type": "string"},
        "status": {"type": "integer", "format": "int32", "minimum": 100, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "maxItems": 50,
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Puntatore JSON al dato"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "example": {
        "type": "https://inclusione.example/problemi/dati-non-validi",
        "title": "Dati non accettabili",
        "status": 422,
        "detail": "Un campo non supera i controlli",
        "instance": "urn:uuid:0d7c2c0e-47c2-4d0e-8a3e-5d5c9f0b6a77",
        "correlation_id": "0d7c2c0e-47c2-4d0e-8a3e-5d5c9f0b6a77",
        "errors": [
            {
                "pointer": "/richiedente/codice_fiscale",
                "code": "valore-non-valido",
                "detail": "codice fiscale non valido",
            }
        ],
    },
}


def documento(
    app: FastAPI,
    *,
    servizio: str,
    sommario: str,
    url_pubblico: str,
    tag: Mapping[str, str],
    firmate: Collection[str] = (),
) -> dict[str, Any]:
    """Build the OpenAPI document of a service."""
    schema = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0",
        tags=app.openapi_tags, contact=_ENTE, terms_of_service="https://inclusione.example/termini",
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        servers=[
            {"url": f"https://inclusione.example/rest/sostegno-reddito/v1/{servizio.replace('_', '-')}", "description": "Esercizio"},
            {"url": url_pubblico, "description": "Prova", "x-sandbox": True},
        ],
    )  # fmt: skip
    schema["tags"] = _tag(schema, tag)
    schema["info"]["x-summary"] = sommario
    schema["info"]["x-api-id"] = f"inclusione-{servizio.replace('_', '-')}"
    schemi = schema.setdefault("components", {}).setdefault("schemas", {})
    schemi.pop("HTTPValidationError", None)
    schemi.pop("ValidationError", None)
    _senza_inglese(schemi)
    schemi["Problema"] = PROBLEMA
    for percorso, metodi in schema["paths"].items():
        for metodo, operazione in metodi.items():
            _completa(operazione, metodo=metodo, personale=percorso.startswith("/v1/"))
            if operazione["operationId"] in firmate:
                _firmata(operazione)
    return schema


def _senza_inglese(schemi: dict[str, Any]) -> None:
    """Take out the docstrings of enumerations: they are written for maintainers."""
    for schema in schemi.values():
        if "enum" in schema:
            schema.pop("description", None)


def _tag(schema: dict[str, Any], descrizioni: Mapping[str, str]) -> list[dict[str, str]]:
    """Describe the tags in use: those of the service in their order, then the common ones."""
    usati = {
        nome
        for metodi in schema["paths"].values()
        for operazione in metodi.values()
        for nome in operazione.get("tags", ())
    }
    ordinati = [*(n for n in descrizioni if n in usati), *sorted(usati - set(descrizioni))]
    return [{"name": n, "description": descrizioni.get(n) or _TAG.get(n, f"Operazioni su {n}")} for n in ordinati]


def _completa(operazione: dict[str, Any], *, metodo: str, personale: bool) -> None:
    risposte = operazione["responses"]
    for risposta in risposte.values():
        risposta.setdefault("headers", {}).update(_LIMITI)
        if risposta.get("description") == "Successful Response":
            risposta["description"] = "Operazione riuscita"
    if personale:
        operazione.setdefault("security", [{"Voucher": []}])
        for status, descrizione in _PROBLEMI.items():
            if metodo == "get" and status in _SENZA_CORPO:
                continue
            risposte[status] = _risposta_problema(descrizione, riprova=status in ("429", "503"))
    risposte["default"] = _risposta_problema("Errore", riprova=False)


def _firmata(operazione: dict[str, Any]) -> None:
    """Declare the signed headers; an operator with a token of its own sends none of them."""
    operazione["description"] += _PROFILI_FIRMA
    operazione.setdefault("parameters", []).extend(
        {"name": nome, "in": "header", "required": False, "description": testo,
         "schema": {"type": "string"}}
        for nome, testo in _FIRMA.items()
    )  # fmt: skip


def _risposta_problema(descrizione: str, *, riprova: bool) -> dict[str, Any]:
    intestazioni = {**_LIMITI, "Retry-After": _RIPROVA} if riprova else dict(_LIMITI)
    return {
        "description": descrizione,
        "headers": intestazioni,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}},
    }


def rotte_documentazione(app: FastAPI) -> APIRouter:
    """Serve `/docs` with assets of our own: no other network is needed."""
    rotte = APIRouter(include_in_schema=False)
    file = resources.files("fastapi_swagger") / "resources"

    @rotte.get("/docs")
    async def docs() -> HTMLResponse:
        pagina = get_swagger_ui_html(
            openapi_url="openapi.json", title=app.title, swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css", swagger_favicon_url="docs/favicon-32x32.png",
            swagger_ui_parameters={"persistAuthorization": True, "displayRequestDuration": True, "tryItOutEnabled": True},
        )  # fmt: skip
        return HTMLResponse(bytes(pagina.body).decode().replace("<html>", '<html lang="it">'))

    @rotte.get("/docs/{nome}")
    async def asset(nome: str) -> Response:
        tipi = {
            "swagger-ui-bundle.js": "text/javascript",
            "swagger-ui.css": "text/css",
            "favicon-32x32.png": "image/png",
        }
        if nome not in tipi:
            return Response(status_code=404)
        return Response(
            (file / nome).read_bytes(), media_type=tipi[nome], headers={"Cache-Control": "public, max-age=86400"}
        )

    return rotte
