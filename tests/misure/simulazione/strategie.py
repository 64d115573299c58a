# SPDX-License-Identifier: EUPL-1.2
"""Generated households, as the input of a simulation, and their facts on a day of each misura."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.misura import Misura
from shared.misure.nucleo import (
    CategoriaVeicolo,
    CausaFineLavoro,
    ClasseGiudiziaria,
    Fatti,
    Indicatore,
    TipoPrecedente,
    TipoReddito,
    TitoloSoggiorno,
)
from shared.misure.simulazione import NucleoSimulato
from shared.misure.simulazione.traduzione import con_indicatore, in_fatti

PROFILO = settings(max_examples=30, deadline=None, database=None, derandomize=True)
# A day on which each misura is in force, far from every change.
GIORNI = {"ADI": date(2025, 3, 10), "SFL": date(2025, 3, 10), "RDC": date(2022, 3, 10), "SIA": date(2017, 6, 12)}
MISURE = tuple(GIORNI)
euro = st.integers(0, 1_500_000).map(lambda centesimi: f"{Decimal(centesimi) / 100:.2f}")
poco = st.integers(0, 600_000).map(lambda centesimi: f"{Decimal(centesimi) / 100:.2f}")
forse = st.sampled_from([True, False, None])


def _giorno(al: date, anni: int) -> st.SearchStrategy[str]:
    return st.dates(date(al.year - anni, 1, 1), al).map(date.isoformat)


@st.composite
def componenti(draw: st.DrawFn) -> list[dict[str, Any]]:
    eta = [draw(st.integers(18, 80)), *draw(st.lists(st.integers(0, 80), max_size=5))]
    return [
        {
            "eta": anni,
            "disabile": draw(forse),
            "disabile_grave": draw(st.booleans()),
            "responsabilita_genitoriale": draw(forse),
            "occupato": draw(forse),
            "residente_in_italia": draw(st.sampled_from([True, True, True, False, None])),
        }
        for anni in eta
    ]


@st.composite
def nuclei(draw: st.DrawFn, al: date) -> dict[str, Any]:
    """Make a household with several facts that may be in the way."""
    persone = draw(componenti())
    chi = st.integers(0, len(persone) - 1)
    veicolo = st.fixed_dictionaries(
        {
            "componente": chi,
            "categoria": st.sampled_from([c.value for c in CategoriaVeicolo]),
            "prima_immatricolazione": _giorno(al, 5),
            "cilindrata_cc": st.integers(50, 3000),
        }
    )
    cessazione = st.fixed_dictionaries(
        {"componente": chi, "il": _giorno(al, 2), "causa": st.sampled_from([c.value for c in CausaFineLavoro])}
    )
    reddito = st.fixed_dictionaries(
        {"componente": chi, "tipo": st.sampled_from([t.value for t in TipoReddito]), "importo_annuo": poco,
         "dal": _giorno(al, 1)}
    )  # fmt: skip
    assenza = st.fixed_dictionaries({"componente": chi, "dal": _giorno(al, 2), "al": st.just(al.isoformat())})
    return {
        "componenti": persone,
        "isee": [
            {"isee": draw(euro), "reddito_familiare": draw(euro), "patrimonio_mobiliare": draw(euro),
             "canone_annuo": draw(st.sampled_from(["0.00", "3000.00", None]))}
        ],
        "veicoli": draw(st.lists(veicolo, max_size=3)),
        "cessazioni": draw(st.lists(cessazione, max_size=2)),
        "redditi": draw(st.lists(reddito, max_size=3)),
        "assenze": draw(st.lists(assenza, max_size=2)),
    }  # fmt: skip


@st.composite
def nuclei_ordinari(draw: st.DrawFn) -> dict[str, Any]:
    """Make a poor household with nothing in the way, with a child: the one that every misura helps."""
    adulti = draw(st.integers(1, 2))
    genitore = {"responsabilita_genitoriale": True, "occupato": True}
    persone = [{"eta": draw(st.integers(25, 50)), **genitore} for _ in range(adulti)]
    persone += [{"eta": anni} for anni in draw(st.lists(st.integers(4, 12), min_size=1, max_size=3))]
    return {
        "componenti": persone,
        "isee": [{"isee": "1000.00", "reddito_familiare": "500.00", "canone_annuo": "3000.00"}],
    }


@st.composite
def nuclei_con_un_ostacolo(draw: st.DrawFn, al: date) -> dict[str, Any]:
    """Make an ordinary household, and put one thing in the way."""
    nucleo = draw(nuclei_ordinari())
    (isee,) = nucleo["isee"]
    grosso = st.integers(4_000_000, 9_000_000).map(lambda centesimi: f"{Decimal(centesimi) / 100:.2f}")
    recente = _giorno(al, 0)
    ostacoli: list[dict[str, Any]] = [
        {"isee": [{**isee, "isee": draw(grosso)}]},
        {"isee": [{**isee, "reddito_familiare": draw(grosso)}]},
        {"isee": [{**isee, "patrimonio_mobiliare": draw(grosso)}]},
        {"isee": [{**isee, "patrimonio_immobiliare": draw(grosso)}]},
        {"veicoli": [{"categoria": "AUTOVEICOLO", "prima_immatricolazione": draw(recente), "cilindrata_cc": 2500}]},
        {"veicoli": [{"categoria": "NAVE", "prima_immatricolazione": draw(recente)}]},
        {"precedenti": [{"tipo": TipoPrecedente.REVOCA.value, "il": draw(recente)}]},
        {"misure_giudiziarie": [{"classe": ClasseGiudiziaria.MISURA_CAUTELARE.value, "dal": draw(recente)}]},
        {"residenza": {"periodi": [{"dal": draw(recente)}]}},
        {"cittadinanza": {"stato": "AL", "titolo": TitoloSoggiorno.TEMPORANEO.value}},
        {"autorizza_trasmissione_dati": False},
        {"sfl": {"sostegni": [{"tipo": "NASPI", "dal": draw(recente)}]}},
        {"sia": {"sostegni": [{"tipo": "NASPI", "dal": draw(recente)}]}},
        {"sia": {"trattamenti": [_trattamento(al, draw(st.integers(600, 5000)))]}},
    ]
    return {**nucleo, **draw(st.sampled_from(ostacoli))}


def _trattamento(al: date, importo: int) -> dict[str, Any]:
    """Make a treatment of the month before a day, EUR."""
    mese = str(Mese.di(al) + -1)
    return {"tipo": "ASSISTENZIALE", "importo": f"{importo}.00", "dal": mese, "al": mese, "pagato_nel": mese}


def fatti_di(nucleo: dict[str, Any], misura: Misura, al: date) -> Fatti:
    """Translate a household, with the kind of ISEE that leaves least to complete."""
    modello = NucleoSimulato.model_validate(nucleo)
    fatti = in_fatti(modello, misura=misura, al=al)
    candidati = [con_indicatore(fatti, modello, i) for i in (Indicatore.ORDINARIO, Indicatore.MINORENNE)]
    return min(
        candidati, key=lambda f: len(misura.verifica_requisiti(f, parametri=misura.parametri, al=al).da_completare)
    )


def mescola(draw: st.DrawFn, dato: Any) -> Any:
    """Shuffle every collection of the facts, however deep."""
    if isinstance(dato, tuple):
        return tuple(mescola(draw, d) for d in draw(st.permutations(dato)))
    if is_dataclass(dato) and not isinstance(dato, type):
        return replace(dato, **{f.name: mescola(draw, getattr(dato, f.name)) for f in fields(dato)})
    return dato


@st.composite
def fatti_mescolati(draw: st.DrawFn, codice: str) -> tuple[Fatti, Fatti]:
    """Make the same facts twice, in two orders."""
    al = GIORNI[codice]
    fatti = fatti_di(draw(nuclei(al)), get_misura(codice), al)
    return fatti, mescola(draw, fatti)
