# SPDX-License-Identifier: EUPL-1.2
"""The bimestre: which one a day belongs to, its months and days, sums across the year."""

from datetime import date

import pytest

from shared.kernel.bimestre import Bimestre
from shared.kernel.mese import Mese


class TestBimestre:
    @pytest.mark.parametrize(
        ("giorno", "atteso"),
        [
            (date(2017, 1, 1), (2017, 1)),
            (date(2017, 2, 28), (2017, 1)),
            (date(2017, 3, 1), (2017, 2)),
            (date(2016, 10, 31), (2016, 5)),
            (date(2016, 11, 1), (2016, 6)),
            (date(2016, 12, 31), (2016, 6)),
        ],
    )
    def test_holds_the_day(self, giorno: date, atteso: tuple[int, int]) -> None:
        bimestre = Bimestre.di(giorno)

        assert (bimestre.anno, bimestre.numero) == atteso
        assert bimestre.primo_giorno <= giorno <= bimestre.ultimo_giorno

    def test_has_two_months_and_a_text(self) -> None:
        bimestre = Bimestre.del_mese(Mese(2016, 2))

        assert bimestre.mesi == (Mese(2016, 1), Mese(2016, 2))
        assert (bimestre.primo_giorno, bimestre.ultimo_giorno) == (date(2016, 1, 1), date(2016, 2, 29))
        assert str(bimestre) == "2016-01/02"

    @pytest.mark.parametrize(("quanti", "atteso"), [(0, (2016, 6)), (1, (2017, 1)), (7, (2018, 1)), (-6, (2015, 6))])
    def test_moves_across_the_year(self, quanti: int, atteso: tuple[int, int]) -> None:
        assert Bimestre(2016, 6) + quanti == Bimestre(*atteso)
        assert Bimestre(*atteso) - Bimestre(2016, 6) == quanti

    @pytest.mark.parametrize("numero", [0, 7])
    def test_is_one_of_six(self, numero: int) -> None:
        with pytest.raises(ValueError, match="bimestre non valido"):
            Bimestre(2017, numero)
