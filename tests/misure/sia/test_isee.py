# SPDX-License-Identifier: EUPL-1.2
"""R07 and the ISEE of the SIA: kind, threshold, validity, renewal; the nucleo of the DSU prevails on the registry."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.bimestre import Bimestre
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Fatti, Indicatore, Isee
from shared.misure.sia.famiglia import appartiene, da_segnalare
from shared.misure.sia.fatti import Collocazione, RedditoNuovo, TipoCollocazione
from shared.misure.sia.isee import isee_del_bimestre, isee_del_giorno, scadenza_dsu
from shared.misure.sia.quadro import quadro_del_giorno
from shared.misure.sia.requisiti import verifica_requisiti
from tests.misure.sia.famiglie import (
    DA_COMPLETARE,
    FIGLI,
    IL,
    KO,
    MADRE,
    OK,
    PADRE,
    SIA,
    attestazione,
    con_sia,
    coppia,
    esito_di,
    giudica,
    nucleo,
)

MADRE_E_FIGLIO = (MADRE, FIGLI[0])


def con(*isee: Isee, minori: bool = True) -> Fatti:
    return nucleo(MADRE_E_FIGLIO if minori else (MADRE, PADRE), isee=isee)


def di(indicatore: Indicatore, valore: str, *, minori: bool = True, il: date = date(2016, 9, 1)) -> Isee:
    return attestazione(MADRE_E_FIGLIO if minori else (MADRE, PADRE), il=il, valore=valore, indicatore=indicatore)


class TestR07:
    @pytest.mark.regola("S003-09")
    @pytest.mark.parametrize(("valore", "atteso"), [("2999.99", OK), ("3000.00", OK), ("3000.01", KO)])
    def test_admits_an_isee_lower_than_or_equal_to_3000(self, valore: str, atteso: EsitoRequisito) -> None:
        assert esito_di(con(di(Indicatore.MINORENNE, valore)), "SIA-R07") is atteso

    @pytest.mark.regola("S003-08")
    def test_admits_an_isee_minorenni_of_3000_with_an_ordinario_of_5000(self) -> None:
        requisito = giudica(con(di(Indicatore.ORDINARIO, "5000.00"), di(Indicatore.MINORENNE, "3000.00")), "SIA-R07")

        assert (requisito.esito, requisito.valore) == (OK, "3000.00")

    @pytest.mark.regola("S003-07")
    @pytest.mark.parametrize(
        ("minori", "indicatori", "usato"),
        [
            (True, (Indicatore.ORDINARIO, Indicatore.MINORENNE), Indicatore.MINORENNE),
            (False, (Indicatore.ORDINARIO, Indicatore.MINORENNE), Indicatore.ORDINARIO),
            (True, (Indicatore.MINORENNE, Indicatore.CORRENTE), Indicatore.CORRENTE),
            (False, (Indicatore.ORDINARIO, Indicatore.CORRENTE), Indicatore.CORRENTE),
        ],
    )
    def test_uses_minorenni_with_minors_ordinario_without_and_corrente_first(
        self, minori: bool, indicatori: tuple[Indicatore, ...], usato: Indicatore
    ) -> None:
        fatti = con(*(di(i, "1000.00", minori=minori) for i in indicatori), minori=minori)

        isee = isee_del_giorno(fatti, parametri=SIA, al=IL)

        assert isee is not None
        assert isee.indicatore is usato
        assert esito_di(fatti, "SIA-R07") is OK

    def test_asks_for_the_right_kind(self) -> None:
        assert esito_di(con(di(Indicatore.ORDINARIO, "1000.00")), "SIA-R07") is DA_COMPLETARE

    @pytest.mark.regola("S003-10")
    def test_never_uses_the_isee_sociosanitario(self) -> None:
        fatti = con(di(Indicatore.SOCIOSANITARIO, "500.00", minori=False), minori=False)

        assert isee_del_giorno(fatti, parametri=SIA, al=IL) is None
        assert esito_di(fatti, "SIA-R07") is DA_COMPLETARE

    @pytest.mark.regola("S003-31")
    @pytest.mark.parametrize(("annuo", "atteso"), [("2460.00", OK), ("2460.03", KO)])
    def test_adds_the_expected_income_of_a_new_job_over_the_scala(self, annuo: str, atteso: EsitoRequisito) -> None:
        nuovo = RedditoNuovo(
            codice_fiscale=MADRE.codice_fiscale, dal=date(2016, 9, 20), importo_annuo=Decimal(annuo), comunicato_il=IL
        )
        fatti = con(di(Indicatore.MINORENNE, "2000.00"))

        assert esito_di(con_sia(fatti, redditi_nuovi=(nuovo,)), "SIA-R07") is atteso

    def test_asks_to_clear_omissions(self) -> None:
        assert esito_di(con(replace(di(Indicatore.MINORENNE, "500.00"), difformita=("X",))), "SIA-R07") is DA_COMPLETARE

    @pytest.mark.regola("S003-68", "S003-67", "S003-63")
    def test_wants_a_valid_isee_for_the_whole_benefit_read_in_the_archives_when_renewed(self) -> None:
        senza = con(di(Indicatore.MINORENNE, "500.00"))
        rinnovato = con(di(Indicatore.MINORENNE, "500.00"), di(Indicatore.MINORENNE, "800.00", il=date(2017, 3, 20)))

        assert esito_di(senza, "SIA-R07", al=date(2017, 2, 28)) is OK
        assert esito_di(senza, "SIA-R07", al=date(2017, 3, 1)) is DA_COMPLETARE
        assert esito_di(rinnovato, "SIA-R07", al=date(2017, 3, 19)) is DA_COMPLETARE
        assert giudica(rinnovato, "SIA-R07", al=date(2017, 3, 20)).valore == "800.00"

    @pytest.mark.regola("S003-22", "S003-72")
    def test_is_lost_with_a_renewed_isee_over_the_threshold(self) -> None:
        fatti = con(di(Indicatore.MINORENNE, "500.00"), di(Indicatore.MINORENNE, "3000.01", il=date(2017, 2, 10)))

        assert esito_di(fatti, "SIA-R07", al=date(2017, 2, 28)) is OK
        assert esito_di(fatti, "SIA-R07", al=date(2017, 3, 1)) is KO


class TestScadenza:
    @pytest.mark.regola("S003-69")
    @pytest.mark.parametrize(
        ("presentata", "scade"), [(date(2016, 9, 2), date(2017, 1, 15)), (date(2017, 1, 1), date(2018, 1, 15))]
    )
    def test_is_15_january_of_the_year_after(self, presentata: date, scade: date) -> None:
        assert scadenza_dsu(presentata, parametri=SIA) == scade


class TestBimestre:
    @pytest.mark.regola("S003-70")
    @pytest.mark.parametrize(
        ("valido_al", "coperto"), [(date(2017, 1, 1), True), (date(2017, 1, 15), True), (date(2016, 12, 31), False)]
    )
    def test_january_and_february_need_one_valid_day(self, valido_al: date, coperto: bool) -> None:
        fatti = con(replace(di(Indicatore.MINORENNE, "500.00"), valido_al=valido_al))

        assert (isee_del_bimestre(fatti, Bimestre(2017, 1), parametri=SIA) is not None) is coperto
        assert isee_del_bimestre(fatti, Bimestre(2017, 2), parametri=SIA) is None

    @pytest.mark.regola("S003-70", "S003-71")
    def test_march_and_april_take_the_renewed_one_however_late(self) -> None:
        tardi, dopo = (
            di(Indicatore.MINORENNE, "700.00", il=date(2017, 7, 5)),
            di(Indicatore.MINORENNE, "900.00", il=date(2017, 9, 5)),
        )

        assert isee_del_bimestre(con(dopo, tardi), Bimestre(2017, 2), parametri=SIA) == tardi

    def test_is_the_same_in_any_order_of_the_facts(self) -> None:
        isee = (
            di(Indicatore.MINORENNE, "700.00"),
            di(Indicatore.MINORENNE, "900.00"),
            di(Indicatore.ORDINARIO, "100.00"),
        )

        trovati = {isee_del_bimestre(con(*i), Bimestre(2016, 6), parametri=SIA) for i in (isee, isee[::-1])}

        assert len(trovati) == 1


class TestNucleo:
    @pytest.mark.regola("S003-74")
    def test_of_the_isee_prevails_on_the_registry_and_the_difference_is_reported(self) -> None:
        uguale = coppia(2)
        diverso = replace(uguale, famiglia_anagrafica=frozenset({MADRE.codice_fiscale}))

        esiti = [verifica_requisiti(f, parametri=SIA, al=IL).requisiti for f in (uguale, diverso)]

        assert esiti[0] == esiti[1]
        assert da_segnalare(quadro_del_giorno(uguale, parametri=SIA, al=IL)) == frozenset()
        assert len(da_segnalare(quadro_del_giorno(diverso, parametri=SIA, al=IL))) == 3

    @pytest.mark.regola("S003-15", "S003-16", "S003-58")
    @pytest.mark.parametrize(
        ("tipo", "nel_nucleo", "minorenne", "atteso"),
        [
            (TipoCollocazione.AFFIDAMENTO_TEMPORANEO, ("affidatario_nel_nucleo", "scelto"), True, True),
            (TipoCollocazione.AFFIDAMENTO_TEMPORANEO, ("affidatario_nel_nucleo",), True, False),
            (TipoCollocazione.AFFIDAMENTO_TEMPORANEO, ("genitore_nel_nucleo",), True, False),
            (TipoCollocazione.AFFIDAMENTO_PREADOTTIVO, ("affidatario_nel_nucleo",), True, True),
            (TipoCollocazione.AFFIDAMENTO_PREADOTTIVO, ("genitore_nel_nucleo",), True, False),
            (TipoCollocazione.COMUNITA, ("genitore_nel_nucleo",), True, False),
            (TipoCollocazione.CONVIVENZA_ANAGRAFICA, ("coniuge_nel_nucleo",), False, True),
            (TipoCollocazione.CONVIVENZA_ANAGRAFICA, (), False, False),
            (TipoCollocazione.CONVIVENZA_ANAGRAFICA, ("genitore_nel_nucleo",), True, True),
            (TipoCollocazione.CONVIVENZA_ANAGRAFICA, ("genitore_nel_nucleo",), False, False),
        ],
    )
    def test_keeps_who_lives_elsewhere_by_the_isee_regulation(
        self, tipo: TipoCollocazione, nel_nucleo: tuple[str, ...], minorenne: bool, atteso: bool
    ) -> None:
        collocazione = Collocazione(
            codice_fiscale=FIGLI[0].codice_fiscale, tipo=tipo, **dict.fromkeys(nel_nucleo, True)
        )

        assert appartiene(collocazione, minorenne=minorenne) is atteso

    @pytest.mark.regola("S003-15", "S003-74")
    def test_reports_a_fostered_minor_whom_nobody_chose_to_count(self) -> None:
        affidato = Collocazione(
            codice_fiscale=FIGLI[1].codice_fiscale,
            tipo=TipoCollocazione.AFFIDAMENTO_TEMPORANEO,
            affidatario_nel_nucleo=True,
        )
        fatti = coppia(2, collocazioni=(affidato,))
        scelto = coppia(2, collocazioni=(replace(affidato, scelto=True),))

        assert da_segnalare(quadro_del_giorno(fatti, parametri=SIA, al=IL)) == {FIGLI[1].codice_fiscale}
        assert da_segnalare(quadro_del_giorno(scelto, parametri=SIA, al=IL)) == frozenset()
