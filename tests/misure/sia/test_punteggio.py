# SPDX-License-Identifier: EUPL-1.2
"""R12, the valutazione multidimensionale: table P1-P6, every item, and the threshold of 45, then of 25."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Componente, Fatti
from shared.misure.sia.fatti import EccezioneGenitore, GenitoreNonConvivente, Gravidanza
from shared.misure.sia.punteggio import Punteggio, punteggio
from shared.misure.sia.quadro import quadro_del_giorno
from shared.misure.sia.riesame import riesame_d_ufficio
from tests.misure.sia.famiglie import (
    DA_COMPLETARE,
    FIGLI,
    KO,
    MADRE,
    OK,
    PADRE,
    SIA,
    adulto,
    con_sia,
    coppia,
    esito_di,
    giudica,
    minore,
    nucleo,
)

PRIMA, DOPO = date(2017, 4, 29), date(2017, 4, 30)
GRANDI = (minore("VRDGLI", date(2007, 3, 10)), minore("VRDSRA", date(2009, 3, 10)), minore("VRDMRC", date(2012, 3, 10)))
DI_30_MESI, DI_24_MESI = minore("VRDLSE", date(2014, 10, 20)), minore("VRDLSE", date(2015, 4, 20))
DI_20_MESI = minore("VRDLSE", date(2015, 8, 20))
GRAVE = minore("VRDDNL", date(2006, 3, 10), disabile=True, disabile_grave=True)
NON_AUTOSUFFICIENTE = minore("VRDNCL", date(2005, 3, 10), disabile=True, disabile_grave=True)
INCINTA = Gravidanza(
    codice_fiscale=MADRE.codice_fiscale,
    parto_previsto_il=date(2017, 6, 20),
    certificata_il=date(2017, 3, 1),
    struttura_pubblica=True,
)


def caso(nome: str, il: date) -> Fatti:
    match nome:
        case "P1":
            return nucleo((MADRE, *GRANDI[:2]), il=il, valore="1800.00")
        case "P2":
            return nucleo((MADRE, PADRE, GRANDI[0], DI_30_MESI), il=il, valore="1500.00")
        case "P3":
            return nucleo((MADRE,), il=il, valore="0.00", gravidanza=INCINTA)
        case "P4":
            return nucleo((MADRE, PADRE, *GRANDI), il=il, valore="1000.00")
        case "P5":
            sola = frozenset({MADRE.codice_fiscale})
            return nucleo((MADRE, PADRE, GRANDI[0], DI_24_MESI), il=il, valore="2400.00", disoccupati=sola)
        case _:
            componenti = (MADRE, GRANDI[0], GRAVE, NON_AUTOSUFFICIENTE, DI_20_MESI)
            chi = frozenset({NON_AUTOSUFFICIENTE.codice_fiscale})
            return nucleo(componenti, il=il, valore="0.00", non_autosufficienti=chi)


def punti(fatti: Fatti) -> Punteggio:
    return punteggio(quadro_del_giorno(fatti, parametri=SIA, al=fatti.presentata_il))


class TestTabella:
    @pytest.mark.regola("S003-73", "S003-94")
    @pytest.mark.parametrize(
        ("nome", "carichi", "economica", "lavoro", "con_45", "con_25"),
        [
            ("P1", 35, Fraction(10), 10, OK, OK),
            ("P2", 15, Fraction("12.5"), 10, KO, OK),
            ("P3", 0, Fraction(25), 10, KO, OK),
            ("P4", 20, Fraction(50, 3), 10, OK, OK),
            ("P5", 15, Fraction(5), 0, KO, KO),
            ("P6", 65, Fraction(25), 10, OK, OK),
        ],
    )
    def test_gives_the_points_of_p1_to_p6_against_45_and_then_25(
        self, nome: str, carichi: int, economica: Fraction, lavoro: int, con_45: EsitoRequisito, con_25: EsitoRequisito
    ) -> None:
        p = punti(caso(nome, PRIMA))

        assert (p.carichi, p.lavoro) == (carichi, lavoro)
        assert abs(Fraction(p.economica) - economica) < Fraction(1, 10**20)
        assert esito_di(caso(nome, PRIMA), "SIA-R12") is con_45
        assert esito_di(caso(nome, DOPO), "SIA-R12") is con_25

    @pytest.mark.parametrize(("valore", "atteso"), [("2400.00", OK), ("2400.01", KO), ("2399.99", OK)])
    def test_is_compared_without_rounding(self, valore: str, atteso: EsitoRequisito) -> None:
        """Two minors and one parent alone who works: 35 points, 5 of ISEE 2,400 and 5 of a small child make 45."""
        fatti = nucleo((MADRE, GRANDI[0], DI_30_MESI), il=PRIMA, valore=valore, disoccupati=frozenset())

        assert esito_di(fatti, "SIA-R12") is atteso

    @pytest.mark.regola("S003-73")
    def test_is_not_looked_at_again_while_the_benefit_runs(self) -> None:
        fatti = caso("P1", date(2016, 10, 15))
        occupata = con_sia(fatti, disoccupati=frozenset({MADRE.codice_fiscale}))

        assert esito_di(occupata, "SIA-R12", al=date(2017, 1, 10)) is OK
        assert giudica(fatti, "SIA-R12", al=date(2017, 6, 10)).soglia == "45"


class TestCarichi:
    @pytest.mark.parametrize(("figli", "atteso"), [(1, 0), (2, 10), (3, 20), (4, 25)])
    def test_begin_with_the_second_child(self, figli: int, atteso: int) -> None:
        fatti = nucleo((MADRE, PADRE, *FIGLI[:figli]), il=date(2017, 3, 1))

        assert punti(fatti).carichi == atteso

    @pytest.mark.parametrize(("nascita", "atteso"), [(date(2014, 3, 10), 5), (date(2014, 3, 9), 0)])
    def test_add_five_points_up_to_36_months(self, nascita: date, atteso: int) -> None:
        fatti = nucleo((MADRE, PADRE, minore("VRDLSE", nascita)), il=date(2017, 3, 10))

        assert punti(fatti).carichi == atteso

    @pytest.mark.regola("S003-05")
    def test_give_nothing_for_a_pregnancy(self) -> None:
        assert punti(caso("P3", PRIMA)) == punti(con_sia(caso("P3", PRIMA), gravidanza=None))
        assert punti(caso("P3", PRIMA)).carichi == 0

    @pytest.mark.regola("S003-02")
    @pytest.mark.parametrize("chi", ["nonna", "padre", "figlio"])
    def test_look_at_the_disability_of_any_member(self, chi: str) -> None:
        nonna, padre = adulto("RSSCRL", 75), adulto("VRDLCU", 40)
        persone = {"nonna": nonna, "padre": padre, "figlio": GRANDI[0]}
        persone[chi] = replace(persone[chi], disabile=True, disabile_grave=True)
        fatti = nucleo(tuple(persone.values()), il=PRIMA)
        suo = frozenset({persone[chi].codice_fiscale})

        assert punti(fatti).carichi == 5
        assert punti(con_sia(fatti, non_autosufficienti=suo)).carichi == 10

    @pytest.mark.regola("S003-23")
    @pytest.mark.parametrize("eccezione", [None, *EccezioneGenitore])
    def test_give_25_points_to_the_parent_alone_by_the_rules_on_the_one_who_lives_elsewhere(
        self, eccezione: EccezioneGenitore | None
    ) -> None:
        altrove = GenitoreNonConvivente(
            codice_fiscale=GRANDI[0].codice_fiscale, eccezioni=() if eccezione is None else (eccezione,)
        )
        fatti = nucleo((MADRE, GRANDI[0]), il=PRIMA, genitori_non_conviventi=(altrove,))

        assert punti(fatti).carichi == (0 if eccezione is None else 25)

    @pytest.mark.regola("S003-24")
    def test_come_from_the_nucleo_of_the_dsu_of_the_richiedente(self) -> None:
        fatti = caso("P1", PRIMA)
        assert fatti.isee is not None
        senza_un_figlio = fatti.isee[0].componenti - {GRANDI[1].codice_fiscale}

        ridotto = replace(fatti, isee=(replace(fatti.isee[0], componenti=senza_un_figlio),))

        assert (punti(fatti).carichi, punti(ridotto).carichi) == (35, 25)


class TestLavoro:
    @pytest.mark.regola("S003-03")
    def test_gives_ten_points_when_all_are_unemployed_and_is_no_requisito(self) -> None:
        tutti, uno = frozenset({MADRE.codice_fiscale, PADRE.codice_fiscale}), frozenset({MADRE.codice_fiscale})

        assert punti(coppia(disoccupati=tutti)).lavoro == 10
        assert punti(coppia(disoccupati=uno)).lavoro == 0
        assert esito_di(nucleo((MADRE, PADRE, *GRANDI, DI_20_MESI), valore="0.00", disoccupati=uno), "SIA-R12") is OK

    @pytest.mark.regola("S003-26")
    @pytest.mark.parametrize(("studente", "atteso"), [(True, 10), (False, 0)])
    def test_does_not_ask_an_adult_child_who_studies(self, studente: bool, atteso: int) -> None:
        figlio = adulto("VRDNDR", 19, studente=studente)
        fatti = nucleo((MADRE, figlio, GRANDI[0]), disoccupati=frozenset({MADRE.codice_fiscale}))

        assert punti(fatti).lavoro == atteso

    @pytest.mark.parametrize(
        ("figli", "valore", "atteso"),
        [(2, "1800.00", OK), (2, "1800.01", DA_COMPLETARE), (2, "3000.00", DA_COMPLETARE), (1, "1800.01", KO)],
    )
    def test_is_asked_only_where_it_decides(self, figli: int, valore: str, atteso: EsitoRequisito) -> None:
        fatti = nucleo((MADRE, *GRANDI[:figli]), il=PRIMA, valore=valore, disoccupati=None)

        assert esito_di(fatti, "SIA-R12") is atteso

    def test_gives_nothing_where_nobody_is_of_working_age(self) -> None:
        assert punti(nucleo((adulto("RSSLGU", 70), GRANDI[0]))).lavoro == 0


class TestEconomica:
    @pytest.mark.parametrize(
        ("valore", "atteso"), [("0.00", "25"), ("120.00", "24"), ("3000.00", "0"), ("4000.00", "0")]
    )
    def test_takes_a_point_for_each_120_euro(self, valore: str, atteso: str) -> None:
        assert punti(nucleo((MADRE, PADRE), il=PRIMA, valore=valore)).economica == Decimal(atteso)


class TestRiesame:
    @pytest.mark.regola("S003-94")
    def test_accepts_what_only_the_threshold_of_45_had_refused(self) -> None:
        esito = riesame_d_ufficio(caso("P2", PRIMA), parametri=SIA)

        assert esito is not None
        assert esito.accolta
        assert esito.al == DOPO

    def test_is_not_for_accepted_domande_nor_for_later_ones(self) -> None:
        assert riesame_d_ufficio(caso("P1", PRIMA), parametri=SIA) is None
        assert riesame_d_ufficio(caso("P5", DOPO), parametri=SIA) is None

    def test_refuses_again_what_does_not_reach_25_points(self) -> None:
        esito = riesame_d_ufficio(caso("P5", PRIMA), parametri=SIA)

        assert esito is not None
        assert [m.codice for m in esito.motivi] == ["SIA-R12"]

    def test_is_not_for_who_was_refused_also_for_something_else(self) -> None:
        fatti = caso("P2", PRIMA)
        assert fatti.isee is not None
        troppo = replace(fatti, isee=(replace(fatti.isee[0], isee=Decimal("3000.01")),))

        assert riesame_d_ufficio(troppo, parametri=SIA) is None


def test_components_of_the_cases_have_different_codici_fiscali() -> None:
    persone: tuple[Componente, ...] = (MADRE, PADRE, *GRANDI, DI_20_MESI, GRAVE, NON_AUTOSUFFICIENTE)

    assert len({p.codice_fiscale for p in persone}) == len(persone)
