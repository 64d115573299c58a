# SPDX-License-Identifier: EUPL-1.2
"""The facts of the RdC as they stand on one day: the snapshot of the ADI with the people whom the RdC counts."""

from dataclasses import replace
from datetime import date

from shared.kernel.mese import Mese, aggiungi_mesi
from shared.misure.adi import quadro as adi
from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import CausaFineLavoro, CessazioneLavoro, Componente, Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.fatti import FattiRdc


def quadro_del_giorno(fatti: Fatti, *, parametri: Parametri, al: date) -> Quadro:
    """Take the snapshot for a verification: the domanda needs an ISEE of the day, later days follow the months."""
    return _contati(adi.quadro_del_giorno(_senza_assenze(fatti), parametri=parametri, al=al), fatti)


def quadro_del_mese(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> Quadro:
    """Take the snapshot for an importo: the facts on the first day of the month of competence."""
    return _contati(adi.quadro_del_mese(_senza_assenze(fatti), parametri=parametri, mese=mese), fatti)


def dimissioni_recenti(fatti: Fatti, *, p: Valori, al: date) -> tuple[CessazioneLavoro, ...]:
    """Give the jobs left by resigning, or for a cause not known, within the months that matter on a day.

    :source: D.L. 4/2019, art. 2.
    """
    mesi = p.intero("dimissioni_mesi")
    return tuple(
        c
        for c in fatti.cessazioni or ()
        if c.causa in (None, CausaFineLavoro.DIMISSIONI) and c.il <= al <= aggiungi_mesi(c.il, mesi)
    )


def dimissionario(q: Quadro, c: Componente) -> bool:
    """Whether a member is without work after resigning: out of the scala, not out of the nucleo."""
    recenti = dimissioni_recenti(q.fatti, p=q.p, al=q.al)
    return not c.occupato and any(d.codice_fiscale == c.codice_fiscale and d.causa is not None for d in recenti)


def _senza_assenze(fatti: Fatti) -> Fatti:
    """Stays abroad have no rule of their own in the RdC: the registries alone say where one resides."""
    return replace(fatti, assenze=()) if fatti.assenze else fatti


def _contati(q: Quadro, fatti: Fatti) -> Quadro:
    """Leave out of the scala who is detained, in a facility at public charge, or has resigned."""
    q = replace(q, fatti=fatti)
    return replace(q, contati=frozenset(c.codice_fiscale for c in q.presenti if _contato(q, c)))


def _contato(q: Quadro, c: Componente) -> bool:
    detenzioni = q.fatti.propri_di(FattiRdc).detenzioni
    if any(d.codice_fiscale == c.codice_fiscale and d.periodo.contiene(q.al) for d in detenzioni):
        return False
    return not any(periodo.contiene(q.al) for periodo in c.in_struttura) and not dimissionario(q, c)
