# SPDX-License-Identifier: EUPL-1.2
"""Properties of the SIA over generated nuclei: order of the facts, limits of the importo, a richer nucleo gets no more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.bimestre import Bimestre
from shared.kernel.mese import Mese
from shared.misure.nucleo import Fatti
from shared.misure.sia.fatti import FattiSia, Titolarita
from shared.misure.sia.importo import importo_bimestre
from shared.misure.sia.requisiti import verifica_requisiti
from tests.misure.sia.famiglie import FIGLI, MADRE, PADRE, SIA, nucleo, trattamento

CENTESIMI = st.decimals(min_value=0, max_value=4000, places=2)
BIMESTRE = Bimestre(2017, 3)
MESI = st.sampled_from([Mese(2017, n) for n in range(1, 6)])


@st.composite
def nuclei(draw: st.DrawFn) -> Fatti:
    """Draw a nucleo of one or two adults and some children, with cards, bonus and treatments."""
    adulti = draw(st.sampled_from([(MADRE,), (MADRE, PADRE)]))
    componenti = (*adulti, *FIGLI[: draw(st.integers(0, 4))])
    chi = st.lists(st.sampled_from(componenti), max_size=3)
    carte = tuple(Titolarita(codice_fiscale=c.codice_fiscale, dal=date(2016, 1, 1)) for c in draw(chi))
    voci = tuple(
        trattamento(str(draw(CENTESIMI)), dal, max(dal, draw(MESI)), di=componenti[0])
        for dal in draw(st.lists(MESI, max_size=3))
    )
    return nucleo(
        componenti,
        il=date(2017, 4, 3),
        valore=str(draw(CENTESIMI)),
        carte_acquisti=carte,
        bonus_bebe=carte[:1],
        trattamenti=voci,
        disoccupati=draw(st.sampled_from([None, frozenset(), frozenset(c.codice_fiscale for c in adulti)])),
    )


class TestOrdine:
    @given(nuclei())
    def test_of_the_facts_changes_nothing(self, fatti: Fatti) -> None:
        sia = fatti.propri_di(FattiSia)
        rovesciato = replace(
            fatti,
            componenti=fatti.componenti[::-1],
            propri=(
                replace(
                    sia,
                    trattamenti=(sia.trattamenti or ())[::-1],
                    carte_acquisti=sia.carte_acquisti[::-1],
                    filiazioni=(sia.filiazioni or ())[::-1],
                ),
            ),
        )

        esiti = [verifica_requisiti(f, parametri=SIA, al=f.presentata_il) for f in (fatti, rovesciato)]
        importi = [importo_bimestre(f, parametri=SIA, bimestre=BIMESTRE) for f in (fatti, rovesciato)]

        assert esiti[0] == esiti[1]
        assert importi[0] == importi[1]


class TestLimiti:
    @given(nuclei())
    def test_of_the_importo_are_zero_and_480_euro(self, fatti: Fatti) -> None:
        importo = importo_bimestre(fatti, parametri=SIA, bimestre=BIMESTRE)

        assert Decimal(0) <= importo.totale <= Decimal(480)
        assert importo.totale == max(Decimal(0), importo.lordo - importo.deduzioni)
        assert importo.bimestrale == 2 * importo.totale

    @given(nuclei(), CENTESIMI)
    def test_a_higher_isee_never_gives_more(self, fatti: Fatti, aggiunta: Decimal) -> None:
        assert fatti.isee is not None
        ricco = replace(fatti, isee=(replace(fatti.isee[0], isee=fatti.isee[0].isee + aggiunta),))

        povero, altro = (verifica_requisiti(f, parametri=SIA, al=f.presentata_il) for f in (fatti, ricco))
        importi = [importo_bimestre(f, parametri=SIA, bimestre=BIMESTRE).totale for f in (fatti, ricco)]

        assert importi[1] <= importi[0]
        assert povero.accolta or not altro.accolta
