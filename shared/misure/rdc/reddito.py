# SPDX-License-Identifier: EUPL-1.2
"""Reddito familiare of the RdC: the one of the ISEE, the treatments being received, the share of new work income."""

from decimal import Decimal

from shared.kernel.mese import Mese
from shared.misure.adi.isee import anno_redditi
from shared.misure.adi.quadro import Quadro
from shared.misure.adi.reddito import Reddito
from shared.misure.comuni.trattamenti import NaturaTrattamento
from shared.misure.nucleo import ZERO, Isee, RedditoAggiuntivo, TipoReddito
from shared.misure.parametri import Valori

_CENTO = 100


def reddito_familiare(q: Quadro, isee: Isee) -> Reddito:
    """Compute the reddito familiare on the day of `q`, in EUR/year.

    Treatments inside the ISEE go out; the yearly value of those being received, arrears apart, and new work income
    come in.

    :source: D.L. 4/2019, art. 2, c. 1, lett. b), n. 4, e art. 3, c. 8.
    """
    voci = (
        ("reddito dell'ISEE", isee.reddito_familiare),
        ("trattamenti assistenziali nell'ISEE", -isee.trattamenti),
        ("trattamenti in corso", _trattamenti(q)),
        ("redditi da lavoro successivi all'ISEE", _lavoro(q, isee)),
    )
    totale = sum((valore for _, valore in voci), ZERO)
    return Reddito(max(ZERO, totale), tuple(v for v in voci if v[1]))


def quota_lavoro_dipendente(importo: Decimal, *, p: Valori) -> Decimal:
    """Give the part of the new income of an employee that counts, EUR/year.

    :source: D.L. 4/2019, art. 3, c. 8.
    """
    return importo * p.intero("lavoro_dipendente_pct") / _CENTO


def _trattamenti(q: Quadro) -> Decimal:
    correnti = (r for r in q.fatti.redditi if r.tipo is TipoReddito.TRATTAMENTO_ASSISTENZIALE and _in_corso(q, r))
    return sum((r.importo_annuo for r in correnti if r.natura is not NaturaTrattamento.ARRETRATI), ZERO)


def _lavoro(q: Quadro, isee: Isee) -> Decimal:
    """Count the work income that the ISEE does not hold yet; the seasonal one above its franchigia, once."""
    validi = [r for r in q.fatti.redditi if r.tipo is TipoReddito.LAVORO and _conta(q, r, isee)]
    stagionale = sum((r.importo_annuo for r in validi if r.stagionale), ZERO)
    dipendente = sum((r.importo_annuo for r in validi if not r.stagionale and not r.autonomo), ZERO)
    autonomo = sum((r.importo_annuo for r in validi if r.autonomo and not r.stagionale), ZERO)
    dipendente += max(ZERO, stagionale - q.p.decimale("stagionale_franchigia"))
    return quota_lavoro_dipendente(dipendente, p=q.p) + autonomo * q.p.intero("lavoro_autonomo_pct") / _CENTO


def _conta(q: Quadro, r: RedditoAggiuntivo, isee: Isee) -> bool:
    """From the month after the change, later for self-employment, until the ISEE holds the whole year."""
    ritardo = q.p.intero("lavoro_decorrenza_mesi") + (r.autonomo and q.p.intero("lavoro_autonomo_mesi_invariati"))
    nell_isee = r.dal <= Mese(anno_redditi(isee, anni=q.p.intero("reddito_anni_isee")), 1).primo_giorno
    return _in_corso(q, r) and Mese.di(r.dal) + ritardo <= Mese.di(q.al) and not nell_isee


def _in_corso(q: Quadro, r: RedditoAggiuntivo) -> bool:
    return r.dal <= q.al and (r.al is None or q.al <= r.al)
