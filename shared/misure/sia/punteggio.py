# SPDX-License-Identifier: EUPL-1.2
"""The valutazione multidimensionale del bisogno: points of family, economic condition and work, without rounding."""

from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.mese import aggiungi_mesi
from shared.misure.nucleo import ZERO, Componente
from shared.misure.sia.famiglia import figli_minori, genitore_solo
from shared.misure.sia.quadro import Quadro


@dataclass(frozen=True, slots=True)
class Punteggio:
    """The points of the three blocks; `lavoro` None means that the DID of the members are not known."""

    carichi: int
    economica: Decimal
    lavoro: int | None
    lavoro_max: int

    @property
    def minimo(self) -> Decimal:
        """The total that is certain."""
        return self.carichi + self.economica + (self.lavoro or 0)

    @property
    def massimo(self) -> Decimal:
        """The total if what is not known were in favour of the nucleo."""
        return self.carichi + self.economica + (self.lavoro_max if self.lavoro is None else self.lavoro)


def punteggio(q: Quadro) -> Punteggio:
    """Compute the points on the day of `q`, from the nucleo and the ISEE of the DSU; pregnancy gives none.

    :raises ValueError: if there is no ISEE.
    :source: D.M. 26/5/2016, art. 4, c. 3, lett. c).
    """
    if q.isee is None:
        raise ValueError("punteggio senza ISEE")
    massimo, divisore = q.p.intero("punti_economici_max"), q.p.intero("punti_economici_divisore")
    return Punteggio(
        carichi=_carichi(q),
        economica=min(max(ZERO, massimo - q.isee.isee / divisore), Decimal(massimo)),
        lavoro=_lavoro(q),
        lavoro_max=q.p.intero("punti_lavoro"),
    )


def in_eta_attiva(q: Quadro, componente: Componente) -> bool:
    """Tell whether a member is of working age: an adult child who studies is not.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. c), punto iii; Ministero del lavoro, FAQ SIA.
    """
    minima, massima = q.p.intero("eta_attiva_minima"), q.p.intero("eta_attiva_massima")
    return minima <= q.eta[componente.codice_fiscale] <= massima and not componente.studente


def _carichi(q: Quadro) -> int:
    """Points of the family: children, small ones, genitore solo, disability, up to the maximum of the block."""
    totale = _figli(q) + _disabilita(q)
    if any(aggiungi_mesi(c.data_nascita, q.p.intero("piccoli_mesi")) >= q.al for c in q.presenti):
        totale += q.p.intero("punti_piccoli")
    if genitore_solo(q):
        totale += q.p.intero("punti_genitore_solo")
    return min(totale, q.p.intero("punti_carichi_max"))


def _figli(q: Quadro) -> int:
    figli = len(figli_minori(q))
    for quanti in ("quattro", "tre", "due"):
        if figli >= q.p.intero(f"figli_{quanti}"):
            return q.p.intero(f"punti_{quanti}_figli")
    return 0


def _disabilita(q: Quadro) -> int:
    """Points of the most serious condition in the nucleo: the two items exclude each other."""
    if q.non_autosufficiente:
        return q.p.intero("punti_non_autosufficienza")
    gravi = any(c.disabile_grave and q.disabile(c) for c in q.presenti)
    return q.p.intero("punti_disabilita_grave") if gravi else 0


def _lavoro(q: Quadro) -> int | None:
    attivi = {c.codice_fiscale for c in q.presenti if in_eta_attiva(q, c)}
    if not attivi:
        return q.p.intero("punti_lavoro") if q.p.logico("punti_lavoro_senza_eta_attiva") else 0
    if q.sia.disoccupati is None:
        return None
    return q.p.intero("punti_lavoro") if attivi <= q.sia.disoccupati else 0
