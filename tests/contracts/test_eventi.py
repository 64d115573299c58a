# SPDX-License-Identifier: EUPL-1.2
"""One sample per version of each event, kept for ever: what was published once must be readable always."""

import importlib
import json
import os
import pkgutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest

import shared.contracts
from shared.contracts.evento import REGISTRO, Evento
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Sigillo

for modulo in pkgutil.iter_modules(shared.contracts.__path__):
    importlib.import_module(f"shared.contracts.{modulo.name}")

ESEMPI = Path(__file__).parent / "esempi"
_VALORI: dict[Any, Any] = {
    str: "testo", int: 3, bool: True, Decimal: Decimal("480.00"), UUID: UUID("01950000-0000-7000-8000-000000000001"),
    date: date(2025, 3, 3), datetime: datetime(2025, 3, 3, 9, tzinfo=UTC), Mese: Mese(2025, 4), Sigillo: "s1.AAAA",
}  # fmt: skip


def esempio(tipo: type[Evento]) -> Evento:
    """Build an event with every field set."""
    return tipo(**{nome: _valore(campo.annotation) for nome, campo in tipo.model_fields.items()})


def _valore(tipo: Any) -> Any:
    origine = get_origin(tipo)
    if origine in (Union, UnionType):
        return _valore(next(a for a in get_args(tipo) if a is not type(None)))
    if origine is Literal:
        return get_args(tipo)[0]
    if origine is tuple:
        return (_valore(get_args(tipo)[0]),)
    if isinstance(tipo, type) and hasattr(tipo, "model_fields"):
        return tipo(**{nome: _valore(campo.annotation) for nome, campo in tipo.model_fields.items()})
    if isinstance(tipo, type) and hasattr(tipo, "__members__"):
        return next(iter(tipo))  # type: ignore[call-overload]
    return _VALORI[tipo]


@pytest.mark.parametrize("tipo", sorted(REGISTRO))
class TestEsempio:
    def test_is_read_as_it_was_published(self, tipo: str) -> None:
        percorso = ESEMPI / f"{tipo}.json"
        if os.environ.get("SCRIVI_ESEMPI") and not percorso.exists():
            percorso.write_text(esempio(REGISTRO[tipo]).model_dump_json(indent=2) + "\n")

        letto = REGISTRO[tipo].model_validate_json(percorso.read_bytes())

        assert letto == esempio(REGISTRO[tipo])
        assert json.loads(letto.model_dump_json()) == json.loads(percorso.read_bytes())

    def test_tolerates_fields_of_tomorrow(self, tipo: str) -> None:
        oggi = json.loads((ESEMPI / f"{tipo}.json").read_bytes())

        letto = REGISTRO[tipo].model_validate(oggi | {"campo_di_domani": 1})

        assert json.loads(letto.model_dump_json()) == oggi

    def test_has_a_type_that_is_its_routing_key(self, tipo: str) -> None:
        editore, nome, versione = tipo.split(".")

        assert REGISTRO[tipo].__module__ == f"shared.contracts.{editore}"
        assert REGISTRO[tipo].__name__ == "".join(p.title() for p in nome.split("_")) + versione.upper()


def test_no_sample_is_left_without_its_event() -> None:
    assert {p.stem for p in ESEMPI.glob("*.json")} == set(REGISTRO)


def test_no_event_carries_personal_data_in_clear() -> None:
    personali = {
        "codice_fiscale",
        "cognome",
        "nome",
        "iban",
        "email",
        "telefono",
        "indirizzo",
        "data_nascita",
        "motivi",
        "nucleo",
    }

    for tipo, classe in REGISTRO.items():
        in_chiaro = {nome for nome, campo in classe.model_fields.items() if campo.annotation is not Sigillo} & personali
        # A Sigillo is a NewType: pydantic keeps it as the annotation.
        assert (tipo, in_chiaro) == (tipo, set())
