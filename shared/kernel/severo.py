# SPDX-License-Identifier: EUPL-1.2
"""Base of the models that read what others send: pydantic guesses nothing."""

import re
from typing import Any, cast

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

# Where a schema of pydantic keeps what is not a schema.
_NON_SCHEMI = frozenset({"default", "metadata", "serialization", "config"})
_DATA = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ISTANTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}([+-][0-9]{2}:[0-9]{2}|Z)?", re.ASCII | re.IGNORECASE)


def data_scritta(valore: Any) -> Any:
    """Refuse what becomes a date by guessing: a number, or the text of one."""
    if isinstance(valore, int | float) or (isinstance(valore, str) and not _DATA.fullmatch(valore)):
        raise PydanticKnownError("date_type")
    return valore


def _istante(valore: Any) -> Any:
    if isinstance(valore, int | float) or (isinstance(valore, str) and not _ISTANTE.fullmatch(valore)):
        raise PydanticKnownError("datetime_type")
    return valore


def _severo(schema: Any) -> Any:
    """Take out of a schema the guesses of pydantic: 0 is not false, "1" is not one, a number is not a date."""
    if isinstance(schema, list | tuple):
        return type(schema)(_severo(parte) for parte in schema)
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "function-before" and schema["function"]["function"] in (data_scritta, _istante):
        return schema  # a model inside another has already been here
    copia = {nome: parte if nome in _NON_SCHEMI else _severo(parte) for nome, parte in schema.items()}
    match schema.get("type"):
        case "bool" | "int":
            return copia | {"strict": True}
        case "date" | "datetime" as tipo:
            leggi = data_scritta if tipo == "date" else _istante
            return core_schema.no_info_before_validator_function(leggi, cast("CoreSchema", copia))
        case _:
            return copia


class Severo(BaseModel):
    """Reads a boolean, an integer, a date only from what is written as one."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast("CoreSchema", _severo(handler(source)))
