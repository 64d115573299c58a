# SPDX-License-Identifier: EUPL-1.2
"""Months and terms of the RdC outside 2023: start, periods, renewals, checks of residence, days of the offices."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese
from shared.misure.rdc import termini
from shared.misure.rdc.calendario import sospeso_per_controllo
from shared.misure.rdc.durata import decorrenza, decorrenza_rinnovo, mesi_spettanti, ultimo_mese_coperto
from shared.misure.rdc.fatti import ControlloResidenza
from tests.misure.rdc.casi import RDC, adulti, con_rdc, decorso, pagamenti, sigle

IL = date(2021, 3, 10)


class TestDecorrenza:
    @pytest.mark.parametrize(("il", "mese"), [(date(2019, 3, 6), Mese(2019, 4)), (date(2021, 12, 31), Mese(2022, 1))])
    def test_is_the_month_after_the_domanda(self, il: date, mese: Mese) -> None:
        assert decorrenza(il, parametri=RDC) == mese

    @pytest.mark.parametrize(
        ("domanda", "pdc", "atteso"),
        [
            (date(2020, 9, 6), False, Mese(2020, 11)),
            (date(2020, 10, 6), False, Mese(2020, 11)),
            (date(2020, 12, 6), False, Mese(2021, 1)),
            (None, False, None),
            (None, True, Mese(2020, 10)),
        ],
    )
    def test_of_a_renewal_leaves_a_month_empty_but_for_the_pensione(
        self, domanda: date | None, pdc: bool, atteso: Mese | None
    ) -> None:
        assert decorrenza_rinnovo(domanda, ultimo_mese=Mese(2020, 9), pdc=pdc, parametri=RDC) == atteso


class TestMesiSpettanti:
    @pytest.mark.parametrize("rinnovo", [0, 1])
    def test_are_18(self, rinnovo: int) -> None:
        mesi = mesi_spettanti(Mese(2019, 4), parametri=RDC, numero_rinnovo=rinnovo)

        assert (len(mesi), mesi[0], mesi[-1]) == (18, Mese(2019, 4), Mese(2020, 9))

    def test_are_covered_by_the_old_isee_in_january(self) -> None:
        assert ultimo_mese_coperto(2020, parametri=RDC) == Mese(2021, 1)

    def test_run_with_renewals_over_the_years(self) -> None:
        fatti = con_rdc(adulti(1, IL), domande_rinnovo=(date(2020, 10, 6), date(2022, 5, 6)))

        mesi = decorso(fatti, dal=Mese(2019, 4), fino=Mese(2022, 6))

        assert sigle(mesi) == "P" * 18 + "V" + "P" * 18 + "V" + "P"


class TestControlloDellaResidenza:
    def test_suspends_until_the_answer_and_pays_the_suspended_months(self) -> None:
        controllo = ControlloResidenza(avviato_il=date(2022, 2, 10), risposto_il=date(2022, 4, 20))

        mesi = decorso(con_rdc(adulti(1, IL), controlli_residenza=(controllo,)), dal=Mese(2022, 1), fino=Mese(2022, 6))

        assert sigle(mesi) == "PSSPPP"
        assert pagamenti(mesi)[4] == [2, 3, 4]

    def test_lasts_120_days_at_most_without_an_answer(self) -> None:
        controllo = ControlloResidenza(avviato_il=date(2022, 2, 10))

        mesi = decorso(con_rdc(adulti(1, IL), controlli_residenza=(controllo,)), dal=Mese(2022, 1), fino=Mese(2022, 7))

        assert sigle(mesi) == "PSSSSPP"

    @pytest.mark.parametrize(("giorno", "sospeso"), [(date(2022, 6, 10), True), (date(2022, 6, 11), False)])
    def test_ends_after_the_day_number_120(self, giorno: date, sospeso: bool) -> None:
        controllo = ControlloResidenza(avviato_il=date(2022, 2, 10))

        assert sospeso_per_controllo(controllo, giorno, p=RDC.al(giorno)) is sospeso


class TestTermini:
    @pytest.mark.parametrize(
        ("giorno", "riceve"),
        [
            (date(2019, 3, 6), True),
            (date(2021, 5, 5), False),
            (date(2021, 5, 6), True),
            (date(2023, 12, 31), True),
            (date(2024, 1, 6), False),
        ],
    )
    def test_receive_a_domanda_after_the_fifth_of_the_month(self, giorno: date, riceve: bool) -> None:
        assert termini.domanda_ricevibile(giorno, p=RDC.al(giorno)) is riceve

    def test_count_ten_and_five_working_days_then_the_month_after(self) -> None:
        p = RDC.al(date(2021, 4, 6))

        assert termini.trasmissione_entro(date(2021, 4, 6), p=p) == date(2021, 4, 20)
        assert termini.verifica_entro(date(2021, 4, 20), p=p) == date(2021, 4, 27)
        assert termini.decisione_entro(date(2021, 4, 20), p=p) == date(2021, 5, 31)

    @pytest.mark.parametrize(
        ("domanda", "did"), [(date(2021, 11, 10), date(2022, 1, 30)), (date(2022, 1, 10), date(2022, 1, 10))]
    )
    def test_put_the_did_in_the_domanda_from_2022(self, domanda: date, did: date) -> None:
        assert termini.did_entro(domanda, date(2021, 12, 31), p=RDC.al(domanda)) == did

    @pytest.mark.parametrize(
        ("inizio", "autonomo", "entro"),
        [
            (date(2021, 6, 1), False, date(2021, 7, 1)),
            (date(2021, 6, 1), True, date(2021, 7, 1)),
            (date(2022, 6, 1), False, date(2022, 7, 1)),
            (date(2022, 6, 1), True, date(2022, 5, 31)),
        ],
    )
    def test_ask_of_a_new_job_within_30_days_or_the_day_before(self, inizio: date, autonomo: bool, entro: date) -> None:
        assert termini.comunicazione_lavoro_entro(inizio, autonomo=autonomo, p=RDC.al(inizio)) == entro

    def test_give_two_months_for_a_new_dsu_thirty_days_to_convene_six_months_to_the_card(self) -> None:
        p = RDC.al(IL)

        assert termini.nuova_dsu_entro(date(2021, 12, 31), p=p) == date(2022, 2, 28)
        assert termini.convocazione_entro(date(2021, 4, 1), p=p) == date(2021, 5, 1)
        assert termini.carta_disattivata_dal(date(2021, 4, 27), p=p) == date(2021, 10, 27)

    @pytest.mark.parametrize(("scala", "contante"), [("1.0", "100.00"), ("2.1", "210.00")])
    def test_let_100_euro_times_the_scala_be_drawn(self, scala: str, contante: str) -> None:
        assert termini.contante_del_mese(Decimal(scala), p=RDC.al(IL)) == Decimal(contante)
