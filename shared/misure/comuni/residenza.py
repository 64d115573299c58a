# SPDX-License-Identifier: EUPL-1.2
"""Years of residence in Italy: those in all, and the last ones without breaks."""

from datetime import date, timedelta

from shared.kernel.mese import MESI_ANNO, Periodo, aggiungi_mesi


def maturata(periodi: tuple[Periodo, ...], il: date, *, anni: int, ultimi: int) -> tuple[date | None, bool]:
    """Give the first day of the residence in progress, and whether the years asked for, in all and at last, are there."""
    uniti = _continui(periodi, fino_al=il)
    dal = uniti[-1].dal if uniti and uniti[-1].contiene(il) else None
    return dal, dal is not None and _trascorsi(dal, il, anni=ultimi) and _totale(uniti, il, anni=anni)


def _continui(periodi: tuple[Periodo, ...], *, fino_al: date) -> list[Periodo]:
    """Join the periods that follow one another without a day between them; the future is cut off."""
    uniti: list[Periodo] = []
    for dal, al in sorted((p.dal, min(p.al or fino_al, fino_al)) for p in periodi if p.dal <= fino_al):
        ultimo = uniti[-1].al if uniti else None
        if ultimo is not None and dal <= ultimo + timedelta(days=1):
            uniti[-1] = Periodo(uniti[-1].dal, max(ultimo, al))
        else:
            uniti.append(Periodo(dal, al))
    return uniti


def _trascorsi(dal: date, il: date, *, anni: int) -> bool:
    return aggiungi_mesi(dal, anni * MESI_ANNO) <= il


def _totale(periodi: list[Periodo], il: date, *, anni: int) -> bool:
    """Whether all the periods together make the years asked for; the day of the domanda itself adds nothing."""
    if _trascorsi(periodi[-1].dal, il, anni=anni):
        return True
    richiesti = (il - aggiungi_mesi(il, -anni * MESI_ANNO)).days
    return sum(p.giorni(fino_al=il - timedelta(days=1)) for p in periodi) >= richiesti
