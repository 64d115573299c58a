# SPDX-License-Identifier: EUPL-1.2
"""The bimestri of a SIA: six at most, suspensions, revoca and cuts from the next one, nothing given back."""

from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.bimestre import Bimestre
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.fatti import PerditaRequisito, ProgettoPersonalizzato, RedditoNuovo, ViolazioneProgetto
from shared.misure.sia.piano import Rata, StatoRata, da_pagare, da_restituire, piano
from tests.misure.sia.famiglie import (
    FIGLI,
    KO,
    MADRE,
    NON_APPLICABILE,
    OK,
    PADRE,
    SIA,
    SiaIn,
    attestazione,
    con_parametri,
    con_sia,
    esito_di,
    nucleo,
)

D, S, R = StatoRata.DOVUTA, StatoRata.SOSPESA, StatoRata.REVOCATA
FINE = date(2017, 12, 31)
PERSONE = (MADRE, PADRE, *FIGLI[:2])
ISEE = (attestazione(PERSONE), attestazione(PERSONE, il=date(2017, 1, 10)))
FIRMATO = ProgettoPersonalizzato(firmato_il=date(2017, 3, 31))
NOV, GEN, MAR, MAG, LUG, SET = (Bimestre(2016, 6), *(Bimestre(2017, n) for n in range(1, 6)))


def famiglia(sia: SiaIn | None = None, *, il: date = date(2016, 10, 15)) -> Fatti:
    tutti: SiaIn = {"progetto": FIRMATO, **(sia or {})}
    return nucleo(PERSONE, il=il, isee=ISEE, **tutti)


def rate(fatti: Fatti, *, al: date = FINE, parametri: Parametri = SIA) -> tuple[Rata, ...]:
    return piano(fatti, parametri=parametri, al=al)


def stati(fatti: Fatti, *, al: date = FINE) -> list[StatoRata]:
    return [r.stato for r in rate(fatti, al=al)]


def pagamenti(fatti: Fatti, *, al: date = FINE) -> list[Decimal]:
    tutte = rate(fatti, al=al)
    return [da_pagare(tutte, b) for b in (NOV, GEN, MAR, MAG, LUG, SET)]


def perdita(accertata: date, *, confermata: date | None = None, superata: date | None = None) -> SiaIn:
    trovata = PerditaRequisito(
        requisito="SIA-R08", accertata_il=accertata, confermata_il=confermata, superata_il=superata
    )
    return {"perdite": (trovata,)}


class TestPiano:
    def test_lasts_six_bimestri_of_640_euro(self) -> None:
        tutte = rate(famiglia())

        assert [r.bimestre for r in tutte] == [NOV, GEN, MAR, MAG, LUG, SET]
        assert {r.importo for r in tutte} == {Decimal("640.00")}
        assert not any(r.arretrata for r in tutte)

    @pytest.mark.regola("S003-60", "S003-62")
    def test_suspends_from_the_bimestre_after_a_loss_is_found(self) -> None:
        assert stati(famiglia(perdita(date(2017, 2, 28)))) == [D, D, S, S, S, S]
        assert stati(famiglia(perdita(date(2017, 3, 1)))) == [D, D, D, S, S, S]

    @pytest.mark.regola("S003-60", "S003-72")
    def test_revokes_from_the_bimestre_after_the_loss_is_confirmed(self) -> None:
        fatti = famiglia(perdita(date(2017, 2, 10), confermata=date(2017, 5, 2)))

        assert stati(fatti) == [D, D, S, S, R, R]
        assert sum(pagamenti(fatti)) == Decimal("1280.00")

    def test_pays_the_suspended_bimestri_when_the_loss_is_cleared(self) -> None:
        fatti = famiglia(perdita(date(2017, 2, 10), superata=date(2017, 6, 20)))

        assert pagamenti(fatti) == [Decimal(n) for n in ("640.00", "640.00", "0.00", "1280.00", "640.00", "640.00")]

    def test_does_not_know_the_future(self) -> None:
        fatti = famiglia(perdita(date(2017, 2, 10), superata=date(2017, 6, 20)))

        assert stati(fatti, al=date(2017, 2, 9)) == [D] * 6
        assert stati(fatti, al=date(2017, 6, 19)) == [D, D, S, S, S, S]

    @pytest.mark.regola("S003-13")
    @pytest.mark.parametrize(
        ("comunicato", "attesi"),
        [(date(2017, 3, 3), [D] * 6), (date(2017, 3, 4), [D, D, D, R, R, R]), (None, [D, D, D, R, R, R])],
    )
    def test_ends_when_a_new_income_is_not_told_in_30_days(
        self, comunicato: date | None, attesi: list[StatoRata]
    ) -> None:
        nuovo = RedditoNuovo(
            codice_fiscale=PADRE.codice_fiscale,
            dal=date(2017, 2, 1),
            importo_annuo=Decimal("500.00"),
            comunicato_il=comunicato,
        )

        assert stati(famiglia({"redditi_nuovi": (nuovo,)})) == attesi


class TestArretrati:
    @pytest.mark.regola("S003-71")
    @pytest.mark.parametrize(
        ("rinnovo", "attesi"),
        [
            (date(2017, 4, 30), ["640.00", "640.00", "640.00", "640.00", "640.00", "640.00"]),
            (date(2017, 5, 1), ["640.00", "640.00", "0.00", "1280.00", "640.00", "640.00"]),
            (date(2017, 8, 31), ["640.00", "640.00", "0.00", "0.00", "1920.00", "640.00"]),
        ],
    )
    def test_come_in_the_first_useful_bimestre_after_a_late_renewal(self, rinnovo: date, attesi: list[str]) -> None:
        isee = (attestazione(PERSONE), attestazione(PERSONE, il=rinnovo))
        fatti = nucleo(PERSONE, isee=isee, progetto=FIRMATO)

        assert pagamenti(fatti) == [Decimal(a) for a in attesi]


class TestFirma:
    def test_missing_suspends_up_to_16_august_2017_and_then_is_paid_again(self) -> None:
        fatti = famiglia({"progetto": ProgettoPersonalizzato()})

        assert stati(fatti, al=date(2017, 8, 16)) == [D, D, D, S, S, S]
        assert pagamenti(fatti, al=date(2017, 8, 17)) == [
            Decimal(n) for n in ("640.00", "640.00", "640.00", "0.00", "1280.00", "640.00")
        ]

    @pytest.mark.parametrize(
        ("al", "atteso"),
        [
            (date(2017, 3, 31), NON_APPLICABILE),
            (date(2017, 4, 1), KO),
            (date(2017, 8, 16), KO),
            (date(2017, 8, 17), NON_APPLICABILE),
        ],
    )
    def test_is_a_requisito_from_the_day_after_the_term(self, al: date, atteso: object) -> None:
        fatti = famiglia({"progetto": ProgettoPersonalizzato()})

        assert esito_di(fatti, "SIA-R15", al=al) is atteso
        assert esito_di(famiglia(), "SIA-R15", al=al) is (OK if al >= date(2017, 3, 31) else NON_APPLICABILE)

    def test_late_ends_the_suspension(self) -> None:
        fatti = famiglia({"progetto": ProgettoPersonalizzato(firmato_il=date(2017, 6, 1))})

        assert pagamenti(fatti) == [Decimal("640.00")] * 6
        assert stati(fatti, al=date(2017, 5, 31)) == [D, D, D, S, S, S]

    @pytest.mark.regola("S003-92")
    def test_is_never_asked_of_a_nucleo_that_is_not_called(self) -> None:
        fatti = famiglia({"progetto": ProgettoPersonalizzato(chiamato=False)})

        assert stati(fatti, al=date(2017, 8, 16)) == [D] * 6
        assert esito_di(fatti, "SIA-R15", al=date(2017, 7, 1)) is NON_APPLICABILE

    @pytest.mark.parametrize(
        ("sisma", "quando", "attesi"),
        [
            (False, date(2017, 2, 20), [D, D, R, R, R, R]),
            (True, date(2017, 2, 20), [D, D, R, R, R, R]),
            (True, date(2017, 8, 17), [D, D, D, D, D, D]),
            (False, date(2017, 8, 17), [D, D, D, D, D, R]),
        ],
    )
    def test_refused_ends_the_benefit_but_in_the_comuni_of_the_earthquakes(
        self, sisma: bool, quando: date, attesi: list[StatoRata]
    ) -> None:
        progetto = ProgettoPersonalizzato(
            rifiutato_il=quando, comune_del_sisma=sisma, firmato_il=date(2017, 1, 20) if quando.month > 2 else None
        )

        assert stati(famiglia({"progetto": progetto})) == attesi


class TestViolazioni:
    @pytest.mark.regola("S003-45", "S003-62")
    def test_cut_the_bimestre_after_and_give_nothing_back(self) -> None:
        violazione = ViolazioneProgetto(codice_fiscale=PADRE.codice_fiscale, il=date(2017, 4, 5))
        fatti = famiglia({"violazioni": (violazione,)})

        tutte = rate(fatti, parametri=con_parametri(decurtazione_pct=25))

        assert [r.importo for r in tutte] == [Decimal(n) for n in ("640", "640", "640", "480", "640", "640")]
        assert da_restituire(fatti, tutte, al=FINE) == Decimal("0.00")

    def test_cut_nothing_until_the_size_is_known(self) -> None:
        violazione = ViolazioneProgetto(codice_fiscale=PADRE.codice_fiscale, il=date(2017, 4, 5))

        assert pagamenti(famiglia({"violazioni": (violazione,)})) == [Decimal("640.00")] * 6

    @pytest.mark.regola("S003-45", "S003-62")
    def test_repeated_end_the_benefit_from_the_bimestre_after(self) -> None:
        ripetuta = ViolazioneProgetto(codice_fiscale=PADRE.codice_fiscale, il=date(2017, 4, 5), esclusione=True)
        fatti = famiglia({"violazioni": (ripetuta,)})

        assert stati(fatti) == [D, D, D, R, R, R]
        assert esito_di(fatti, "SIA-R16", al=date(2017, 4, 4)) is OK
        assert esito_di(fatti, "SIA-R16", al=date(2017, 4, 5)) is KO
        assert da_restituire(fatti, rate(fatti), al=FINE) == Decimal("0.00")


class TestRestituzione:
    @pytest.mark.regola("S003-48")
    def test_is_not_asked_of_who_refuses_after_the_first_bimestre(self) -> None:
        fatti = famiglia({"progetto": ProgettoPersonalizzato(rifiutato_il=date(2016, 12, 20))})
        tutte = rate(fatti)

        assert [r.stato for r in tutte] == [D, R, R, R, R, R]
        assert da_pagare(tutte, NOV) == Decimal("640.00")
        assert da_restituire(fatti, tutte, al=FINE) == Decimal("0.00")

    @pytest.mark.regola("S003-47")
    def test_is_of_all_that_was_paid_after_a_false_declaration_only(self) -> None:
        fatti = famiglia()
        mendace = con_sia(fatti, dichiarazione_mendace_il=date(2017, 3, 10))

        assert da_restituire(fatti, rate(fatti), al=date(2017, 3, 15)) == Decimal("0.00")
        assert da_restituire(mendace, rate(mendace), al=date(2017, 3, 9)) == Decimal("0.00")
        assert da_restituire(mendace, rate(mendace), al=date(2017, 3, 15)) == Decimal("1280.00")
