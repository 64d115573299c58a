# SPDX-License-Identifier: EUPL-1.2
"""The words everyone uses, at their edges."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.kernel.calendario import aggiungi_giorni_lavorativi, fine_giorno, giorno_legale, inizio_giorno, lavorativo
from shared.kernel.codice_fiscale import CodiceFiscaleIn, senza_omocodia, valida
from shared.kernel.identita import id_deterministico, nuovo_id
from shared.kernel.importo import Importo, arrotonda, da_centesimi, in_centesimi
from shared.kernel.mese import Mese, Periodo, aggiungi_mesi, anni_compiuti
from shared.kernel.sigillo import Cifrario, Sigillo, SigilloNonValido


class Pagamento(BaseModel):
    importo: Importo


class Persona(BaseModel):
    codice_fiscale: CodiceFiscaleIn


class TestGiornoLegale:
    @pytest.mark.parametrize(
        ("istante", "giorno"),
        [
            (datetime(2026, 7, 31, 22, 30, tzinfo=UTC), date(2026, 8, 1)),
            (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
            (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
            (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30)),
        ],
    )
    def test_is_romes(self, istante: datetime, giorno: date) -> None:
        assert giorno_legale(istante) == giorno

    def test_lasts_23_and_25_hours_when_the_clocks_change(self) -> None:
        primavera, autunno = date(2026, 3, 29), date(2026, 10, 25)

        assert fine_giorno(primavera) - inizio_giorno(primavera) == timedelta(hours=23)
        assert fine_giorno(autunno) - inizio_giorno(autunno) == timedelta(hours=25)

    def test_needs_a_zone(self) -> None:
        with pytest.raises(ValueError, match="fuso"):
            giorno_legale(datetime(2026, 1, 1))  # noqa: DTZ001


class TestGiorniLavorativi:
    @pytest.mark.parametrize(
        ("dal", "quanti", "al"),
        [
            (date(2016, 9, 12), 15, date(2016, 10, 3)),
            (date(2016, 10, 20), 15, date(2016, 11, 11)),
            (date(2025, 4, 17), 2, date(2025, 4, 22)),  # Good Friday works, Easter Monday does not
            (date(2025, 4, 24), 1, date(2025, 4, 28)),
        ],
    )
    def test_skip_weekends_and_holidays(self, dal: date, quanti: int, al: date) -> None:
        assert aggiungi_giorni_lavorativi(dal, quanti) == al

    def test_know_the_patron_of_the_provincia(self) -> None:
        assert lavorativo(date(2026, 6, 29))
        assert not lavorativo(date(2026, 6, 29), provincia="RM")


class TestCodiceFiscale:
    @pytest.mark.parametrize("codice", ["PRVBFC70A01H501G", "PRVBFC70A01H50MY", "BNCRRT84H20G2TPI"])
    def test_takes_omocodia(self, codice: str) -> None:
        assert valida(codice) == codice

    @pytest.mark.parametrize(
        "codice", ["PRVBFC70A01H501H", "prvbfc70a01h501g", " PRVBFC70A01H501G", "PRVBFC70B30H501X", "", "12345678901"]
    )
    def test_refuses_the_rest_without_repeating_it(self, codice: str) -> None:
        with pytest.raises(ValidationError) as errore:
            Persona(codice_fiscale=codice)

        assert errore.value.errors()[0]["type"] in ("value_error", "string_pattern_mismatch", "string_too_long")

    def test_finds_the_variants_of_one_person(self) -> None:
        assert senza_omocodia("PRVBFC70A01H50MY") == senza_omocodia("PRVBFC70A01H501G")


class TestImporto:
    @pytest.mark.parametrize(
        ("valore", "atteso"), [("0.005", "0.01"), ("0.015", "0.02"), ("701.333333", "701.33"), ("46.665", "46.67")]
    )
    def test_rounds_half_up(self, valore: str, atteso: str) -> None:
        assert arrotonda(Decimal(valore)) == Decimal(atteso)

    @pytest.mark.parametrize(
        "testo",
        ["480", "480.0", "480.000", "1e3", "NaN", "-1.00", "1_0.00", "٤٨٠.00", " 480.00", "1234567890.00", "480,00"],
    )
    def test_reads_only_two_decimals(self, testo: str) -> None:
        with pytest.raises(ValidationError):
            Pagamento(importo=testo)

    @pytest.mark.parametrize("numero", [480, 480.0, True, None, ["480.00"]])
    def test_refuses_numbers(self, numero: object) -> None:
        with pytest.raises(ValidationError):
            Pagamento(importo=numero)

    @given(st.integers(0, 99_999_999_999))
    def test_goes_to_cents_and_back(self, centesimi: int) -> None:
        assert in_centesimi(da_centesimi(centesimi)) == centesimi

    def test_has_no_fractions_of_a_cent(self) -> None:
        with pytest.raises(ValueError, match="centesimo"):
            in_centesimi(Decimal("0.001"))

    def test_is_written_as_a_string(self) -> None:
        assert Pagamento(importo=Decimal(480)).model_dump_json() == '{"importo":"480.00"}'


class TestMese:
    @given(st.integers(2000, 2099), st.integers(1, 12), st.integers(-200, 200))
    def test_adds_and_subtracts(self, anno: int, numero: int, passi: int) -> None:
        mese = Mese(anno, numero)

        assert (mese + passi) - mese == passi

    @pytest.mark.parametrize("testo", ["2025-13", "2025-0", "25-01", "2025/01", "2025-01-01"])
    def test_refuses_other_shapes(self, testo: str) -> None:
        with pytest.raises(ValueError, match="mese"):
            Mese.da_testo(testo)

    def test_adds_months_to_days_as_the_code_of_procedure_does(self) -> None:
        assert aggiungi_mesi(date(2025, 1, 31), 1) == date(2025, 2, 28)
        assert aggiungi_mesi(date(2024, 1, 31), 1) == date(2024, 2, 29)

    def test_counts_days_ends_included(self) -> None:
        assert Periodo(date(2025, 1, 1), date(2025, 1, 31)).giorni(fino_al=date(2025, 12, 31)) == 31
        assert Periodo(date(2025, 1, 1)).giorni(fino_al=date(2024, 1, 1)) == 0

    def test_counts_birthdays(self) -> None:
        assert anni_compiuti(date(2004, 2, 29), date(2022, 2, 28)) == 17
        assert anni_compiuti(date(2004, 2, 29), date(2022, 3, 1)) == 18


class TestSigillo:
    CIFRARIO = Cifrario(bytes(32))

    def test_opens_only_what_it_sealed(self) -> None:
        sigillo = self.CIFRARIO.sigilla(Persona(codice_fiscale="PRVBFC70A01H501G"))

        assert "PRVBFC" not in sigillo
        assert self.CIFRARIO.apri(sigillo, Persona).codice_fiscale == "PRVBFC70A01H501G"
        with pytest.raises(SigilloNonValido):
            Cifrario(bytes([1]) * 32).apri(sigillo, Persona)
        with pytest.raises(SigilloNonValido):
            self.CIFRARIO.apri(Sigillo(sigillo[:-4] + "AAAA"), Persona)
        with pytest.raises(SigilloNonValido):
            self.CIFRARIO.apri(Sigillo("x9" + sigillo[2:]), Persona)

    def test_never_seals_twice_alike_but_hashes_alike(self) -> None:
        assert self.CIFRARIO.cifra(b"x") != self.CIFRARIO.cifra(b"x")
        assert self.CIFRARIO.impronta("x") == self.CIFRARIO.impronta("x") != Cifrario(bytes([1]) * 32).impronta("x")


class TestIdentita:
    def test_grows_with_time_or_comes_out_the_same(self) -> None:
        primo, secondo = nuovo_id(), nuovo_id()

        assert primo < secondo
        assert id_deterministico("a", 1) == id_deterministico("a", 1) != id_deterministico("a1")
