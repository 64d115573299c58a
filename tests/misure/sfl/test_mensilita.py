# SPDX-License-Identifier: EUPL-1.2
"""The SFL month by month: the published cases S1, S3 and S4, pauses, confirmations, jobs, proroga, payment days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese, Periodo
from shared.misure.parametri import Parametri
from shared.misure.sfl.conferme import termine_conferma
from shared.misure.sfl.fatti import PercorsoSfl, TipoAttivita
from shared.misure.sfl.importo import importo_mensile
from shared.misure.sfl.mensilita import Mensilita, StatoMese, mensilita
from tests.misure.sfl.persone import (
    IL,
    LUNGO,
    MAGGIO_24,
    SFL,
    adulto,
    con_percorso,
    corso,
    mesi,
    percorso,
    percorso_s3,
    sfl_con,
)

SPETTA, SENZA, TERMINATO = StatoMese.SPETTA, StatoMese.SENZA_ATTIVITA, StatoMese.TERMINATO
CONFERMA, CONTRATTO, PSP = StatoMese.SOSPESO_CONFERMA, StatoMese.SOSPESO_CONTRATTO, StatoMese.SOSPESO_PSP
APRILE_25 = date(2025, 4, 30)


def storia(p: PercorsoSfl, fino_al: Mese, *, parametri: Parametri = SFL) -> dict[Mese, StatoMese]:
    """Give the state of each month."""
    return {m.mese: m.stato for m in mensilita(p, parametri=parametri, fino_al=fino_al)}


def pagati(p: PercorsoSfl, fino_al: Mese, *, parametri: Parametri = SFL) -> list[Mese]:
    """List the months that are due."""
    return [mese for mese, stato in storia(p, fino_al, parametri=parametri).items() if stato is SPETTA]


class TestCasiPubblicati:
    @pytest.mark.regola("S004-F01")
    def test_s1_pays_three_months_of_350_and_nine_of_500(self) -> None:
        fatti = con_percorso(adulto(date(2024, 9, 20)), date(2024, 10, 1))

        importi = [importo_mensile(fatti, parametri=SFL, mese=m) for m in mesi(Mese(2024, 10), Mese(2025, 9))]

        assert [i.totale for i in importi] == [Decimal("350.00")] * 3 + [Decimal("500.00")] * 9
        assert sum(i.totale for i in importi) == Decimal("5550.00")
        assert all(i.quota_a == i.totale and i.quota_b == Decimal("0.00") for i in importi)

    def test_s3_goes_on_to_the_end_of_the_course_for_sixteen_months(self) -> None:
        assert pagati(percorso_s3(), Mese(2026, 12)) == mesi(Mese(2024, 5), Mese(2025, 8))
        assert storia(percorso_s3(), Mese(2025, 9))[Mese(2025, 9)] is TERMINATO

    def test_s3_has_no_second_course(self) -> None:
        secondo = corso(date(2025, 7, 1), date(2026, 6, 30))
        p = percorso_s3(attivita=(*(percorso_s3().attivita or ()), secondo))

        assert pagati(p, Mese(2026, 12)) == mesi(Mese(2024, 5), Mese(2025, 8))

    def test_s4_ends_with_the_twelfth_month_of_a_tirocinio(self) -> None:
        tirocinio = corso(LUNGO.dal, LUNGO.al, TipoAttivita.TIROCINIO)
        p = percorso_s3(attivita=(corso(MAGGIO_24, date(2024, 12, 31)), tirocinio))

        assert pagati(p, Mese(2026, 12)) == mesi(Mese(2024, 5), Mese(2025, 4))


class TestProroga:
    def test_does_not_exist_for_twelve_months_ended_in_2024(self) -> None:
        inizio = date(2024, 1, 8)
        p = percorso(inizio, attivita=(corso(inizio, date(2025, 6, 30)),), psp_aggiornato=(date(2024, 12, 9),))

        assert pagati(p, Mese(2025, 6)) == mesi(Mese(2024, 1), Mese(2024, 12))

    def test_stops_after_twelve_more_months(self) -> None:
        p = percorso(MAGGIO_24, attivita=(corso(MAGGIO_24),), psp_aggiornato=(APRILE_25,))

        assert pagati(p, Mese(2027, 1)) == mesi(Mese(2024, 5), Mese(2026, 4))

    @pytest.mark.parametrize(
        ("fine", "ultimo"),
        [(date(2025, 4, 30), Mese(2025, 4)), (date(2025, 5, 1), Mese(2025, 5)), (None, Mese(2026, 4))],
    )
    def test_needs_a_course_that_runs_beyond_the_twelfth_month(self, fine: date | None, ultimo: Mese) -> None:
        p = percorso(MAGGIO_24, attivita=(corso(MAGGIO_24, fine),), psp_aggiornato=(APRILE_25,))

        assert pagati(p, Mese(2026, 12))[-1] == ultimo

    @pytest.mark.parametrize(
        ("aggiornato", "maggio", "luglio", "agosto"),
        [
            (date(2025, 4, 30), SPETTA, SPETTA, SPETTA),
            (date(2025, 7, 29), SPETTA, SPETTA, SPETTA),
            (date(2025, 7, 30), TERMINATO, TERMINATO, TERMINATO),
            (None, PSP, PSP, TERMINATO),
        ],
    )
    def test_waits_for_the_psp_for_ninety_days_and_recovers_the_months(
        self, aggiornato: date | None, maggio: StatoMese, luglio: StatoMese, agosto: StatoMese
    ) -> None:
        p = percorso_s3(psp_aggiornato=(aggiornato,) if aggiornato else ())

        stati = storia(p, Mese(2025, 8))
        assert [stati[Mese(2025, n)] for n in (4, 5, 7, 8)] == [SPETTA, maggio, luglio, agosto]

    @pytest.mark.parametrize(
        ("inizio", "tredicesimo", "stato"),
        [
            (date(2024, 2, 5), Mese(2025, 2), SPETTA),
            (date(2024, 3, 5), Mese(2025, 3), SPETTA),
            (date(2024, 4, 5), Mese(2025, 4), PSP),
        ],
    )
    def test_left_one_more_month_to_update_the_psp_in_january_and_february_2025(
        self, inizio: date, tredicesimo: Mese, stato: StatoMese
    ) -> None:
        p = percorso(inizio, attivita=(corso(inizio, date(2025, 12, 31)),))

        stati = storia(p, tredicesimo + 1)
        assert [stati[tredicesimo], stati[tredicesimo + 1]] == [stato, PSP]

    def test_takes_the_longest_of_two_courses(self) -> None:
        breve = corso(date(2025, 2, 3), date(2025, 5, 31))
        p = percorso_s3(attivita=(*(percorso_s3().attivita or ()), breve))

        assert pagati(p, Mese(2026, 12))[-1] == Mese(2025, 8)


class TestMensilita:
    @pytest.mark.regola("S004-F01")
    def test_are_twelve_at_most(self) -> None:
        p = percorso(MAGGIO_24, attivita=(corso(MAGGIO_24, tipo=TipoAttivita.ORIENTAMENTO),))

        assert pagati(p, Mese(2026, 12)) == mesi(Mese(2024, 5), Mese(2025, 4))

    @pytest.mark.parametrize(("consuma", "ultimo"), [(False, Mese(2025, 6)), (True, Mese(2025, 4))])
    def test_are_due_only_for_participation_and_a_pause_does_not_consume_them(
        self, consuma: bool, ultimo: Mese
    ) -> None:
        ripresa = corso(date(2024, 8, 1), tipo=TipoAttivita.PUC)
        p = percorso(MAGGIO_24, attivita=(corso(MAGGIO_24, date(2024, 5, 31)), ripresa), conferme=(ripresa.dal,))
        p = replace(p, conferme=tuple(date(2024 + n // 12, n % 12 + 1, 1) for n in range(5, 30)))

        stati = storia(p, Mese(2026, 12), parametri=sfl_con(pausa_consuma_durata=consuma))

        assert [stati[Mese(2024, n)] for n in (5, 6, 7, 8)] == [SPETTA, SENZA, SENZA, SPETTA]
        assert [m for m, s in stati.items() if s is SPETTA][-1] == ultimo

    def test_of_an_activity_already_running_count_from_the_acceptance(self) -> None:
        p = percorso(date(2025, 3, 20), attivita=(corso(date(2024, 11, 4), date(2025, 5, 31)),))

        assert pagati(p, Mese(2025, 6)) == mesi(Mese(2025, 3), Mese(2025, 5))

    def test_stop_after_the_month_of_a_decadenza(self) -> None:
        p = percorso(IL, decaduta_il=date(2025, 5, 10))

        assert pagati(p, Mese(2025, 12)) == mesi(Mese(2025, 3), Mese(2025, 5))
        assert storia(p, Mese(2025, 6))[Mese(2025, 6)] is StatoMese.DECADUTO

    @pytest.mark.regola("S004-F24")
    def test_stop_for_a_job_of_three_months_and_go_on_for_those_left(self) -> None:
        p = percorso(
            MAGGIO_24,
            attivita=(corso(MAGGIO_24, tipo=TipoAttivita.PUC),),
            contratti=(Periodo(date(2024, 9, 1), date(2024, 11, 30)),),
        )

        stati = storia(p, Mese(2026, 12))

        assert [stati[Mese(2024, n)] for n in (8, 9, 10, 11, 12)] == [SPETTA, CONTRATTO, CONTRATTO, CONTRATTO, SPETTA]
        assert len(pagati(p, Mese(2026, 12))) == 12
        assert pagati(p, Mese(2026, 12))[-1] == Mese(2025, 7)

    def test_begin_with_an_eligible_activity(self) -> None:
        p = percorso(IL, attivita=(corso(IL, tipo=TipoAttivita.ALTRO),))

        assert pagati(p, Mese(2025, 12)) == []
        assert list(mensilita(percorso(IL, attivita=()), parametri=SFL, fino_al=Mese(2025, 12))) == []

    def test_count_days_and_number(self) -> None:
        (primo, *_), altri = mensilita(percorso(IL), parametri=SFL, fino_al=Mese(2025, 3)), Mese(2025, 3)

        assert primo == Mensilita(altri, SPETTA, 22, 1)


class TestConferme:
    PERCORSO = percorso(
        date(2025, 1, 2), psp_il=date(2025, 1, 2), attivita=(corso(date(2025, 1, 10), tipo=TipoAttivita.PUC),)
    )

    @pytest.mark.regola("S004-F26")
    def test_are_due_every_ninety_days(self) -> None:
        termini = [termine_conferma(g, self.PERCORSO, parametri=SFL) for g in (date(2025, 1, 10), date(2025, 4, 10))]

        assert termini == [date(2025, 4, 10), date(2025, 7, 9)]

    @pytest.mark.regola("S004-F26", "S004-F27")
    @pytest.mark.parametrize(
        ("conferme", "maggio"),
        [
            ((), CONFERMA),
            ((date(2025, 4, 10),), SPETTA),
            ((date(2025, 3, 1),), SPETTA),
        ],
    )
    def test_missing_suspends_from_the_month_after_the_term(
        self, conferme: tuple[date, ...], maggio: StatoMese
    ) -> None:
        stati = storia(replace(self.PERCORSO, conferme=conferme), Mese(2025, 5))

        assert [stati[Mese(2025, 4)], stati[Mese(2025, 5)]] == [SPETTA, maggio]

    @pytest.mark.regola("S004-F27")
    def test_missing_pays_nothing_and_says_why(self) -> None:
        fatti = replace(adulto(date(2025, 1, 2)), propri=(self.PERCORSO,))

        maggio = importo_mensile(fatti, parametri=SFL, mese=Mese(2025, 5))

        assert (maggio.spetta, maggio.totale) == (False, Decimal("0.00"))
        assert maggio.righe == ("Manca la conferma della partecipazione: il pagamento è sospeso.",)

    @pytest.mark.parametrize(("regola", "giugno"), [("MESI_RECUPERATI", SPETTA), ("MESI_PERSI", CONFERMA)])
    def test_late_recover_the_months_or_lose_them(self, regola: str, giugno: StatoMese) -> None:
        p = replace(self.PERCORSO, conferme=(date(2025, 7, 2),))

        stati = storia(p, Mese(2025, 7), parametri=sfl_con(conferma_tardiva=regola))
        assert [stati[Mese(2025, 6)], stati[Mese(2025, 7)]] == [giugno, SPETTA]

    @pytest.mark.regola("S004-F28")
    @pytest.mark.parametrize(
        ("inizio", "fine", "termine"),
        [
            (date(2025, 1, 2), date(2025, 6, 30), date(2025, 9, 28)),
            (date(2025, 1, 2), None, None),
            (date(2025, 1, 3), date(2025, 6, 30), date(2025, 4, 2)),
        ],
    )
    def test_are_lifted_until_the_end_of_a_path_that_ran_on_the_day_of_the_psp(
        self, inizio: date, fine: date | None, termine: date | None
    ) -> None:
        p = percorso(date(2025, 1, 2), attivita=(corso(inizio, fine),))

        assert termine_conferma(date(2025, 1, 2), p, parametri=SFL) == termine
