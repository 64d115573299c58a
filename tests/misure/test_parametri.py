# SPDX-License-Identifier: EUPL-1.2
"""The dated values: which one is in force, and which files are refused."""

from datetime import date
from decimal import Decimal

import pytest

from shared.misure.parametri import ParametriNonValidi, ParametroMancante, Valore, carica, leggi

ADI = carica("adi")
_RIGA = '[[soglia]]\ndal = {dal}\nvalore = {valore}\nfonte = "art. 1"\n'


def righe(*coppie: tuple[str, str]) -> str:
    return "".join(_RIGA.format(dal=dal, valore=valore) for dal, valore in coppie)


class TestValore:
    @pytest.mark.parametrize(
        ("nome", "al", "atteso"),
        [
            ("isee_max", date(2024, 12, 31), Decimal("9360.00")),
            ("isee_max", date(2025, 1, 1), Decimal("10140.00")),
            ("reddito_soglia", date(2024, 1, 1), Decimal("6000.00")),
            ("reddito_soglia", date(2025, 1, 1), Decimal("6500.00")),
            ("reddito_soglia_67", date(2024, 12, 31), Decimal("7560.00")),
            ("reddito_soglia_67", date(2025, 1, 1), Decimal("8190.00")),
            ("quota_b_max", date(2024, 12, 31), Decimal("3360.00")),
            ("quota_b_max", date(2025, 1, 1), Decimal("3640.00")),
            ("quota_b_max_67", date(2024, 12, 31), Decimal("1800.00")),
            ("quota_b_max_67", date(2025, 1, 1), Decimal("1950.00")),
            ("rinnovo_mese_sospensione", date(2025, 12, 31), 1),
            ("rinnovo_mese_sospensione", date(2026, 1, 1), 0),
            ("rinnovo_prima_mensilita_pct", date(2025, 12, 31), 100),
            ("rinnovo_prima_mensilita_pct", date(2026, 1, 1), 50),
            ("titoli_stato_esclusi", date(2025, 4, 2), False),
            ("titoli_stato_esclusi", date(2025, 4, 3), True),
            ("scala_strategia_base", date(2024, 1, 1), "BASE_ADULTO"),
        ],
    )
    def test_is_the_one_in_force_on_the_day(self, nome: str, al: date, atteso: Valore) -> None:
        valore = ADI.valore(nome, al=al)

        assert (valore, type(valore)) == (atteso, type(atteso))

    @pytest.mark.parametrize(("nome", "al"), [("isee_max", date(2023, 12, 31)), ("mai_scritto", date(2025, 1, 1))])
    def test_is_an_error_before_the_first_and_for_an_unknown_name(self, nome: str, al: date) -> None:
        with pytest.raises(ParametroMancante):
            ADI.valore(nome, al=al)

    def test_cites_the_norm_of_the_value_in_force(self) -> None:
        prima, dopo = (ADI.al(giorno).fonte("isee_max") for giorno in (date(2024, 6, 1), date(2025, 6, 1)))

        assert "L. 207/2024" not in prima
        assert "L. 207/2024" in dopo

    def test_is_refused_with_another_type(self) -> None:
        with pytest.raises(ParametriNonValidi):
            ADI.al(date(2025, 1, 1)).intero("isee_max")

    def test_shares_one_snapshot_between_two_changes(self) -> None:
        assert ADI.al(date(2025, 2, 1)) is ADI.al(date(2025, 3, 1))
        assert ADI.al(date(2024, 12, 31)) is not ADI.al(date(2025, 1, 1))


class TestLeggi:
    @pytest.mark.parametrize(
        "testo",
        [
            pytest.param(righe(("2025-01-01", "2.0"), ("2024-01-01", "1.0")), id="dates out of order"),
            pytest.param(righe(("2024-01-01", "1.0"), ("2024-01-01", "2.0")), id="repeated date"),
            pytest.param(righe(("2024-01-01", "1.0"), ("2025-01-01", "2")), id="two types"),
            pytest.param(righe(("2024-01-01T00:00:00", "1.0")), id="instant for a day"),
            pytest.param(righe(('"2024-01-01"', "1.0")), id="text for a day"),
            pytest.param(righe(("2024-01-01", "nan")), id="not a number"),
            pytest.param(righe(("2024-01-01", "[1]")), id="list for a value"),
            pytest.param(righe(("2024-01-01", "2024-01-01")), id="day for a value"),
            pytest.param("soglia = 1.0", id="value without date"),
            pytest.param("soglia = []", id="no values"),
            pytest.param("[soglia]\nvalore = 1", id="table for a list"),
            pytest.param('[[soglia]]\ndal = 2024-01-01\nvalore = 1\nfonte = " "', id="empty source"),
            pytest.param("[[soglia]]\ndal = 2024-01-01\nvalore = 1", id="no source"),
            pytest.param(righe(("2024-01-01", "1.0")) + "ignota = 1", id="unknown key"),
            pytest.param(righe(("2024-01-01", "1.0")) + "da_verificare = true", id="doubt without question"),
            pytest.param(righe(("2024-01-01", "1.0")) + 'domanda = "Quanto?"', id="question without doubt"),
            pytest.param(righe(("2024-01-01", '"C"')) + 'ammessi = ["A", "B"]', id="value not among the choices"),
            pytest.param(righe(("2024-01-01", '"C"')) + 'ammessi = "ABC"', id="choices that are not a list"),
            pytest.param("[[soglia]", id="not TOML"),
        ],
    )
    def test_refuses(self, testo: str) -> None:
        with pytest.raises(ParametriNonValidi):
            leggi("prova", testo)

    def test_lists_what_must_be_verified(self) -> None:
        testo = (
            righe(("2024-01-01", "1.0")) + 'da_verificare = true\ndomanda = "Quanto?"\n' + righe(("2025-01-01", "2.0"))
        )

        ((nome, datato),) = leggi("prova", testo).da_verificare

        assert (nome, datato.dal, datato.domanda) == ("soglia", date(2024, 1, 1), "Quanto?")


class TestVersione:
    def test_is_the_same_for_the_same_content_in_another_order(self) -> None:
        altro = '[[altro]]\ndal = 2024-01-01\nvalore = true\nfonte = "art. 2"\n'
        soglia = righe(("2024-01-01", "1.0"))

        assert leggi("a", soglia + altro).versione == leggi("a", "# nota\n" + altro + soglia).versione

    @pytest.mark.parametrize("cambiato", [righe(("2024-01-01", "1.1")), righe(("2024-01-02", "1.0"))])
    def test_changes_with_a_value_or_a_date(self, cambiato: str) -> None:
        versione = leggi("a", cambiato).versione

        assert versione != leggi("a", righe(("2024-01-01", "1.0"))).versione
        assert int(versione, 16) >= 0


class TestCarica:
    @pytest.mark.parametrize("misura", ["altra", "../misure/adi", "ADI", ""])
    def test_refuses_a_misura_without_parametri(self, misura: str) -> None:
        with pytest.raises(ParametroMancante):
            carica(misura)

    def test_reads_the_file_once(self) -> None:
        assert carica("adi") is ADI
