# SPDX-License-Identifier: EUPL-1.2
"""Importo of the SIA: the golden cases to the cent, the table by members, deductions and the supplement."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.bimestre import Bimestre
from shared.kernel.mese import Mese
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.nucleo import Fatti
from shared.misure.sia.fatti import RedditoNuovo, Titolarita
from shared.misure.sia.importo import importo_bimestre, importo_mensile
from shared.misure.sia.piano import StatoRata, da_pagare, piano
from tests.misure.sia.famiglie import (
    FIGLI,
    MADRE,
    PADRE,
    SIA,
    adulto,
    attestazione,
    con_parametri,
    coppia,
    minore,
    nucleo,
)

NOV_DIC_2016, GEN_FEB_2017, MAR_APR_2017 = Bimestre(2016, 6), Bimestre(2017, 1), Bimestre(2017, 2)
MAG_GIU_2017 = Bimestre(2017, 3)
ALLA_FINE = date(2018, 12, 31)
PICCOLO = minore("VRDLSE", date(2015, 11, 10))


def mese(fatti: Fatti, bimestre: Bimestre) -> Decimal:
    return importo_bimestre(fatti, parametri=SIA, bimestre=bimestre).totale


def per(*minori: str) -> tuple[Titolarita, ...]:
    return tuple(Titolarita(codice_fiscale=m, dal=date(2015, 12, 1)) for m in minori)


class TestGolden:
    def test_g1_couple_with_two_minors(self) -> None:
        importo = importo_bimestre(coppia(2), parametri=SIA, bimestre=NOV_DIC_2016)

        assert (importo.totale, importo.bimestrale) == (Decimal("320.00"), Decimal("640.00"))

    @pytest.mark.regola("S003-44")
    def test_g2_deducts_the_assegno_of_141_30_although_not_asked_for(self) -> None:
        importo = importo_bimestre(coppia(3), parametri=SIA, bimestre=NOV_DIC_2016)

        assert (importo.totale, importo.bimestrale) == (Decimal("258.70"), Decimal("517.40"))
        assert "anche se non richiesto: 141,30 euro" in importo.righe[1]

    def test_g3_deducts_card_and_bonus_of_a_child_of_14_months(self) -> None:
        codice = PICCOLO.codice_fiscale
        fatti = nucleo((MADRE, PADRE, FIGLI[0], PICCOLO), carte_acquisti=per(codice), bonus_bebe=per(codice))

        importo = importo_bimestre(fatti, parametri=SIA, bimestre=GEN_FEB_2017)

        assert (importo.totale, importo.bimestrale) == (Decimal("200.00"), Decimal("400.00"))

    def test_g4_adds_the_supplement_of_the_mother_alone(self) -> None:
        componenti = (MADRE, *FIGLI[:2], PICCOLO)
        fatti = nucleo(componenti, il=date(2017, 3, 20), bonus_bebe=per(PICCOLO.codice_fiscale))

        importo = importo_bimestre(fatti, parametri=SIA, bimestre=MAG_GIU_2017)

        assert (importo.totale, importo.bimestrale) == (Decimal("178.70"), Decimal("357.40"))

    def test_g5_is_never_below_zero(self) -> None:
        codici = (FIGLI[0].codice_fiscale, PICCOLO.codice_fiscale)
        fatti = nucleo((MADRE, FIGLI[0], PICCOLO), carte_acquisti=per(*codici), bonus_bebe=per(*codici))

        rate = piano(fatti, parametri=SIA, al=date(2016, 12, 31))

        assert mese(fatti, NOV_DIC_2016) == Decimal("0.00")
        assert (rate[0].stato, rate[0].importo) == (StatoRata.DOVUTA, Decimal("0.00"))

    @pytest.mark.regola("S003-63", "S003-69", "S003-70", "S003-71")
    def test_g6_waits_in_march_and_april_for_the_new_isee_and_pays_the_arrears_in_may(self) -> None:
        componenti = (MADRE, PADRE, *FIGLI[:2])
        scaduta = attestazione(componenti, il=date(2016, 9, 1), valido_al=date(2017, 1, 15))
        nuova = attestazione(componenti, il=date(2017, 5, 10))
        fatti = nucleo(componenti, isee=(scaduta, nuova))

        a_marzo = piano(fatti, parametri=SIA, al=date(2017, 4, 30))
        rate = piano(fatti, parametri=SIA, al=date(2017, 6, 30))

        assert [r.stato for r in a_marzo[:3]] == [StatoRata.DOVUTA, StatoRata.DOVUTA, StatoRata.SOSPESA]
        assert da_pagare(rate, GEN_FEB_2017) == Decimal("640.00")
        assert da_pagare(rate, MAR_APR_2017) == Decimal("0.00")
        assert rate[2].arretrata
        assert da_pagare(rate, MAG_GIU_2017) == Decimal("1280.00")

    def test_g7_counts_a_birth_from_the_bimestre_after_the_new_dsu(self) -> None:
        prima = (MADRE, PADRE, *FIGLI[:2])
        nato = minore("VRDNTA", date(2017, 1, 5))
        isee = (attestazione(prima), attestazione((*prima, nato), il=date(2017, 1, 20)))
        fatti = replace(nucleo((*prima, nato), isee=isee))

        gennaio, marzo = (importo_bimestre(fatti, parametri=SIA, bimestre=b) for b in (GEN_FEB_2017, MAR_APR_2017))

        assert gennaio.bimestrale == Decimal("640.00")
        assert (marzo.totale, marzo.bimestrale) == (Decimal("258.70"), Decimal("517.40"))


class TestTabella:
    @pytest.mark.parametrize(
        ("componenti", "atteso"),
        [(1, "80.00"), (2, "160.00"), (3, "240.00"), (4, "320.00"), (5, "400.00"), (6, "400.00")],
    )
    def test_gives_80_euro_for_each_of_at_most_five_members(self, componenti: int, atteso: str) -> None:
        persone = (MADRE, PADRE, adulto("RSSLGU", 70), adulto("RSSCRL", 72), adulto("BNCTRS", 45), adulto("BNCGNN", 50))

        assert mese(nucleo(persone[:componenti]), NOV_DIC_2016) == Decimal(atteso)

    def test_is_the_same_in_both_months_and_all_quota_a(self) -> None:
        mesi = [importo_mensile(coppia(2), parametri=SIA, mese=m) for m in (Mese(2016, 11), Mese(2016, 12))]

        assert [m.totale for m in mesi] == [Decimal("320.00")] * 2
        assert {(m.quota_a, m.quota_b) for m in mesi} == {(Decimal("320.00"), Decimal("0.00"))}

    def test_is_nothing_when_the_isee_is_over_3000(self) -> None:
        assert mese(nucleo((MADRE, FIGLI[0]), valore="3000.00"), NOV_DIC_2016) == Decimal("160.00")
        assert mese(nucleo((MADRE, FIGLI[0]), valore="3000.01"), NOV_DIC_2016) == Decimal("0.00")

    def test_needs_an_isee(self) -> None:
        fatti = replace(coppia(2), isee=None)

        with pytest.raises(IseeNonDisponibile):
            importo_mensile(fatti, parametri=SIA, mese=Mese(2016, 11))


class TestSupplemento:
    @pytest.mark.regola("S003-94")
    @pytest.mark.parametrize(("bimestre", "atteso"), [(MAR_APR_2017, "160.00"), (MAG_GIU_2017, "240.00")])
    def test_comes_from_may_2017_also_for_running_benefits(self, bimestre: Bimestre, atteso: str) -> None:
        componenti = (MADRE, FIGLI[0])
        isee = (attestazione(componenti), attestazione(componenti, il=date(2017, 2, 1)))

        assert mese(nucleo(componenti, isee=isee), bimestre) == Decimal(atteso)

    def test_is_not_for_a_couple_nor_with_an_adult_child(self) -> None:
        il = date(2017, 5, 1)

        assert mese(nucleo((MADRE, PADRE, FIGLI[0]), il=il), MAG_GIU_2017) == Decimal("240.00")
        assert mese(nucleo((MADRE, adulto("VRDNDR", 20), FIGLI[0]), il=il), MAG_GIU_2017) == Decimal("240.00")

    @pytest.mark.parametrize(("oltre", "atteso"), [(True, "480.00"), (False, "400.00")])
    def test_may_exceed_the_amount_of_five_members(self, oltre: bool, atteso: str) -> None:
        fatti = nucleo((MADRE, *FIGLI[:4]), il=date(2017, 4, 10), assegno_spettante=False)
        parametri = con_parametri(supplemento_genitore_solo=Decimal("80.00"), supplemento_oltre_massimo=oltre)

        assert importo_bimestre(fatti, parametri=parametri, bimestre=MAG_GIU_2017).totale == Decimal(atteso)


class TestDeduzioni:
    @pytest.mark.regola("S003-44")
    @pytest.mark.parametrize(
        ("figli", "spettante", "atteso"), [(2, True, "320.00"), (3, True, "258.70"), (3, False, "400.00")]
    )
    def test_take_the_assegno_only_with_three_minors_who_have_its_conditions(
        self, figli: int, spettante: bool, atteso: str
    ) -> None:
        assert mese(coppia(figli, assegno_spettante=spettante), NOV_DIC_2016) == Decimal(atteso)

    def test_could_spread_the_thirteen_assegni_over_the_year(self) -> None:
        parametri = con_parametri(assegno_base="ANNUO")

        importo = importo_bimestre(coppia(3), parametri=parametri, bimestre=NOV_DIC_2016)

        assert importo.totale == Decimal("400.00") - Decimal("153.08")

    def test_stop_with_the_card_and_ignore_who_is_not_a_minor_of_the_nucleo(self) -> None:
        finita = Titolarita(codice_fiscale=FIGLI[0].codice_fiscale, dal=date(2016, 1, 1), al=date(2016, 10, 31))
        altri = (finita, Titolarita(codice_fiscale=MADRE.codice_fiscale, dal=date(2016, 1, 1)))

        assert mese(coppia(2, carte_acquisti=altri), NOV_DIC_2016) == Decimal("320.00")


class TestReddito:
    @pytest.mark.parametrize(("annuo", "atteso"), [("2460.00", "320.00"), ("2460.03", "0.00")])
    def test_of_a_new_job_counts_with_the_isee(self, annuo: str, atteso: str) -> None:
        nuovo = RedditoNuovo(
            codice_fiscale=PADRE.codice_fiscale,
            dal=date(2016, 10, 1),
            importo_annuo=Decimal(annuo),
            comunicato_il=date(2016, 10, 5),
        )
        fatti = nucleo((MADRE, PADRE, *FIGLI[:2]), valore="2000.00", redditi_nuovi=(nuovo,))

        assert mese(fatti, NOV_DIC_2016) == Decimal(atteso)
