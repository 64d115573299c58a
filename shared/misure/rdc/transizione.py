# SPDX-License-Identifier: EUPL-1.2
"""The limit of months of 2023: the decision of one month, and the facts that lift it."""

from datetime import date
from enum import StrEnum

from shared.kernel.mese import Mese
from shared.misure.adi.quadro import Quadro
from shared.misure.nucleo import Componente, Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.presa_in_carico import Caso
from shared.misure.rdc.quadro import quadro_del_giorno


class Decisione(StrEnum):
    """What happens to a month: paid with the suspended ones, paid alone, suspended, or no longer due."""

    PAGA = "PAGA"
    PAGA_SENZA_RECUPERO = "PAGA_SENZA_RECUPERO"
    SOSPENDI = "SOSPENDI"
    CESSA = "CESSA"


def decidi(*, mesi_usati: int, esente: bool, caso: Caso, p: Valori) -> Decisione:
    """Decide a month from the months already paid in the year: the table of the transition of 2023.

    :source: L. 197/2022, art. 1, c. 313; D.L. 145/2023, art. 19; Ministero del lavoro, FAQ RdC.
    """
    if mesi_usati < p.intero("mesi_massimi_anno") or esente:
        return Decisione.PAGA
    if caso.notificata:
        return Decisione.PAGA if p.logico("recupero_mesi_sospesi") else Decisione.PAGA_SENZA_RECUPERO
    if caso.solo_lavoro:
        return Decisione.CESSA
    if caso.inviato and p.logico("tetto_sospeso_per_inviati"):
        return Decisione.PAGA_SENZA_RECUPERO
    return Decisione.SOSPENDI


def esimenti(q: Quadro) -> tuple[Componente, ...]:
    """Give the members who lift the limit: minori, with a disability (D.P.C.M. 159/2013), of at least the age.

    :source: L. 197/2022, art. 1, c. 313.
    """
    return tuple(c for c in q.presenti if q.minorenne(c) or q.disabile(c) or q.anziano(c))


def esente(fatti: Fatti, *, parametri: Parametri, decorrenza: Mese, ultimo_del_tetto: Mese | None, mese: Mese) -> bool:
    """Tell whether the limit is lifted in `mese`.

    The condition holds in the month and held from the beginning or, when new, a DSU with that member was filed by the
    last month of the limit or by the month after; later, a new domanda is needed.

    :source: Messaggio INPS 3510/2023.
    """
    if not esimenti(_quadro(fatti, parametri, mese.primo_giorno)):
        return False
    if esimenti(_quadro(fatti, parametri, decorrenza.primo_giorno)):
        return True
    return ultimo_del_tetto is None or _dsu_in_tempo(fatti, parametri, ultimo_del_tetto, mese)


def _dsu_in_tempo(fatti: Fatti, parametri: Parametri, ultimo: Mese, mese: Mese) -> bool:
    entro = ultimo + parametri.al(mese.primo_giorno).intero("esimente_dsu_mesi")
    for isee in fatti.isee or ():
        if Mese.di(isee.presentata_il) <= entro:
            persone = {c.codice_fiscale for c in esimenti(_quadro(fatti, parametri, isee.presentata_il))}
            if persone & isee.componenti:
                return True
    return False


def _quadro(fatti: Fatti, parametri: Parametri, al: date) -> Quadro:
    return quadro_del_giorno(fatti, parametri=parametri, al=al)
