# SPDX-License-Identifier: EUPL-1.2
"""What SFL and ADI share is the same figure in both files, from the first day of the SFL."""

from datetime import date

import pytest

from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.scala import componi
from tests.misure.nuclei import ADI, di_eta, fatti_di, genitore
from tests.misure.sfl.persone import IL, SFL

# Same name, another figure of its own.
PROPRI = {"isee_max", "reddito_soglia", "reddito_soglia_67", "durata_rinnovo", "in_vigore"}
COMUNI = sorted((set(SFL.nomi) & set(ADI.nomi)) - PROPRI)
PRIMO = date(2023, 9, 1)


class TestComuni:
    @pytest.mark.parametrize("nome", COMUNI)
    def test_hold_the_same_figures_as_the_adi(self, nome: str) -> None:
        giorni = [v.dal for v in ADI.storia(nome) if v.dal >= date(2024, 1, 1)] or [date(2024, 1, 1)]

        assert [SFL.valore(nome, al=g) for g in giorni] == [ADI.valore(nome, al=g) for g in giorni]

    @pytest.mark.parametrize("nome", SFL.nomi)
    def test_hold_from_the_first_day_of_the_sfl(self, nome: str) -> None:
        assert SFL.storia(nome)[0].dal <= PRIMO

    def test_are_many(self) -> None:
        assert len(COMUNI) > 80

    @pytest.mark.regola("S004-F18")
    def test_hold_a_scala_from_1_to_2_20_and_2_30_with_severe_disability(self) -> None:
        adulti = [
            di_eta(40 + n, IL, sigla, disabile=True) for n, sigla in enumerate(("RSSMRA", "VRDLCU", "BNCNNA", "NREPLA"))
        ]
        grave = [*adulti[:-1], genitore(43, IL, "NREPLA", disabile=True, disabile_grave=True)]

        valori = [
            componi(quadro_del_giorno(fatti_di(tuple(nucleo), il=IL), parametri=SFL, al=IL)).valore
            for nucleo in ([di_eta(40, IL)], adulti, grave)
        ]
        assert [str(v) for v in valori] == ["1.00", "2.20", "2.30"]
