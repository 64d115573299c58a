# SPDX-License-Identifier: EUPL-1.2
"""How much of each treatment counts for the monthly limit of the nucleo."""

from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.mese import Mese
from shared.misure.nucleo import ZERO
from shared.misure.sia.fatti import TrattamentoEconomico
from shared.misure.sia.quadro import Quadro


@dataclass(frozen=True, slots=True)
class Computo:
    """What counts in a month of reference, EUR/month, and why, in Italian, for each treatment."""

    mese: Mese
    totale: Decimal
    voci: tuple[tuple[Decimal, str], ...]


def computo(q: Quadro, mese: Mese) -> Computo:
    """Sum the treatments of all the members of the nucleo in the month of reference, EUR/month.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto ii, e c. 4, lett. e).
    """
    voci = tuple(sorted(_voce(q, t, mese) for t in q.sia.trattamenti or ()))
    return Computo(mese, sum((importo for importo, _ in voci), ZERO), voci)


def mese_di_riferimento(q: Quadro) -> Mese:
    """Give the month that the limit looks at: the one before the domanda or, later, before the payment.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto ii.
    """
    return Mese.di(q.al) + -1


def limite(q: Quadro) -> tuple[Decimal, str]:
    """Give the limit of the nucleo, EUR/month, to stay below, with its norm.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto ii; D.M. 16/3/2017, art. 2, c. 1, lett. c).
    """
    nome = "trattamenti_max_non_autosufficiente" if q.non_autosufficiente else "trattamenti_max"
    return q.p.decimale(nome), q.p.fonte(nome)


def _voce(q: Quadro, t: TrattamentoEconomico, mese: Mese) -> tuple[Decimal, str]:
    """Count a treatment for the months it refers to, in proportion."""
    motivo = _escluso(q, t) or _fuori_dal_mese(t, mese)
    if motivo:
        return ZERO, motivo
    mesi = t.al - t.dal + 1
    return t.importo / mesi, "intero" if mesi == 1 else f"in proporzione ai {mesi} mesi cui si riferisce"


def _fuori_dal_mese(t: TrattamentoEconomico, mese: Mese) -> str | None:
    """Say why a treatment does not count in a month."""
    if t.pagato_nel > t.al:
        return "arretrati di periodi precedenti"
    if not t.dal <= mese <= t.al:
        return "riferito ad altri mesi"
    return "non ancora percepito nel mese" if t.pagato_nel > mese else None


def _escluso(q: Quadro, t: TrattamentoEconomico) -> str | None:
    """Say why a treatment never counts, whatever the month."""
    if t.codice_fiscale not in q.codici:
        return "di una persona fuori dal nucleo dell'ISEE"
    if t.tipo in q.p.elenco("trattamenti_mai_contati"):
        return "di un tipo che non si conta"
    if t.sostituisce_servizi and t.tipo in q.p.elenco("trattamenti_sostitutivi"):
        return "al posto di servizi"
    if t.nel_progetto and t.tipo in q.p.elenco("trattamenti_di_progetto"):
        return "previsto dal progetto personalizzato"
    return None
