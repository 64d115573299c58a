# SPDX-License-Identifier: EUPL-1.2
"""Reddito familiare of the ADI: the one of the ISEE, corrected by what the ISEE cannot show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.adi.isee import anno_redditi
from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import ZERO, Isee, RedditoAggiuntivo, TipoReddito
from shared.misure.ricordo import ricorda_ultima


@dataclass(frozen=True, slots=True)
class Reddito:
    """Income considered, EUR/year, and how it is made: label and amount, zero amounts left out."""

    valore: Decimal
    voci: tuple[tuple[str, Decimal], ...]


@ricorda_ultima
def reddito_familiare(q: Quadro, isee: Isee) -> Reddito:
    """Compute the reddito familiare on the day of `q`, in EUR/year.

    Means-tested treatments inside the ISEE go out; treatments being received, later pensions, exempt sport pay and
    the work income above the franchigia come in. Some kinds of treatment never count (assegno unico, arrears...).

    :source: D.L. 48/2023, art. 2; INPS, scheda sul reddito familiare, 18 agosto 2023.
    """
    voci = [("reddito dell'ISEE", isee.reddito_familiare), ("trattamenti assistenziali nell'ISEE", -isee.trattamenti)]
    if q.fatti.redditi:
        voci += _aggiunte(q, isee)
    totale = sum((valore for _, valore in voci), ZERO)
    return Reddito(max(ZERO, totale), tuple(v for v in voci if v[1]))


def _aggiunte(q: Quadro, isee: Isee) -> list[tuple[str, Decimal]]:
    trattamenti = _somma(q, TipoReddito.TRATTAMENTO_ASSISTENZIALE)
    sport = _somma(q, TipoReddito.SPORT_DILETTANTISTICO)
    return [
        ("trattamenti in corso", trattamenti if q.p.logico("trattamenti_in_corso_nel_reddito") else ZERO),
        ("pensioni successive all'ISEE", _somma(q, TipoReddito.PENSIONE, isee)),
        ("compensi sportivi", min(sport, q.p.decimale("sport_esente_max"))),
        ("redditi da lavoro oltre la franchigia", _lavoro(q, isee)),
        ("politiche attive e SFL", _politiche_attive(q)),
    ]


def _lavoro(q: Quadro, isee: Isee) -> Decimal:
    """Work income above the franchigia, counted once for the nucleo, from the month after the change.

    That of self-employment and business begins to count after the months without changes.

    :source: D.L. 48/2023, art. 3, c. 5-6; messaggio INPS 3624/2024.
    """
    annualizza = q.p.testo("lavoro_base_eccedenza") == "ANNUALIZZATO"
    totale = ZERO
    for r in q.fatti.redditi:
        conta = r.tipo is TipoReddito.LAVORO and Mese.di(r.dal) + _ritardo(q, r) <= Mese.di(q.al)
        if conta and not _finito(r, q.al) and not _gia_nell_isee(q, r, isee):
            totale += _annualizzato(r) if annualizza else r.importo_annuo
    return max(ZERO, totale - q.p.decimale("lavoro_franchigia"))


def _ritardo(q: Quadro, r: RedditoAggiuntivo) -> int:
    """Months after the change before an income counts, the months without changes of self-employment besides."""
    ritardo = q.p.intero("lavoro_decorrenza_eccedenza")
    return ritardo + q.p.intero("incentivo_autonomo_mesi") if r.autonomo else ritardo


def _politiche_attive(q: Quadro) -> Decimal:
    regola = q.p.testo("sfl_nel_reddito")
    somma = _somma(q, TipoReddito.POLITICHE_ATTIVE)
    if regola == "MAI":
        return ZERO
    return somma if regola == "INTERO" else max(ZERO, somma - q.p.decimale("politiche_attive_cumulo"))


def _somma(q: Quadro, tipo: TipoReddito, isee: Isee | None = None) -> Decimal:
    """Sum the amounts of a kind that run on the day; with `isee`, those that it does not hold yet."""
    validi = (r for r in q.fatti.redditi if r.tipo is tipo and r.dal <= q.al and not _finito(r, q.al))
    if tipo is TipoReddito.TRATTAMENTO_ASSISTENZIALE:
        mai = q.p.elenco("trattamenti_non_contati")
        validi = (r for r in validi if r.natura is None or r.natura not in mai)
    return sum((r.importo_annuo for r in validi if isee is None or not _gia_nell_isee(q, r, isee)), ZERO)


def _finito(r: RedditoAggiuntivo, al: date) -> bool:
    return r.al is not None and r.al < al


def _gia_nell_isee(q: Quadro, r: RedditoAggiuntivo, isee: Isee) -> bool:
    """Whether the income year of the ISEE holds this income for its whole length."""
    return r.dal <= Mese(anno_redditi(isee, anni=q.p.intero("isee_anni_redditi")), 1).primo_giorno


def _annualizzato(r: RedditoAggiuntivo) -> Decimal:
    return r.importo_annuo * MESI_ANNO / (Mese(r.dal.year + 1, 1) - Mese.di(r.dal))
