# SPDX-License-Identifier: EUPL-1.2
"""The requisiti RDC-R01 to RDC-R15 at their thresholds, one cent over, the day before and the day of the change."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.kernel.mese import Mese, Periodo
from shared.misure.catalogo import get_misura
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    CategoriaVeicolo,
    CausaFineLavoro,
    CessazioneLavoro,
    Cittadinanza,
    ClasseGiudiziaria,
    Fatti,
    Indicatore,
    MisuraGiudiziaria,
    Precedente,
    Residenza,
    TipoPrecedente,
    TitoloSoggiorno,
    Veicolo,
)
from shared.misure.rdc.fatti import FattiRdc, FattoSanzionabile, Inadempienza, Percorso
from shared.misure.rdc.requisiti import REQUISITI, verifica_requisiti
from tests.misure.nuclei import con_componente, con_isee, di_eta
from tests.misure.rdc.casi import (
    IL,
    RDC,
    adulti,
    analisi,
    anziani,
    con_parametri,
    con_rdc,
    esito_di,
    euro,
    pagati,
)

OK, KO = EsitoRequisito.OK, EsitoRequisito.KO
DA_COMPLETARE, NON_APPLICABILE = EsitoRequisito.DA_COMPLETARE, EsitoRequisito.NON_APPLICABILE


class TestTutti:
    def test_hold_for_an_ordinary_nucleo(self) -> None:
        esito = verifica_requisiti(adulti(2, IL, minori=1, reddito=4530), parametri=RDC, al=IL)

        assert esito.accolta, (esito.motivi, esito.da_completare)
        assert [r.codice for r in esito.requisiti] == [f"RDC-R{n:02d}" for n in range(1, 16)]

    def test_are_evaluated_even_after_a_failure(self) -> None:
        fatti = con_isee(adulti(1, IL, reddito=6000), isee=euro("9360.00"), patrimonio_immobiliare=euro("30000.01"))
        fatti = replace(fatti, cittadinanza=Cittadinanza(stato="US", titolo=TitoloSoggiorno.TEMPORANEO))

        esito = verifica_requisiti(fatti, parametri=RDC, al=IL)

        assert [m.codice for m in esito.motivi] == ["RDC-R01", "RDC-R03", "RDC-R04", "RDC-R06"]
        assert len(esito.requisiti) == len(REQUISITI)

    def test_cannot_be_judged_without_answers(self) -> None:
        nuovo = adulti(1, IL)
        ignoto = Fatti(presentata_il=IL, richiedente=nuovo.richiedente, componenti=nuovo.componenti)

        esito = verifica_requisiti(ignoto, parametri=RDC, al=IL)

        assert not esito.respinta
        assert [m.codice[-2:] for m in esito.da_completare] == [
            "01", "02", "03", "04", "05", "06", "07", "09", "10", "15",
        ]  # fmt: skip

    def test_cite_the_norm_and_no_person(self) -> None:
        fatti = adulti(2, IL, minori=1)

        esito = verifica_requisiti(fatti, parametri=RDC, al=IL)

        testi = " ".join(f"{r.spiegazione} {r.valore} {r.soglia}" for r in esito.requisiti)
        assert all(r.fonte for r in esito.requisiti)
        assert not [c for c in fatti.componenti if c.codice_fiscale in testi]

    def test_are_in_the_catalogue(self) -> None:
        misura, fatti = get_misura("RDC"), adulti(1, IL, canone=4800)

        assert misura.verifica_requisiti(fatti, parametri=misura.parametri, al=IL).accolta
        assert misura.importo_mensile(fatti, parametri=misura.parametri, mese=Mese(2021, 4)).totale == euro("780.00")
        assert misura.fatti_propri is FattiRdc
        assert set(misura.descrizioni) == set(FattiRdc.__dataclass_fields__)
        assert [misura.in_vigore(g) for g in (date(2019, 3, 5), date(2019, 3, 6), date(2023, 12, 31))] == [
            False, True, True,
        ]  # fmt: skip
        assert not misura.in_vigore(date(2024, 1, 1))


class TestR01Cittadinanza:
    @pytest.mark.parametrize(
        ("cittadinanza", "atteso"),
        [
            (Cittadinanza(stato="IT"), OK),
            (Cittadinanza(stato="RO"), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.LUNGO_PERIODO), OK),
            (Cittadinanza(stato="SY", titolo=TitoloSoggiorno.PROTEZIONE_INTERNAZIONALE), OK),
            (Cittadinanza(stato="BR", titolo=TitoloSoggiorno.FAMILIARE_UE), OK),
            (Cittadinanza(stato="MA", titolo=TitoloSoggiorno.TEMPORANEO), KO),
            (Cittadinanza(stato="MA"), DA_COMPLETARE),
            (
                Cittadinanza(stato="MA", titolo=TitoloSoggiorno.LUNGO_PERIODO, titolo_valido_al=date(2021, 3, 9)),
                DA_COMPLETARE,
            ),
        ],
    )
    def test_asks_for_a_lasting_title(self, cittadinanza: Cittadinanza, atteso: EsitoRequisito) -> None:
        assert esito_di(replace(adulti(1, IL), cittadinanza=cittadinanza), "RDC-R01") is atteso


class TestR02Residenza:
    def residente(self, *periodi: Periodo, completa: bool = True) -> Fatti:
        return replace(adulti(1, IL), residenza=Residenza(periodi=periodi, completa=completa))

    @pytest.mark.parametrize(("dal", "atteso"), [(date(2011, 3, 10), OK), (date(2011, 3, 11), KO)])
    def test_is_10_years_as_it_was_applied(self, dal: date, atteso: EsitoRequisito) -> None:
        assert esito_di(self.residente(Periodo(dal)), "RDC-R02") is atteso

    @pytest.mark.parametrize(
        ("dal", "riesame_il", "atteso"),
        [
            (date(2016, 3, 10), None, KO),
            (date(2016, 3, 10), date(2025, 3, 19), KO),
            (date(2016, 3, 10), date(2025, 3, 20), OK),
            (date(2016, 3, 11), date(2025, 3, 20), KO),
        ],
    )
    def test_is_5_years_in_a_re_examination_after_the_corte(
        self, dal: date, riesame_il: date | None, atteso: EsitoRequisito
    ) -> None:
        fatti = con_rdc(self.residente(Periodo(dal)), riesame_il=riesame_il)

        requisito = verifica_requisiti(fatti, parametri=RDC, al=IL).requisito("RDC-R02")

        assert requisito.esito is atteso
        assert ("sentenza 31/2025" in requisito.fonte) is (requisito.soglia == "5")

    def test_follows_the_regime_parameter(self) -> None:
        dopo = con_parametri({"regime_residenza": "DOPO_CORTE_31_2025"})

        assert esito_di(self.residente(Periodo(date(2016, 3, 10))), "RDC-R02", parametri=dopo) is OK

    @pytest.mark.parametrize(("dal", "atteso"), [(date(2019, 3, 10), OK), (date(2019, 3, 11), KO)])
    def test_asks_for_the_last_2_years_without_breaks(self, dal: date, atteso: EsitoRequisito) -> None:
        assert esito_di(self.residente(Periodo(date(2000, 1, 1), date(2018, 6, 30)), Periodo(dal)), "RDC-R02") is atteso

    def test_must_last(self) -> None:
        fatti = self.residente(Periodo(date(2000, 1, 1), date(2021, 8, 31)))

        assert esito_di(fatti, "RDC-R02", al=date(2021, 8, 31)) is OK
        assert esito_di(fatti, "RDC-R02", al=date(2021, 9, 1)) is KO

    def test_is_asked_to_the_comune_when_the_registries_may_not_show_it_all(self) -> None:
        assert esito_di(self.residente(Periodo(date(2015, 1, 1)), completa=False), "RDC-R02") is DA_COMPLETARE


class TestPatrimonioEReddito:
    @pytest.mark.parametrize(("isee", "atteso"), [("9359.99", OK), ("9360.00", KO)])
    def test_isee_must_stay_below_9360(self, isee: str, atteso: EsitoRequisito) -> None:
        assert esito_di(con_isee(adulti(1, IL), isee=euro(isee)), "RDC-R03") is atteso

    @pytest.mark.parametrize(
        ("minori", "indicatore", "atteso"),
        [
            (1, Indicatore.MINORENNE, OK),
            (1, Indicatore.ORDINARIO, DA_COMPLETARE),
            (1, Indicatore.CORRENTE, OK),
            (0, Indicatore.ORDINARIO, OK),
            (0, Indicatore.MINORENNE, DA_COMPLETARE),
        ],
    )
    def test_isee_is_the_minorenni_one_with_minori(
        self, minori: int, indicatore: Indicatore, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(con_isee(adulti(1, IL, minori=minori), indicatore=indicatore), "RDC-R03") is atteso

    def test_isee_must_be_there_on_the_day_of_the_domanda(self) -> None:
        assert esito_di(replace(adulti(1, IL), isee=()), "RDC-R03") is KO
        assert esito_di(adulti(1, IL), "RDC-R03", al=date(2022, 2, 1)) is DA_COMPLETARE

    @pytest.mark.parametrize(("valore", "atteso"), [("30000.00", OK), ("30000.01", KO)])
    def test_immobili_may_reach_30000(self, valore: str, atteso: EsitoRequisito) -> None:
        assert esito_di(con_isee(adulti(1, IL), patrimonio_immobiliare=euro(valore)), "RDC-R04") is atteso

    @pytest.mark.parametrize(
        ("grandi", "minori", "soglia"),
        [(1, 0, 6000), (2, 0, 8000), (3, 0, 10000), (4, 0, 10000), (2, 2, 10000), (2, 3, 11000)],
    )
    def test_mobili_grow_with_the_nucleo(self, grandi: int, minori: int, soglia: int) -> None:
        fatti = adulti(grandi, IL, minori=minori)

        assert esito_di(con_isee(fatti, patrimonio_mobiliare=Decimal(soglia)), "RDC-R05") is OK
        assert esito_di(con_isee(fatti, patrimonio_mobiliare=Decimal(soglia) + euro("0.01")), "RDC-R05") is KO

    @pytest.mark.parametrize(("campo", "soglia"), [("disabile", 11000), ("disabile_grave", 13500)])
    def test_mobili_grow_with_a_disability(self, campo: str, soglia: int) -> None:
        fatti = con_componente(adulti(1, IL), 0, **{campo: True})  # type: ignore[arg-type]

        assert esito_di(con_isee(fatti, patrimonio_mobiliare=Decimal(soglia)), "RDC-R05") is OK
        assert esito_di(con_isee(fatti, patrimonio_mobiliare=Decimal(soglia) + 1), "RDC-R05") is KO

    @pytest.mark.parametrize(
        ("fatti", "soglia"),
        [
            (adulti(1, IL), "6000.00"),
            (adulti(2, IL), "8400.00"),
            (adulti(1, IL, canone=1200), "9360.00"),
            (anziani(IL, 70), "7560.00"),
            (anziani(IL, 70, canone=1200), "9360.00"),
        ],
    )
    def test_reddito_must_stay_below_the_threshold_times_the_scala(self, fatti: Fatti, soglia: str) -> None:
        assert fatti.isee is not None
        al_limite, sotto = (
            replace(fatti, isee=(replace(fatti.isee[0], reddito_familiare=euro(soglia) - meno),))
            for meno in (euro("0.00"), euro("0.01"))
        )

        assert (esito_di(al_limite, "RDC-R06"), esito_di(sotto, "RDC-R06")) == (KO, OK)

    def test_reddito_waits_to_know_whether_the_home_is_rented(self) -> None:
        fatti = adulti(1, IL, reddito=7000)
        assert fatti.isee is not None

        assert esito_di(replace(fatti, isee=(replace(fatti.isee[0], canone_annuo=None),)), "RDC-R06") is DA_COMPLETARE


class TestR07Beni:
    def con_veicolo(
        self, categoria: CategoriaVeicolo, immatricolato: date, *, cc: int = 1000, agevolazione: bool = False
    ) -> EsitoRequisito:
        fatti = adulti(1, IL)
        veicolo = Veicolo(
            codice_fiscale=fatti.richiedente,
            categoria=categoria,
            prima_immatricolazione=immatricolato,
            cilindrata_cc=cc,
            agevolazione_disabili=agevolazione,
        )
        return esito_di(replace(fatti, veicoli=(veicolo,)), "RDC-R07")

    @pytest.mark.parametrize(("immatricolato", "atteso"), [(date(2020, 9, 9), OK), (date(2020, 9, 10), KO)])
    def test_refuses_any_car_of_the_last_6_months(self, immatricolato: date, atteso: EsitoRequisito) -> None:
        assert self.con_veicolo(CategoriaVeicolo.AUTOVEICOLO, immatricolato) is atteso

    @pytest.mark.parametrize(
        ("categoria", "cc", "immatricolato", "atteso"),
        [
            (CategoriaVeicolo.AUTOVEICOLO, 1600, date(2019, 3, 10), OK),
            (CategoriaVeicolo.AUTOVEICOLO, 1601, date(2019, 3, 10), KO),
            (CategoriaVeicolo.AUTOVEICOLO, 1601, date(2019, 3, 9), OK),
            (CategoriaVeicolo.MOTOVEICOLO, 250, date(2021, 3, 1), OK),
            (CategoriaVeicolo.MOTOVEICOLO, 251, date(2019, 3, 10), KO),
            (CategoriaVeicolo.MOTOVEICOLO, 251, date(2019, 3, 9), OK),
            (CategoriaVeicolo.NAVE, 0, date(2000, 1, 1), KO),
            (CategoriaVeicolo.IMBARCAZIONE_DA_DIPORTO, 0, date(2000, 1, 1), KO),
        ],
    )
    def test_refuses_large_vehicles_of_2_years_and_boats(
        self, categoria: CategoriaVeicolo, cc: int, immatricolato: date, atteso: EsitoRequisito
    ) -> None:
        assert self.con_veicolo(categoria, immatricolato, cc=cc) is atteso

    def test_ignores_a_vehicle_with_tax_relief_for_a_disability(self) -> None:
        assert self.con_veicolo(CategoriaVeicolo.AUTOVEICOLO, date(2021, 3, 1), cc=2000, agevolazione=True) is OK


class TestPersone:
    @pytest.mark.parametrize(("eta", "atteso"), [(66, NON_APPLICABILE), (67, OK)])
    def test_r08_is_the_pensione_from_67(self, eta: int, atteso: EsitoRequisito) -> None:
        assert esito_di(anziani(IL, eta), "RDC-R08") is atteso

    @pytest.mark.parametrize(
        ("classe", "dal", "al", "reato", "atteso"),
        [
            (ClasseGiudiziaria.MISURA_CAUTELARE, date(2021, 1, 1), None, False, KO),
            (ClasseGiudiziaria.MISURA_CAUTELARE, date(2021, 1, 1), date(2021, 3, 9), False, OK),
            (ClasseGiudiziaria.MISURA_PREVENZIONE, date(2021, 1, 1), None, False, OK),
            (ClasseGiudiziaria.CONDANNA_DEFINITIVA, date(2011, 3, 10), None, True, KO),
            (ClasseGiudiziaria.CONDANNA_DEFINITIVA, date(2011, 3, 9), None, True, OK),
            (ClasseGiudiziaria.CONDANNA_DEFINITIVA, date(2020, 1, 1), None, False, OK),
            (ClasseGiudiziaria.CONDANNA_NON_DEFINITIVA, date(2020, 1, 1), None, True, OK),
        ],
    )
    def test_r09_looks_at_the_measures_and_the_listed_crimes_of_10_years(
        self, classe: ClasseGiudiziaria, dal: date, al: date | None, reato: bool, atteso: EsitoRequisito
    ) -> None:
        fatti = adulti(2, IL)
        casi = [
            MisuraGiudiziaria(codice_fiscale=c.codice_fiscale, classe=classe, dal=dal, al=al, reato_rdc=reato)
            for c in fatti.componenti
        ]

        esiti = [esito_di(replace(fatti, misure_giudiziarie=(m,)), "RDC-R09") for m in casi]

        assert esiti == [atteso, OK]

    @pytest.mark.parametrize(
        ("causa", "atteso"), [(CausaFineLavoro.DIMISSIONI, OK), (None, DA_COMPLETARE), (CausaFineLavoro.SCADENZA, OK)]
    )
    def test_r10_does_not_refuse_for_a_resignation(self, causa: CausaFineLavoro | None, atteso: EsitoRequisito) -> None:
        fatti = adulti(2, IL)
        fine = CessazioneLavoro(codice_fiscale=fatti.componenti[1].codice_fiscale, il=date(2020, 12, 1), causa=causa)

        assert esito_di(replace(fatti, cessazioni=(fine,)), "RDC-R10") is atteso

    def test_r11_is_compatible_with_naspi_unless_the_parameter_says_no(self) -> None:
        fatti = adulti(1, IL)
        fatti = con_rdc(fatti, percettori_naspi=frozenset({fatti.richiedente}))

        assert esito_di(fatti, "RDC-R11") is OK
        assert esito_di(fatti, "RDC-R11", parametri=con_parametri({"compatibile_con_naspi": False})) is KO


class TestObblighi:
    RICONOSCIUTO = date(2021, 4, 30)

    def con_did(self, did_il: date | None) -> Fatti:
        fatti = adulti(1, IL)
        percorso = Percorso(codice_fiscale=fatti.richiedente, did_il=did_il)
        return con_rdc(fatti, riconosciuto_il=self.RICONOSCIUTO, percorsi=(percorso,))

    @pytest.mark.parametrize(
        ("did_il", "al", "atteso"),
        [
            (date(2021, 5, 30), date(2021, 5, 31), OK),
            (date(2021, 5, 31), date(2021, 5, 31), KO),
            (None, date(2021, 5, 30), OK),
            (None, date(2021, 5, 31), KO),
        ],
    )
    def test_r12_gives_30_days_from_the_recognition(
        self, did_il: date | None, al: date, atteso: EsitoRequisito
    ) -> None:
        assert esito_di(self.con_did(did_il), "RDC-R12", al=al) is atteso

    def test_r12_waits_for_the_recognition(self) -> None:
        assert esito_di(adulti(1, IL), "RDC-R12") is NON_APPLICABILE

    @pytest.mark.parametrize(("il", "atteso"), [(date(2021, 12, 31), NON_APPLICABILE), (date(2022, 1, 1), OK)])
    def test_r12_finds_the_did_in_the_domanda_from_2022(self, il: date, atteso: EsitoRequisito) -> None:
        assert esito_di(adulti(1, il), "RDC-R12") is atteso

    def test_r12_does_not_concern_who_is_free(self) -> None:
        assert esito_di(anziani(IL, 70), "RDC-R12") is NON_APPLICABILE
        assert esito_di(anziani(IL, 70), "RDC-R13") is NON_APPLICABILE

    def test_r12_fails_with_a_patto_refused(self) -> None:
        fatti = adulti(1, date(2022, 2, 10))
        percorso = Percorso(codice_fiscale=fatti.richiedente, patto_rifiutato_il=date(2022, 5, 2))
        fatti = con_rdc(fatti, percorsi=(percorso,))

        assert esito_di(fatti, "RDC-R12", al=date(2022, 5, 1)) is OK
        assert esito_di(fatti, "RDC-R12", al=date(2022, 5, 2)) is KO

    @pytest.mark.parametrize(("giustificata", "atteso"), [(False, KO), (True, OK)])
    def test_r13_fails_without_joining_a_puc(self, giustificata: bool, atteso: EsitoRequisito) -> None:
        fatti = adulti(1, IL)
        fatto = Inadempienza(
            codice_fiscale=fatti.richiedente, fatto=FattoSanzionabile.PUC, il=IL, giustificata=giustificata
        )

        assert esito_di(con_rdc(fatti, inadempienze=(fatto,)), "RDC-R13") is atteso


class TestR14Mesi:
    @pytest.mark.parametrize(("quanti", "atteso"), [(6, OK), (7, DA_COMPLETARE)])
    def test_allows_seven_months_in_2023(self, quanti: int, atteso: EsitoRequisito) -> None:
        fatti = con_rdc(adulti(1, date(2023, 8, 10)), storico=pagati(Mese(2023, 1), quanti))

        assert esito_di(fatti, "RDC-R14") is atteso

    @pytest.mark.parametrize(("esito", "atteso"), [("A", KO), ("B", OK), ("C", OK), ("D", OK)])
    def test_follows_the_analisi_after_the_seventh(self, esito: str, atteso: EsitoRequisito) -> None:
        fatti = con_rdc(
            adulti(1, date(2023, 8, 10)), storico=pagati(Mese(2023, 1), 7), analisi=analisi(esito, date(2023, 6, 1))
        )

        assert esito_di(fatti, "RDC-R14") is atteso

    def test_does_not_concern_nuclei_with_minori(self) -> None:
        fatti = con_rdc(adulti(1, date(2023, 8, 10), minori=1), storico=pagati(Mese(2023, 1), 7))

        assert esito_di(fatti, "RDC-R14") is OK

    @pytest.mark.parametrize(
        ("il", "atteso"),
        [
            (date(2022, 12, 31), NON_APPLICABILE),
            (date(2023, 1, 1), OK),
            (date(2023, 12, 31), OK),
            (date(2024, 1, 1), KO),
        ],
    )
    def test_ends_with_the_misura(self, il: date, atteso: EsitoRequisito) -> None:
        assert esito_di(adulti(1, il), "RDC-R14") is atteso


class TestR15Attesa:
    @pytest.mark.parametrize(
        ("minori", "il", "atteso"),
        [
            (0, date(2019, 9, 10), OK),
            (0, date(2019, 9, 11), KO),
            (1, date(2020, 9, 10), OK),
            (1, date(2020, 9, 11), KO),
        ],
    )
    def test_is_18_months_or_6_with_minori(self, minori: int, il: date, atteso: EsitoRequisito) -> None:
        fatti = adulti(1, IL, minori=minori)
        prima = Precedente(codice_fiscale=fatti.richiedente, tipo=TipoPrecedente.DECADENZA, il=il)

        assert esito_di(replace(fatti, precedenti=(prima,)), "RDC-R15") is atteso

    def test_is_of_who_is_in_the_nucleo(self) -> None:
        altro = Precedente(
            codice_fiscale=di_eta(30, IL, "GLLRSA").codice_fiscale, tipo=TipoPrecedente.REVOCA, il=date(2021, 3, 1)
        )

        assert esito_di(replace(adulti(1, IL), precedenti=(altro,)), "RDC-R15") is OK
