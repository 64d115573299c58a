# SPDX-License-Identifier: EUPL-1.2
"""Terms and durations of the SIA: the golden deadlines, the days around them, the waiting time, the catalogue."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.kernel.bimestre import Bimestre
from shared.kernel.calendario import ROMA
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.esito import EsitoRequisito
from shared.misure.sia.termini import (
    comunicazione_reddito_entro,
    firma_entro,
    informazioni_entro,
    preavviso_regolare,
    primo_bimestre,
    progetti_minimi,
    trasmissione_entro,
)
from tests.misure.sia.famiglie import FIGLI, KO, MADRE, NON_APPLICABILE, OK, PADRE, SIA, adulto, esito_di, nucleo


def alle(anno: int, mese: int, giorno: int, ora: int, minuto: int = 0) -> datetime:
    return datetime(anno, mese, giorno, ora, minuto, tzinfo=ROMA).astimezone(UTC)


class TestTrasmissione:
    @pytest.mark.regola("S003-49")
    @pytest.mark.parametrize(
        ("presentata", "termine"), [(date(2016, 9, 12), date(2016, 10, 3)), (date(2016, 10, 20), date(2016, 11, 11))]
    )
    def test_takes_15_working_days(self, presentata: date, termine: date) -> None:
        assert trasmissione_entro(presentata, parametri=SIA) == termine


class TestPrimoBimestre:
    @pytest.mark.regola("S003-28")
    @pytest.mark.parametrize(
        ("presentata", "atteso"),
        [
            (date(2016, 9, 2), Bimestre(2016, 6)),
            (date(2016, 10, 31), Bimestre(2016, 6)),
            (date(2016, 11, 1), Bimestre(2017, 1)),
            (date(2016, 12, 31), Bimestre(2017, 1)),
            (date(2017, 1, 1), Bimestre(2017, 2)),
        ],
    )
    def test_follows_the_domanda(self, presentata: date, atteso: Bimestre) -> None:
        assert primo_bimestre(presentata, parametri=SIA) == atteso

    @pytest.mark.regola("S003-29")
    def test_exists_for_the_domande_of_every_later_bimestre(self) -> None:
        sia = get_misura("SIA")

        primi = [primo_bimestre(Bimestre(2017, n).primo_giorno, parametri=SIA) for n in range(1, 6)]

        assert primi == [Bimestre(2017, n) for n in range(2, 7)]
        assert all(sia.in_vigore(Bimestre(2017, n).primo_giorno) for n in range(1, 6))

    @pytest.mark.parametrize(
        ("giorno", "aperta"),
        [
            (date(2016, 9, 1), False),
            (date(2016, 9, 2), True),
            (date(2017, 10, 31), True),
            (date(2017, 11, 1), False),
        ],
    )
    def test_is_given_between_the_first_and_the_last_day_of_the_domande(self, giorno: date, aperta: bool) -> None:
        assert get_misura("SIA").in_vigore(giorno) is aperta


class TestProgetto:
    @pytest.mark.regola("S003-86", "S003-87", "S003-88")
    @pytest.mark.parametrize(
        ("presentata", "termine"),
        [
            (date(2016, 10, 15), date(2017, 3, 31)),
            (date(2016, 10, 31), date(2017, 3, 31)),
            (date(2016, 11, 1), date(2017, 4, 29)),
            (date(2016, 11, 15), date(2017, 4, 29)),
        ],
    )
    def test_is_signed_in_90_or_60_days_from_the_end_of_the_first_bimestre(
        self, presentata: date, termine: date
    ) -> None:
        assert firma_entro(presentata, parametri=SIA) == termine

    @pytest.mark.regola("S003-87", "S003-89")
    @pytest.mark.parametrize(
        ("presentata", "termine"), [(date(2016, 10, 15), date(2017, 4, 30)), (date(2016, 11, 15), date(2017, 5, 29))]
    )
    def test_is_told_to_inps_30_days_after_the_term_of_the_signature(self, presentata: date, termine: date) -> None:
        assert informazioni_entro(presentata, parametri=SIA) == termine
        assert (termine - firma_entro(presentata, parametri=SIA)).days == 30

    @pytest.mark.regola("S003-87", "S003-92")
    @pytest.mark.parametrize(
        ("presentate", "nuclei", "minimo"),
        [(date(2016, 10, 31), 100, 50), (date(2016, 10, 31), 7, 4), (date(2016, 11, 1), 100, 100)],
    )
    def test_is_for_at_least_half_of_the_first_nuclei_and_for_all_the_others(
        self, presentate: date, nuclei: int, minimo: int
    ) -> None:
        assert progetti_minimi(nuclei, presentate_il=presentate, parametri=SIA) == minimo


class TestComunicazione:
    @pytest.mark.regola("S003-13")
    def test_of_a_new_income_takes_30_days(self) -> None:
        assert comunicazione_reddito_entro(date(2016, 9, 5), parametri=SIA) == date(2016, 10, 5)


class TestPreavviso:
    @pytest.mark.parametrize(
        ("avviso", "incontro", "regolare"),
        [
            (alle(2017, 3, 6, 10), alle(2017, 3, 7, 10), True),
            (alle(2017, 3, 6, 10), alle(2017, 3, 7, 9, 59), False),
            (alle(2017, 3, 6, 10), alle(2017, 3, 9, 10), True),
            (alle(2017, 3, 6, 10), alle(2017, 3, 9, 10, 1), False),
            (alle(2017, 3, 10, 10), alle(2017, 3, 13, 9), False),
            (alle(2017, 3, 10, 10), alle(2017, 3, 15, 10), True),
        ],
    )
    def test_is_between_24_and_72_hours_of_working_days(
        self, avviso: datetime, incontro: datetime, regolare: bool
    ) -> None:
        assert preavviso_regolare(avviso, incontro, parametri=SIA) is regolare


class TestR14:
    @pytest.mark.parametrize(
        ("presentata", "atteso"),
        [
            (date(2017, 4, 29), NON_APPLICABILE),
            (date(2017, 4, 30), KO),
            (date(2017, 8, 31), KO),
            (date(2017, 9, 1), OK),
        ],
    )
    def test_waits_three_whole_bimestri_after_the_last_one_received(
        self, presentata: date, atteso: EsitoRequisito
    ) -> None:
        fatti = nucleo((MADRE, PADRE, *FIGLI[:2]), il=presentata, percepiti=(Mese(2017, 1), Mese(2017, 2)))

        assert esito_di(fatti, "SIA-R14") is atteso

    def test_waits_as_much_after_a_revoca(self) -> None:
        revocato = (date(2017, 4, 30),)

        assert esito_di(nucleo((MADRE, FIGLI[0]), il=date(2017, 10, 31), revocato_il=revocato), "SIA-R14") is KO
        assert esito_di(nucleo((MADRE, FIGLI[0]), il=date(2017, 11, 1), revocato_il=revocato), "SIA-R14") is OK


class TestCatalogo:
    def test_gives_twelve_months_from_the_bimestre_after_the_domanda(self) -> None:
        sia = get_misura("SIA")

        primo = sia.decorrenza(date(2016, 10, 15), parametri=sia.parametri)
        mesi = sia.mesi_spettanti(primo, parametri=sia.parametri)

        assert (mesi[0], mesi[-1], len(mesi)) == (Mese(2016, 11), Mese(2017, 10), 12)

    @pytest.mark.regola("S003-69", "S003-70")
    def test_covers_january_and_february_with_the_isee_of_the_year_before(self) -> None:
        sia = get_misura("SIA")

        assert sia.ultimo_mese_coperto(2016, parametri=sia.parametri) == Mese(2017, 2)

    def test_counts_members_and_those_of_working_age(self) -> None:
        sia, il = get_misura("SIA"), date(2016, 10, 15)
        fatti = nucleo((MADRE, adulto("VRDNDR", 20, studente=True), adulto("RSSLGU", 66), *FIGLI[:3]))

        assert sia.scala(fatti, parametri=sia.parametri, al=il) == Decimal(5)
        assert len(sia.nella_scala(fatti, parametri=sia.parametri, al=il)) == 6
        assert sia.attivabili(fatti, parametri=sia.parametri, al=il) == {MADRE.codice_fiscale}
