# SPDX-License-Identifier: EUPL-1.2
"""Simulation: the published amounts, what is presumed, what is not known, other days, all the misure side by side."""

from datetime import date
from typing import Any

import pytest

from shared.errors import DatiNonValidi
from shared.misure.catalogo import CATALOGO
from shared.misure.esito import EsitoRequisito
from shared.misure.simulazione import EsitoSimulazione, NucleoSimulato, Richiesta, confronta, simula
from tests.misure.simulazione.famiglie import IL, esito, famiglia, sola

IL_2024 = date(2024, 3, 10)
ANZIANI = {
    "componenti": [{"eta": 70}, {"eta": 68}],
    "isee": [{"isee": "4000.00", "reddito_familiare": "5000.00", "canone_annuo": "2640.00"}],
}


class TestAdi:
    @pytest.mark.parametrize(
        ("nucleo", "al", "importo", "scala"),
        [
            pytest.param(sola(61, reddito="2400.00"), IL_2024, "300.00", "1.00", id="T1"),
            pytest.param(famiglia(), IL_2024, "805.00", "1.30", id="T2"),
            pytest.param(famiglia(), IL, "882.50", "1.30", id="T3"),
            pytest.param(ANZIANI, IL_2024, "615.33", "1.40", id="T4a"),
            pytest.param(ANZIANI, IL, "701.33", "1.40", id="T4b"),
            pytest.param(sola(62, reddito="6200.00"), IL, "40.00", "1.00", id="T5"),
            pytest.param(sola(65, reddito="6500.00", canone="3000.00"), IL, "250.00", "1.00", id="T6"),
        ],
    )
    def test_gives_the_published_amounts(self, nucleo: dict[str, Any], al: date, importo: str, scala: str) -> None:
        simulazione = esito(nucleo, al=al)

        assert simulazione.esito is EsitoSimulazione.ACCOLTA
        assert (f"{simulazione.importo_mensile}", simulazione.scala) == (importo, scala)
        assert simulazione.righe
        assert len(simulazione.requisiti) >= 20

    def test_refuses_with_the_norm_and_owes_nothing(self) -> None:
        simulazione = esito(sola(62, reddito="6200.00"), al=IL_2024)

        assert simulazione.esito is EsitoSimulazione.RESPINTA
        assert [m.codice for m in simulazione.motivi] == ["ADI-R07"]
        assert f"{simulazione.importo_mensile}" == "0.00"

    def test_works_on_any_day_of_the_law(self) -> None:
        assert esito(famiglia(), al=date(2026, 3, 1)).importo_mensile == esito(famiglia()).importo_mensile
        assert esito(famiglia(), al=date(2023, 12, 1)).esito is EsitoSimulazione.NON_IN_VIGORE
        assert esito(famiglia(), misura="SIA").esito is EsitoSimulazione.NON_IN_VIGORE


class TestPresunti:
    def test_are_an_ordinary_household(self) -> None:
        assert {r.esito for r in esito(famiglia()).requisiti} == {EsitoRequisito.OK, EsitoRequisito.NON_APPLICABILE}

    @pytest.mark.parametrize(
        ("campo", "codice"),
        [
            ("cittadinanza", "ADI-R02"), ("residenza", "ADI-R03"), ("assenze", "ADI-R05"), ("isee", "ADI-R06"),
            ("veicoli", "ADI-R10"), ("misure_giudiziarie", "ADI-R12"), ("cessazioni", "ADI-R13"),
            ("famiglia_anagrafica", "ADI-R16"), ("autorizza_trasmissione_dati", "ADI-R18"),
            ("precedenti", "ADI-R19"), ("sfl_accolti", "ADI-R20"),
        ],
    )  # fmt: skip
    def test_give_way_to_null_which_means_not_known(self, campo: str, codice: str) -> None:
        simulazione = esito({**famiglia(), campo: None})

        assert simulazione.esito is EsitoSimulazione.IN_EVIDENZA
        assert codice in [m.codice for m in simulazione.motivi]

    @pytest.mark.parametrize(
        ("detto", "manca"),
        [
            ({}, "l'ultimo giorno di validità di una D.S.U. del 31/12/2014 va indicato"),
            ({"valido_al": "2025-12-31"}, "la scala di equivalenza di una D.S.U. del 31/12/2014 va indicata"),
        ],
    )
    def test_do_not_reach_a_dsu_older_than_the_isee_of_today(self, detto: dict[str, str], manca: str) -> None:
        with pytest.raises(DatiNonValidi) as errore:
            esito(famiglia(isee={"presentata_il": "2014-12-31", **detto}))
        assert [(d.puntatore, d.dettaglio) for d in errore.value.difetti] == [("/isee/0", manca)]

    @pytest.mark.parametrize(
        ("misura", "dsu", "al", "valido"),
        [
            pytest.param("SIA", "2016-12-01", date(2017, 1, 15), True, id="to 15 January until 2018"),
            pytest.param("SIA", "2016-12-01", date(2017, 1, 16), False, id="and no longer"),
            pytest.param("RDC", "2019-03-01", date(2019, 12, 31), True, id="to 31 December from 2019"),
            pytest.param("RDC", "2019-12-01", date(2020, 1, 10), False, id="and no longer from 2019"),
            pytest.param("ADI", "2025-02-01", date(2025, 12, 31), True, id="as today"),
        ],
    )
    def test_let_a_dsu_be_valid_as_long_as_it_was_in_its_year(
        self, misura: str, dsu: str, al: date, valido: bool
    ) -> None:
        richiesta = Richiesta(NucleoSimulato.model_validate(famiglia(isee={"presentata_il": dsu})), al)

        requisiti = {r.codice: r.esito for r in simula(richiesta, misura=CATALOGO[misura]).requisiti}

        patrimonio = {"SIA": "SIA-R07", "RDC": "RDC-R05", "ADI": "ADI-R09"}[misura]
        assert (requisiti[patrimonio] is not EsitoRequisito.DA_COMPLETARE) is valido

    def test_choose_the_kind_of_isee_that_the_misura_asks_for(self) -> None:
        sbagliato = esito(famiglia(isee={"indicatore": "Ordinario"}))

        assert [m.codice for m in sbagliato.motivi] == ["ADI-R06"]
        assert esito(famiglia()).esito is esito(famiglia(isee={"indicatore": "Minorenne"})).esito

    @pytest.mark.parametrize(("quanti", "soglia"), [(1, "10140.00"), (3, "20685.60"), (7, "35997.00")])
    def test_include_the_base_scala_of_the_isee(self, quanti: int, soglia: str) -> None:
        nucleo = {"componenti": [{"eta": 30}] * quanti, "isee": [{"isee": "9000.00", "reddito_familiare": "6600.00"}]}

        (requisito,) = [r for r in esito(nucleo, misura="SFL").requisiti if r.codice == "SFL-R04"]

        assert requisito.soglia == soglia


class TestPosizioni:
    def test_say_whose_a_fact_is(self) -> None:
        nave = {"categoria": "NAVE", "prima_immatricolazione": "2020-01-01", "componente": 3}

        assert [m.codice for m in esito(famiglia(veicoli=[nave])).motivi] == ["ADI-R11"]

    def test_are_refused_when_nobody_is_there(self) -> None:
        nave = {"categoria": "NAVE", "prima_immatricolazione": "2020-01-01", "componente": 4}

        with pytest.raises(DatiNonValidi) as errore:
            esito(famiglia(veicoli=[nave]))
        assert [d.puntatore for d in errore.value.difetti] == ["/veicoli/0/componente"]

    def test_are_of_people_already_born(self) -> None:
        nucleo = famiglia(presentata_il="2025-03-10")
        nucleo["componenti"][2] = {"data_nascita": "2025-03-11"}

        with pytest.raises(DatiNonValidi) as errore:
            esito(nucleo)
        assert [d.puntatore for d in errore.value.difetti] == ["/componenti/2/data_nascita"]
        # Born after the domanda, before the day that is simulated.
        assert simula(
            Richiesta(NucleoSimulato.model_validate(nucleo), date(2025, 3, 11)), misura=CATALOGO["ADI"]
        ).requisiti

    def test_take_the_place_of_the_codici_fiscali(self) -> None:
        nucleo = famiglia()
        nucleo["componenti"][0]["codice_fiscale"] = "CNTDVD90A22H501T"

        assert "CNTDVD90A22H501T" not in esito(nucleo, controfattuali=True).model_dump_json()


class TestConfronta:
    def modello(self, **campi: Any) -> Any:
        return NucleoSimulato.model_validate(famiglia(isee={"isee": "2900.00"}, **campi))

    def test_runs_each_misura_at_a_time_of_its_own(self) -> None:
        esiti = {s.misura: s for s in confronta(Richiesta(self.modello(), IL))}

        assert list(esiti) == list(CATALOGO)
        assert {m: s.al for m, s in esiti.items()} == {
            "ADI": IL, "SFL": IL, "RDC": date(2023, 3, 10), "SIA": date(2017, 3, 10),
        }  # fmt: skip
        assert all(s.esito is not EsitoSimulazione.NON_IN_VIGORE for s in esiti.values())
        assert (f"{esiti['ADI'].importo_mensile}", f"{esiti['RDC'].importo_mensile}") == ("882.50", "1055.00")
        assert esiti["ADI"].nota is None
        assert "spostate al 10/03/2017" in (esiti["SIA"].nota or "")

    def test_still_has_a_time_for_each_misura_in_twenty_years(self) -> None:
        al = date(2045, 3, 10)

        esiti = {s.misura: s for s in confronta(Richiesta(self.modello(), al), a_ciascuna_il_suo=True)}

        assert EsitoSimulazione.NON_IN_VIGORE not in {s.esito for s in esiti.values()}
        assert "spostate al 10/03/2017" in (esiti["SIA"].nota or "")

    def test_on_one_day_says_what_was_not_in_force(self) -> None:
        esiti = {s.misura: s.esito for s in confronta(Richiesta(self.modello(), IL), a_ciascuna_il_suo=False)}

        assert esiti["RDC"] is esiti["SIA"] is EsitoSimulazione.NON_IN_VIGORE
        assert esiti["ADI"] is EsitoSimulazione.ACCOLTA

    @pytest.mark.parametrize("al", [date(1850, 1, 1), date(2010, 3, 10), date(2014, 12, 31)])
    def test_on_a_day_before_all_of_them_says_that_none_was_in_force(self, al: date) -> None:
        esiti = confronta(Richiesta(self.modello(), al), a_ciascuna_il_suo=False)

        assert {s.esito for s in esiti} == {EsitoSimulazione.NON_IN_VIGORE}

    def test_keeps_the_ages_when_it_moves_the_days(self) -> None:
        nato = {"data_nascita": "2018-06-01"}
        nucleo = famiglia(presentata_il="2025-03-10")
        nucleo["componenti"][2] = nato

        scale = {s.misura: s.scala for s in confronta(Richiesta(NucleoSimulato.model_validate(nucleo), IL))}

        assert (scale["ADI"], scale["RDC"]) == ("1.30", "1.80")
