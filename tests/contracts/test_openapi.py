# SPDX-License-Identifier: EUPL-1.2
"""The rules of the Italian checker on the five documents, and what the checker does not see."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest

from deploy.locale.documenti import openapi
from shared.db.migrazioni import SERVIZI

_PROBLEMA = "application/problem+json"
_LIMITI = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
_VERBI = ("get", "post", "put", "patch", "delete", "head")


@cache
def documento(servizio: str) -> dict[str, Any]:
    return json.loads(json.dumps(openapi(servizio)))  # type: ignore[no-any-return]


def operazioni(servizio: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for percorso, metodi in documento(servizio)["paths"].items():
        for metodo, operazione in metodi.items():
            yield percorso, metodo, operazione


def schemi(nodo: Any, posto: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk through every schema of a document."""
    if isinstance(nodo, dict):
        if isinstance(nodo.get("type"), str):
            yield posto, nodo
        for chiave, valore in nodo.items():
            if chiave not in ("example", "examples"):
                yield from schemi(valore, f"{posto}/{chiave}")
    elif isinstance(nodo, list):
        for i, valore in enumerate(nodo):
            yield from schemi(valore, f"{posto}/{i}")


def valido(servizio: str, schema: dict[str, Any], esempio: Any) -> None:
    """Validate an example against a schema of the document."""
    completo = {**schema, "components": documento(servizio)["components"]}
    jsonschema.validate(esempio, completo, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("servizio", SERVIZI)
class TestDocumento:
    def test_presents_itself(self, servizio: str) -> None:
        info = documento(servizio)["info"]

        assert info["contact"].keys() >= {"name", "url", "email"}
        assert info["termsOfService"]
        assert info["x-summary"]
        assert info["x-api-id"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
        assert all(
            s["description"] and (s["url"].startswith("https://") or s["x-sandbox"])
            for s in documento(servizio)["servers"]
        )

    def test_says_whether_it_works(self, servizio: str) -> None:
        risposta = documento(servizio)["paths"]["/status"]["get"]["responses"]["200"]

        assert list(risposta["content"]) == [_PROBLEMA]

    def test_describes_every_operation(self, servizio: str) -> None:
        definiti = {t["name"] for t in documento(servizio)["tags"] if t["description"]}

        for percorso, _, operazione in operazioni(servizio):
            assert operazione["summary"], percorso
            assert operazione["description"], percorso
            assert set(operazione["tags"]) <= definiti, percorso
            assert not operazione["operationId"].startswith(_VERBI), percorso
            for parametro in operazione.get("parameters", ()):
                assert parametro["description"], (percorso, parametro["name"])

    def test_writes_paths_in_kebab_case_without_personal_data(self, servizio: str) -> None:
        for percorso, _, operazione in operazioni(servizio):
            assert re.fullmatch(r"(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z_]+\}))+", percorso), percorso
            nomi = {p["name"] for p in operazione.get("parameters", ()) if p["in"] in ("path", "query")}
            assert not nomi & {"codice_fiscale", "cf", "nome", "cognome", "iban", "email"}, percorso

    def test_answers_errors_with_problems(self, servizio: str) -> None:
        for percorso, _, operazione in operazioni(servizio):
            for status, risposta in operazione["responses"].items():
                if status >= "4":
                    assert list(risposta["content"]) == [_PROBLEMA], (percorso, status)
                    assert risposta["content"][_PROBLEMA]["schema"] == {"$ref": "#/components/schemas/Problema"}
                if status.startswith(("2", "4")):
                    assert set(risposta["headers"]) >= _LIMITI, (percorso, status)
                if status in ("429", "503"):
                    assert "Retry-After" in risposta["headers"], (percorso, status)
            if percorso.startswith("/v1/"):
                assert operazione["responses"].keys() >= {"400", "401", "403", "404", "422", "429", "503", "default"}, (
                    percorso
                )
                assert operazione["security"] == [{"Voucher": []}], percorso

    def test_keeps_numbers_bounded_and_money_in_strings(self, servizio: str) -> None:
        for posto, schema in schemi(documento(servizio)):
            assert schema["type"] != "number", posto
            if schema["type"] == "integer":
                assert schema.get("format") in ("int32", "int64"), posto
                assert "minimum" in schema or "exclusiveMinimum" in schema, posto

    def test_puts_an_object_at_the_root_and_lists_in_pages(self, servizio: str) -> None:
        componenti = documento(servizio)["components"]["schemas"]

        for percorso, metodo, operazione in operazioni(servizio):
            contenuto = operazione["responses"].get("200", {}).get("content", {}).get("application/json")
            if contenuto and "$ref" in contenuto["schema"]:
                radice = componenti[contenuto["schema"]["$ref"].rpartition("/")[2]]
                assert radice["type"] == "object", percorso
                if operazione["operationId"].startswith(("list_", "search_")):
                    assert radice["properties"].keys() >= {"items", "next_cursor"}, percorso
            assert not (metodo == "get" and "requestBody" in operazione), percorso

    def test_names_fields_in_snake_case(self, servizio: str) -> None:
        for nome, schema in documento(servizio)["components"]["schemas"].items():
            for campo in schema.get("properties", ()):
                assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", campo), (nome, campo)

    def test_gives_examples_that_respect_their_schemas(self, servizio: str) -> None:
        provati = 0
        for percorso, metodo, operazione in operazioni(servizio):
            corpo = operazione.get("requestBody", {}).get("content", {}).get("application/json")
            if corpo is None:
                continue
            schema = corpo["schema"]
            modello = documento(servizio)["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
            esempi = [
                *schema.get("examples", ()),
                *modello.get("examples", ()),
                *(e["value"] for e in corpo.get("examples", {}).values()),
            ]
            assert esempi or _vuoto(servizio, schema), (percorso, metodo)
            for esempio in esempi:
                valido(servizio, {k: v for k, v in schema.items() if k != "examples"}, esempio)
                provati += 1
        assert provati


def _vuoto(servizio: str, schema: dict[str, Any]) -> bool:
    """Tell whether the empty object, or the examples of the single fields, are enough of an example."""
    nome = schema.get("$ref", "").rpartition("/")[2]
    modello = documento(servizio)["components"]["schemas"].get(nome, {})
    campi = modello.get("properties", {})
    return all(campo not in modello.get("required", ()) or campi[campo].get("examples") for campo in campi)
