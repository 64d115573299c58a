# SPDX-License-Identifier: EUPL-1.2
"""Stays abroad: when they interrupt the residence of a member."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.kernel.mese import MESI_ANNO, Periodo, aggiungi_mesi
from shared.misure.nucleo import Assenza, Fatti
from shared.misure.parametri import Valori


def residenza_interrotta(codice_fiscale: str, fatti: Fatti, *, p: Valori, al: date) -> bool:
    """Tell whether stays abroad interrupt the residence of a member, from the last two years before the domanda on.

    Terms: one absence by calendar months, the sum by days within a moving window of months. Documented serious
    health reasons never interrupt.

    :source: D.L. 48/2023, art. 2.
    """
    if not fatti.assenze:
        return False
    inizio = aggiungi_mesi(fatti.presentata_il, -MESI_ANNO * p.intero("residenza_anni_continuativi"))
    assenze = _unisci(_tagliate(codice_fiscale, fatti.assenze, inizio, al))
    if any(aggiungi_mesi(a.dal, p.intero("assenza_continuativa")) <= _dopo(a) for a in assenze):
        return True
    return _massimo_in_finestra(assenze, mesi=p.intero("assenza_cumulata_mesi")) >= p.intero("assenza_cumulata_giorni")


def _tagliate(codice_fiscale: str, assenze: Iterable[Assenza], inizio: date, al: date) -> list[Periodo]:
    """Keep the absences that reach the period that counts; those that began before it keep their first day."""
    periodi = [
        Periodo(a.dal, al if a.al is None else min(a.al, al))
        for a in assenze
        if a.codice_fiscale == codice_fiscale and not a.motivi_di_salute and a.dal <= al
    ]
    return sorted(periodo for periodo in periodi if _dopo(periodo) > inizio)


def _unisci(periodi: Iterable[Periodo]) -> list[Periodo]:
    """Join periods that touch or overlap; they come sorted."""
    uniti: list[Periodo] = []
    for periodo in periodi:
        if uniti and periodo.dal <= _dopo(uniti[-1]):
            fine = max(_dopo(uniti[-1]), _dopo(periodo)) - timedelta(days=1)
            uniti[-1] = Periodo(uniti[-1].dal, fine)
        else:
            uniti.append(periodo)
    return uniti


def _dopo(periodo: Periodo) -> date:
    """First day after a closed period."""
    fine = periodo.al
    if fine is None:
        raise ValueError("periodo aperto")
    return fine + timedelta(days=1)


def _massimo_in_finestra(assenze: list[Periodo], *, mesi: int) -> int:
    """Largest number of days abroad within a window of months: the fullest one begins with an absence."""
    return max((_giorni(assenze, a.dal, aggiungi_mesi(a.dal, mesi)) for a in assenze), default=0)


def _giorni(assenze: list[Periodo], dal: date, fino: date) -> int:
    return sum(max(0, (min(_dopo(a), fino) - max(a.dal, dal)).days) for a in assenze)
