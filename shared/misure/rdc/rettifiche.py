# SPDX-License-Identifier: EUPL-1.2
"""What lowers the importo of a month, in order: decalage, sanction, unspent money, recovery of undue sums."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import Mese, aggiungi_mesi
from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import ZERO
from shared.misure.parametri import Valori
from shared.misure.rdc.fatti import FattiRdc, PeriodoDi, SaldoCarta

_CENTO = 100


@dataclass(frozen=True, slots=True)
class Rettifica:
    """One reduction of the month, EUR, with the words for the citizen and its norm."""

    causa: str
    tolto: Decimal
    fonte: str


def rettifiche_del_mese(q: Quadro, mese: Mese, importo: Decimal, *, scala: Decimal) -> tuple[Rettifica, ...]:
    """List the reductions of a month in the order in which they act on an importo of EUR/month.

    :source: L. 234/2021, art. 1, c. 76 e seguenti; D.L. 4/2019, art. 7; D.M. 2 marzo 2020.
    """
    propri, p = q.fatti.propri_di(FattiRdc), q.p
    passi: tuple[tuple[str, str, Callable[[Decimal], Decimal]], ...] = (
        ("riduzione per il rifiuto di un'offerta", "decalage_mensile", lambda r: decalage(q, mese, r, scala=scala)),
        ("mensilità tolta da una sanzione", "sanzione_convocazione", lambda r: r * (mese in propri.mesi_decurtati)),
        ("somme non spese", "non_speso_pct", lambda r: min(r, _non_speso(propri.saldi, mese, p))),
        ("recupero di somme indebite", "sanzione_dati_falsi", lambda r: min(r, _recupero(propri, mese))),
    )
    rettifiche = []
    for causa, parametro, taglia in passi:
        tolto = taglia(importo)
        if tolto:
            rettifiche.append(Rettifica(causa, tolto, p.fonte(parametro)))
            importo -= tolto
    return tuple(rettifiche)


def decalage(q: Quadro, mese: Mese, importo: Decimal, *, scala: Decimal) -> Decimal:
    """Give what is taken off in `mese` after the first refusal, EUR: a step for each month, never below the floor.

    A nucleo with a small child or a member with a grave disability is spared. When a member works for a month the
    reduction ends, or stays as it is, as the parametro `decalage_effetto_lavoro` says.

    :source: L. 234/2021, art. 1, c. 76 e seguenti.
    """
    rifiuto = _primo_rifiuto(q)
    if rifiuto is None or _risparmiato(q):
        return ZERO
    mesi = mese - Mese.di(rifiuto)
    lavoro = _mese_di_lavoro(q, rifiuto)
    if lavoro is not None and lavoro <= mese:
        if q.p.testo("decalage_effetto_lavoro") == "CESSA":
            return ZERO
        mesi = lavoro - Mese.di(rifiuto) - 1
    minimo = q.p.decimale("decalage_minimo") * scala
    return max(ZERO, min(mesi * q.p.decimale("decalage_mensile"), importo - minimo))


def taglio_non_speso(saldo: SaldoCarta, *, p: Valori) -> Decimal:
    """Give what is taken off the next month for the money left on the card, EUR, within a share of the benefit.

    :source: D.M. 2 marzo 2020.
    """
    netto = saldo.saldo - saldo.arretrati
    if netto <= p.decimale("non_speso_soglia"):
        return ZERO
    return min(netto, arrotonda(saldo.mensilita * p.intero("non_speso_pct") / _CENTO))


def taglio_semestrale(saldo: SaldoCarta, *, p: Valori) -> Decimal:
    """Give what is taken off the card at the end of a half-year, EUR: the balance above one monthly benefit.

    It lowers the money on the card, not the importo of a month.

    :source: D.M. 2 marzo 2020.
    """
    if not p.logico("non_speso_semestrale"):
        return ZERO
    return max(ZERO, saldo.saldo - saldo.arretrati - saldo.mensilita)


def _non_speso(saldi: tuple[SaldoCarta, ...], mese: Mese, p: Valori) -> Decimal:
    return sum((taglio_non_speso(s, p=p) for s in saldi if s.mese + 1 == mese), ZERO)


def _recupero(propri: FattiRdc, mese: Mese) -> Decimal:
    return sum((r.importo for r in propri.recuperi if r.mese == mese), ZERO)


def _primo_rifiuto(q: Quadro) -> date | None:
    """Find the first unjustified refusal of a day on which the reduction existed, before the month."""
    rifiuti = (r.il for r in q.fatti.propri_di(FattiRdc).rifiuti if not r.giustificato and r.il < q.al)
    return min((il for il in rifiuti if q.parametri.al(il).decimale("decalage_mensile")), default=None)


def _risparmiato(q: Quadro) -> bool:
    eta = q.p.intero("decalage_eta_esclusa")
    return any(q.eta[c.codice_fiscale] < eta or q.disabile_grave(c) for c in q.presenti)


def _mese_di_lavoro(q: Quadro, rifiuto: date) -> Mese | None:
    """Find the month after that in which a member completed the months of work asked for, after the refusal."""
    mesi = q.p.intero("decalage_lavoro_mesi")
    avvii = (a.periodo for a in q.fatti.propri_di(FattiRdc).avvii_lavoro if _del_nucleo(q, a))
    compiuti = (
        aggiungi_mesi(periodo.dal, mesi)
        for periodo in avvii
        if periodo.dal >= rifiuto and (periodo.al is None or aggiungi_mesi(periodo.dal, mesi) <= periodo.al)
    )
    return min((Mese.di(giorno) + 1 for giorno in compiuti), default=None)


def _del_nucleo(q: Quadro, avvio: PeriodoDi) -> bool:
    return avvio.codice_fiscale in q.eta
