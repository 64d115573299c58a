# SPDX-License-Identifier: EUPL-1.2
"""Months due, renewals, reach of an ISEE, and who is bound by the duties."""

from datetime import date

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.durata import attivabili, decorrenza, decorrenza_rinnovo, mesi_spettanti, ultimo_mese_coperto
from shared.misure.parametri import ParametroMancante
from tests.misure.nuclei import ADI, ComponenteIn, con_componente, di_eta, famiglia, fatti_di, genitore, persona

IL = date(2025, 1, 15)


class TestDecorrenza:
    @pytest.mark.regola("S004-A04")
    @pytest.mark.parametrize(
        ("pad_il", "mese"),
        [
            (date(2023, 12, 20), Mese(2024, 1)),
            (date(2024, 1, 31), Mese(2024, 1)),
            (date(2024, 2, 1), Mese(2024, 3)),
            (date(2025, 12, 31), Mese(2026, 1)),
        ],
    )
    def test_is_the_month_after_the_pad(self, pad_il: date, mese: Mese) -> None:
        assert decorrenza(pad_il, parametri=ADI) == mese


class TestDecorrenzaRinnovo:
    @pytest.mark.parametrize(
        ("domanda", "ultimo", "pad", "primo"),
        [
            (date(2025, 7, 10), Mese(2025, 6), None, Mese(2025, 8)),
            (date(2025, 10, 10), Mese(2025, 6), None, Mese(2025, 11)),
            (date(2025, 12, 1), Mese(2025, 11), None, Mese(2026, 1)),
            (date(2026, 1, 2), Mese(2025, 12), None, Mese(2026, 1)),
            (date(2026, 2, 3), Mese(2026, 1), None, Mese(2026, 2)),
            (date(2026, 2, 3), Mese(2026, 1), date(2026, 4, 2), Mese(2026, 4)),
            (date(2025, 7, 10), Mese(2025, 6), date(2025, 9, 2), Mese(2025, 10)),
        ],
    )
    def test_follows_the_regime_of_the_last_month(
        self, domanda: date, ultimo: Mese, pad: date | None, primo: Mese
    ) -> None:
        assert decorrenza_rinnovo(domanda, ultimo_mese=ultimo, parametri=ADI, pad_il=pad) == primo


class TestMesiSpettanti:
    @pytest.mark.parametrize(
        ("rinnovo", "quanti", "ultimo"), [(0, 18, Mese(2025, 6)), (1, 12, Mese(2024, 12)), (2, 12, Mese(2024, 12))]
    )
    def test_lasts_eighteen_months_then_twelve(self, rinnovo: int, quanti: int, ultimo: Mese) -> None:
        mesi = mesi_spettanti(Mese(2024, 1), parametri=ADI, numero_rinnovo=rinnovo)

        assert (len(mesi), mesi[0], mesi[-1]) == (quanti, Mese(2024, 1), ultimo)

    def test_keeps_the_months_of_a_short_job_for_later(self) -> None:
        sospesi = frozenset({Mese(2024, 3), Mese(2024, 4)})

        mesi = mesi_spettanti(Mese(2024, 1), parametri=ADI, sospesi=sospesi)

        assert (len(mesi), mesi[-1]) == (18, Mese(2025, 8))
        assert not sospesi & set(mesi)

    def test_does_not_exist_before_the_law(self) -> None:
        with pytest.raises(ParametroMancante):
            mesi_spettanti(Mese(2023, 12), parametri=ADI)


class TestUltimoMeseCoperto:
    @pytest.mark.parametrize(("anno", "mese"), [(2023, Mese(2024, 2)), (2024, Mese(2025, 1)), (2025, Mese(2026, 1))])
    def test_is_one_of_the_first_months_of_the_year_after(self, anno: int, mese: Mese) -> None:
        assert ultimo_mese_coperto(anno, parametri=ADI) == mese


class TestAttivabili:
    @pytest.mark.parametrize(
        ("campi", "vincolato"),
        [
            ({}, True),
            ({"occupato": None}, True),
            ({"occupato": True}, False),
            ({"studente": True}, False),
            ({"disabile": True}, False),
            ({"pensione_diretta": True}, False),
            ({"protezione_violenza": True}, False),
            ({"responsabilita_genitoriale": False}, False),
            ({"responsabilita_genitoriale": None}, False),
            ({"residente_in_italia": False}, False),
        ],
    )
    def test_are_parents_without_an_exemption(self, campi: ComponenteIn, vincolato: bool) -> None:
        fatti = con_componente(con_componente(famiglia(IL), 0, occupato=False), 0, **campi)

        assert (fatti.richiedente in attivabili(fatti, parametri=ADI, al=IL)) is vincolato

    @pytest.mark.parametrize(
        ("nascita", "vincolato"),
        [
            (date(2007, 1, 15), True),
            (date(2007, 1, 16), False),
            (date(1965, 1, 16), True),
            (date(1965, 1, 15), False),
        ],
    )
    def test_are_between_18_and_59(self, nascita: date, vincolato: bool) -> None:
        adulto = persona(nascita, "VRDLCU", responsabilita_genitoriale=True)
        fatti = fatti_di((adulto, di_eta(8, IL, "VRDGLI")), il=IL)

        assert (adulto.codice_fiscale in attivabili(fatti, parametri=ADI, al=IL)) is vincolato

    def test_leave_out_the_one_who_cares(self) -> None:
        genitori = (
            genitore(40, IL, "CSTMRC", occupato=False, carichi_di_cura=True),
            genitore(38, IL, "FRRLNE", occupato=False),
        )
        fatti = fatti_di((*genitori, di_eta(1, IL, "CSTLSN")), il=IL)

        assert attivabili(fatti, parametri=ADI, al=IL) == {genitori[1].codice_fiscale}

    def test_leave_out_whoever_declares_to_care(self) -> None:
        genitori = (
            genitore(40, IL, "CSTMRC", occupato=False, carichi_di_cura=True),
            genitore(38, IL, "FRRLNE", occupato=False, carichi_di_cura=True),
        )

        assert attivabili(fatti_di((*genitori, di_eta(1, IL, "CSTLSN")), il=IL), parametri=ADI, al=IL) == frozenset()
        grandi = attivabili(fatti_di((*genitori, di_eta(9, IL, "CSTLSN")), il=IL), parametri=ADI, al=IL)
        assert grandi == {c.codice_fiscale for c in genitori}
