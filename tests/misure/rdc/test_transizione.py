# SPDX-License-Identifier: EUPL-1.2
"""The transition of 2023, January to December: seven months, the facts that lift the limit, presa in carico, exit."""

from dataclasses import replace
from datetime import date
from typing import Unpack

import pytest

from shared.kernel.mese import Mese
from shared.misure.nucleo import Fatti
from shared.misure.rdc.calendario import MeseDecorso, StatoMese
from shared.misure.rdc.durata import mesi_spettanti
from shared.misure.rdc.presa_in_carico import Caso, nel_flusso, preso_in_carico
from shared.misure.rdc.transizione import Decisione, decidi
from shared.misure.rdc.uscita import Uscita, uscita
from tests.misure.nuclei import attestazione, con_componente, con_isee, di_eta
from tests.misure.rdc.casi import (
    DICEMBRE_2023,
    RDC,
    FattiRdcIn,
    adulti,
    analisi,
    anziani,
    con,
    con_parametri,
    con_rdc,
    decorso,
    del_mese,
    pagamenti,
    pagati,
    sigle,
)

IL = date(2022, 12, 10)
FINE_OTTOBRE, FINE_NOVEMBRE = date(2023, 10, 31), date(2023, 11, 30)
REGOLA_DEL_SEME = con_parametri({"presa_in_carico_termine": "2023-10-31", "tetto_sospeso_per_inviati": False})
SETTE, DODICI = "PPPPPPP", "P" * 12


def occupabile(**campi: Unpack[FattiRdcIn]) -> Fatti:
    """A nucleo of one adult of 45: no minori, no disability, nobody of 60; with the ISEE of 2023 too."""
    fatti = adulti(1, IL)
    isee = (*(fatti.isee or ()), attestazione(fatti.componenti, il=date(2023, 1, 10)))
    return con_rdc(replace(fatti, isee=isee), **campi)


def con_analisi(esito: str, il: date | None) -> Fatti:
    return con_rdc(occupabile(), analisi=analisi(esito, il))


def del_mese_numero(mesi: tuple[MeseDecorso, ...], numero: int) -> MeseDecorso:
    return next(m for m in mesi if m.mese.numero == numero)


class TestTettoDiSetteMesi:
    @pytest.mark.regola("S004-R01", "S004-R06")
    @pytest.mark.parametrize(
        "fatti",
        [
            pytest.param(con(occupabile(), di_eta(9, IL, "FRRLCU")), id="a minor of 9"),
            pytest.param(con_componente(occupabile(), 0, disabile=True), id="a disability"),
            pytest.param(con(occupabile(), di_eta(60, IL, "FRRLCU")), id="a person of 60"),
        ],
    )
    def test_leaves_12_months_to_nuclei_with_minori_disability_or_60_without_presa_in_carico(
        self, fatti: Fatti
    ) -> None:
        mesi = decorso(fatti, fino=Mese(2024, 1))

        assert sigle(mesi) == DODICI + "X"

    @pytest.mark.regola("S004-R02")
    def test_stops_the_others_after_7_months_and_never_goes_beyond_december_2023(self) -> None:
        senza, preso = decorso(occupabile()), decorso(con_analisi("B", date(2023, 3, 1)), fino=Mese(2024, 2))

        assert sigle(senza) == SETTE + "SSSSS"
        assert del_mese_numero(senza, 8).motivo == (
            "Domanda sospesa per completata fruizione delle sette mensilità nel 2023"
        )
        assert sigle(preso) == DODICI + "XX"

    def test_counts_the_months_of_the_calendar_year(self) -> None:
        mesi = decorso(occupabile(), dal=Mese(2022, 9), fino=Mese(2023, 8))

        assert sigle(mesi) == "PPPP" + SETTE + "S"

    @pytest.mark.regola("S004-R04")
    def test_lets_a_new_domanda_use_what_is_left_of_the_year(self) -> None:
        gia_pagati = con_rdc(occupabile(), storico=pagati(Mese(2023, 1), 4))

        mesi = decorso(gia_pagati, dal=Mese(2023, 8))

        assert sigle(mesi) == "PPPSS"

    @pytest.mark.regola("S004-R23")
    def test_looks_at_the_disability_of_the_dpcm_159_2013_only(self) -> None:
        solo_l68 = con_componente(occupabile(), 0, disabile=False, disabile_l68=True)
        del_dpcm = con_componente(occupabile(), 0, disabile=True, disabile_l68=False)

        assert sigle(decorso(solo_l68)) == SETTE + "SSSSS"
        assert sigle(decorso(del_dpcm)) == DODICI

    def test_is_not_there_before_2023(self) -> None:
        assert sigle(decorso(occupabile(), dal=Mese(2022, 1), fino=Mese(2022, 12))) == DODICI


class TestPresaInCarico:
    """The derived fact: an analisi finalised with B, C or D, whatever came after."""

    @pytest.mark.regola("S004-R05")
    @pytest.mark.parametrize(("esito", "vale"), [("A", False), ("B", True), ("C", True), ("D", True)])
    def test_is_an_analisi_finalised_with_an_outcome_other_than_a(self, esito: str, vale: bool) -> None:
        p = RDC.al(FINE_OTTOBRE)

        assert preso_in_carico(analisi(esito, date(2023, 9, 20)), al=FINE_OTTOBRE, p=p) is vale
        assert not preso_in_carico(analisi(esito, None), al=FINE_OTTOBRE, p=p)
        assert not preso_in_carico(analisi(esito, date(2023, 9, 20)), al=date(2023, 9, 19), p=p)

    @pytest.mark.regola("S004-R03", "S004-R13")
    @pytest.mark.parametrize(
        "fatti",
        [
            pytest.param(con_analisi("A", date(2023, 4, 3)), id="analisi A"),
            pytest.param(con_rdc(occupabile(), inviato_al_cpi_il=date(2023, 4, 3)), id="sent only to the CPI"),
        ],
    )
    def test_is_not_for_work_needs_only_which_stop_after_the_seventh_month(self, fatti: Fatti) -> None:
        assert sigle(decorso(fatti)) == SETTE + "XXXXX"

    @pytest.mark.regola("S004-R12")
    @pytest.mark.parametrize("esito", ["B", "C", "D"])
    def test_stays_when_a_member_goes_to_the_cpi(self, esito: str) -> None:
        fatti = con_rdc(con_analisi(esito, date(2023, 4, 3)), inviato_al_cpi_il=date(2023, 5, 2))

        assert sigle(decorso(fatti)) == DODICI

    @pytest.mark.regola("S004-R16")
    def test_stays_when_the_case_is_closed_by_exclusion_after_the_analisi(self) -> None:
        fatti = con_rdc(con_analisi("C", date(2023, 4, 3)), chiuso_per_esclusione_il=date(2023, 5, 2))

        assert sigle(decorso(fatti)) == DODICI

    @pytest.mark.regola("S004-R17")
    def test_needs_the_case_closed_by_exclusion_without_analisi_to_be_reopened_and_finalised(self) -> None:
        chiuso = con_rdc(occupabile(), analisi=analisi("B", None), chiuso_per_esclusione_il=date(2023, 3, 1))

        riaperto = con_rdc(chiuso, analisi=analisi("B", date(2023, 6, 12)))

        assert sigle(decorso(chiuso)) == SETTE + "SSSSS"
        assert sigle(decorso(riaperto)) == DODICI

    @pytest.mark.regola("S004-R18", "S004-R20")
    def test_is_needed_for_an_invalidity_over_45_percent_that_the_isee_does_not_show(self) -> None:
        invalido = con_componente(occupabile(), 0, disabile=False, disabile_l68=True)

        senza, con_a, con_b = (
            decorso(con_rdc(invalido, analisi=a, chiuso_per_esclusione_il=date(2023, 2, 1)))
            for a in ((), analisi("A", date(2023, 6, 1)), analisi("B", date(2023, 6, 1)))
        )

        assert (sigle(senza), sigle(con_a), sigle(con_b)) == (SETTE + "SSSSS", SETTE + "XXXXX", DODICI)

    @pytest.mark.regola("S004-R08", "S004-R15")
    def test_goes_to_inps_with_the_flow_of_the_beginning_of_the_month_after(self) -> None:
        p = RDC.al(FINE_OTTOBRE)
        (settembre,), (ottobre,), (lavoro,) = (
            analisi("C", date(2023, 9, 30)),
            analisi("C", date(2023, 10, 1)),
            analisi("A", date(2023, 9, 30)),
        )

        flussi = [Mese(2023, numero) for numero in (9, 10, 11)]

        assert [nel_flusso(settembre, mese, p=p) for mese in flussi] == [False, True, False]
        assert [nel_flusso(ottobre, mese, p=p) for mese in flussi] == [False, False, True]
        assert not any(nel_flusso(lavoro, mese, p=p) for mese in flussi)


class TestSospensioneERecupero:
    @pytest.mark.regola("S004-R07")
    def test_pays_in_october_the_suspended_august_and_september(self) -> None:
        mesi = decorso(con_analisi("C", date(2023, 9, 20)))

        assert sigle(mesi) == SETTE + "SSPPP"
        assert pagamenti(mesi) == {**{n: [n] for n in range(1, 8)}, 10: [8, 9, 10], 11: [11], 12: [12]}

    @pytest.mark.regola("S004-R07")
    @pytest.mark.parametrize(("il", "atteso"), [(FINE_OTTOBRE, "SSSPP"), (date(2023, 11, 1), "SSSSS")])
    def test_has_the_deadline_of_31_october_in_the_published_rule(self, il: date, atteso: str) -> None:
        mesi = decorso(con_analisi("C", il), parametri=REGOLA_DEL_SEME)

        assert sigle(mesi) == SETTE + atteso

    @pytest.mark.parametrize(
        ("il", "atteso"), [(date(2023, 11, 5), "SSSSP"), (FINE_NOVEMBRE, "SSSSP"), (date(2023, 12, 1), "SSSSS")]
    )
    def test_has_the_deadline_of_30_november_after_dl_145_2023(self, il: date, atteso: str) -> None:
        assert sigle(decorso(con_analisi("C", il))) == SETTE + atteso

    def test_of_5_november_is_too_late_for_the_published_rule_and_in_time_for_dl_145_2023(self) -> None:
        fatti = con_analisi("C", date(2023, 11, 5))

        seme, legge = decorso(fatti, parametri=REGOLA_DEL_SEME), decorso(fatti)

        assert 12 not in pagamenti(seme)
        assert pagamenti(legge)[12] == [8, 9, 10, 11, 12]

    @pytest.mark.parametrize(
        ("giorno", "termine", "sospeso"),
        [
            (date(2023, 10, 18), "2023-10-31", False),
            (date(2023, 10, 19), "2023-11-30", True),
            (FINE_NOVEMBRE, "2023-11-30", True),
            (date(2023, 12, 1), "2023-11-30", False),
        ],
    )
    def test_changes_from_19_october_2023(self, giorno: date, termine: str, sospeso: bool) -> None:
        p = RDC.al(giorno)

        assert p.testo("presa_in_carico_termine") == termine
        assert p.logico("tetto_sospeso_per_inviati") is sospeso

    @pytest.mark.regola("S004-R19")
    @pytest.mark.parametrize(("il", "ottobre"), [(date(2023, 9, 29), [8, 9, 10]), (date(2023, 11, 2), [])])
    def test_of_a_case_reopened_after_7_months_gives_arrears_if_taken_in_charge_by_31_october(
        self, il: date, ottobre: list[int]
    ) -> None:
        riaperto = con_rdc(con_analisi("B", il), chiuso_per_esclusione_il=date(2023, 3, 1))

        mesi = decorso(riaperto, parametri=REGOLA_DEL_SEME)

        assert sigle(mesi)[7:9] == "SS"
        assert pagamenti(mesi).get(10, []) == ottobre
        assert sum(map(len, pagamenti(mesi).values())) == (12 if ottobre else 7)

    def test_of_a_nucleo_sent_to_the_social_services_is_lifted_in_october_and_november_only(self) -> None:
        mesi = decorso(con_rdc(occupabile(), inviato_ai_servizi_il=date(2023, 5, 2)))

        assert sigle(mesi) == SETTE + "SSPPS"
        assert (pagamenti(mesi)[10], pagamenti(mesi)[11]) == ([10], [11])

    def test_of_a_nucleo_sent_to_both_is_that_of_one_sent_to_the_social_services(self) -> None:
        giorno = date(2023, 5, 2)

        mesi = decorso(con_rdc(occupabile(), inviato_ai_servizi_il=giorno, inviato_al_cpi_il=giorno))

        assert sigle(mesi) == SETTE + "SSPPS"

    def test_of_a_nucleo_sent_to_the_social_services_is_recovered_with_the_notice(self) -> None:
        fatti = con_rdc(con_analisi("D", date(2023, 11, 29)), inviato_ai_servizi_il=date(2023, 5, 2))

        mesi = decorso(fatti)

        assert sigle(mesi) == SETTE + "SSPPP"
        assert pagamenti(mesi)[12] == [8, 9, 12]


class TestFattoNuovo:
    """A birth, a 60th birthday, a disability that come while the months run."""

    def nasce(self, nascita: date, dsu: date) -> Fatti:
        base = occupabile()
        piccolo = replace(di_eta(0, date(2023, 6, 1), "FRRLCU"), data_nascita=nascita)
        tutti = (*base.componenti, piccolo)
        return replace(base, componenti=tutti, isee=(*(base.isee or ()), attestazione(tutti, il=dsu)))

    @pytest.mark.parametrize(
        ("dsu", "atteso"),
        [(date(2023, 7, 28), DODICI), (date(2023, 8, 31), DODICI), (date(2023, 9, 1), SETTE + "SSSSS")],
    )
    def test_lets_the_benefit_go_on_with_a_dsu_by_the_month_after_the_seventh(self, dsu: date, atteso: str) -> None:
        assert sigle(decorso(self.nasce(date(2023, 6, 20), dsu))) == atteso

    def test_needs_a_new_domanda_later(self) -> None:
        fatti = self.nasce(date(2023, 6, 20), date(2023, 9, 12))
        nuova = con_rdc(replace(fatti, presentata_il=date(2023, 9, 12)), storico=pagati(Mese(2023, 1), 7))

        assert sigle(decorso(nuova, dal=Mese(2023, 10))) == "PPP"


class TestTabella:
    """The decision table of the transition, row by row."""

    CASI = (
        ("exempt", True, Caso(False, True, False), 12, "2023-12-31", Decisione.PAGA),
        ("notified in time", False, Caso(True, False, False), 7, "2023-10-31", Decisione.PAGA),
        ("sent, to 18 October", False, Caso(False, False, True), 7, "2023-10-18", Decisione.SOSPENDI),
        ("sent, from 19 October", False, Caso(False, False, True), 8, "2023-10-19", Decisione.PAGA_SENZA_RECUPERO),
        ("sent, to 30 November", False, Caso(False, False, True), 9, "2023-11-30", Decisione.PAGA_SENZA_RECUPERO),
        ("sent, from December", False, Caso(False, False, True), 9, "2023-12-01", Decisione.SOSPENDI),
        ("never sent", False, Caso(False, False, False), 7, "2023-08-31", Decisione.SOSPENDI),
        ("work only", False, Caso(False, True, False), 7, "2023-08-31", Decisione.CESSA),
        ("sixth month", False, Caso(False, True, False), 6, "2023-08-31", Decisione.PAGA),
        ("twelfth month of 2022", False, Caso(False, False, False), 11, "2022-12-31", Decisione.PAGA),
    )

    @pytest.mark.parametrize(
        ("esente", "caso", "usati", "al", "atteso"), [c[1:] for c in CASI], ids=[c[0] for c in CASI]
    )
    def test_decides(self, esente: bool, caso: Caso, usati: int, al: str, atteso: Decisione) -> None:
        p = RDC.al(date.fromisoformat(al))

        assert decidi(mesi_usati=usati, esente=esente, caso=caso, p=p) is atteso

    def test_keeps_the_suspended_months_lost_where_the_recovery_is_off(self) -> None:
        senza_recupero = con_parametri({"recupero_mesi_sospesi": False})

        mesi = decorso(con_analisi("C", date(2023, 9, 20)), parametri=senza_recupero)

        assert pagamenti(mesi)[10] == [10]


class TestDiciottoMesi:
    @pytest.mark.regola("S004-R21")
    def test_that_end_in_the_transition_are_renewed_after_one_month_if_taken_in_charge(self) -> None:
        fatti = con_rdc(con_analisi("B", date(2023, 2, 1)), mesi_fruiti=14, domande_rinnovo=(date(2023, 5, 9),))

        assert sigle(decorso(fatti)) == "PPPPV" + "P" * 7

    @pytest.mark.regola("S004-R04")
    def test_after_14_months_at_the_end_of_2022_give_4_months_one_empty_and_3_more(self) -> None:
        fatti = con_rdc(occupabile(), mesi_fruiti=14, domande_rinnovo=(date(2023, 5, 9),))

        mesi = decorso(fatti)

        assert sigle(mesi) == "PPPPVPPPSSSS"
        assert mesi[4].stato is StatoMese.VUOTO

    def test_stay_empty_without_a_domanda_of_renewal(self) -> None:
        assert sigle(decorso(con_rdc(occupabile(), mesi_fruiti=14))) == "PPPP" + "V" * 8

    def test_begin_again_the_month_after_a_late_domanda(self) -> None:
        fatti = con_rdc(occupabile(), mesi_fruiti=14, domande_rinnovo=(date(2023, 7, 20),))

        assert sigle(decorso(fatti)) == "PPPPVVVPPPSS"

    def test_have_no_empty_month_for_the_pensione_di_cittadinanza(self) -> None:
        fatti = con_rdc(con_isee(anziani(IL, 70), valido_al=date(2023, 12, 31)), mesi_fruiti=14)

        assert sigle(decorso(fatti)) == DODICI


class TestUscita:
    def con_isee_di(self, valore: int, fatti: Fatti) -> Fatti:
        return replace(fatti, isee=tuple(replace(i, isee=i.isee * 0 + valore) for i in fatti.isee or ()))

    @pytest.mark.regola("S004-R09")
    def test_of_a_nucleo_taken_in_charge_is_the_sfl_of_2024_for_12_months_up_to_6000(self) -> None:
        fatti = self.con_isee_di(6000, con_analisi("B", date(2023, 4, 3)))

        assert sigle(decorso(fatti)) == DODICI
        assert uscita(fatti, parametri=RDC, al=date(2023, 12, 31)) == Uscita(
            "SFL", date(2024, 1, 1), frozenset({fatti.richiedente}), 12
        )

    @pytest.mark.regola("S004-R10")
    @pytest.mark.parametrize(("eta", "puo"), [(18, True), (59, True), (17, False), (60, False)])
    def test_of_the_others_up_to_6000_is_the_sfl_from_september_2023_for_who_is_18_to_59(
        self, eta: int, puo: bool
    ) -> None:
        al = date(2023, 8, 31)
        fatti = self.con_isee_di(6000, con(adulti(1, date(2023, 8, 31)), di_eta(eta, al, "FRRLCU")))

        esito = uscita(fatti, parametri=RDC, al=al)

        assert (esito.misura, esito.dal) == (("SFL", date(2023, 9, 1)) if puo else ("ADI", date(2024, 1, 1)))
        assert (esito.misura == "SFL" and fatti.componenti[1].codice_fiscale in esito.persone) is puo

    @pytest.mark.regola("S004-R11")
    def test_of_the_others_above_6000_is_neither_rdc_nor_sfl(self) -> None:
        fatti = self.con_isee_di(6001, occupabile())

        assert sigle(decorso(fatti))[7:] == "SSSSS"
        assert uscita(fatti, parametri=RDC, al=date(2023, 8, 31)) == Uscita(None)

    @pytest.mark.regola("S004-R14")
    def test_of_excluded_members_only_needs_the_final_analisi_but_with_a_minor_goes_on_and_may_ask_the_adi(
        self,
    ) -> None:
        studente = con_rdc(con_componente(occupabile(), 0, studente=True), chiuso_per_esclusione_il=date(2023, 2, 1))
        con_figlia = con(studente, di_eta(9, IL, "FRRLCU"))

        assert sigle(decorso(studente)) == SETTE + "SSSSS"
        assert sigle(decorso(con_figlia)) == DODICI
        assert uscita(con_figlia, parametri=RDC, al=date(2023, 12, 31)).misura == "ADI"
        assert uscita(con_figlia, parametri=RDC, al=date(2023, 12, 31)).dal == date(2024, 1, 1)

    def test_is_never_later_than_31_december_2023(self) -> None:
        mesi = mesi_spettanti(Mese(2023, 6), parametri=RDC)

        assert mesi[-1] == DICEMBRE_2023
        assert len(mesi) == 7

    @pytest.mark.regola("S004-A08")
    def test_of_the_pensione_di_cittadinanza_is_the_adi_from_january_2024(self) -> None:
        fatti = con_isee(anziani(IL, 70), valido_al=date(2024, 12, 31))

        assert sigle(decorso(fatti, fino=Mese(2024, 1))) == DODICI + "X"
        assert del_mese(fatti, Mese(2024, 1)).totale == 0
        assert uscita(fatti, parametri=RDC, al=date(2023, 12, 31)).misura == "ADI"
