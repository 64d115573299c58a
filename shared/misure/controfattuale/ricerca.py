# SPDX-License-Identifier: EUPL-1.2
"""Search of the smallest change: by the threshold where it is known, else by halves; every answer is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from shared.errors import InclusioneError
from shared.kernel.importo import CENTESIMO
from shared.kernel.mese import MESI_ANNO, Mese, aggiungi_mesi
from shared.misure.controfattuale.leve import Leva
from shared.misure.esito import Esito, EsitoRequisito, Requisito
from shared.misure.misura import Misura
from shared.misure.nucleo import Fatti

Numero = Decimal | int
_RISOLTI = (EsitoRequisito.OK, EsitoRequisito.NON_APPLICABILE)


@dataclass(slots=True)
class Prova:
    """The rules of one misura, tried on changed facts; facts that contradict themselves give no outcome."""

    misura: Misura
    fatti: Fatti
    al: date
    falliti: frozenset[str] = frozenset()
    in_sospeso: frozenset[str] = frozenset()

    def decidi(self, fatti: Fatti, al: date) -> Esito:
        """Judge facts on which the rules have an outcome."""
        return self.misura.verifica_requisiti(fatti, parametri=self.misura.parametri, al=al)

    def giudica(self, fatti: Fatti, al: date) -> Esito | None:
        """Judge, or give None where the rules cannot."""
        try:
            return self.decidi(fatti, al)
        except InclusioneError:
            return None

    def risolve(self, codice: str, esito: Esito | None) -> bool:
        """Tell whether a requisito that failed now holds, and no other one fails or must be completed because of it."""
        if esito is None or esito.requisito(codice).esito not in _RISOLTI:
            return False
        aperti = (m.codice for m in esito.da_completare)
        return self.falliti.issuperset(m.codice for m in esito.motivi) and self.in_sospeso.issuperset(aperti)

    def importo(self, fatti: Fatti, mese: Mese) -> Decimal | None:
        """Compute the importo of a month, or give None where the rules cannot."""
        try:
            return self.misura.importo_mensile(fatti, parametri=self.misura.parametri, mese=mese).totale
        except InclusioneError:
            return None


def soglia_di(prova: Prova, leva: Leva, requisito: Requisito) -> Numero | None:
    """Find the value of a number nearest to today's with which a requisito holds."""

    def basta(valore: Numero) -> bool:
        return prova.risolve(requisito.codice, prova.giudica(leva.applica(prova.fatti, valore), prova.al))

    oggi: Numero = leva.oggi
    for proposta in _proposte(oggi, requisito):
        if basta(proposta) and not basta(proposta + _passo(oggi) * (1 if proposta < oggi else -1)):
            return proposta
    zero = oggi - oggi
    if not oggi or not basta(zero):
        return None
    return massimo(oggi, basta, passo=_passo(oggi))


def massimo(oggi: Numero, basta: Callable[[Numero], bool], *, passo: Numero) -> Numero:
    """Find by halves the largest multiple of `passo` below today's value that is enough; zero is, today's is not."""
    basso, alto = 0, int(oggi / passo)
    while alto - basso > 1:
        mezzo = (basso + alto) >> 1
        basso, alto = (mezzo, alto) if basta(mezzo * passo) else (basso, mezzo)
    return basso * passo


def _passo(oggi: Numero) -> Numero:
    return CENTESIMO if isinstance(oggi, Decimal) else 1


def _proposte(oggi: Numero, requisito: Requisito) -> tuple[Numero, ...]:
    """Propose the value that takes the requisito to its threshold, and the one next to it."""
    try:
        scarto = Decimal(requisito.valore or "") - Decimal(requisito.soglia or "")
    except InvalidOperation:
        return ()
    passo, vicino = _passo(oggi), oggi - (scarto if isinstance(oggi, Decimal) else int(scarto))
    return tuple(v for v in (vicino, vicino - passo, vicino + passo) if v >= 0 and v != oggi)


def giorno_utile(prova: Prova, codice: str) -> tuple[date, Fatti] | None:
    """Find the first day on which a new domanda of the same household has a requisito: by doubling, then by halves.

    The ISEE in hand is taken as renewed with the same figures.
    """

    def basta(giorno: date) -> bool:
        if not prova.misura.in_vigore(giorno):
            return False
        return prova.risolve(codice, prova.giudica(rimandata(prova.fatti, prova.al, giorno), giorno))

    prima, mesi = prova.al, 1
    while mesi <= MESI_ANNO * MESI_ANNO:
        dopo = aggiungi_mesi(prova.al, mesi)
        if basta(dopo):
            giorno = _primo(prima, dopo, basta)
            return giorno, rimandata(prova.fatti, prova.al, giorno)
        prima, mesi = dopo, mesi << 1
    return None


def _primo(prima: date, dopo: date, basta: Callable[[date], bool]) -> date:
    while (dopo - prima).days > 1:
        mezzo = prima + timedelta(days=(dopo - prima).days >> 1)
        prima, dopo = (prima, mezzo) if basta(mezzo) else (mezzo, dopo)
    return dopo


def rimandata(fatti: Fatti, al: date, giorno: date) -> Fatti:
    """Give the same facts for a domanda of a later day, with the ISEE that was in force still so."""
    isee = fatti.isee and tuple(
        replace(i, valido_al=max(i.valido_al, giorno)) if i.presentata_il <= al <= i.valido_al else i
        for i in fatti.isee
    )
    return replace(fatti, presentata_il=giorno, isee=isee)
