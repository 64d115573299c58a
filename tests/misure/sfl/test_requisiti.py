# SPDX-License-Identifier: EUPL-1.2
"""All the requisiti together; R01, R02, R09 to R14: person, position towards the ADI, path."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.misure.comuni.trattamenti import Sostegno, TipoSostegno
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    Fatti,
    Istruzione,
)
from shared.misure.sfl.fatti import PercorsoSfl, TipoAttivita
from shared.misure.sfl.requisiti import REQUISITI, verifica_requisiti
from tests.misure.nuclei import con_componente, con_isee, di_eta, famiglia, fatti_di, genitore, persona
from tests.misure.sfl.persone import (
    DA_COMPLETARE,
    IL,
    IL_2023,
    IL_2024,
    KO,
    NON_APPLICABILE,
    OK,
    SFL,
    PercorsoIn,
    adulto,
    con_percorso,
    corso,
    requisito,
    sfl_con,
)

CHI = adulto(IL).richiedente
RIFERIMENTI = {"D.L. 48/2023", "D.M. 108/2023"}


class TestVerifica:
    def test_accepts_who_has_everything(self) -> None:
        esito = verifica_requisiti(adulto(IL), parametri=SFL, al=IL)

        assert esito.accolta
        assert [r.codice for r in esito.requisiti] == [f"SFL-R{n:02d}" for n in range(1, 16)]

    @pytest.mark.regola("S004-F03")
    def test_evaluates_all_and_cites_the_norms_of_both_measures(self) -> None:
        fatti = con_isee(adulto(IL, anni=60, misure_giudiziarie=None), isee=Decimal("10140.01"))

        esito = verifica_requisiti(fatti, parametri=SFL, al=IL)

        assert [m.codice for m in esito.motivi] == ["SFL-R01", "SFL-R03"]
        assert [m.codice for m in esito.da_completare] == ["SFL-R07"]
        assert len(esito.requisiti) == len(REQUISITI)
        assert all(any(atto in r.fonte for atto in RIFERIMENTI) for r in esito.requisiti if r.codice != "SFL-R03")

    def test_waits_when_nobody_has_answered(self) -> None:
        vuoti = Fatti(presentata_il=IL, richiedente=CHI, componenti=(persona(date(1984, 9, 10)),))

        esito = verifica_requisiti(replace(vuoti, richiedente=vuoti.componenti[0].codice_fiscale), parametri=SFL, al=IL)

        assert not esito.accolta
        assert not esito.respinta


class TestR01:
    @pytest.mark.regola("S004-F03")
    @pytest.mark.parametrize(
        ("nascita", "atteso"),
        [
            (date(2007, 3, 11), KO),
            (date(2007, 3, 10), OK),
            (date(1965, 3, 11), OK),
            (date(1965, 3, 10), KO),
        ],
    )
    def test_asks_for_18_to_59_years_until_the_day_before_60(self, nascita: date, atteso: EsitoRequisito) -> None:
        fatti = con_percorso(fatti_di((persona(nascita),), il=IL), IL)

        assert requisito(fatti, "SFL-R01").esito is atteso

    def test_is_lost_on_the_sixtieth_birthday(self) -> None:
        fatti = con_percorso(fatti_di((persona(date(1965, 6, 1)),), il=IL), IL)

        giorni = (date(2025, 5, 31), date(2025, 6, 1))
        assert [requisito(fatti, "SFL-R01", al=al).esito for al in giorni] == [OK, KO]


class TestR02:
    def test_has_no_object_before_the_adi(self) -> None:
        fatti = con_percorso(famiglia(IL_2023), IL_2023)

        assert requisito(fatti, "SFL-R02").esito is NON_APPLICABILE
        assert requisito(con_percorso(famiglia(date(2024, 1, 1)), IL), "SFL-R02").esito is KO

    @pytest.mark.regola("S004-F03")
    def test_refuses_a_parent_of_a_nucleo_with_the_requisiti_of_the_adi(self) -> None:
        assert requisito(con_percorso(famiglia(IL), IL), "SFL-R02").esito is KO

    @pytest.mark.regola("S004-F03")
    @pytest.mark.parametrize(("isee", "atteso"), [("9360.00", KO), ("9360.01", OK)])
    def test_admits_a_parent_whose_nucleo_has_not_the_requisiti_of_the_adi(
        self, isee: str, atteso: EsitoRequisito
    ) -> None:
        fatti = con_isee(con_percorso(famiglia(IL_2024), IL_2024), isee=Decimal(isee))

        assert requisito(fatti, "SFL-R02").esito is atteso

    @pytest.mark.regola("S004-F03")
    @pytest.mark.parametrize("percepisce", [True, False, None])
    def test_admits_an_adult_child_outside_the_scala_and_the_duties(self, percepisce: bool | None) -> None:
        fatti = fatti_di((di_eta(25, IL, "VRDLCU"), genitore(62, IL, "BNCNNA")), il=IL)

        assert requisito(con_percorso(fatti, IL, nucleo_percepisce_adi=percepisce), "SFL-R02").esito is OK

    def test_may_ask_that_the_nucleo_receives_the_adi(self) -> None:
        fatti = fatti_di((di_eta(25, IL, "VRDLCU"), genitore(62, IL, "BNCNNA")), il=IL)
        stretti = sfl_con(fuori_scala_senza_adi="ESCLUSO", adi_in_vigore=True)

        esiti = [
            requisito(con_percorso(fatti, IL, nucleo_percepisce_adi=adi), "SFL-R02", parametri=stretti).esito
            for adi in (True, False)
        ]
        assert esiti == [OK, KO]

    @pytest.mark.parametrize(
        ("genitoriale", "disabile", "atteso"),
        [(False, False, OK), (True, False, KO), (None, False, DA_COMPLETARE), (False, True, KO)],
    )
    def test_looks_at_scala_and_responsabilita(
        self, genitoriale: bool | None, disabile: bool, atteso: EsitoRequisito
    ) -> None:
        figlio = di_eta(25, IL, "VRDLCU", responsabilita_genitoriale=genitoriale, disabile=disabile)
        fatti = con_percorso(fatti_di((figlio, genitore(62, IL, "BNCNNA")), il=IL), IL, nucleo_percepisce_adi=True)

        assert requisito(fatti, "SFL-R02").esito is atteso


class TestR09:
    @pytest.mark.regola("S004-F16")
    @pytest.mark.parametrize("tipo", sorted(TipoSostegno.__members__.keys() - {"CARTA_ACQUISTI_SPERIMENTALE"}))
    def test_excludes_rdc_pdc_and_supports_for_unemployment(self, tipo: str) -> None:
        sostegno = Sostegno(codice_fiscale=CHI, tipo=TipoSostegno(tipo), dal=date(2025, 1, 1), al=IL)
        fatti = con_percorso(adulto(IL), IL, sostegni=(sostegno,))

        assert requisito(fatti, "SFL-R09").esito is KO
        assert requisito(fatti, "SFL-R09", al=date(2025, 3, 11)).esito is OK

    @pytest.mark.regola("S004-F16")
    @pytest.mark.parametrize(("tipo", "atteso"), [(TipoSostegno.RDC, KO), (TipoSostegno.NASPI, OK)])
    def test_of_another_member_counts_only_if_it_is_of_the_nucleo(
        self, tipo: TipoSostegno, atteso: EsitoRequisito
    ) -> None:
        moglie = di_eta(39, IL, "BNCNNA")
        sostegno = Sostegno(codice_fiscale=moglie.codice_fiscale, tipo=tipo, dal=date(2025, 1, 1))
        fatti = con_percorso(fatti_di((di_eta(40, IL), moglie), il=IL), IL, sostegni=(sostegno,))

        assert requisito(fatti, "SFL-R09").esito is atteso

    def test_waits_for_the_archives(self) -> None:
        assert requisito(con_percorso(adulto(IL), IL, sostegni=None), "SFL-R09").esito is DA_COMPLETARE


class TestPercorso:
    @pytest.mark.parametrize(
        ("codice", "campi", "atteso"),
        [
            ("SFL-R10", {}, OK),
            ("SFL-R10", {"did_il": None}, DA_COMPLETARE),
            ("SFL-R10", {"did_il": date(2025, 3, 11)}, DA_COMPLETARE),
            ("SFL-R12", {}, OK),
            ("SFL-R12", {"agenzie": 2}, DA_COMPLETARE),
            ("SFL-R12", {"pad_il": None}, DA_COMPLETARE),
            ("SFL-R13", {}, OK),
            ("SFL-R13", {"psp_il": None}, DA_COMPLETARE),
            ("SFL-R13", {"attivita": None}, DA_COMPLETARE),
            ("SFL-R13", {"attivita": (corso(date(2025, 3, 11)),)}, DA_COMPLETARE),
            ("SFL-R13", {"attivita": (corso(IL, tipo=TipoAttivita.ALTRO),)}, DA_COMPLETARE),
            ("SFL-R14", {}, OK),
            ("SFL-R14", {"diritto_dovere_assolto": False}, KO),
            ("SFL-R14", {"diritto_dovere_assolto": None}, DA_COMPLETARE),
        ],
    )
    def test_waits_for_did_pad_psp_and_activity(self, codice: str, campi: PercorsoIn, atteso: EsitoRequisito) -> None:
        assert requisito(con_percorso(adulto(IL), IL, **campi), codice).esito is atteso

    @pytest.mark.parametrize(("autorizza", "atteso"), [(True, OK), (False, KO), (None, DA_COMPLETARE)])
    def test_asks_to_authorise_the_transmission_of_data(self, autorizza: bool | None, atteso: EsitoRequisito) -> None:
        assert requisito(adulto(IL, autorizza_trasmissione_dati=autorizza), "SFL-R10").esito is atteso

    @pytest.mark.regola("S004-F01")
    @pytest.mark.parametrize(
        "tipo", [TipoAttivita.FORMAZIONE, TipoAttivita.SERVIZIO_CIVILE_UNIVERSALE, TipoAttivita.PUC]
    )
    def test_admits_courses_civil_service_and_puc(self, tipo: TipoAttivita) -> None:
        fatti = con_percorso(adulto(IL), IL, attivita=(corso(IL, tipo=tipo),))

        assert requisito(fatti, "SFL-R13").esito is OK

    def test_defaults_to_nothing_known(self) -> None:
        fatti = replace(adulto(IL), propri=())

        assert fatti.propri_di(PercorsoSfl) == PercorsoSfl()
        assert requisito(fatti, "SFL-R12").esito is DA_COMPLETARE


class TestR11:
    @pytest.mark.regola("S004-F03")
    @pytest.mark.parametrize(
        ("anni", "istruzione", "atteso"),
        [
            (18, Istruzione.OBBLIGO_ASSOLTO, OK),
            (29, Istruzione.IN_CORSO, OK),
            (29, Istruzione.NON_ASSOLTO, DA_COMPLETARE),
            (29, None, DA_COMPLETARE),
            (30, Istruzione.NON_ASSOLTO, NON_APPLICABILE),
        ],
    )
    def test_asks_the_enrolment_from_18_to_29_years(
        self, anni: int, istruzione: Istruzione | None, atteso: EsitoRequisito
    ) -> None:
        assert requisito(con_componente(adulto(IL, anni=anni), 0, istruzione=istruzione), "SFL-R11").esito is atteso
