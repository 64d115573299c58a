# SPDX-License-Identifier: EUPL-1.2
"""docs/nuova-misura.md, taken at its word: the misura built from the text of the page answers as the page says."""

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.kernel.mese import Mese
from shared.misure.catalogo import CATALOGO, CatalogoNonValido, componi, leggi_aggiuntive
from shared.misure.misura import Misura

RADICE = Path(__file__).resolve().parents[2]
PAGINA = RADICE / "docs" / "nuova-misura.md"
_BLOCCO = re.compile(r"^### `([a-z_/.]+)`\n\n```[a-z]+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocchi() -> dict[str, str]:
    """Take the files out of the page, by name."""
    return dict(_BLOCCO.findall(PAGINA.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def cartella(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of the page in a folder."""
    radice = tmp_path_factory.mktemp("regione")
    for nome, testo in blocchi().items():
        (radice / nome).parent.mkdir(exist_ok=True)
        (radice / nome).write_text(testo, encoding="utf-8")
    return radice


@pytest.fixture
def buono(cartella: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Misura]:
    """Import the misura of the page."""
    monkeypatch.syspath_prepend(cartella)
    yield leggi_aggiuntive(" buono_famiglia ,")[0]
    for nome in [n for n in sys.modules if n.partition(".")[0] in ("buono_famiglia", "casi_buono")]:
        del sys.modules[nome]


def esegui(cartella: Path, *argomenti: str, aggiuntive: str = "buono_famiglia") -> subprocess.CompletedProcess[str]:
    """Run the command line as the page says."""
    ambiente = {**os.environ, "MISURE_AGGIUNTIVE": aggiuntive, "PYTHONPATH": f"{cartella}{os.pathsep}{RADICE}"}
    comando = [sys.executable, "-m", "deploy.locale.cli", "simula", *argomenti]
    return subprocess.run(comando, cwd=cartella, env=ambiente, capture_output=True, text=True, check=False, timeout=60)


class TestPagina:
    def test_shows_every_file(self) -> None:
        assert list(blocchi()) == [
            "buono_famiglia/parametri.toml", "buono_famiglia/fatti.py", "buono_famiglia/requisiti.py",
            "buono_famiglia/importo.py", "buono_famiglia/__init__.py", "nucleo.json", "risposta.json", "casi_buono.py",
        ]  # fmt: skip

    @pytest.mark.usefixtures("buono")
    def test_gives_cases_that_hold(self) -> None:
        casi: Any = importlib.import_module("casi_buono")

        esiti = [casi.prova(isee, minori, al) for isee, minori, al, *_ in casi.CASI]

        assert esiti == [(esito, importo) for *_, esito, importo in casi.CASI]

    def test_gives_the_answer_of_the_command_line(self, cartella: Path) -> None:
        attesa = json.loads(blocchi()["risposta.json"])

        esito = esegui(cartella, "nucleo.json", "--misura", "buono", "--al", "2025-06-01")

        assert (esito.returncode, esito.stderr) == (0, "")
        risposta = json.loads(esito.stdout)
        assert {campo: risposta[campo] for campo in attesa} == attesa

    def test_shows_its_facts_in_the_schema(self, cartella: Path) -> None:
        schema = json.loads(esegui(cartella, "--schema").stdout)

        assert "FattiBuonoSimulato" in schema["$defs"]
        assert schema["$defs"]["FattiBuonoSimulato"]["properties"]["residente_dal"]["description"].startswith(
            "Da quando"
        )


class TestMisura:
    def test_joins_the_others(self, buono: Misura) -> None:
        assert componi((*CATALOGO.values(), buono))["BUONO"].nome == "Buono famiglia"

    def test_has_defaults_for_the_rest(self, buono: Misura) -> None:
        parametri = buono.parametri

        assert buono.decorrenza(date(2025, 6, 20), parametri=parametri) == Mese(2025, 7)
        assert len(buono.mesi_spettanti(Mese(2025, 7), parametri=parametri)) == 24
        assert buono.ultimo_mese_coperto(2025, parametri=parametri) == Mese(2025, 12)
        assert not buono.in_vigore(date(2024, 12, 31))
        assert buono.in_vigore(date(2025, 1, 1))


class TestAggiuntive:
    def test_are_none_unless_asked(self) -> None:
        assert leggi_aggiuntive("") == ()

    @pytest.mark.parametrize("nome", ["non_esiste", "shared.misure.formato"])
    def test_must_be_there_with_their_row(self, nome: str) -> None:
        with pytest.raises(CatalogoNonValido, match="MISURE_AGGIUNTIVE"):
            leggi_aggiuntive(nome)

    def test_cannot_take_the_code_of_another(self) -> None:
        with pytest.raises(CatalogoNonValido, match="ADI"):
            componi((CATALOGO["ADI"], CATALOGO["ADI"]))

    def test_stop_the_program_when_they_are_wrong(self, cartella: Path) -> None:
        esito = esegui(cartella, "nucleo.json", aggiuntive="non_esiste")

        assert esito.returncode != 0
        assert "il modulo non_esiste non si trova" in esito.stderr
