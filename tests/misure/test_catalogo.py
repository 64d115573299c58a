# SPDX-License-Identifier: EUPL-1.2
"""The catalogue, and the rule that figures of law live in the TOML files only."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import shared.misure
from shared.errors import DatiNonValidi
from shared.kernel.mese import Mese
from shared.misure.catalogo import CATALOGO, MisuraSconosciuta, get_misura
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, carica
from tests.misure.nuclei import di_eta, famiglia

IL = date(2025, 1, 15)
CARTELLA = Path(shared.misure.__path__[0])
# The loader of the parametri and the input of a simulation have sizes of their own (cache, lists), none of law.
SENZA_REGOLE = {"parametri.py", "simulazione/ingresso.py"}
REGOLE = sorted(p for p in CARTELLA.rglob("*.py") if str(p.relative_to(CARTELLA)) not in SENZA_REGOLE)
PARAMETRI = [carica(p.parent.name) for p in sorted(CARTELLA.glob("*/parametri.toml"))]
# Zero and one are structure; one hundred turns a percentage into a share.
AMMESSI = {0, 1, 100}
# What turns a text into a number, a day or a month.
DA_TESTO = {"Decimal", "int", "float", "fromisoformat", "da_testo"}
MISURE = sorted(p.parent.name for p in CARTELLA.glob("*/requisiti"))
LETTURE = {"decimale", "intero", "logico", "testo", "elenco", "fonte", "valore"}


def letterali(codice: str) -> Iterator[str]:
    """Find the numbers in the code: plain ones, and those written as text for Decimal, int, a day or a month."""
    for nodo in ast.walk(ast.parse(codice)):
        if isinstance(nodo, ast.Constant) and isinstance(nodo.value, int | float | complex):
            if nodo.value not in AMMESSI:
                yield f"{nodo.lineno}: {nodo.value}"
        elif isinstance(nodo, ast.Call) and _nome(nodo.func) in DA_TESTO:
            testi = (a.value for a in nodo.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
            yield from (f"{nodo.lineno}: {testo}" for testo in testi)


def _nome(funzione: ast.expr) -> str:
    return funzione.attr if isinstance(funzione, ast.Attribute) else getattr(funzione, "id", "")


def parametri_letti(codice: str) -> Iterator[str]:
    """Find the names of the parametri that the code asks for, whole ones only."""
    for nodo in ast.walk(ast.parse(codice)):
        if isinstance(nodo, ast.Call) and isinstance(nodo.func, ast.Attribute) and nodo.func.attr in LETTURE:
            for argomento in nodo.args[:1]:
                if isinstance(argomento, ast.Constant) and isinstance(argomento.value, str):
                    yield argomento.value


class TestLetterali:
    @pytest.mark.parametrize("percorso", REGOLE, ids=lambda p: str(p.relative_to(CARTELLA)))
    def test_hold_no_figure_of_law(self, percorso: Path) -> None:
        assert list(letterali(percorso.read_text(encoding="utf-8"))) == []

    @pytest.mark.parametrize(
        "codice",
        [
            "x = 9360", "x = Decimal('0.4')", "x = 67 if y else 1", "date(2025, 1, 1)", "x = int('67')",
            "date.fromisoformat('2025-01-01')", "Mese.da_testo('2025-01')", "timedelta(days=30)", "x = y > -5",
        ],
    )  # fmt: skip
    def test_would_be_found(self, codice: str) -> None:
        assert list(letterali(codice))

    @pytest.mark.parametrize("misura", MISURE)
    def test_would_be_found_in_every_file_of_every_misura(self, misura: str) -> None:
        file = sorted((CARTELLA / misura).rglob("*.py"))

        assert set(file) <= set(REGOLE)
        for percorso in file:
            righe = percorso.read_text(encoding="utf-8").splitlines()
            assert list(letterali("\n".join((*righe, "_PIANTATO = 9360")))) == [f"{len(righe) + 1}: 9360"]

    def test_are_looked_for_in_the_misure_of_the_catalogue(self) -> None:
        assert set(MISURE) == {str(m.cartella) for m in CATALOGO.values()}


class TestParametriLetti:
    @pytest.mark.parametrize("percorso", REGOLE, ids=lambda p: str(p.relative_to(CARTELLA)))
    def test_exist_in_the_misura_of_the_folder(self, percorso: Path) -> None:
        letti = set(parametri_letti(percorso.read_text(encoding="utf-8")))
        proprie = [p for p in PARAMETRI if p.misura == percorso.relative_to(CARTELLA).parts[0]]

        assert letti <= {nome for parametri in proprie or PARAMETRI for nome in parametri.nomi}

    def test_are_found(self) -> None:
        letti = {nome for percorso in REGOLE for nome in parametri_letti(percorso.read_text(encoding="utf-8"))}

        assert len(letti) > 50

    @pytest.mark.parametrize("parametri", PARAMETRI, ids=lambda p: p.misura)
    def test_are_never_a_float(self, parametri: Parametri) -> None:
        tipi = {type(v.valore) for nome in parametri.nomi for v in parametri.storia(nome)}

        assert tipi <= {Decimal, int, bool, str}

    @pytest.mark.parametrize("parametri", PARAMETRI, ids=lambda p: p.misura)
    def test_cite_an_act_each(self, parametri: Parametri) -> None:
        atto = re.compile(
            r"(D\.L\.|D\.Lgs\.|L\.|D\.M\.|D\.I\.|D\.P\.C\.M\.|[Cc]ircolare|[Mm]essaggi|INPS|Ministero|Trattato)"
        )

        assert [n for n in parametri.nomi for v in parametri.storia(n) if not atto.search(v.fonte)] == []


class TestCatalogo:
    def test_has_the_functions_of_every_misura(self) -> None:
        misura, fatti = CATALOGO["ADI"], famiglia(IL)

        assert misura.verifica_requisiti(fatti, parametri=misura.parametri, al=IL).accolta
        importo = misura.importo_mensile(fatti, parametri=misura.parametri, mese=Mese(2025, 3))
        assert importo.totale == importo.quota_a + importo.quota_b == Decimal("882.50")
        assert misura.scala(fatti, parametri=misura.parametri, al=IL) == Decimal("1.30")
        assert len(misura.nella_scala(fatti, parametri=misura.parametri, al=IL)) == 4
        assert misura.attivabili(fatti, parametri=misura.parametri, al=IL) == frozenset()
        primo = misura.decorrenza(IL, parametri=misura.parametri)
        assert misura.mesi_spettanti(primo, parametri=misura.parametri)[0] == Mese(2025, 2)
        assert misura.ultimo_mese_coperto(2024, parametri=misura.parametri) == Mese(2025, 1)

    @pytest.mark.parametrize("codice", ["adi", "XYZ", ""])
    def test_refuses_an_unknown_code(self, codice: str) -> None:
        with pytest.raises(MisuraSconosciuta):
            get_misura(codice)

    def test_gives_a_known_one(self) -> None:
        assert get_misura("ADI").nome == "Assegno di inclusione"


class TestFatti:
    def test_refuse_a_nucleo_without_the_richiedente_or_with_a_member_twice(self) -> None:
        uno, altro = di_eta(40, IL, "RSSMRA"), di_eta(41, IL, "VRDLCU")

        for richiedente, componenti in ((uno, (altro,)), (uno, (uno, uno)), (uno, ())):
            with pytest.raises(DatiNonValidi):
                Fatti(presentata_il=IL, richiedente=richiedente.codice_fiscale, componenti=componenti)
