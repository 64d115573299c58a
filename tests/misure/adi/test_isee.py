# SPDX-License-Identifier: EUPL-1.2
"""One DSU gives more indicators: the ADI reads the one its nucleo needs, the ISEE per l'inclusione from 2026."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from shared.kernel.mese import Mese
from shared.misure.adi.quadro import quadro_del_giorno, quadro_del_mese
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import Fatti, Indicatore
from tests.misure.nuclei import ADI, esito_di, famiglia, sola

ORDINARIO, MINORENNE, INCLUSIONE = Indicatore.ORDINARIO, Indicatore.MINORENNE, Indicatore.INCLUSIONE


def con_indicatori(fatti: Fatti, *indicatori: Indicatore) -> Fatti:
    """Give the DSU of the nucleo more indicators: those not of its kind are higher than every threshold."""
    assert fatti.isee is not None
    base = fatti.isee[0]
    isee = tuple(
        replace(base, indicatore=i, isee=base.isee if i is base.indicatore else Decimal("20000.00")) for i in indicatori
    )
    return replace(fatti, isee=isee)


class TestIndicatore:
    @pytest.mark.parametrize(
        ("fatti", "atteso"),
        [
            (famiglia(date(2025, 3, 10)), MINORENNE),
            (sola(62, date(2025, 3, 10)), ORDINARIO),
            (famiglia(date(2025, 12, 31)), MINORENNE),
            (famiglia(date(2026, 1, 1)), INCLUSIONE),
            (sola(62, date(2026, 1, 1)), INCLUSIONE),
        ],
    )
    def test_is_the_one_of_the_nucleo_whatever_the_order(self, fatti: Fatti, atteso: Indicatore) -> None:
        for ordine in permutations((ORDINARIO, MINORENNE, INCLUSIONE)):
            tutti = con_indicatori(fatti, *ordine)
            q = quadro_del_giorno(tutti, parametri=ADI, al=tutti.presentata_il)

            assert q.isee is not None
            assert q.isee.indicatore is atteso
            assert esito_di(tutti, "ADI-R06") is EsitoRequisito.OK

    def test_covers_the_months_too(self) -> None:
        fatti = con_indicatori(famiglia(date(2026, 1, 15)), ORDINARIO, INCLUSIONE)

        q = quadro_del_mese(fatti, parametri=ADI, mese=Mese(2026, 3))

        assert q.isee is not None
        assert q.isee.indicatore is INCLUSIONE

    def test_gives_way_to_a_later_dsu(self) -> None:
        fatti = famiglia(date(2026, 5, 4))
        assert fatti.isee is not None
        dopo = replace(fatti.isee[0], indicatore=ORDINARIO, presentata_il=date(2026, 4, 1))

        assert esito_di(replace(fatti, isee=(*fatti.isee, dopo)), "ADI-R06") is EsitoRequisito.DA_COMPLETARE

    @pytest.mark.parametrize("isee", ["4000.00", "20000.00"])
    def test_of_the_ordinary_kind_alone_suspends_in_2026(self, isee: str) -> None:
        fatti = famiglia(date(2026, 2, 2))
        assert fatti.isee is not None
        ordinario = replace(fatti.isee[0], indicatore=ORDINARIO, isee=Decimal(isee))

        assert esito_di(replace(fatti, isee=(ordinario,)), "ADI-R06") is EsitoRequisito.DA_COMPLETARE
