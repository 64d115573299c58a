# SPDX-License-Identifier: EUPL-1.2
"""What holds for every path of the SFL: limits of months and amounts, and no weight to the order of the facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.mese import Mese, Periodo
from shared.misure.sfl.fatti import Attivita, PercorsoSfl, TipoAttivita
from shared.misure.sfl.importo import importo_mensile
from shared.misure.sfl.mensilita import StatoMese, mensilita
from tests.misure.sfl.persone import SFL, adulto, percorso

T = TypeVar("T")
PRIMO, FINE = date(2024, 1, 1), Mese(2027, 6)
GIORNI = st.integers(0, 700).map(lambda n: PRIMO + timedelta(days=n))


@st.composite
def periodi(draw: st.DrawFn) -> Periodo:
    """Draw a period of up to two years."""
    dal = draw(GIORNI)
    return Periodo(dal, dal + timedelta(days=draw(st.integers(0, 700))))


@st.composite
def percorsi(draw: st.DrawFn) -> PercorsoSfl:
    """Draw a path with activities, jobs, confirmations and updates of the PSP."""
    attivita = tuple(
        Attivita(tipo=draw(st.sampled_from(TipoAttivita)), dal=p.dal, al=p.al)
        for p in draw(st.lists(periodi(), max_size=4))
    )
    giorni = st.lists(GIORNI, max_size=6).map(tuple)
    return percorso(
        PRIMO,
        psp_il=draw(GIORNI),
        attivita=attivita,
        conferme=draw(giorni),
        psp_aggiornato=draw(giorni),
        contratti=tuple(draw(st.lists(periodi(), max_size=2))),
    )


def mescola(valori: tuple[T, ...], caso: Random) -> tuple[T, ...]:
    """Put the facts in another order."""
    return tuple(caso.sample(valori, len(valori)))


class TestPercorso:
    @given(percorsi())
    def test_never_gives_more_than_24_months_nor_more_than_12_without_training(self, p: PercorsoSfl) -> None:
        spettano = [m for m in mensilita(p, parametri=SFL, fino_al=FINE) if m.stato is StatoMese.SPETTA]

        assert len(spettano) <= 24
        assert sum(not m.in_proroga for m in spettano) <= 12
        assert all(m.giorni > 0 for m in spettano)

    @given(percorsi(), st.integers(0, 41))
    def test_is_paid_whole_or_not_at_all(self, p: PercorsoSfl, n: int) -> None:
        mese = Mese(2024, 1) + n

        importo = importo_mensile(replace(adulto(PRIMO), propri=(p,)), parametri=SFL, mese=mese)

        intero = Decimal("350.00") if mese < Mese(2025, 1) else Decimal("500.00")
        assert importo.totale == (intero if importo.spetta else Decimal("0.00"))

    @given(percorsi(), st.randoms(use_true_random=False))
    def test_is_the_same_in_any_order(self, p: PercorsoSfl, caso: Random) -> None:
        altro = replace(
            p,
            attivita=mescola(p.attivita or (), caso),
            conferme=mescola(p.conferme, caso),
            psp_aggiornato=mescola(p.psp_aggiornato, caso),
            contratti=mescola(p.contratti, caso),
        )

        assert list(mensilita(p, parametri=SFL, fino_al=FINE)) == list(mensilita(altro, parametri=SFL, fino_al=FINE))

    @given(percorsi(), st.integers(0, 36))
    def test_does_not_change_a_month_by_looking_further(self, p: PercorsoSfl, n: int) -> None:
        prima = list(mensilita(p, parametri=SFL, fino_al=Mese(2024, 1) + n))

        assert list(mensilita(p, parametri=SFL, fino_al=FINE))[: len(prima)] == prima
