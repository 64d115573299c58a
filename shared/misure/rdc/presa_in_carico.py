# SPDX-License-Identifier: EUPL-1.2
"""The presa in carico of 2023: a fact derived from the analisi preliminare, and the monthly flow that carries it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.kernel.mese import Mese
from shared.misure.parametri import Parametri, Valori
from shared.misure.rdc.fatti import AnalisiPreliminare, FattiRdc


@dataclass(frozen=True, slots=True)
class Caso:
    """What INPS knows of the nucleo in a month of 2023, from the flow and from the platform.

    `notificata` is a presa in carico that came in time; `solo_lavoro` an analisi that says work only, or a nucleo sent
    only to the CPI; `inviato` a nucleo sent to the social services.
    """

    notificata: bool
    solo_lavoro: bool
    inviato: bool


def preso_in_carico(analisi: Iterable[AnalisiPreliminare], *, al: date, p: Valori) -> bool:
    """Tell whether an analisi finalised by the day `al` has an outcome of presa in carico, whatever came after.

    Neither the closing of the case nor a member sent to the CPI takes it away.

    :source: Ministero del lavoro, FAQ RdC.
    """
    return any(_utile(a, p) and a.finalizzata_il is not None and a.finalizzata_il <= al for a in analisi)


def nel_flusso(analisi: AnalisiPreliminare, mese: Mese, *, p: Valori) -> bool:
    """Tell whether the flow sent to INPS at the beginning of `mese` carries this analisi for the first time.

    :source: Ministero del lavoro, FAQ RdC.
    """
    return _utile(analisi, p) and analisi.finalizzata_il is not None and Mese.di(analisi.finalizzata_il) + 1 == mese


def caso_del_mese(propri: FattiRdc, mese: Mese, *, parametri: Parametri) -> Caso:
    """Say what counts of the case for the payment of `mese`, with the deadline in force at the end of the month.

    The flow of a month carries the outcomes of the months before; the deadline is the last day to finalise.

    :source: D.L. 145/2023, art. 19; Ministero del lavoro, FAQ RdC.
    """
    p = parametri.al(mese.ultimo_giorno)
    conosciuto_al = mese.primo_giorno - timedelta(days=1)
    termine = date.fromisoformat(p.testo("presa_in_carico_termine"))
    note = [a for a in propri.analisi if a.finalizzata_il is not None and a.finalizzata_il <= conosciuto_al]
    inviato = _gia(propri.inviato_ai_servizi_il, mese)
    return Caso(
        notificata=preso_in_carico(note, al=min(conosciuto_al, termine), p=p),
        solo_lavoro=_solo_lavoro(note, p) or (_gia(propri.inviato_al_cpi_il, mese) and not inviato and not note),
        inviato=inviato,
    )


def _solo_lavoro(note: list[AnalisiPreliminare], p: Valori) -> bool:
    return bool(note) and all(a.esito.value == p.testo("analisi_solo_lavoro") for a in note)


def _utile(analisi: AnalisiPreliminare, p: Valori) -> bool:
    return analisi.esito.value in p.elenco("presa_in_carico_esiti")


def _gia(giorno: date | None, mese: Mese) -> bool:
    return giorno is not None and giorno <= mese.ultimo_giorno
