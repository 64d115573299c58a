# SPDX-License-Identifier: EUPL-1.2
"""The confirmation of participation, at least every ninety days: terms, exemptions and months it suspends."""

from collections.abc import Iterator
from datetime import date, timedelta

from shared.kernel.mese import Mese, mesi_da
from shared.misure.parametri import Parametri
from shared.misure.sfl.fatti import PercorsoSfl


def termine_conferma(dal: date, percorso: PercorsoSfl, *, parametri: Parametri) -> date | None:
    """Give the last day for the confirmation that follows `dal`; None while a path already running exempts from it.

    The duty is lifted, until its end, for the activity in which the person already was on the day of the PSP.

    :raises ParametroMancante: if no value is in force on the day `dal`.
    :source: D.M. 108/2023, art. 5; Ministero del lavoro, FAQ SFL n. 28.
    """
    termine = dal + timedelta(days=parametri.al(dal).intero("conferma_giorni"))
    for attivita in sorted(percorso.attivita or (), key=lambda a: a.dal):
        gia_inserito = percorso.psp_il is not None and attivita.dal <= percorso.psp_il
        if not gia_inserito or attivita.dal > termine or (attivita.al is not None and attivita.al < dal):
            continue
        if attivita.al is None:
            return None
        termine = max(termine, attivita.al + timedelta(days=parametri.al(attivita.al).intero("conferma_giorni")))
    return termine


def mesi_senza_conferma(percorso: PercorsoSfl, *, parametri: Parametri, fino_al: Mese) -> frozenset[Mese]:
    """Give the months suspended because the confirmation has not come: those after the month of the term.

    One that comes late makes the months before it due again, unless the parametro says that they are lost.

    :raises ParametroMancante: if no value is in force on a term.
    :source: D.M. 108/2023, art. 5.
    """
    sospesi: set[Mese] = set()
    for termine, conferma in _ritardi(percorso, parametri):
        primo = Mese.di(termine) + 1
        if conferma is None:
            sospesi.update(mesi_da(primo, max(0, fino_al - primo + 1)))
        elif parametri.al(termine).testo("conferma_tardiva") == "MESI_PERSI":
            sospesi.update(mesi_da(primo, max(0, Mese.di(conferma) - primo)))
    return frozenset(sospesi)


def _ritardi(percorso: PercorsoSfl, parametri: Parametri) -> Iterator[tuple[date, date | None]]:
    """Give each term that was not kept, with the day of the late confirmation where there is one."""
    inizi = [max(a.dal, percorso.accolta_il or a.dal, percorso.psp_il or a.dal) for a in percorso.attivita or ()]
    if not inizi:
        return
    giorni = [min(inizi), *sorted(c for c in percorso.conferme if c > min(inizi))]
    for dal, conferma in zip(giorni, [*giorni[1:], None], strict=True):
        termine = termine_conferma(dal, percorso, parametri=parametri)
        if termine is not None and (conferma is None or conferma > termine):
            yield termine, conferma
