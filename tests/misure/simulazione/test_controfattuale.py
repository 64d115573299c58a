# SPDX-License-Identifier: EUPL-1.2
"""Counterfactuals: the exact threshold, the first useful day, the promise kept for every misura, silence on people."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.controfattuale import TEMPO, Controfattuale, controfattuali
from shared.misure.esito import Esito
from shared.misure.misura import Misura
from shared.misure.nucleo import Fatti, Rinnovo
from tests.misure.nuclei import famiglia as fatti_famiglia
from tests.misure.simulazione.famiglie import IL, famiglia
from tests.misure.simulazione.strategie import GIORNI, MISURE, PROFILO, fatti_di, nuclei, nuclei_con_un_ostacolo

ADI = get_misura("ADI")
CENTESIMO = Decimal("0.01")


def giudica(misura: Misura, fatti: Fatti, al: date) -> Esito:
    return misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al)


def trovati(nucleo: dict[str, Any], *, al: date = IL) -> tuple[Controfattuale, ...]:
    return controfattuali(ADI, fatti_di(nucleo, ADI, al), al)


class TestSoglia:
    @pytest.mark.parametrize(
        ("isee", "campo", "requisito", "soglia"),
        [
            ({"isee": "12000.00"}, "isee", "ADI-R06", "10140.00"),
            ({"reddito_familiare": "20000.00"}, "reddito_familiare", "ADI-R07", "13181.99"),
            ({"patrimonio_immobiliare": "30000.01"}, "patrimonio_immobiliare", "ADI-R08", "30000.00"),
            ({"valore_casa": "160000.00"}, "valore_casa", "ADI-R08", "150000.00"),
            ({"patrimonio_mobiliare": "12000.55"}, "patrimonio_mobiliare", "ADI-R09", "10000.00"),
        ],
    )
    def test_is_given_to_the_cent(self, isee: dict[str, str], campo: str, requisito: str, soglia: str) -> None:
        (controfattuale,) = trovati(famiglia(isee=isee))

        assert (controfattuale.requisito, controfattuale.fatto) == (requisito, f"isee.0.{campo}")
        assert (controfattuale.da, controfattuale.a) == (isee[campo], soglia)
        assert controfattuale.basta_da_solo
        assert controfattuale.testo.startswith("La domanda sarebbe accolta se ")

    def test_is_found_also_behind_a_formula(self) -> None:
        misure = {"isee": "12000.00", "misure_contro_la_poverta": "1000.01"}

        (controfattuale,) = trovati(famiglia(isee=misure))

        isee = Decimal(controfattuale.a or "")
        assert giudica(ADI, controfattuale.fatti, IL).accolta
        assert Decimal(10140) < isee < Decimal(12000)
        oltre = replace(
            controfattuale.fatti, isee=(replace((controfattuale.fatti.isee or ())[0], isee=isee + CENTESIMO),)
        )
        assert giudica(ADI, oltre, IL).respinta


class TestTempo:
    @pytest.mark.parametrize(
        ("campi", "requisito", "dal"),
        [
            ({"residenza": {"periodi": [{"dal": "2021-01-01"}]}}, "ADI-R03", date(2026, 1, 1)),
            ({"precedenti": [{"tipo": "REVOCA", "il": "2025-01-01"}]}, "ADI-R19", date(2025, 7, 2)),
            (
                {
                    "veicoli": [
                        {"categoria": "AUTOVEICOLO", "prima_immatricolazione": "2024-01-01", "cilindrata_cc": 3000}
                    ]
                },
                "ADI-R10",
                date(2027, 1, 2),
            ),
        ],
    )
    def test_gives_the_first_useful_day(self, campi: dict[str, Any], requisito: str, dal: date) -> None:
        (tempo,) = [c for c in trovati(famiglia(**campi)) if c.fatto == TEMPO]

        assert (tempo.requisito, tempo.dal, tempo.basta_da_solo) == (requisito, dal, True)
        assert f"presentandola dal {dal:%d/%m/%Y}" in tempo.testo
        vigilia = dal - timedelta(days=1)
        assert not giudica(ADI, replace(tempo.fatti, presentata_il=vigilia), vigilia).accolta

    def test_is_not_promised_to_whom_it_does_not_help(self) -> None:
        nave = {"categoria": "NAVE", "prima_immatricolazione": "2020-01-01"}

        (controfattuale,) = trovati(famiglia(veicoli=[nave]))

        assert controfattuale.fatto == "veicoli.0"
        assert "nave" in controfattuale.testo


class TestImporto:
    def test_says_what_lowers_it(self) -> None:
        (controfattuale,) = trovati(famiglia())

        assert (controfattuale.requisito, controfattuale.fatto) == (None, "isee.0.reddito_familiare")
        assert f"{controfattuale.importo}" == "1007.50"
        assert "1.007,50 euro al mese invece di 882,50 euro" in controfattuale.testo

    def test_says_how_much_work_costs_nothing(self) -> None:
        lavoro = {"tipo": "LAVORO", "importo_annuo": "8000.00", "dal": "2025-01-10"}

        (ore,) = [c for c in trovati(famiglia(redditi=[lavoro])) if c.fatto == "redditi.0.importo_annuo"]

        assert (ore.a, f"{ore.importo}") == ("3000.00", "882.50")

    def test_says_from_when_the_reduced_month_is_over(self) -> None:
        primo = Mese(2026, 2)
        rinnovo = Rinnovo(primo_mese=primo, ultimo_mese_precedente=primo + -1)

        trovate = controfattuali(ADI, fatti_famiglia(date(2026, 2, 1), rinnovo=rinnovo), date(2026, 2, 1))

        (tempo,) = [c for c in trovate if c.fatto == TEMPO]
        assert (tempo.dal, f"{tempo.importo}") == (date(2026, 3, 1), "882.50")
        assert "882,50 euro al mese invece di 441,25 euro dal mese di marzo 2026" in tempo.testo


class TestPiuMotivi:
    def test_are_told_apart_one_by_one(self) -> None:
        trovate = trovati(famiglia(isee={"isee": "12000.00"}, autorizza_trasmissione_dati=False))

        assert [(c.requisito, c.basta_da_solo) for c in trovate] == [("ADI-R06", False), ("ADI-R18", False)]
        assert all("ne resterebbero altri" in c.testo for c in trovate)

    def test_are_not_said_to_be_left_where_only_data_are(self) -> None:
        (trovata,) = trovati(famiglia(isee={"isee": "12000.00"}, autorizza_trasmissione_dati=None))

        assert not trovata.basta_da_solo
        assert "ma la domanda resterebbe da completare, se l'ISEE non superasse 10.140,00 euro" in trovata.testo


@pytest.mark.parametrize("codice", MISURE)
class TestPromessa:
    @PROFILO
    @given(st.data())
    def test_is_kept_for_a_nucleo_refused_for_one_reason(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = fatti_di(data.draw(nuclei_con_un_ostacolo(al)), misura, al)
        esito = giudica(misura, fatti, al)
        altro = {r.codice for r in esito.da_completare}

        for controfattuale in controfattuali(misura, fatti, al):
            nuovo = giudica(misura, controfattuale.fatti, controfattuale.al)
            assert controfattuale.basta_da_solo == nuovo.accolta
            if len(esito.motivi) == 1 and not altro:
                assert nuovo.accolta

    @PROFILO
    @given(st.data())
    def test_takes_away_its_reason_and_adds_none_whatever_the_nucleo(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = fatti_di(data.draw(nuclei(al)), misura, al)
        falliti = {m.codice for m in giudica(misura, fatti, al).motivi}

        for controfattuale in controfattuali(misura, fatti, al):
            dopo = {m.codice for m in giudica(misura, controfattuale.fatti, controfattuale.al).motivi}
            assert dopo <= falliti - {controfattuale.requisito}
            assert "persona-" not in controfattuale.testo
            assert controfattuale.testo.endswith(".")


# Too short a residence: when the years will have passed, the misura is over.
SENZA_RIMEDIO = {"ADI": set[str](), "SFL": set[str](), "RDC": {"RDC-R02"}, "SIA": {"SIA-R04"}}


@pytest.mark.parametrize("codice", MISURE)
class TestRifiuto:
    @PROFILO
    @given(st.data())
    def test_of_an_ordinary_nucleo_always_has_a_way_out(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        nucleo = data.draw(nuclei_con_un_ostacolo(al))
        if codice == "SFL":
            # Who has children may have the ADI instead.
            nucleo = {**nucleo, "componenti": [c for c in nucleo["componenti"] if c["eta"] >= 18]}
        fatti = fatti_di(nucleo, misura, al)
        motivi = {m.codice for m in giudica(misura, fatti, al).motivi}

        trovate = controfattuali(misura, fatti, al)

        assert motivi <= {c.requisito for c in trovate} | SENZA_RIMEDIO[codice]
        if len(motivi) == 1 and not motivi & SENZA_RIMEDIO[codice]:
            assert any(c.basta_da_solo for c in trovate)
