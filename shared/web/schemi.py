# SPDX-License-Identifier: EUPL-1.2
"""Base of the HTTP shapes: strict on what comes in, bounded, never the input in an error."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from shared.kernel.severo import Severo, data_scritta


class In(Severo):
    """Shape of a request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


class Out(BaseModel):
    """Shape of an answer."""

    model_config = ConfigDict(frozen=True)


def _senza_controlli(testo: str) -> str:
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 127 for c in testo):
        raise ValueError("il testo contiene caratteri non ammessi")
    return testo


Testo = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_senza_controlli)]
TestoLungo = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_senza_controlli)]
Belfiore = Annotated[
    str, Field(pattern=r"^[A-Z][0-9]{3}$", description="Codice catastale (Belfiore) del Comune", examples=["H501"])
]
Intero = Annotated[int, Field(ge=0, le=2_147_483_647, json_schema_extra={"format": "int32"})]

Istante = Annotated[
    datetime,
    PlainSerializer(
        lambda v: v.isoformat(timespec="milliseconds").replace("+00:00", "Z"), return_type=str, when_used="json"
    ),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2024-10-03T09:15:00.000Z"]}),
]

# A day among the parameters of an address, read as strictly as those of a body.
Giorno = Annotated[date, BeforeValidator(data_scritta)]

Cursore = Annotated[
    str | None,
    Query(alias="cursor", max_length=200, description="Valore di `next_cursor` della pagina precedente."),
]
Limite = Annotated[
    int,
    Query(
        alias="limit", ge=1, le=100, description="Quanti elementi al massimo.", json_schema_extra={"format": "int32"}
    ),
]
