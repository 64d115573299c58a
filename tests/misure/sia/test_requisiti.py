# SPDX-License-Identifier: EUPL-1.2
"""R01 to R06 and R09 to R11, R13: richiedente, composition, supports, vehicles and new incomes, at their limits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Periodo
from shared.misure.comuni.trattamenti import Sostegno, TipoSostegno
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import CategoriaVeicolo, Cittadinanza, Componente, Fatti, Residenza, TitoloSoggiorno, Veicolo
from shared.misure.parametri import ParametroMancante
from shared.misure.sia.fatti import FamiliareUe, Filiazione, Gravidanza, RedditoNuovo, RelazioneFamiliare
from shared.misure.sia.requisiti import REQUISITI, verifica_requisiti
from shared.misure.sia.termini import trasmissione_entro
from tests.misure.sia.famiglie import (
    DA_COMPLETARE,
    FIGLI,
    IL,
    KO,
    MADRE,
    NON_APPLICABILE,
    OK,
    PADRE,
    SIA,
    adulto,
    attestazione,
    con_sia,
    coppia,
    esito_di,
    giudica,
    minore,
    nucleo,
)

AUTO, MOTO = CategoriaVeicolo.AUTOVEICOLO, CategoriaVeicolo.MOTOVEICOLO


def straniera(titolo: TitoloSoggiorno | None, *, scade: date | None = None) -> Fatti:
    return replace(coppia(), cittadinanza=Cittadinanza(stato="MA", titolo=titolo, titolo_valido_al=scade))


def familiare(
    relazione: RelazioneFamiliare, *, a_carico: bool | None = None, chi: Componente = MADRE, di: Componente = PADRE
) -> Fatti:
    legame = FamiliareUe(codice_fiscale=di.codice_fiscale, relazione=relazione, a_carico=a_carico)
    fatti = nucleo((chi, PADRE, FIGLI[0]), familiare_ue=legame)
    return replace(fatti, cittadinanza=Cittadinanza(stato="MA", titolo=TitoloSoggiorno.FAMILIARE_UE))


def residente(*periodi: tuple[date, date | None], completa: bool = True) -> Fatti:
    return replace(coppia(), residenza=Residenza(periodi=tuple(Periodo(*p) for p in periodi), completa=completa))


def con_veicolo(
    categoria: CategoriaVeicolo, immatricolato: date, cc: int, *, il: date = IL, agevolato: bool = False
) -> Fatti:
    veicolo = Veicolo(
        codice_fiscale=PADRE.codice_fiscale,
        categoria=categoria,
        prima_immatricolazione=immatricolato,
        cilindrata_cc=cc,
        agevolazione_disabili=agevolato,
    )
    return replace(coppia(il=il), veicoli=(veicolo,))


class TestVerifica:
    def test_evaluates_all_the_sixteen_requisiti_in_order(self) -> None:
        esito = verifica_requisiti(coppia(), parametri=SIA, al=IL)

        assert [r.codice for r in esito.requisiti] == [f"SIA-R{n:02d}" for n in range(1, 17)]
        assert len(REQUISITI) == 16
        assert all(r.fonte.startswith("D.M.") for r in esito.requisiti)

    def test_gives_all_the_motivi_and_not_only_the_first(self) -> None:
        fatti = replace(straniera(TitoloSoggiorno.TEMPORANEO), residenza=Residenza(periodi=()))
        sostegno = Sostegno(codice_fiscale=PADRE.codice_fiscale, tipo=TipoSostegno.NASPI, dal=date(2016, 1, 1))

        esito = verifica_requisiti(con_sia(fatti, sostegni=(sostegno,)), parametri=SIA, al=IL)

        assert [m.codice for m in esito.motivi] == ["SIA-R01", "SIA-R04", "SIA-R09"]

    def test_accepts_a_mother_alone_with_two_minors(self) -> None:
        esito = verifica_requisiti(nucleo((MADRE, *FIGLI[:2]), valore="1800.00"), parametri=SIA, al=IL)

        assert esito.accolta

    def test_knows_nothing_before_the_first_day_of_the_domande(self) -> None:
        fatti = coppia(il=date(2016, 9, 1))

        with pytest.raises(ParametroMancante):
            verifica_requisiti(fatti, parametri=SIA, al=fatti.presentata_il)

    def test_completes_and_does_not_refuse_where_nothing_is_known(self) -> None:
        fatti = Fatti(presentata_il=IL, richiedente=MADRE.codice_fiscale, componenti=(MADRE,))

        esito = verifica_requisiti(fatti, parametri=SIA, al=IL)

        assert not esito.accolta
        assert not esito.respinta


class TestR01:
    @pytest.mark.regola("S003-76")
    @pytest.mark.parametrize(
        ("titolo", "atteso"),
        [
            (TitoloSoggiorno.LUNGO_PERIODO, OK),
            (TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE, OK),
            (TitoloSoggiorno.FAMILIARE_UE, OK),
            (TitoloSoggiorno.TEMPORANEO, KO),
            (None, DA_COMPLETARE),
        ],
    )
    def test_excludes_temporary_permits(self, titolo: TitoloSoggiorno | None, atteso: EsitoRequisito) -> None:
        assert esito_di(straniera(titolo), "SIA-R01") is atteso

    @pytest.mark.regola("S003-76")
    def test_says_that_the_receipt_of_a_renewal_does_not_do(self) -> None:
        assert "ricevuta del suo rinnovo" in giudica(straniera(TitoloSoggiorno.TEMPORANEO), "SIA-R01").spiegazione

    @pytest.mark.parametrize(("stato", "atteso"), [("IT", OK), ("RO", OK), ("GB", OK), ("CH", DA_COMPLETARE)])
    def test_looks_at_the_union_of_those_years(self, stato: str, atteso: EsitoRequisito) -> None:
        assert esito_di(replace(coppia(), cittadinanza=Cittadinanza(stato=stato)), "SIA-R01") is atteso

    @pytest.mark.parametrize(("scade", "atteso"), [(IL, OK), (date(2016, 10, 14), DA_COMPLETARE)])
    def test_asks_for_a_permit_that_has_not_expired(self, scade: date, atteso: EsitoRequisito) -> None:
        assert esito_di(straniera(TitoloSoggiorno.LUNGO_PERIODO, scade=scade), "SIA-R01") is atteso


class TestR02:
    @pytest.mark.regola("S003-11")
    @pytest.mark.parametrize(
        ("relazione", "anni", "a_carico", "atteso"),
        [
            (RelazioneFamiliare.CONIUGE, 40, None, OK),
            (RelazioneFamiliare.DISCENDENTE, 20, False, OK),
            (RelazioneFamiliare.DISCENDENTE, 21, False, KO),
            (RelazioneFamiliare.DISCENDENTE, 21, True, OK),
            (RelazioneFamiliare.DISCENDENTE, 21, None, DA_COMPLETARE),
            (RelazioneFamiliare.DISCENDENTE_DEL_CONIUGE, 20, False, OK),
            (RelazioneFamiliare.ASCENDENTE, 70, True, OK),
            (RelazioneFamiliare.ASCENDENTE, 70, False, KO),
            (RelazioneFamiliare.ASCENDENTE_DEL_CONIUGE, 70, True, OK),
            (RelazioneFamiliare.ALTRO, 30, True, KO),
        ],
    )
    def test_knows_spouse_descendants_below_21_and_dependent_ones(
        self, relazione: RelazioneFamiliare, anni: int, a_carico: bool | None, atteso: EsitoRequisito
    ) -> None:
        fatti = familiare(relazione, a_carico=a_carico, chi=adulto("RSSMRA", anni))

        assert esito_di(fatti, "SIA-R02") is atteso

    def test_is_not_asked_of_a_citizen(self) -> None:
        assert esito_di(coppia(), "SIA-R02") is NON_APPLICABILE


class TestR03:
    @pytest.mark.regola("S003-27")
    def test_wants_the_familiare_in_the_isee_nucleo_of_the_citizen(self) -> None:
        assieme = familiare(RelazioneFamiliare.CONIUGE)
        altrove = familiare(RelazioneFamiliare.CONIUGE, di=adulto("RSSLGU", 50))

        assert (esito_di(assieme, "SIA-R03"), esito_di(altrove, "SIA-R03")) == (OK, KO)


class TestR04:
    @pytest.mark.regola("S003-12")
    @pytest.mark.parametrize(
        ("dal", "atteso"), [(date(2014, 10, 15), OK), (date(2014, 10, 16), KO), (date(2016, 1, 1), KO)]
    )
    def test_wants_two_years_also_of_an_italian_who_came_back(self, dal: date, atteso: EsitoRequisito) -> None:
        fatti = residente((date(1980, 1, 1), date(2010, 12, 31)), (dal, None))

        assert fatti.cittadinanza == Cittadinanza(stato="IT")
        assert esito_di(fatti, "SIA-R04") is atteso

    @pytest.mark.regola("S003-21")
    @pytest.mark.parametrize(("fine", "atteso"), [(date(2015, 5, 31), OK), (date(2015, 5, 30), KO)])
    def test_wants_the_two_years_consecutive(self, fine: date, atteso: EsitoRequisito) -> None:
        assert esito_di(residente((date(2005, 1, 1), fine), (date(2015, 6, 1), None)), "SIA-R04") is atteso

    @pytest.mark.regola("S003-51", "S003-52", "S003-75")
    def test_believes_the_declaration_while_another_comune_has_not_answered(self) -> None:
        fatti = residente((date(2016, 1, 1), None), completa=False)
        dopo_15_giorni_lavorativi = trasmissione_entro(IL, parametri=SIA)

        assert esito_di(fatti, "SIA-R04") is DA_COMPLETARE
        assert dopo_15_giorni_lavorativi == date(2016, 11, 7)
        assert esito_di(con_sia(fatti, dichiarati=("SIA-R04",)), "SIA-R04", al=dopo_15_giorni_lavorativi) is OK
        assert esito_di(con_sia(residente((date(2016, 1, 1), None)), dichiarati=("SIA-R04",)), "SIA-R04") is KO

    @pytest.mark.regola("S003-59")
    def test_looks_at_the_richiedente_only(self) -> None:
        fatti = coppia()
        altri = tuple(replace(c, residente_in_italia=False) for c in fatti.componenti[1:])

        assert esito_di(replace(fatti, componenti=(fatti.componenti[0], *altri)), "SIA-R04") is OK

    @pytest.mark.regola("S003-22", "S003-72")
    def test_is_lost_by_who_moves_abroad_while_the_benefit_runs(self) -> None:
        fatti = residente((date(2000, 1, 1), date(2017, 1, 31)))

        assert esito_di(fatti, "SIA-R04") is OK
        assert esito_di(fatti, "SIA-R04", al=date(2017, 2, 1)) is KO


class TestR05:
    @pytest.mark.regola("S003-18")
    def test_refuses_a_mother_whose_minors_are_all_placed_outside(self) -> None:
        fuori = nucleo((MADRE, FIGLI[0]), isee=(attestazione((MADRE,)),))

        assert esito_di(nucleo((MADRE, FIGLI[0])), "SIA-R05") is OK
        assert esito_di(replace(fuori, componenti=(replace(MADRE, disabile=False), FIGLI[0])), "SIA-R05") is KO

    @pytest.mark.parametrize(("nascita", "atteso"), [(date(1998, 10, 16), OK), (date(1998, 10, 15), KO)])
    def test_wants_a_minor_below_18(self, nascita: date, atteso: EsitoRequisito) -> None:
        assert esito_di(nucleo((MADRE, minore("VRDSRA", nascita))), "SIA-R05") is atteso

    @pytest.mark.regola("S003-22")
    def test_is_lost_when_the_only_minor_turns_18_while_the_benefit_runs(self) -> None:
        fatti = nucleo((replace(MADRE, disabile=False), minore("VRDSRA", date(1999, 1, 10), disabile=False)))

        assert esito_di(fatti, "SIA-R05", al=date(2017, 1, 9)) is OK
        assert esito_di(fatti, "SIA-R05", al=date(2017, 1, 10)) is KO

    @pytest.mark.regola("S003-01")
    @pytest.mark.parametrize("anni", [19, 34, 60])
    def test_takes_a_disabled_adult_of_any_age_with_a_parent_in_the_nucleo(self, anni: int) -> None:
        disabile, genitore = adulto("RSSMRA", anni, disabile=True), adulto("RSSLGU", 85)
        filiazione = Filiazione(codice_fiscale=disabile.codice_fiscale, genitori=frozenset({genitore.codice_fiscale}))
        assieme = nucleo((disabile, genitore), filiazioni=(filiazione,))
        solo = nucleo((disabile, MADRE), filiazioni=(filiazione,))

        assert (esito_di(assieme, "SIA-R05"), esito_di(solo, "SIA-R05")) == (OK, KO)

    @pytest.mark.regola("S003-06")
    @pytest.mark.parametrize(("nella_dsu", "atteso"), [(True, OK), (False, KO), (None, DA_COMPLETARE)])
    def test_takes_the_disability_from_the_dsu_and_not_from_what_is_declared_with_the_domanda(
        self, nella_dsu: bool | None, atteso: EsitoRequisito
    ) -> None:
        figlio, genitore = adulto("RSSMRA", 30, disabile=nella_dsu), adulto("RSSLGU", 60, disabile=False)
        filiazione = Filiazione(codice_fiscale=figlio.codice_fiscale, genitori=frozenset({genitore.codice_fiscale}))
        fatti = nucleo((figlio, genitore), filiazioni=(filiazione,))

        assert esito_di(fatti, "SIA-R05") is atteso
        assert nella_dsu is None or esito_di(con_sia(fatti, dichiarati=("SIA-R05",)), "SIA-R05") is atteso

    @pytest.mark.regola("S003-15", "S003-16")
    def test_counts_a_fostered_minor_who_is_in_the_dsu(self) -> None:
        affidato = minore("RSSGLI", date(2009, 5, 10))
        senza = nucleo((MADRE, PADRE, affidato), isee=(attestazione((MADRE, PADRE)),))

        assert esito_di(nucleo((MADRE, PADRE, affidato)), "SIA-R05") is OK
        assert esito_di(senza, "SIA-R05") is KO

    @pytest.mark.parametrize(("pubblica", "atteso"), [(True, OK), (False, KO), (None, DA_COMPLETARE)])
    def test_wants_the_certificate_of_a_public_structure(self, pubblica: bool | None, atteso: EsitoRequisito) -> None:
        attesa = Gravidanza(
            codice_fiscale=MADRE.codice_fiscale,
            parto_previsto_il=date(2017, 1, 20),
            certificata_il=date(2016, 10, 1),
            struttura_pubblica=pubblica,
        )

        assert esito_di(nucleo((MADRE,), gravidanza=attesa), "SIA-R05") is atteso

    def test_asks_for_a_new_dsu_after_the_birth(self) -> None:
        attesa = Gravidanza(
            codice_fiscale=MADRE.codice_fiscale,
            parto_previsto_il=date(2016, 12, 20),
            certificata_il=date(2016, 10, 1),
            struttura_pubblica=True,
        )
        fatti = nucleo((MADRE,), gravidanza=attesa)

        assert esito_di(fatti, "SIA-R05", al=date(2016, 12, 20)) is OK
        assert esito_di(fatti, "SIA-R05", al=date(2016, 12, 21)) is DA_COMPLETARE


class TestR06:
    @pytest.mark.parametrize(("parto", "atteso"), [(date(2017, 2, 15), OK), (date(2017, 2, 16), KO)])
    def test_opens_four_months_before_the_expected_birth(self, parto: date, atteso: EsitoRequisito) -> None:
        attesa = Gravidanza(codice_fiscale=MADRE.codice_fiscale, parto_previsto_il=parto)

        assert esito_di(nucleo((MADRE,), gravidanza=attesa), "SIA-R06") is atteso
        assert esito_di(nucleo((MADRE, FIGLI[0]), gravidanza=attesa), "SIA-R06") is NON_APPLICABILE


class TestR09:
    @pytest.mark.regola("S003-04")
    @pytest.mark.parametrize(
        "tipo",
        [
            TipoSostegno.NASPI,
            TipoSostegno.ASDI,
            TipoSostegno.ALTRO_DISOCCUPAZIONE,
            TipoSostegno.CARTA_ACQUISTI_SPERIMENTALE,
        ],
    )
    def test_refuses_who_has_naspi_asdi_another_support_or_the_experimental_card(self, tipo: TipoSostegno) -> None:
        in_corso = Sostegno(codice_fiscale=PADRE.codice_fiscale, tipo=tipo, dal=date(2016, 1, 1), al=IL)
        finito = replace(in_corso, al=date(2016, 10, 14))

        assert esito_di(coppia(sostegni=(in_corso,)), "SIA-R09") is KO
        assert esito_di(coppia(sostegni=(finito,)), "SIA-R09") is OK
        assert esito_di(coppia(sostegni=None), "SIA-R09") is DA_COMPLETARE


class TestR10:
    @pytest.mark.regola("S003-17")
    @pytest.mark.parametrize(
        ("immatricolato", "atteso"),
        [(date(2015, 9, 3), OK), (date(2015, 9, 11), OK), (date(2015, 9, 12), KO), (date(2016, 9, 1), KO)],
    )
    def test_excludes_a_car_of_the_last_12_months_and_not_one_of_3_september_2015(
        self, immatricolato: date, atteso: EsitoRequisito
    ) -> None:
        fatti = con_veicolo(AUTO, immatricolato, 1300, il=date(2016, 9, 12))

        assert esito_di(fatti, "SIA-R10") is atteso
        assert esito_di(fatti, "SIA-R11") is OK

    def test_does_not_look_at_motorcycles(self) -> None:
        assert esito_di(con_veicolo(MOTO, date(2016, 9, 1), 125), "SIA-R10") is OK

    @pytest.mark.regola("S003-50", "S003-51")
    def test_believes_the_declaration_until_the_check_made_afterwards(self) -> None:
        ignoti = replace(coppia(dichiarati=("SIA-R10", "SIA-R11")), veicoli=None)
        trovato = con_sia(con_veicolo(AUTO, date(2016, 9, 1), 1200), dichiarati=("SIA-R10",))

        assert esito_di(ignoti, "SIA-R10") is OK
        assert "fino a prova contraria" in giudica(ignoti, "SIA-R10").spiegazione
        assert esito_di(con_sia(ignoti, dichiarati=()), "SIA-R10") is DA_COMPLETARE
        assert esito_di(trovato, "SIA-R10") is KO

    @pytest.mark.regola("S003-94")
    @pytest.mark.parametrize(("il", "atteso"), [(date(2017, 4, 29), KO), (date(2017, 4, 30), OK)])
    def test_ignores_vehicles_with_a_relief_from_30_april_2017(self, il: date, atteso: EsitoRequisito) -> None:
        fatti = con_veicolo(AUTO, date(2017, 1, 10), 1600, il=il, agevolato=True)

        assert esito_di(fatti, "SIA-R10") is atteso
        assert esito_di(fatti, "SIA-R11") is atteso


class TestR11:
    @pytest.mark.regola("S003-78", "S003-79")
    @pytest.mark.parametrize(
        ("categoria", "cc", "immatricolato", "atteso"),
        [
            (AUTO, 1301, date(2013, 10, 14), OK),
            (AUTO, 1301, date(2013, 10, 15), KO),
            (AUTO, 1300, date(2016, 1, 1), OK),
            (AUTO, 1301, date(2016, 1, 1), KO),
            (MOTO, 250, date(2016, 1, 1), OK),
            (MOTO, 251, date(2016, 1, 1), KO),
            (MOTO, 251, date(2013, 10, 14), OK),
        ],
    )
    def test_looks_at_the_first_registration_of_the_last_36_months_over_1300_and_250_cc(
        self, categoria: CategoriaVeicolo, cc: int, immatricolato: date, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(con_veicolo(categoria, immatricolato, cc), "SIA-R11") is atteso

    @pytest.mark.regola("S003-79")
    def test_does_not_look_at_the_day_of_a_second_hand_purchase(self) -> None:
        fatti = con_veicolo(AUTO, date(2010, 5, 1), 1900)
        assert fatti.veicoli is not None
        usata = replace(fatti, veicoli=(replace(fatti.veicoli[0], dal=date(2016, 9, 1)),))

        assert esito_di(usata, "SIA-R11") is OK


def lavoro(dal: date, comunicato: date | None, annuo: str = "1000.00") -> RedditoNuovo:
    return RedditoNuovo(
        codice_fiscale=PADRE.codice_fiscale, dal=dal, importo_annuo=Decimal(annuo), comunicato_il=comunicato
    )


class TestR13:
    @pytest.mark.regola("S003-13", "S003-14", "S003-31")
    @pytest.mark.parametrize(
        ("comunicato", "al", "atteso"),
        [
            (date(2016, 10, 5), date(2016, 10, 15), OK),
            (None, date(2016, 10, 5), DA_COMPLETARE),
            (None, date(2016, 10, 6), KO),
            (date(2016, 10, 6), date(2016, 10, 15), KO),
        ],
    )
    def test_gives_30_days_from_a_job_of_5_september_to_tell_inps(
        self, comunicato: date | None, al: date, atteso: EsitoRequisito
    ) -> None:
        fatti = coppia(il=al, redditi_nuovi=(lavoro(date(2016, 9, 5), comunicato),))

        assert esito_di(fatti, "SIA-R13") is atteso

    @pytest.mark.regola("S003-13")
    @pytest.mark.parametrize(("al", "atteso"), [(date(2017, 3, 3), DA_COMPLETARE), (date(2017, 3, 4), KO)])
    def test_holds_also_while_the_benefit_runs(self, al: date, atteso: EsitoRequisito) -> None:
        fatti = coppia(redditi_nuovi=(lavoro(date(2017, 2, 1), None),))

        assert esito_di(fatti, "SIA-R13") is NON_APPLICABILE
        assert esito_di(fatti, "SIA-R13", al=al) is atteso
