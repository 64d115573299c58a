# SPDX-License-Identifier: EUPL-1.2
"""What must hold for every nucleo: order of the facts, monotony, completeness, silence on the people."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.mese import Mese, Periodo
from shared.misure.adi.importo import importo_mensile
from shared.misure.adi.requisiti import verifica_requisiti
from shared.misure.esito import EsitoRequisito
from shared.misure.nucleo import (
    Assenza,
    BeneficioInCorso,
    CategoriaVeicolo,
    CausaFineLavoro,
    CessazioneLavoro,
    Cittadinanza,
    ClasseGiudiziaria,
    Componente,
    Fatti,
    MisuraGiudiziaria,
    Precedente,
    RedditoAggiuntivo,
    Residenza,
    TipoPrecedente,
    TipoReddito,
    TitoloSoggiorno,
    Veicolo,
)
from tests.misure.nuclei import ADI, attestazione, con_isee, di_eta, famiglia, fatti_di, genitore

IL = date(2025, 3, 10)
SIGLE = tuple(f"{prima}{seconda}" for prima in ("RSS", "VRD", "BNC") for seconda in ("MRA", "LCU", "NNA", "PLA"))
PROFILO = settings(max_examples=60, deadline=None, database=None, derandomize=True)
T = TypeVar("T")
si_no = st.sampled_from([True, False, None])


@st.composite
def componenti(draw: st.DrawFn) -> tuple[Componente, ...]:
    quanti = draw(st.integers(1, 6))
    adulto = draw(st.integers(20, 80))
    altri = [draw(st.integers(0, 80)) for _ in range(quanti - 1)]
    return tuple(
        di_eta(
            anni,
            IL,
            sigla,
            disabile=draw(si_no),
            disabile_grave=draw(st.booleans()),
            responsabilita_genitoriale=draw(si_no),
            carichi_di_cura=draw(si_no),
            occupato=draw(si_no),
            residente_in_italia=draw(si_no),
        )
        for anni, sigla in zip((adulto, *altri), SIGLE, strict=False)
    )


@st.composite
def fatti(draw: st.DrawFn) -> Fatti:
    membri = draw(componenti())
    chi = st.sampled_from([c.codice_fiscale for c in membri])
    giorni = st.dates(date(2022, 1, 1), date(2025, 3, 10))
    veicoli = st.builds(
        Veicolo,
        codice_fiscale=chi,
        categoria=st.sampled_from(CategoriaVeicolo),
        prima_immatricolazione=giorni,
        cilindrata_cc=st.integers(50, 3000),
        agevolazione_disabili=st.booleans(),
        dal=st.none(),
        al=st.none(),
    )
    assenze = st.builds(Assenza, codice_fiscale=chi, dal=giorni, al=st.none() | giorni, motivi_di_salute=st.booleans())
    cessazioni = st.builds(
        CessazioneLavoro, codice_fiscale=chi, il=giorni, causa=st.none() | st.sampled_from(CausaFineLavoro)
    )
    redditi = st.builds(
        RedditoAggiuntivo,
        codice_fiscale=chi,
        tipo=st.sampled_from(TipoReddito),
        importo_annuo=st.integers(0, 9000).map(Decimal),
        dal=giorni,
        al=st.none(),
    )
    return fatti_di(
        membri,
        il=IL,
        isee=tuple(
            attestazione(
                membri, il=il, reddito=draw(st.integers(0, 15000)), canone=draw(st.sampled_from([0, 3000, None]))
            )
            for il in (date(2025, 1, 10), *draw(st.lists(st.dates(date(2024, 6, 1), IL), max_size=2)))
        ),
        residenza=Residenza(periodi=(Periodo(date(2001, 1, 1), date(2012, 1, 1)), Periodo(draw(giorni)))),
        veicoli=tuple(draw(st.lists(veicoli, max_size=3))),
        assenze=tuple(draw(st.lists(assenze, max_size=3))),
        cessazioni=tuple(draw(st.lists(cessazioni, max_size=3))),
        redditi=tuple(draw(st.lists(redditi, max_size=3))),
    )


def mescola(draw: st.DrawFn, elementi: tuple[T, ...] | None) -> tuple[T, ...] | None:
    return None if elementi is None else tuple(draw(st.permutations(elementi)))


@st.composite
def stessi_fatti_in_altro_ordine(draw: st.DrawFn) -> tuple[Fatti, Fatti]:
    primi = draw(fatti())
    residenza = primi.residenza or Residenza(periodi=())
    return primi, replace(
        primi,
        componenti=tuple(draw(st.permutations(primi.componenti))),
        isee=mescola(draw, primi.isee),
        residenza=replace(residenza, periodi=tuple(draw(st.permutations(residenza.periodi)))),
        veicoli=mescola(draw, primi.veicoli),
        assenze=mescola(draw, primi.assenze),
        cessazioni=mescola(draw, primi.cessazioni),
        redditi=tuple(draw(st.permutations(primi.redditi))),
    )


class TestOrdine:
    @PROFILO
    @given(stessi_fatti_in_altro_ordine())
    def test_of_the_facts_changes_nothing(self, coppia: tuple[Fatti, Fatti]) -> None:
        primi, altri = coppia

        assert verifica_requisiti(primi, parametri=ADI, al=IL) == verifica_requisiti(altri, parametri=ADI, al=IL)
        mese = Mese(2025, 3)
        assert importo_mensile(primi, parametri=ADI, mese=mese) == importo_mensile(altri, parametri=ADI, mese=mese)


class TestMonotonia:
    @PROFILO
    @given(componenti(), st.integers(0, 14000), st.integers(0, 5000), st.integers(0, 4000))
    def test_a_richer_nucleo_never_gets_more(
        self, membri: tuple[Componente, ...], reddito: int, aumento: int, canone: int
    ) -> None:
        povero, ricco = (
            importo_mensile(fatti_di(membri, il=IL, reddito=valore, canone=canone), parametri=ADI, mese=Mese(2025, 5))
            for valore in (reddito, reddito + aumento)
        )

        assert ricco.totale <= povero.totale
        assert ricco.quota_a <= povero.quota_a or not ricco.spetta

    @PROFILO
    @given(componenti(), st.integers(0, 14000), st.integers(0, 4000))
    def test_the_total_is_the_sum_of_the_quote_and_never_below_the_minimum(
        self, membri: tuple[Componente, ...], reddito: int, canone: int
    ) -> None:
        importo = importo_mensile(
            fatti_di(membri, il=IL, reddito=reddito, canone=canone), parametri=ADI, mese=Mese(2025, 5)
        )

        assert importo.totale == importo.quota_a + importo.quota_b
        assert min(importo.quota_a, importo.quota_b) >= 0
        assert importo.totale >= (Decimal("40.00") if importo.spetta else 0)


def che_fallisce_in_tutto() -> Fatti:
    """A nucleo that fails every requisito that can fail together with the others."""
    padre, madre = genitore(35, IL, "VRDLCU", occupato=False), genitore(25, IL, "BNCNNA", occupato=False)
    chi = padre.codice_fiscale
    base = fatti_di((replace(padre, residente_in_italia=False), replace(madre, istruzione=None)), il=IL, reddito=90000)
    return replace(
        con_isee(
            base,
            isee=Decimal("50000.00"),
            patrimonio_mobiliare=Decimal("90000.00"),
            patrimonio_immobiliare=Decimal("90000.00"),
        ),
        cittadinanza=Cittadinanza(stato="AL", titolo=TitoloSoggiorno.TEMPORANEO),
        residenza=Residenza(periodi=()),
        assenze=(Assenza(codice_fiscale=chi, dal=date(2024, 6, 1), al=date(2024, 12, 1)),),
        veicoli=(
            Veicolo(
                codice_fiscale=chi,
                categoria=CategoriaVeicolo.AUTOVEICOLO,
                prima_immatricolazione=date(2024, 1, 1),
                cilindrata_cc=3000,
            ),
            Veicolo(codice_fiscale=chi, categoria=CategoriaVeicolo.NAVE, prima_immatricolazione=date(2024, 1, 1)),
        ),
        misure_giudiziarie=(
            MisuraGiudiziaria(codice_fiscale=chi, classe=ClasseGiudiziaria.MISURA_CAUTELARE, dal=date(2024, 1, 1)),
        ),
        cessazioni=(
            CessazioneLavoro(
                codice_fiscale=madre.codice_fiscale, il=date(2025, 1, 1), causa=CausaFineLavoro.DIMISSIONI
            ),
        ),
        precedenti=(Precedente(codice_fiscale=chi, tipo=TipoPrecedente.REVOCA, il=date(2025, 1, 1)),),
        sfl_accolti=(BeneficioInCorso(codice_fiscale=madre.codice_fiscale, dal=date(2025, 1, 1)),),
        autorizza_trasmissione_dati=False,
    )


class TestCompletezza:
    def test_all_the_failed_requisiti_are_listed(self) -> None:
        esito = verifica_requisiti(che_fallisce_in_tutto(), parametri=ADI, al=IL)

        numeri = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 18, 19, 20)
        assert [m.codice for m in esito.motivi] == [f"ADI-R{n:02d}" for n in numeri]
        assert [m.codice for m in esito.da_completare] == ["ADI-R17"]
        assert (esito.accolta, esito.respinta) == (False, True)

    def test_every_requisito_is_judged_in_the_order_of_its_code(self) -> None:
        esito = verifica_requisiti(famiglia(IL), parametri=ADI, al=IL)

        assert [r.codice for r in esito.requisiti] == [f"ADI-R{n:02d}" for n in range(1, 21)]
        assert (esito.accolta, esito.motivi, esito.da_completare) == (True, (), ())
        assert (esito.versione_parametri, esito.al) == (ADI.versione, IL)

    def test_nothing_known_is_never_a_refusal(self) -> None:
        adulto = di_eta(35, IL, disabile=None, disabile_grave=None, residente_in_italia=None)
        ignoti = Fatti(presentata_il=IL, richiedente=adulto.codice_fiscale, componenti=(adulto,))

        esito = verifica_requisiti(ignoti, parametri=ADI, al=IL)

        assert not esito.respinta
        giudicati = {r.codice for r in esito.requisiti if r.esito is not EsitoRequisito.DA_COMPLETARE}
        assert giudicati == {"ADI-R14", "ADI-R15", "ADI-R17"}


class TestSpiegazioni:
    @PROFILO
    @given(fatti())
    def test_never_name_a_person(self, casi: Fatti) -> None:
        for caso in (casi, che_fallisce_in_tutto()):
            esito = verifica_requisiti(caso, parametri=ADI, al=IL)
            testo = " ".join(f"{r.spiegazione} {r.fonte} {r.valore} {r.soglia}" for r in esito.requisiti)
            assert not any(c.codice_fiscale in testo for c in caso.componenti)
            assert all(r.spiegazione.endswith(".") and r.fonte for r in esito.requisiti)

    def test_write_the_figures_as_an_italian_reads_them(self) -> None:
        esito = verifica_requisiti(con_isee(famiglia(IL), isee=Decimal("10140.01")), parametri=ADI, al=IL)

        (motivo,) = esito.motivi
        assert motivo.spiegazione == "L'ISEE del nucleo è di 10.140,01 euro e supera il limite di 10.140,00 euro."
        assert motivo.fonte.startswith("D.L. 48/2023, art. 2, c. 2, lett. b), n. 1")
        requisito = esito.requisito("ADI-R06")
        assert (requisito.valore, requisito.soglia) == ("10140.01", "10140.00")
