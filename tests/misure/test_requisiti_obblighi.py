# SPDX-License-Identifier: EUPL-1.2
"""R12 to R14, R17 to R20: measures and sentences, resignations, education, consents, earlier and other benefits."""

from dataclasses import replace
from datetime import date

import pytest

from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    BeneficioInCorso,
    CausaFineLavoro,
    CessazioneLavoro,
    ClasseGiudiziaria,
    Istruzione,
    MisuraGiudiziaria,
    Precedente,
    TipoPrecedente,
)
from tests.misure.nuclei import (
    ComponenteIn,
    con_componente,
    con_parametri,
    di_eta,
    esito_di,
    famiglia,
    fatti_di,
    genitore,
    persona,
)

OK, KO = EsitoRequisito.OK, EsitoRequisito.KO
DA_COMPLETARE, NON_APPLICABILE = EsitoRequisito.DA_COMPLETARE, EsitoRequisito.NON_APPLICABILE
DEFINITIVA, CAUTELARE = ClasseGiudiziaria.CONDANNA_DEFINITIVA, ClasseGiudiziaria.MISURA_CAUTELARE
PREVENZIONE, NON_DEFINITIVA = ClasseGiudiziaria.MISURA_PREVENZIONE, ClasseGiudiziaria.CONDANNA_NON_DEFINITIVA
IL = date(2025, 3, 10)
CHI = famiglia(IL).richiedente
DOLOSO = MisuraGiudiziaria(codice_fiscale=CHI, classe=DEFINITIVA, dal=date(2020, 1, 1), doloso=True, pena_mesi=12)


class TestR12:
    @pytest.mark.regola("S004-A15")
    @pytest.mark.parametrize(
        ("misura", "atteso"),
        [
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=CAUTELARE, dal=IL), KO),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=CAUTELARE, dal=date(2025, 3, 11)), OK),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=CAUTELARE, dal=date(2024, 1, 1), al=IL), KO),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=CAUTELARE, dal=date(2024, 1, 1), al=date(2025, 3, 9)), OK),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=PREVENZIONE, dal=date(2024, 1, 1)), KO),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=NON_DEFINITIVA, dal=date(2024, 1, 1), reato_art8=True), OK),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=DEFINITIVA, dal=date(2015, 3, 10), reato_art8=True), KO),
            (MisuraGiudiziaria(codice_fiscale=CHI, classe=DEFINITIVA, dal=date(2015, 3, 9), reato_art8=True), OK),
            (DOLOSO, KO),
            (replace(DOLOSO, dal=IL), KO),
            (replace(DOLOSO, dal=date(2025, 3, 11)), OK),
            (replace(DOLOSO, pena_mesi=11), OK),
            (replace(DOLOSO, pena_mesi=None), DA_COMPLETARE),
            (replace(DOLOSO, doloso=None), DA_COMPLETARE),
            (replace(DOLOSO, doloso=None, pena_mesi=11), OK),
            (replace(DOLOSO, doloso=False, pena_mesi=None), OK),
            (replace(DOLOSO, codice_fiscale=persona(date(1990, 1, 1), "NREPLA").codice_fiscale), OK),
        ],
    )
    def test_follows_class_and_time(self, misura: MisuraGiudiziaria, atteso: EsitoRequisito) -> None:
        assert esito_di(famiglia(IL, misure_giudiziarie=(misura,)), "ADI-R12") is atteso

    def test_waits_for_the_ministry(self) -> None:
        assert esito_di(famiglia(IL, misure_giudiziarie=None), "ADI-R12") is DA_COMPLETARE

    @pytest.mark.regola("S004-A15")
    def test_spares_an_adult_child_outside_the_scala(self) -> None:
        figlio = di_eta(25, IL, "RSSLCU")
        fatti = fatti_di((di_eta(62, IL), figlio), il=IL)
        misura = MisuraGiudiziaria(codice_fiscale=figlio.codice_fiscale, classe=CAUTELARE, dal=date(2024, 1, 1))

        assert esito_di(replace(fatti, misure_giudiziarie=(misura,)), "ADI-R12") is OK


class TestR13:
    @pytest.mark.parametrize(
        ("il", "causa", "atteso"),
        [
            (date(2024, 3, 10), CausaFineLavoro.DIMISSIONI, KO),
            (date(2024, 3, 9), CausaFineLavoro.DIMISSIONI, OK),
            (IL, CausaFineLavoro.DIMISSIONI, KO),
            (date(2025, 3, 11), CausaFineLavoro.DIMISSIONI, OK),
            (date(2024, 9, 1), CausaFineLavoro.DIMISSIONI_GIUSTA_CAUSA, OK),
            (date(2024, 9, 1), CausaFineLavoro.RISOLUZIONE_CONSENSUALE_L604, OK),
            (date(2024, 9, 1), CausaFineLavoro.LICENZIAMENTO, OK),
            (date(2024, 9, 1), CausaFineLavoro.SCADENZA, OK),
            (date(2024, 9, 1), None, DA_COMPLETARE),
            (date(2024, 3, 9), None, OK),
        ],
    )
    def test_follows_cause_and_time(self, il: date, causa: CausaFineLavoro | None, atteso: EsitoRequisito) -> None:
        cessazione = CessazioneLavoro(codice_fiscale=CHI, il=il, causa=causa)
        fatti = con_componente(famiglia(IL, cessazioni=(cessazione,)), 0, occupato=False)

        assert esito_di(fatti, "ADI-R13") is atteso

    @pytest.mark.parametrize(
        ("campi", "atteso"),
        [
            ({"occupato": None}, KO),
            ({"occupato": True}, OK),
            ({"responsabilita_genitoriale": False}, OK),
            ({"responsabilita_genitoriale": None}, DA_COMPLETARE),
            ({"disabile": True}, OK),
            ({"studente": True}, OK),
            ({"protezione_violenza": True}, OK),
            ({"pensione_diretta": True}, OK),
        ],
    )
    def test_looks_only_at_the_unemployed_bound_by_the_duties(
        self, campi: ComponenteIn, atteso: EsitoRequisito
    ) -> None:
        cessazione = CessazioneLavoro(codice_fiscale=CHI, il=date(2024, 9, 1), causa=CausaFineLavoro.DIMISSIONI)
        fatti = con_componente(famiglia(IL, cessazioni=(cessazione,)), 0, occupato=False)

        assert esito_di(con_componente(fatti, 0, **campi), "ADI-R13") is atteso

    def test_waits_for_the_comunicazioni_obbligatorie(self) -> None:
        assert esito_di(famiglia(IL, cessazioni=None), "ADI-R13") is DA_COMPLETARE


ACCESO = con_parametri({"obbligo_istruzione_attivo": True})


class TestR14:
    def test_waits_for_its_decree(self) -> None:
        fatti = con_componente(famiglia(IL), 2, istruzione=Istruzione.NON_ASSOLTO)

        assert esito_di(fatti, "ADI-R14") is NON_APPLICABILE

    @pytest.mark.parametrize(
        ("istruzione", "atteso"),
        [
            (Istruzione.IN_CORSO, OK),
            (Istruzione.OBBLIGO_ASSOLTO, OK),
            (Istruzione.NON_ASSOLTO, KO),
            (None, DA_COMPLETARE),
        ],
    )
    def test_looks_at_the_children_of_school_age_once_on(
        self, istruzione: Istruzione | None, atteso: EsitoRequisito
    ) -> None:
        fatti = con_componente(famiglia(IL), 2, istruzione=istruzione)

        assert esito_di(fatti, "ADI-R14", parametri=ACCESO) is atteso

    @pytest.mark.parametrize(
        ("nascita", "atteso"),
        [
            (date(2019, 3, 10), KO),
            (date(2019, 3, 11), NON_APPLICABILE),
            (date(2009, 3, 11), KO),
            (date(2009, 3, 10), NON_APPLICABILE),
        ],
    )
    def test_has_an_age_to_begin_and_one_to_end(self, nascita: date, atteso: EsitoRequisito) -> None:
        figlio = persona(nascita, "VRDGLI", istruzione=Istruzione.NON_ASSOLTO)

        assert esito_di(fatti_di((genitore(40, IL, "VRDLCU"), figlio), il=IL), "ADI-R14", parametri=ACCESO) is atteso


class TestR17:
    @pytest.mark.parametrize(
        ("istruzione", "atteso"),
        [
            (Istruzione.OBBLIGO_ASSOLTO, OK),
            (Istruzione.IN_CORSO, OK),
            (Istruzione.NON_ASSOLTO, KO),
            (None, DA_COMPLETARE),
        ],
    )
    def test_follows_the_education_of_a_young_parent(
        self, istruzione: Istruzione | None, atteso: EsitoRequisito
    ) -> None:
        giovane = genitore(25, IL, "VRDLCU", istruzione=istruzione)

        assert esito_di(fatti_di((giovane, di_eta(5, IL, "VRDGLI")), il=IL), "ADI-R17") is atteso

    @pytest.mark.parametrize(
        ("nascita", "atteso"), [(date(2007, 3, 10), KO), (date(1995, 3, 11), KO), (date(1995, 3, 10), NON_APPLICABILE)]
    )
    def test_concerns_the_ages_from_18_to_29(self, nascita: date, atteso: EsitoRequisito) -> None:
        genitore_ = persona(nascita, "VRDLCU", responsabilita_genitoriale=True, istruzione=Istruzione.NON_ASSOLTO)

        assert esito_di(fatti_di((genitore_, di_eta(5, IL, "VRDGLI")), il=IL), "ADI-R17") is atteso

    def test_does_not_concern_who_has_no_duties(self) -> None:
        giovane = genitore(25, IL, "VRDLCU", istruzione=Istruzione.NON_ASSOLTO, studente=True)

        assert esito_di(fatti_di((giovane, di_eta(5, IL, "VRDGLI")), il=IL), "ADI-R17") is NON_APPLICABILE


class TestR18:
    @pytest.mark.regola("S004-A06")
    @pytest.mark.parametrize(("risposta", "atteso"), [(True, OK), (False, KO), (None, DA_COMPLETARE)])
    def test_keeps_no_and_no_answer_apart(self, risposta: bool | None, atteso: EsitoRequisito) -> None:
        assert esito_di(famiglia(IL, autorizza_trasmissione_dati=risposta), "ADI-R18") is atteso


class TestR19:
    @pytest.mark.parametrize(
        ("tipo", "il", "atteso"),
        [
            (TipoPrecedente.DECADENZA, date(2024, 9, 10), KO),
            (TipoPrecedente.DECADENZA, date(2024, 9, 9), OK),
            (TipoPrecedente.DECADENZA, IL, KO),
            (TipoPrecedente.DECADENZA, date(2025, 3, 11), OK),
            (TipoPrecedente.REVOCA, date(2024, 9, 10), KO),
            (TipoPrecedente.REVOCA, date(2024, 9, 9), OK),
            (TipoPrecedente.CONDANNA, date(2015, 3, 10), KO),
            (TipoPrecedente.CONDANNA, date(2015, 3, 9), OK),
        ],
    )
    def test_asks_for_the_waiting_time(self, tipo: TipoPrecedente, il: date, atteso: EsitoRequisito) -> None:
        precedente = Precedente(codice_fiscale=famiglia(IL).componenti[1].codice_fiscale, tipo=tipo, il=il)

        assert esito_di(famiglia(IL, precedenti=(precedente,)), "ADI-R19") is atteso

    def test_waits_for_the_archive(self) -> None:
        assert esito_di(famiglia(IL, precedenti=None), "ADI-R19") is DA_COMPLETARE


class TestR20:
    @pytest.mark.parametrize(
        ("dal", "al", "atteso"),
        [
            (IL, None, KO),
            (date(2025, 3, 11), None, OK),
            (date(2024, 6, 1), IL, KO),
            (date(2024, 6, 1), date(2025, 3, 9), OK),
        ],
    )
    def test_refuses_while_the_sfl_runs(self, dal: date, al: date | None, atteso: EsitoRequisito) -> None:
        sfl = BeneficioInCorso(codice_fiscale=CHI, dal=dal, al=al)

        assert esito_di(famiglia(IL, sfl_accolti=(sfl,)), "ADI-R20") is atteso

    def test_allows_the_sfl_of_an_adult_child(self) -> None:
        figlio = di_eta(25, IL, "RSSLCU")
        sfl = BeneficioInCorso(codice_fiscale=figlio.codice_fiscale, dal=date(2025, 1, 1))
        fatti = fatti_di((di_eta(62, IL), figlio), il=IL, sfl_accolti=(sfl,))

        assert esito_di(fatti, "ADI-R20") is OK
        assert esito_di(replace(fatti, sfl_accolti=None), "ADI-R20") is DA_COMPLETARE
