# SPDX-License-Identifier: EUPL-1.2
"""The ladder of the sanctions, the time to wait, the offers, who is bound."""

from datetime import date

import pytest

from shared.kernel.mese import Mese
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.nucleo import Fatti, TipoPrecedente
from shared.misure.parametri import ParametroMancante
from shared.misure.rdc.fatti import FattoSanzionabile, Inadempienza
from shared.misure.rdc.obblighi import (
    a_basso_reddito,
    attivabili,
    obbligati,
    offerta_entro_i_limiti,
    ore_puc_ammesse,
    rifiuto_che_fa_decadere,
)
from shared.misure.rdc.quadro import quadro_del_giorno
from shared.misure.rdc.sanzioni import Sanzione, mesi_tolti, nuova_domanda_dal, sanzione, sanzione_del_nucleo
from shared.misure.rdc.transizione import esimenti
from tests.misure.nuclei import con_componente, di_eta
from tests.misure.rdc.casi import RDC, adulti, anziani, con, euro

IL = date(2022, 6, 10)
P = RDC.al(IL)
SCALE = [
    (FattoSanzionabile.CONVOCAZIONE, [1, 2, "DECADENZA", "DECADENZA"]),
    (FattoSanzionabile.ORIENTAMENTO, [2, "DECADENZA", "DECADENZA", "DECADENZA"]),
    (FattoSanzionabile.IMPEGNI_PATTO, [2, 3, 6, "DECADENZA"]),
    *(
        (fatto, ["DECADENZA"] * 4)
        for fatto in (
            FattoSanzionabile.DID,
            FattoSanzionabile.PATTO,
            FattoSanzionabile.POLITICHE_ATTIVE,
            FattoSanzionabile.PUC,
            FattoSanzionabile.OFFERTA_CONGRUA,
            FattoSanzionabile.COMUNICAZIONE_LAVORO,
            FattoSanzionabile.NUOVA_DSU,
            FattoSanzionabile.LAVORO_IRREGOLARE,
            FattoSanzionabile.PRESENZA_MENSILE,
        )
    ),
    (FattoSanzionabile.DATI_FALSI, ["REVOCA"] * 4),
    (FattoSanzionabile.CONDANNA, ["REVOCA"] * 4),
]


def scritta(s: Sanzione) -> int | str:
    return s.mensilita if s.tipo is TipoEffetto.SOSPENSIONE else s.tipo.value


class TestScala:
    @pytest.mark.parametrize(("fatto", "attese"), SCALE, ids=[f.value for f, _ in SCALE])
    def test_climbs(self, fatto: FattoSanzionabile, attese: list[int | str]) -> None:
        assert [scritta(sanzione(fatto, volta=volta, p=P)) for volta in (1, 2, 3, 4)] == attese

    def test_has_a_step_for_every_fact(self) -> None:
        assert {f for f, _ in SCALE} == set(FattoSanzionabile)

    def test_makes_give_back_only_after_a_revoca(self) -> None:
        revoca, decadenza = (sanzione(f, volta=1, p=P) for f in (FattoSanzionabile.DATI_FALSI, FattoSanzionabile.DID))

        assert (revoca.fa_restituire, decadenza.fa_restituire) == (True, False)

    def test_does_not_ask_for_a_monthly_presence_before_2022(self) -> None:
        with pytest.raises(ParametroMancante):
            sanzione(FattoSanzionabile.PRESENZA_MENSILE, volta=1, p=RDC.al(date(2021, 12, 31)))

    def test_cuts_the_months_after_the_decision(self) -> None:
        seconda = sanzione(FattoSanzionabile.CONVOCAZIONE, volta=2, p=P)

        assert mesi_tolti(seconda, decisa_il=date(2022, 11, 30)) == {Mese(2022, 12), Mese(2023, 1)}

    def test_adds_up_the_absences_of_several_members_and_counts_doubles_once(self) -> None:
        def assenza(chi: str, giorno: int, *, giustificata: bool = False) -> Inadempienza:
            return Inadempienza(
                codice_fiscale=chi,
                fatto=FattoSanzionabile.CONVOCAZIONE,
                il=date(2022, 6, giorno),
                giustificata=giustificata,
            )

        due = (assenza("A", 1), assenza("A", 1), assenza("B", 1), assenza("C", 2, giustificata=True))
        casi = ((), due, (*due, assenza("C", 3)), (*due, assenza("C", 11)))

        esiti = [sanzione_del_nucleo(c, FattoSanzionabile.CONVOCAZIONE, al=IL, p=P) for c in casi]

        assert esiti[0] is None
        assert [scritta(e) for e in esiti if e is not None] == [2, "DECADENZA", 2]


class TestAttesa:
    @pytest.mark.parametrize(
        ("tipo", "agevolato", "dal"),
        [
            (TipoPrecedente.DECADENZA, False, date(2023, 12, 10)),
            (TipoPrecedente.DECADENZA, True, date(2022, 12, 10)),
            (TipoPrecedente.REVOCA, False, date(2023, 12, 10)),
            (TipoPrecedente.REVOCA, True, date(2022, 12, 10)),
            (TipoPrecedente.CONDANNA, False, date(2032, 6, 10)),
            (TipoPrecedente.CONDANNA, True, date(2032, 6, 10)),
        ],
    )
    def test_is_18_months_6_with_minori_or_disability_10_years_after_a_sentence(
        self, tipo: TipoPrecedente, agevolato: bool, dal: date
    ) -> None:
        assert nuova_domanda_dal(tipo, IL, agevolato=agevolato, p=P) == dal


class TestOfferte:
    @pytest.mark.parametrize(
        ("giorno", "rifiuti", "decade"),
        [
            (date(2021, 12, 31), 2, False),
            (date(2021, 12, 31), 3, True),
            (date(2022, 1, 1), 1, False),
            (date(2022, 12, 31), 2, True),
            (date(2023, 1, 1), 1, True),
        ],
    )
    def test_end_the_benefit_after_three_two_one_refusals(self, giorno: date, rifiuti: int, decade: bool) -> None:
        assert rifiuto_che_fa_decadere(rifiuti, p=RDC.al(giorno)) is decade

    @pytest.mark.parametrize(
        ("giorno", "numero", "km", "minuti", "congrua"),
        [
            (date(2021, 6, 1), 1, 100, 999, True),
            (date(2021, 6, 1), 1, 101, 101, False),
            (date(2021, 6, 1), 2, 250, 999, True),
            (date(2021, 6, 1), 2, 251, 10, False),
            (date(2021, 6, 1), 3, 900, 999, True),
            (date(2022, 6, 1), 1, 80, 999, True),
            (date(2022, 6, 1), 1, 81, 100, True),
            (date(2022, 6, 1), 1, 81, 101, False),
            (date(2022, 6, 1), 2, 900, 999, True),
        ],
    )
    def test_are_congrue_within_the_distance_of_the_year(
        self, giorno: date, numero: int, km: int, minuti: int, congrua: bool
    ) -> None:
        assert offerta_entro_i_limiti(numero, km=km, minuti=minuti, p=RDC.al(giorno)) is congrua


class TestObbligati:
    def obbligati(self, fatti: Fatti) -> int:
        return len(obbligati(quadro_del_giorno(fatti, parametri=RDC, al=IL)))

    @pytest.mark.regola("S004-R22")
    @pytest.mark.parametrize(("eta", "quanti"), [(59, 1), (60, 1), (64, 1), (65, 0)])
    def test_are_free_from_65_while_60_only_lifts_the_limit_of_2023(self, eta: int, quanti: int) -> None:
        q = quadro_del_giorno(anziani(IL, eta), parametri=RDC, al=IL)

        assert len(obbligati(q)) == quanti
        assert bool(esimenti(q)) is (eta >= 60)

    @pytest.mark.parametrize("campo", ["occupato", "studente", "pensione_diretta", "disabile", "disabile_grave"])
    def test_are_not_who_works_studies_has_a_pension_or_a_disability(self, campo: str) -> None:
        fatti = adulti(1, IL)

        assert self.obbligati(fatti) == 1
        assert self.obbligati(con_componente(fatti, 0, **{campo: True})) == 0  # type: ignore[arg-type]

    def test_are_nobody_in_a_nucleo_with_the_pensione(self) -> None:
        assert self.obbligati(con(anziani(IL, 70), di_eta(40, IL, "FRRLNE", disabile_grave=True))) == 0

    @pytest.mark.parametrize(("eta", "quanti"), [(2, 1), (3, 2)])
    def test_are_not_activated_while_they_care_for_a_child_below_three(self, eta: int, quanti: int) -> None:
        fatti = con_componente(con(adulti(2, IL), di_eta(eta, IL, "FRRLNE")), 0, carichi_di_cura=True)

        assert self.obbligati(fatti) == 2
        assert len(attivabili(fatti, parametri=RDC, al=IL)) == quanti

    @pytest.mark.parametrize(
        ("importo", "autonomo", "basso"),
        [("8145.00", False, True), ("8145.01", False, False), ("4800.00", True, True), ("4800.01", True, False)],
    )
    def test_may_be_exempted_for_a_low_income(self, importo: str, autonomo: bool, basso: bool) -> None:
        assert a_basso_reddito(euro(importo), autonomo=autonomo, p=P) is basso

    @pytest.mark.parametrize(("ore", "ammesse"), [(7, False), (8, True), (16, True), (17, False)])
    def test_work_from_8_to_16_hours_a_week_in_a_puc(self, ore: int, ammesse: bool) -> None:
        assert ore_puc_ammesse(ore, p=P) is ammesse
