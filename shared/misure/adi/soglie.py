# SPDX-License-Identifier: EUPL-1.2
"""Thresholds of access that depend on the composition of the nucleo."""

from dataclasses import dataclass
from decimal import Decimal

from shared.misure.adi.quadro import Quadro
from shared.misure.adi.scala import Scala
from shared.misure.nucleo import Isee
from shared.misure.ricordo import ricorda_ultima


@dataclass(frozen=True, slots=True)
class Soglia:
    """A threshold with the norm of the figure it comes from."""

    valore: Decimal
    fonte: str


@ricorda_ultima
def soglia_reddito(q: Quadro, isee: Isee, scala: Scala, *, in_locazione: bool | None = None) -> Soglia:
    """Give the reddito that must not be reached, in EUR/year: standard, 67 or tenant figure, times the scala.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    suffisso = "_67" if q.nucleo_67 else ""
    nome = f"reddito_soglia{suffisso}"
    if isee.in_locazione if in_locazione is None else in_locazione:
        nome = max(nome, f"reddito_soglia_accesso_locazione{suffisso}", key=q.p.decimale)
    return Soglia(q.p.decimale(nome) * scala.valore, q.p.fonte(nome))


def soglia_mobili(q: Quadro) -> Soglia:
    """Give the patrimonio mobiliare allowed to the nucleo, in EUR.

    :source: D.L. 48/2023, art. 2, c. 2; circolari INPS 77/2023 e 105/2023.
    """
    p = q.p
    base = p.decimale("mobili_base") + (len(q.presenti) - 1) * p.decimale("mobili_incr_componente")
    minori = max(0, len(q.minori) - p.intero("mobili_minori_senza_incremento"))
    gravi = len(q.gravi)
    disabili = len(q.disabili) - gravi
    totale = min(base, p.decimale("mobili_tetto_base")) + minori * p.decimale("mobili_incr_minore")
    totale += disabili * p.decimale("mobili_incr_disabile") + gravi * p.decimale("mobili_incr_disabile_grave")
    return Soglia(totale, p.fonte("mobili_base"))
