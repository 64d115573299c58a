# SPDX-License-Identifier: EUPL-1.2
"""Parametri of the past stay readable, and nobody can change them unseen; the rules have a version of their own."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.misure import archivio
from shared.misure.archivio import rileggi, scrivi, versione_regole
from shared.misure.catalogo import CATALOGO
from shared.misure.parametri import ParametriNonValidi, leggi

MISURE = tuple(CATALOGO)
# A file as it was: a parametro that nobody reads any more, an odd text, an open question, a choice.
DI_UN_TEMPO = """
[[soglia_abolita]]
dal = 2015-01-01
valore = 3000.00
fonte = "D.M. «vecchio», art. 1, c. \\"2\\" \\\\ nota"
da_verificare = true
domanda = "Vale\\nancora?"

[[soglia_abolita]]
dal = 2016-01-01
valore = 3000.50
fonte = "D.M. nuovo"

[[strategia]]
dal = 2015-01-01
valore = "BASE"
fonte = "D.M."
ammessi = ["BASE", "ALTRA"]

[[ora]]
dal = 2015-01-01
valore = true
fonte = "D.M."

[[anni]]
dal = 2015-01-01
valore = 10
fonte = "D.M."
"""


class TestScrivi:
    @pytest.mark.parametrize("codice", MISURE)
    def test_gives_the_same_version_when_read_back(self, codice: str) -> None:
        parametri = CATALOGO[codice].parametri

        riletti = rileggi(parametri.misura, scrivi(parametri), versione=parametri.versione)

        assert [riletti.storia(nome) for nome in riletti.nomi] == [parametri.storia(nome) for nome in parametri.nomi]

    def test_keeps_a_file_of_the_past_that_the_rules_no_longer_know(self) -> None:
        parametri = leggi("sia", DI_UN_TEMPO)

        riletti = rileggi("sia", scrivi(parametri), versione=parametri.versione)

        assert riletti.valore("soglia_abolita", al=date(2015, 6, 1)) == Decimal("3000.00")
        assert riletti.storia("soglia_abolita") == parametri.storia("soglia_abolita")
        assert scrivi(riletti) == scrivi(parametri)


class TestRileggi:
    @pytest.mark.parametrize(
        ("prima", "dopo"),
        [
            pytest.param("3000.50", "3000.51", id="a value"),
            pytest.param("2016-01-01", "2016-01-02", id="a day"),
            pytest.param("D.M. nuovo", "D.M. altro", id="a source"),
            pytest.param("ancora?", "sempre?", id="a question"),
            pytest.param("valore = 10", "valore = 10.0", id="a type"),
            pytest.param("[[anni]]", "[[mesi]]", id="a name"),
        ],
    )
    def test_refuses_a_file_that_somebody_changed(self, prima: str, dopo: str) -> None:
        parametri = leggi("sia", DI_UN_TEMPO)
        testo = scrivi(parametri)
        assert prima in testo

        with pytest.raises(ParametriNonValidi, match="non sono la versione"):
            rileggi("sia", testo.replace(prima, dopo), versione=parametri.versione)

    def test_refuses_a_file_cut_short(self) -> None:
        parametri = leggi("sia", DI_UN_TEMPO)
        righe = scrivi(parametri).splitlines()

        with pytest.raises(ParametriNonValidi):
            rileggi("sia", "\n".join(righe[:-6]), versione=parametri.versione)


class TestVersioneRegole:
    @pytest.mark.parametrize(
        ("codice", "file", "cambia"),
        [
            ("ADI", "adi/importo.py", True),
            ("ADI", "rdc/importo.py", False),
            ("RDC", "rdc/importo.py", True),
            ("RDC", "adi/soglie.py", True),
            ("SFL", "adi/requisiti/patrimonio.py", True),
            ("SIA", "adi/importo.py", False),
            ("SIA", "comuni/territori.py", True),
            ("SIA", "controfattuale/ricerca.py", True),
            ("SIA", "parametri.py", True),
        ],
    )
    def test_follows_the_code_that_decides(
        self, codice: str, file: str, cambia: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        radice = tmp_path / "misure"
        for percorso in archivio._RADICE.rglob("*.py"):
            copia = radice / percorso.relative_to(archivio._RADICE)
            copia.parent.mkdir(parents=True, exist_ok=True)
            copia.write_bytes(percorso.read_bytes())
        monkeypatch.setattr(archivio, "_RADICE", radice)
        cartella = str(CATALOGO[codice].cartella)
        prima = versione_regole.__wrapped__(cartella)

        (radice / file).write_bytes((radice / file).read_bytes() + b"\n# piantato\n")

        assert (versione_regole.__wrapped__(cartella) != prima) is cambia

    def test_follows_the_rounding_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        prima = versione_regole.__wrapped__("adi")
        (tmp_path / "importo.py").write_text("# un altro arrotondamento\n", encoding="utf-8")
        monkeypatch.setattr(archivio, "_NUCLEO", tmp_path)

        assert versione_regole.__wrapped__("adi") != prima
