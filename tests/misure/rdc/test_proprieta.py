# SPDX-License-Identifier: EUPL-1.2
"""What must hold for every nucleo of the RdC: order of the facts, monotony, limits, silence on the people."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.mese import Mese
from shared.misure.nucleo import Componente, Fatti
from shared.misure.rdc.importo import importo_mensile
from shared.misure.rdc.requisiti import verifica_requisiti
from tests.misure.nuclei import di_eta, fatti_di
from tests.misure.rdc.casi import RDC, analisi, con_rdc, decorso, pagamenti

IL = date(2023, 1, 10)
MESE = Mese(2023, 5)
SIGLE = ("RSSMRA", "VRDLCU", "BNCNNA", "NREPLA", "GLLRSA", "FRRLNE")
PROFILO = settings(max_examples=50, deadline=None, database=None, derandomize=True)
euro = st.decimals(Decimal(0), Decimal(30000), places=2)


@st.composite
def nuclei(draw: st.DrawFn) -> Fatti:
    eta = [draw(st.integers(20, 80)), *draw(st.lists(st.integers(0, 80), max_size=5))]
    componenti: tuple[Componente, ...] = tuple(
        di_eta(anni, IL, sigla, disabile=draw(st.booleans()), disabile_grave=draw(st.booleans()))
        for anni, sigla in zip(eta, SIGLE, strict=False)
    )
    fatti = fatti_di(componenti, il=IL, reddito=draw(euro), canone=draw(euro))
    return con_rdc(fatti, rata_mutuo_annua=draw(euro))


class TestProprieta:
    @PROFILO
    @given(nuclei())
    def test_do_not_depend_on_the_order_of_the_members(self, fatti: Fatti) -> None:
        rovesciati = replace(fatti, componenti=fatti.componenti[::-1])

        assert verifica_requisiti(rovesciati, parametri=RDC, al=IL) == verifica_requisiti(fatti, parametri=RDC, al=IL)
        assert importo_mensile(rovesciati, parametri=RDC, mese=MESE) == importo_mensile(fatti, parametri=RDC, mese=MESE)

    @PROFILO
    @given(nuclei(), st.decimals(Decimal("0.01"), Decimal(5000), places=2))
    def test_never_give_more_to_a_richer_nucleo(self, fatti: Fatti, aggiunta: Decimal) -> None:
        assert fatti.isee is not None
        isee = fatti.isee[0]
        ricco = replace(fatti, isee=(replace(isee, reddito_familiare=isee.reddito_familiare + aggiunta),))

        assert (
            importo_mensile(ricco, parametri=RDC, mese=MESE).totale
            <= importo_mensile(fatti, parametri=RDC, mese=MESE).totale
        )

    @PROFILO
    @given(nuclei())
    def test_stay_between_40_euro_and_the_maximum_of_the_scala(self, fatti: Fatti) -> None:
        importo = importo_mensile(fatti, parametri=RDC, mese=MESE)

        massimo = max(Decimal(480), 9360 * importo.scala - importo.reddito) / 12
        assert importo.totale == importo.quota_a + importo.quota_b
        assert (importo.totale == 0) if not importo.spetta else (40 <= importo.totale <= massimo + Decimal("0.01"))

    @PROFILO
    @given(
        nuclei(),
        st.sampled_from("ABCD"),
        st.dates(date(2023, 1, 1), date(2023, 12, 31)) | st.none(),
        st.integers(0, 17),
    )
    def test_pay_no_month_twice_and_none_of_another_year(
        self, fatti: Fatti, esito: str, il: date | None, fruiti: int
    ) -> None:
        mesi = decorso(con_rdc(fatti, analisi=analisi(esito, il), mesi_fruiti=fruiti), fino=Mese(2024, 3))

        pagati = [mese for mesi_pagati in pagamenti(mesi).values() for mese in mesi_pagati]
        assert len(pagati) == len(set(pagati)) <= 12
        assert all(p <= numero for numero, mesi_pagati in pagamenti(mesi).items() for p in mesi_pagati)
