# SPDX-License-Identifier: EUPL-1.2
"""The AsyncAPI document: whole, with no reference that leads nowhere, true to the code."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from deploy.locale.asyncapi import documento
from deploy.locale.topologia import code
from shared.contracts.evento import REGISTRO
from tests.support.minimo import consegnata


@pytest.fixture(scope="module")
def doc() -> dict[str, Any]:
    return documento()


def _riferimenti(valore: Any) -> Iterator[str]:
    if isinstance(valore, dict):
        for chiave, interno in valore.items():
            if chiave == "$ref":
                yield interno
            else:
                yield from _riferimenti(interno)
    elif isinstance(valore, list):
        for interno in valore:
            yield from _riferimenti(interno)


def _segui(doc: dict[str, Any], riferimento: str) -> Any:
    trovato: Any = doc
    for passo in riferimento.removeprefix("#/").split("/"):
        trovato = trovato[passo]
    return trovato


class TestDocumento:
    def test_has_the_parts_that_the_norm_wants(self, doc: dict[str, Any]) -> None:
        assert doc["asyncapi"] == "3.0.0"
        assert {"title", "version"} <= set(doc["info"])
        assert set(doc) <= {
            "asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components",
        }  # fmt: skip
        assert all({"host", "protocol"} <= set(server) for server in doc["servers"].values())
        assert all({"action", "channel"} <= set(operazione) for operazione in doc["operations"].values())
        assert {operazione["action"] for operazione in doc["operations"].values()} == {"send", "receive"}

    def test_has_no_reference_that_leads_nowhere(self, doc: dict[str, Any]) -> None:
        riferimenti = set(_riferimenti(doc))

        assert len(riferimenti) > len(REGISTRO)
        assert all(isinstance(_segui(doc, riferimento), dict) for riferimento in riferimenti)

    def test_tells_of_every_event(self, doc: dict[str, Any]) -> None:
        assert set(doc["channels"]) == set(REGISTRO)
        for tipo, canale in doc["channels"].items():
            assert canale["address"] == tipo
            assert list(canale["messages"]) == [REGISTRO[tipo].__name__]

    def test_tells_who_sends_and_who_receives(self, doc: dict[str, Any]) -> None:
        ricezioni = {n for n, o in doc["operations"].items() if o["action"] == "receive"}
        invii = {n for n, o in doc["operations"].items() if o["action"] == "send"}

        assert ricezioni == {f"{tipo}.riceve.{servizio}" for servizio, tipi in code().items() for tipo in tipi}
        assert invii == {f"{tipo}.invia" for tipo in REGISTRO}

    def test_messages_of_an_operation_belong_to_its_channel(self, doc: dict[str, Any]) -> None:
        for operazione in doc["operations"].values():
            [messaggio] = operazione["messages"]
            assert messaggio["$ref"].startswith(operazione["channel"]["$ref"] + "/messages/")

    def test_accepts_what_the_services_send_and_nothing_less(self, doc: dict[str, Any]) -> None:
        schema = {"$ref": "#/components/schemas/NotificaConsegnataV1", "components": doc["components"]}
        corpo = consegnata().model_dump(mode="json")

        jsonschema.Draft202012Validator(schema).validate(corpo)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate({k: v for k, v in corpo.items() if k != "domanda_id"})

    def test_has_no_english_left(self, doc: dict[str, Any]) -> None:
        testi = [v for schema in doc["components"]["schemas"].values() for v in _note(schema)]

        assert not [testo for testo in testi if " the " in f" {testo} "]

    def test_has_good_schemas(self, doc: dict[str, Any]) -> None:
        for schema in doc["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)


def _note(valore: Any) -> Iterator[str]:
    if isinstance(valore, dict):
        for chiave, interno in valore.items():
            if chiave in ("title", "description") and isinstance(interno, str):
                yield interno
            yield from _note(interno)
