# SPDX-License-Identifier: EUPL-1.2
"""The published rules and their proofs: all of them are listed, the marks are true, the pages are up to date."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.locale import questioni, tracciabilita
from deploy.locale.tracciabilita import Regola, leggi_regole, pagina, provate_da, riepilogo, segni
from shared.db.migrazioni import SERVIZI
from shared.misure.parametri import leggi

_SERIE = (("S000-", 22), ("S001-", 20), ("S002-", 9), ("S003-", 94), ("S004-R", 23), ("S004-A", 17), ("S004-F", 36))
PUBBLICATE = [f"{inizio}{n:02d}" for inizio, quante in _SERIE for n in range(1, quante + 1)]
_AREE = {
    "requisiti", "importi", "validita", "durata", "domanda", "flussi", "casi", "accesso", "controlli", "sanzioni",
    "monitoraggio", "avvisi", "incentivi",
}  # fmt: skip
_PROVE = """
import pytest

@pytest.mark.regola("S003-12", "S003-21")
def test_passes():
    assert True

@pytest.mark.regola("S003-12")
def test_fails():
    assert False

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.regola("S003-09"))])
def test_fails_in_one_case(n):
    assert n == 1

@pytest.mark.regola("S004-A04")
def test_does_not_begin(mancante):
    assert True
"""


class TestRegole:
    def test_are_the_221_published_ones(self) -> None:
        assert len(PUBBLICATE) == 221
        assert [r.id for r in leggi_regole()] == PUBBLICATE

    def test_have_an_owner_an_area_and_a_sentence_of_their_own(self) -> None:
        regole = leggi_regole()

        assert {r.servizio for r in regole} | {s for r in regole for s in r.anche} == set(SERVIZI)
        assert {r.area for r in regole} == _AREE
        assert len({r.frase for r in regole}) == len(regole)
        assert [r.id for r in regole if not r.frase.endswith(".") or r.servizio in r.anche] == []

    def test_say_what_is_missing_while_nothing_proves_them(self) -> None:
        provate = segni()

        assert [r.id for r in leggi_regole() if r.id not in provate and not r.manca] == []


class TestSegni:
    def test_name_published_rules_only(self) -> None:
        assert set(segni()) <= set(PUBBLICATE)

    def test_are_read_on_classes_tests_and_cases(self) -> None:
        testo = """
@m.mark.regola("A")
class TestX:
    @m.mark.regola("B", "C")
    def test_y(self): ...
    @m.parametrize("n", [m.param(1, marks=m.mark.regola("D"))])
    async def test_z(self): ...
"""

        letti = dict(tracciabilita._segnati(ast.parse(testo).body, (), frozenset()))

        assert letti == {"TestX::test_y": {"A", "B", "C"}, "TestX::test_z": {"A", "D"}}


class TestProvateDa:
    def test_counts_only_tests_whose_cases_all_passed(self) -> None:
        esiti = {"A": {"t1": ["passed"], "t2": ["failed", "passed"]}, "B": {"t2": ["failed"]}}

        assert provate_da(esiti) == {"A": {"t1"}}


class TestRiepilogo:
    def test_gives_the_figure(self) -> None:
        assert riepilogo(leggi_regole(), {"S003-12": {"t"}}) == "1/221 regole provate"


class TestPlugin:
    def _esegui(self, cartella: Path, prove: str) -> tuple[int, dict[str, dict[str, list[str]]]]:
        (cartella / "conftest.py").write_text(
            "from tests.support import regole\n\ndef pytest_configure(config):\n    regole.registra(config)\n"
        )
        (cartella / "pytest.ini").write_text("[pytest]\nmarkers = regola(*codici): prova\n")
        (cartella / "test_prova.py").write_text(prove)
        esiti = cartella / "esiti.json"
        ambiente = os.environ | {
            tracciabilita.VARIABILE_ESITI: str(esiti), "PYTHONPATH": str(tracciabilita.RADICE), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        comando = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(cartella)]
        uscita = subprocess.run(comando, cwd=cartella, env=ambiente, capture_output=True, check=False)
        return uscita.returncode, json.loads(esiti.read_text()) if esiti.exists() else {}

    def test_tells_which_rules_are_proved(self, tmp_path: Path) -> None:
        stato, esiti = self._esegui(tmp_path, _PROVE)

        assert stato == pytest.ExitCode.TESTS_FAILED
        assert provate_da(esiti) == {
            "S003-12": {"test_prova.py::test_passes"},
            "S003-21": {"test_prova.py::test_passes"},
        }

    @pytest.mark.parametrize("segno", ['"S003-95"', '"S003-12", "S9"', ""])
    def test_refuses_an_unknown_rule(self, tmp_path: Path, segno: str) -> None:
        prove = f"import pytest\n\n@pytest.mark.regola({segno})\ndef test_x():\n    assert True\n"

        stato, _ = self._esegui(tmp_path, prove)

        assert stato == pytest.ExitCode.USAGE_ERROR


class TestPagina:
    def test_shows_proofs_and_what_is_missing(self) -> None:
        regole = [
            Regola("S000-01", "Prima.", "erogazioni", "flussi", ("notifiche",), nota="Poi cambiata."),
            Regola("S000-02", "Seconda.", "erogazioni", "flussi", manca="non realizzata"),
        ]

        testo = pagina(regole, {"S000-01": {"tests/erogazioni/test_x.py::TestY::test_z"}})

        prova = "[TestY.test_z](../../tests/erogazioni/test_x.py)"
        assert f"| S000-01 | Prima. *Poi cambiata.* | `erogazioni`, `notifiche` | {prova} |" in testo
        assert "| S000-02 | Seconda. | `erogazioni` | aperta: non realizzata |" in testo
        assert "| `erogazioni` | 1 | 1 |" in testo

    def test_is_consistent_with_the_marks(self) -> None:
        scritta = tracciabilita.PAGINA.read_text(encoding="utf-8")

        assert scritta == pagina(leggi_regole(), segni()), "eseguire make tracciabilita"


class TestQuestioni:
    def test_come_from_the_marks_of_the_parametri(self) -> None:
        testo = """
[[soglia]]
dal = 2025-01-01
valore = 10140.00
fonte = "L. 207/2024"
da_verificare = true
domanda = "Vale per tutti?"
"""

        (questione,) = questioni.questioni(leggi("prova", testo))

        assert (questione.parametro, questione.dal, questione.domanda) == ("soglia", "01/01/2025", "Vale per tutti?")

    def test_are_looked_for_in_misure_and_services(self) -> None:
        nomi = {p.relative_to(questioni.RADICE).as_posix() for p in questioni.file_di_parametri()}

        assert nomi >= {
            "shared/misure/adi/parametri.toml", "services/verifiche_anagrafiche/parametri.toml",
            "services/presa_in_carico/domain/parametri.toml",
        }  # fmt: skip

    def test_are_all_in_the_page(self) -> None:
        assert questioni.PAGINA.read_text(encoding="utf-8") == questioni.pagina(), "eseguire make tracciabilita"
