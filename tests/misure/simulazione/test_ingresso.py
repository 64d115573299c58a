# SPDX-License-Identifier: EUPL-1.2
"""The input of a simulation: strict, in Italian, made from the facts, the same in its JSON Schema."""

from dataclasses import fields
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from shared.misure.catalogo import CATALOGO
from shared.misure.descrizioni import CAMPI, descrivi
from shared.misure.nucleo import Componente, Fatti, Isee
from shared.misure.simulazione import NucleoSimulato, schema_nucleo
from tests.misure.simulazione.famiglie import famiglia


class TestNucleoSimulato:
    @pytest.mark.parametrize(
        "guasto",
        [
            {"nome": "Maria"},
            {"componenti": []},
            {"componenti": [{}]},
            {"componenti": [{"eta": 30, "data_nascita": "1990-01-01"}]},
            {"componenti": [{"eta": 30, "disabile": "si"}]},
            {"componenti": [{"eta": "30"}]},
            {"componenti": [{"eta": 30, "codice_fiscale": "CNTDVD90A22H501X"}]},
            {"isee": [{"isee": 4000, "reddito_familiare": "1500.00"}]},
            {"isee": [{"reddito_familiare": "1500.00"}]},
            {"veicoli": [{"categoria": "BICICLETTA", "prima_immatricolazione": "2020-01-01"}]},
            {"richiedente": -1},
            {"presentata_il": "1849-12-31"},
            {"componenti": [{"data_nascita": "0001-01-01"}]},
            {"isee": [{"isee": "1.00", "reddito_familiare": "1.00", "presentata_il": "9999-12-31"}]},
            {"rinnovo": {"primo_mese": "2025-07", "ultimo_mese_precedente": "9999-12"}},
        ],
    )
    def test_refuses_what_it_does_not_know(self, guasto: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            NucleoSimulato.model_validate({**famiglia(), **guasto})

    def test_takes_every_fact_of_the_rules(self) -> None:
        campi = {f.name for f in fields(Fatti)} - {"propri"}

        assert campi <= NucleoSimulato.model_fields.keys()

    def test_takes_the_facts_of_one_misura_only(self) -> None:
        proprie = {m.codice.lower() for m in CATALOGO.values() if m.fatti_propri}

        assert {"sfl", "sia"} <= proprie <= NucleoSimulato.model_fields.keys()


class TestSchemaNucleo:
    def test_accepts_what_the_model_accepts(self) -> None:
        jsonschema.validate(famiglia(), schema_nucleo())

    @pytest.mark.parametrize("guasto", [{"componenti": []}, {"nome": "Maria"}, {"isee": [{"isee": 1}]}])
    def test_refuses_what_the_model_refuses(self, guasto: dict[str, Any]) -> None:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**famiglia(), **guasto}, schema_nucleo())

    @pytest.mark.parametrize("tipo", [Fatti, Componente, Isee])
    def test_describes_every_fact_in_italian(self, tipo: type) -> None:
        fuori = {"propri", "codice_fiscale"}

        assert {f.name for f in fields(tipo)} - fuori <= CAMPI[tipo.__name__].keys()

    def test_shows_the_name_of_what_nobody_described(self) -> None:
        assert descrivi("Fatti", "dato_nuovo") == "Dato nuovo"
