# SPDX-License-Identifier: EUPL-1.2
"""What must hold for every misura of the catalogue and every household: order, bounds, monotony, dates."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InclusioneError
from shared.kernel.mese import Mese
from shared.misure.catalogo import CATALOGO, get_misura
from shared.misure.misura import Misura
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.simulazione import EsitoSimulazione, NucleoSimulato, Richiesta, confronta
from tests.misure.simulazione.strategie import GIORNI, MISURE, PROFILO, fatti_di, fatti_mescolati, nuclei

# EUR/month that no household can exceed: the highest threshold times the highest scala, plus the highest rent, by 12.
TETTI = {
    "ADI": (8190 * Decimal("2.30") + 3640) / 12,
    "SFL": Decimal(500),
    "RDC": (9360 * Decimal("2.20")) / 12,
    "SIA": Decimal(480),
}
CIFRE = ("isee", "reddito_familiare", "patrimonio_mobiliare", "patrimonio_immobiliare", "valore_casa")


def importo(misura: Misura, fatti: Fatti, mese: Mese, parametri: Parametri | None = None) -> Decimal | None:
    """Compute an importo; none where an ISEE is missing."""
    try:
        return misura.importo_mensile(fatti, parametri=parametri or misura.parametri, mese=mese).totale
    except InclusioneError:
        return None


def spettante(misura: Misura, fatti: Fatti, al: date) -> Decimal | None:
    """Give what is due to whom the domanda is accepted; none to the others."""
    accolta = misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al).accolta
    return importo(misura, fatti, Mese.di(al)) if accolta else None


class TestCatalogo:
    def test_is_all_here(self) -> None:
        assert set(CATALOGO) == set(GIORNI) == set(TETTI)


@pytest.mark.parametrize("codice", MISURE)
class TestOrdine:
    @PROFILO
    @given(st.data())
    def test_of_the_facts_changes_nothing(self, codice: str, data: st.DataObject) -> None:
        primi, altri = data.draw(fatti_mescolati(codice))
        misura, al = get_misura(codice), GIORNI[codice]

        uno, altro = (misura.verifica_requisiti(f, parametri=misura.parametri, al=al) for f in (primi, altri))

        assert uno == altro
        assert importo(misura, primi, Mese.di(al)) == importo(misura, altri, Mese.di(al))


@pytest.mark.parametrize("codice", MISURE)
class TestImporto:
    @PROFILO
    @given(st.data())
    def test_is_never_negative_and_never_above_the_cap(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        fatti = fatti_di(data.draw(nuclei(al)), misura, al)

        for mese in (Mese.di(al), Mese.di(al) + 1):
            somma = importo(misura, fatti, mese)
            assert somma is None or 0 <= somma <= TETTI[codice]

    @PROFILO
    @given(st.data())
    def test_of_a_richer_nucleo_is_never_higher(self, codice: str, data: st.DataObject) -> None:
        misura, al = get_misura(codice), GIORNI[codice]
        povero = fatti_di(data.draw(nuclei(al)), misura, al)
        assert povero.isee
        cifra, aumento = data.draw(st.sampled_from(CIFRE)), data.draw(st.integers(1, 2_000_000))
        ricca = replace(povero.isee[0], **{cifra: getattr(povero.isee[0], cifra) + Decimal(aumento) / 100})

        prima, dopo = spettante(misura, povero, al), spettante(misura, replace(povero, isee=(ricca,)), al)

        if _avrebbe_altro(misura, povero, al):
            return
        assert dopo is None or (prima is not None and dopo <= prima)


def _avrebbe_altro(misura: Misura, fatti: Fatti, al: date) -> bool:
    """Whether the SFL is refused because the nucleo, poor enough, may have the ADI: getting richer then helps."""
    esito = misura.verifica_requisiti(fatti, parametri=misura.parametri, al=al)
    return "SFL-R02" in {m.codice for m in (*esito.motivi, *esito.da_completare)}


class TestConfronto:
    @PROFILO
    @given(st.data())
    def test_answers_for_every_misura_on_any_day(self, data: st.DataObject) -> None:
        al = data.draw(st.dates(date(2016, 1, 1), date(2028, 12, 31)))
        richiesta = Richiesta(NucleoSimulato.model_validate(data.draw(nuclei(al))), al, controfattuali=False)

        a_ciascuna, quel_giorno = (confronta(richiesta, a_ciascuna_il_suo=suo) for suo in (True, False))

        assert [s.misura for s in a_ciascuna] == [s.misura for s in quel_giorno] == list(CATALOGO)
        assert all(s.esito is not EsitoSimulazione.NON_IN_VIGORE for s in a_ciascuna)
        assert {s.misura for s in quel_giorno if s.esito is EsitoSimulazione.NON_IN_VIGORE} == {
            codice for codice, misura in CATALOGO.items() if not misura.in_vigore(al)
        }


def fino_a(parametri: Parametri, giorno: date) -> Parametri:
    """Give the parametri as they were known before a day: without the changes from that day on."""
    serie = {nome: tuple(v for v in parametri.storia(nome) if v.dal < giorno) for nome in parametri.nomi}
    return Parametri(parametri.misura, {nome: valori for nome, valori in serie.items() if valori})


def cambi(misura: Misura) -> list[date]:
    """List the days on which a parametro changes while the misura is in force."""
    p = misura.parametri
    giorni = {v.dal for nome in p.nomi for v in p.storia(nome)[1:]}
    return sorted(g for g in giorni if misura.in_vigore(g - timedelta(days=1)))


@pytest.mark.parametrize("codice", MISURE)
class TestCambioDiParametro:
    @PROFILO
    @given(st.data())
    def test_has_no_effect_before_its_day(self, codice: str, data: st.DataObject) -> None:
        misura = get_misura(codice)
        cambio = data.draw(st.sampled_from(cambi(misura)))
        vigilia, ignari = cambio - timedelta(days=1), fino_a(misura.parametri, cambio)
        fatti = fatti_di(data.draw(nuclei(vigilia)), misura, vigilia)

        sapendo = misura.verifica_requisiti(fatti, parametri=misura.parametri, al=vigilia)
        ignorando = misura.verifica_requisiti(fatti, parametri=ignari, al=vigilia)

        assert sapendo.requisiti == ignorando.requisiti
        mese = Mese.di(vigilia)
        assert importo(misura, fatti, mese) == importo(misura, fatti, mese, ignari)


class TestGiornoDelCambio:
    @pytest.mark.parametrize(
        ("codice", "requisito", "vigilia", "isee"),
        [
            ("ADI", "ADI-R06", date(2024, 12, 31), "10140.00"),
            ("SFL", "SFL-R03", date(2024, 12, 31), "10140.00"),
        ],
    )
    def test_of_the_isee_is_the_first_of_january_2025(
        self, codice: str, requisito: str, vigilia: date, isee: str
    ) -> None:
        misura = get_misura(codice)
        nucleo = {"componenti": [{"eta": 40}], "isee": [{"isee": isee, "reddito_familiare": "100.00"}]}

        giudizi = []
        for al in (vigilia, vigilia + timedelta(days=1)):
            esito = misura.verifica_requisiti(fatti_di(nucleo, misura, al), parametri=misura.parametri, al=al)
            giudizi.append(esito.requisito(requisito).esito.value)

        assert giudizi == ["KO", "OK"]

    def test_of_the_punteggio_of_the_sia_is_30_april_2017(self) -> None:
        misura = get_misura("SIA")
        nucleo = {"componenti": [{"eta": 40}, {"eta": 8}], "isee": [{"isee": "500.00", "reddito_familiare": "0.00"}]}

        soglie = []
        for al in (date(2017, 4, 29), date(2017, 4, 30)):
            esito = misura.verifica_requisiti(fatti_di(nucleo, misura, al), parametri=misura.parametri, al=al)
            soglie.append(esito.requisito("SIA-R12").soglia)

        assert soglie == ["45", "25"]
