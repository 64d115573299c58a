# SPDX-License-Identifier: EUPL-1.2
"""R05, R07, R08 and R15: what the SFL takes from the ADI, judged by the same functions."""

from datetime import date

import pytest

from shared.kernel.mese import Periodo
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    Assenza,
    CausaFineLavoro,
    CessazioneLavoro,
    Cittadinanza,
    ClasseGiudiziaria,
    MisuraGiudiziaria,
    Precedente,
    Residenza,
    TipoPrecedente,
    TitoloSoggiorno,
)
from tests.misure.nuclei import con_componente, di_eta, fatti_di
from tests.misure.sfl.persone import (
    DA_COMPLETARE,
    IL,
    KO,
    OK,
    adulto,
    con_percorso,
    requisito,
    sfl_con,
)

CHI = adulto(IL).richiedente


class TestR05:
    @pytest.mark.regola("S004-F11")
    @pytest.mark.parametrize(
        ("cittadinanza", "atteso"),
        [
            (Cittadinanza(stato="RO"), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.FAMILIARE_UE), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.LUNGO_PERIODO), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.TEMPORANEO), KO),
            (None, DA_COMPLETARE),
        ],
    )
    def test_follows_the_citizenship(self, cittadinanza: Cittadinanza | None, atteso: EsitoRequisito) -> None:
        assert requisito(adulto(IL, cittadinanza=cittadinanza), "SFL-R05").esito is atteso

    @pytest.mark.regola("S004-F11")
    @pytest.mark.parametrize(
        ("periodi", "atteso"),
        [
            ((Periodo(date(2020, 3, 10)),), OK),
            ((Periodo(date(2020, 3, 11)),), KO),
            ((Periodo(date(2000, 1, 1), date(2020, 1, 1)), Periodo(date(2023, 3, 10))), OK),
            ((Periodo(date(2000, 1, 1), date(2020, 1, 1)), Periodo(date(2023, 3, 11))), KO),
        ],
    )
    def test_asks_for_five_years_and_the_last_two_continuous(
        self, periodi: tuple[Periodo, ...], atteso: EsitoRequisito
    ) -> None:
        assert requisito(adulto(IL, residenza=Residenza(periodi=periodi)), "SFL-R05").esito is atteso

    @pytest.mark.regola("S004-F11")
    @pytest.mark.parametrize(
        ("al", "salute", "atteso"),
        [
            (date(2024, 8, 30), False, OK),
            (date(2024, 8, 31), False, KO),
            (date(2024, 8, 31), True, OK),
        ],
    )
    def test_is_interrupted_by_two_months_abroad_but_for_health(
        self, al: date, salute: bool, atteso: EsitoRequisito
    ) -> None:
        assenza = Assenza(codice_fiscale=CHI, dal=date(2024, 7, 1), al=al, motivi_di_salute=salute)

        assert requisito(adulto(IL, assenze=(assenza,)), "SFL-R05").esito is atteso

    @pytest.mark.regola("S004-F11")
    def test_tells_all_that_fails_with_its_norms(self) -> None:
        fatti = con_componente(adulto(IL, cittadinanza=None), 0, residente_in_italia=False)

        trovato = requisito(fatti, "SFL-R05")

        assert trovato.esito is KO
        assert "non risiede in Italia" in trovato.spiegazione
        assert trovato.fonte.startswith("D.M. 108/2023, art. 2, c. 4; D.L. 48/2023")


class TestR07:
    @pytest.mark.regola("S004-F14")
    @pytest.mark.parametrize(
        ("classe", "dal", "atteso"),
        [
            (ClasseGiudiziaria.MISURA_CAUTELARE, IL, KO),
            (ClasseGiudiziaria.MISURA_PREVENZIONE, IL, KO),
            (ClasseGiudiziaria.CONDANNA_DEFINITIVA, date(2015, 3, 10), KO),
            (ClasseGiudiziaria.CONDANNA_DEFINITIVA, date(2015, 3, 9), OK),
        ],
    )
    def test_excludes_measures_and_ten_years_of_convictions(
        self, classe: ClasseGiudiziaria, dal: date, atteso: EsitoRequisito
    ) -> None:
        misura = MisuraGiudiziaria(codice_fiscale=CHI, classe=classe, dal=dal, doloso=True, pena_mesi=12)

        assert requisito(adulto(IL, misure_giudiziarie=(misura,)), "SFL-R07").esito is atteso

    def test_looks_at_the_richiedente_only(self) -> None:
        altra = di_eta(62, IL, "VRDLCU", disabile=True)
        misura = MisuraGiudiziaria(
            codice_fiscale=altra.codice_fiscale, classe=ClasseGiudiziaria.MISURA_CAUTELARE, dal=IL
        )
        fatti = fatti_di((di_eta(40, IL), altra), il=IL, misure_giudiziarie=(misura,))

        assert requisito(con_percorso(fatti, IL), "SFL-R07").esito is OK


class TestR08:
    @pytest.mark.regola("S004-F15")
    @pytest.mark.parametrize(
        ("il", "causa", "atteso"),
        [
            (date(2024, 3, 10), CausaFineLavoro.DIMISSIONI, KO),
            (date(2024, 3, 9), CausaFineLavoro.DIMISSIONI, OK),
            (date(2024, 9, 1), CausaFineLavoro.DIMISSIONI_GIUSTA_CAUSA, OK),
            (date(2024, 9, 1), CausaFineLavoro.RISOLUZIONE_CONSENSUALE_L604, OK),
            (date(2024, 9, 1), None, DA_COMPLETARE),
        ],
    )
    def test_excludes_who_resigned_in_twelve_months(
        self, il: date, causa: CausaFineLavoro | None, atteso: EsitoRequisito
    ) -> None:
        cessazione = CessazioneLavoro(codice_fiscale=CHI, il=il, causa=causa)

        assert requisito(adulto(IL, cessazioni=(cessazione,)), "SFL-R08").esito is atteso

    @pytest.mark.regola("S004-F15")
    @pytest.mark.parametrize(("occupata", "atteso"), [(False, KO), (True, OK)])
    def test_concerns_the_whole_nucleo(self, occupata: bool, atteso: EsitoRequisito) -> None:
        moglie = di_eta(39, IL, "BNCNNA", occupato=occupata)
        cessazione = CessazioneLavoro(
            codice_fiscale=moglie.codice_fiscale, il=date(2024, 9, 1), causa=CausaFineLavoro.DIMISSIONI
        )
        fatti = con_percorso(fatti_di((di_eta(40, IL), moglie), il=IL, cessazioni=(cessazione,)), IL)

        assert requisito(fatti, "SFL-R08").esito is atteso
        letterale = requisito(fatti, "SFL-R08", parametri=sfl_con(dimissioni_componenti="VINCOLATI"))
        assert letterale.esito is OK


class TestR15:
    @pytest.mark.regola("S004-F36")
    @pytest.mark.parametrize(
        ("tipo", "il", "atteso"),
        [
            (TipoPrecedente.DECADENZA, date(2024, 9, 10), KO),
            (TipoPrecedente.DECADENZA, date(2024, 9, 9), OK),
            (TipoPrecedente.REVOCA, date(2024, 9, 10), KO),
            (TipoPrecedente.CONDANNA, date(2015, 3, 10), KO),
            (TipoPrecedente.CONDANNA, date(2015, 3, 9), OK),
        ],
    )
    def test_asks_for_six_months_or_ten_years(self, tipo: TipoPrecedente, il: date, atteso: EsitoRequisito) -> None:
        precedente = Precedente(codice_fiscale=CHI, tipo=tipo, il=il)

        assert requisito(adulto(IL, precedenti=(precedente,)), "SFL-R15").esito is atteso
