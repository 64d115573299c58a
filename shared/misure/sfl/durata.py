# SPDX-License-Identifier: EUPL-1.2
"""Months of the SFL in outline, the person bound by its duties, and the days of payment."""

from datetime import date

from shared.kernel.mese import Mese, mesi_da
from shared.misure.adi import durata as adi_durata
from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sfl.requisiti.persona import in_eta

ultimo_mese_coperto = adi_durata.ultimo_mese_coperto


def decorrenza(pad_il: date, *, parametri: Parametri) -> Mese:
    """Give the first month due when the activity begins, or goes on, on the day `pad_il`.

    The day that counts is that of the activity in SIISL, never before the PAD and the acceptance.

    :raises ParametroMancante: if no value is in force on that day.
    :source: messaggio INPS 3379/2023.
    """
    return Mese.di(pad_il) + parametri.al(pad_il).intero("decorrenza_mesi_dopo_avvio")


def mesi_spettanti(decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0) -> tuple[Mese, ...]:
    """List the twelve months of who takes part without pauses; a renewal has none.

    :raises ParametroMancante: if no value is in force in `decorrenza`.
    :source: D.L. 48/2023, art. 12, c. 7.
    """
    nome = "durata_rinnovo" if numero_rinnovo else "durata_mesi"
    return tuple(mesi_da(decorrenza, parametri.al(decorrenza.primo_giorno).intero(nome)))


def attivabili(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the richiedente, the only person bound by the duties, while of age for the SFL on the day `al`.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 12; D.M. 108/2023, art. 5.
    """
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return frozenset({fatti.richiedente}) if in_eta(q.eta.get(fatti.richiedente), p=q.p) else frozenset()


def giorno_pagamento(condizioni_il: date, *, parametri: Parametri) -> date:
    """Give the day of the transfer for conditions met on `condizioni_il`: by the 15th, the 27th; later, the next 15th.

    :raises ParametroMancante: if no value is in force on that day.
    :source: messaggio INPS 3379/2023.
    """
    p, mese = parametri.al(condizioni_il), Mese.di(condizioni_il)
    if condizioni_il.day <= p.intero("pagamento_condizioni_entro"):
        return mese.primo_giorno.replace(day=p.intero("pagamento_giorno_stesso_mese"))
    return (mese + 1).primo_giorno.replace(day=p.intero("pagamento_giorno_mese_dopo"))
