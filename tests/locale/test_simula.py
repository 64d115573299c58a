# SPDX-License-Identifier: EUPL-1.2
"""`inclusione simula`: JSON on the output, Italian errors aside, exit codes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from deploy.locale.cli import app
from tests.misure.simulazione.famiglie import famiglia, sola

CHIAVI = {"misura", "al", "esito", "requisiti", "importo_mensile", "scala", "motivi", "righe", "controfattuali"}


def esegui(*argomenti: str, ingresso: str | None = None) -> tuple[int, str, str]:
    esito = CliRunner().invoke(app, ["simula", *argomenti], input=ingresso)
    return esito.exit_code, esito.stdout, esito.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    percorso = tmp_path / "nucleo.json"
    percorso.write_text(json.dumps(famiglia()), encoding="utf-8")
    return percorso


def scritto(percorso: Path, contenuto: Any) -> str:
    percorso.write_text(contenuto if isinstance(contenuto, str) else json.dumps(contenuto), encoding="utf-8")
    return str(percorso)


class TestSimula:
    def test_prints_the_outcome(self, file: Path) -> None:
        codice, uscita, errori = esegui(str(file), "--misura", "adi", "--al", "2026-03-01")

        simulazione = json.loads(uscita)
        assert (codice, errori) == (0, "")
        assert simulazione.keys() >= CHIAVI
        assert (simulazione["esito"], simulazione["importo_mensile"], simulazione["scala"]) == (
            "ACCOLTA", "882.50", "1.30",
        )  # fmt: skip

    @pytest.mark.parametrize(("misura", "al"), [("sfl", "2025-03-10"), ("rdc", "2022-03-10"), ("sia", "2017-06-12")])
    def test_knows_the_four_misure(self, file: Path, misura: str, al: str) -> None:
        _, uscita, _ = esegui(str(file), "--misura", misura, "--al", al)

        simulazione = json.loads(uscita)
        assert simulazione["misura"] == misura.upper()
        assert simulazione["esito"] in {"ACCOLTA", "RESPINTA"}

    def test_compares_the_misure(self, file: Path) -> None:
        _, uscita, _ = esegui(str(file), "--confronta")

        assert {s["misura"] for s in json.loads(uscita)["items"]} == {"SIA", "RDC", "ADI", "SFL"}

    def test_reads_a_batch_and_the_standard_input(self) -> None:
        nuclei = {"nuclei": [famiglia(), sola(61, reddito="2400.00")]}

        _, uscita, _ = esegui("-", "--al", "2024-03-10", ingresso=json.dumps(nuclei))

        items = json.loads(uscita)["items"]
        assert [(s["nucleo"], s["importo_mensile"]) for s in items] == [(0, "805.00"), (1, "300.00")]

    def test_takes_the_day_of_the_domanda_where_no_other_is_asked(self, tmp_path: Path) -> None:
        nucleo = scritto(tmp_path / "n.json", famiglia(presentata_il="2024-03-10"))

        assert json.loads(esegui(nucleo)[1])["al"] == "2024-03-10"

    def test_prints_the_schema_that_its_files_follow(self) -> None:
        codice, uscita, _ = esegui("--schema")

        assert codice == 0
        jsonschema.validate(famiglia(), json.loads(uscita))

    def test_prints_with_the_schema_examples_that_follow_it_and_run(self) -> None:
        schema = json.loads(esegui("--schema")[1])

        assert schema["examples"]
        for esempio in schema["examples"]:
            jsonschema.validate(esempio, {k: v for k, v in schema.items() if k != "examples"})
            codice, uscita, _ = esegui("-", "--confronta", ingresso=json.dumps(esempio))
            assert (codice, len(json.loads(uscita)["items"])) == (0, 4)

    def test_of_every_example_in_the_schema_is_of_the_right_shape(self) -> None:
        schema = json.loads(esegui("--schema")[1])
        campi = [
            (campo, valore)
            for modello in schema["$defs"].values()
            for campo in modello["properties"].values()
            for valore in campo.get("examples", ())
        ]

        assert campi
        for campo, valore in campi:
            jsonschema.validate(valore, {**campo, "$defs": schema["$defs"]})


class TestErrori:
    @pytest.mark.parametrize(
        ("contenuto", "frase"),
        [
            ("{", "Il corpo non è un JSON valido"),
            ("[]", "Il file deve contenere un oggetto JSON"),
            ({"componenti": []}, "/componenti: elenco troppo corto"),
            ({"componenti": [{}]}, "/componenti/0: indicare la data di nascita oppure l'età"),
            ({"componenti": [{"eta": 1}], "nome": "Maria"}, "/nome: campo non previsto"),
            ({"nuclei": []}, "nuclei deve essere un elenco da 1 a 500 nuclei"),
            ({"nuclei": [{"componenti": [{"eta": 1}], "richiedente": 2}]}, "/nuclei/0/richiedente: nessun componente"),
        ],
    )
    def test_in_the_data_give_one(self, tmp_path: Path, contenuto: Any, frase: str) -> None:
        codice, uscita, errori = esegui(scritto(tmp_path / "n.json", contenuto))

        assert (codice, uscita) == (1, "")
        assert frase in errori.replace("\n", " ")
        assert "Maria" not in errori

    @pytest.mark.parametrize(
        ("argomenti", "frase"),
        [
            ((), "Indicare il file JSON"),
            (("manca.json",), "non si può leggere"),
            (("n.json", "--misura", "xyz"), "Misura sconosciuta: xyz. Sono: ADI"),
            (("n.json", "--al", "domani"), "attesa una data AAAA-MM-GG"),
            (("n.json", "--al", "9999-12-31"), "--al: anno atteso tra 1850 e 2150"),
            (("n.json", "--confronta", "--misura", "adi"), "non si indica --misura"),
        ],
    )
    def test_in_the_usage_give_two(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argomenti: tuple[str, ...], frase: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        scritto(tmp_path / "n.json", famiglia())

        codice, uscita, errori = esegui(*argomenti)

        assert (codice, uscita) == (2, "")
        assert frase in errori.replace("\n", " ")
