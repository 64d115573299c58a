# SPDX-License-Identifier: EUPL-1.2
"""What follows the RdC: ADI for the exempt nuclei, SFL for the others with a low ISEE, or nothing."""

from dataclasses import dataclass
from datetime import date

from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.rdc.fatti import FattiRdc
from shared.misure.rdc.presa_in_carico import preso_in_carico
from shared.misure.rdc.quadro import quadro_del_giorno
from shared.misure.rdc.transizione import esimenti


@dataclass(frozen=True, slots=True)
class Uscita:
    """The misura that may be asked, from which day, by whom, and for how many months; `misura` None is nothing."""

    misura: str | None
    dal: date | None = None
    persone: frozenset[str] = frozenset()
    mesi: int | None = None


def uscita(fatti: Fatti, *, parametri: Parametri, al: date) -> Uscita:
    """Say what a nucleo that leaves the RdC may ask: the ADI if exempt, else the SFL within its ISEE and ages.

    Who was taken in charge receives the RdC until the end of 2023, and may ask the SFL only then.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, artt. 12 e 13; Ministero del lavoro, FAQ RdC.
    """
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    if esimenti(q):
        return Uscita("ADI", date.fromisoformat(q.p.testo("adi_dal")), frozenset(q.eta))
    persone = _in_eta(q)
    if q.isee is None or q.isee.isee > q.p.decimale("sfl_isee_max") or not persone:
        return Uscita(None)
    preso = preso_in_carico(fatti.propri_di(FattiRdc).analisi, al=al, p=q.p)
    dal = date.fromisoformat(q.p.testo("sfl_dal_presi_in_carico" if preso else "sfl_dal"))
    return Uscita("SFL", dal, persone, q.p.intero("sfl_mesi"))


def _in_eta(q: Quadro) -> frozenset[str]:
    minima, massima = q.p.intero("sfl_eta_minima"), q.p.intero("sfl_eta_massima")
    return frozenset(codice for codice, eta in q.eta.items() if minima <= eta <= massima)
