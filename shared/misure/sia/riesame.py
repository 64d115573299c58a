# SPDX-License-Identifier: EUPL-1.2
"""The riesame d'ufficio of 2017: domande refused only for what changed on 30 April are verified again on that day."""

from dataclasses import replace
from datetime import date

from shared.misure.esito import Esito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.requisiti import verifica_requisiti


def riesame_d_ufficio(fatti: Fatti, *, parametri: Parametri) -> Esito | None:
    """Verify a refused domanda again, against the requisiti of 30 April 2017; None when it is not its case.

    It is for domande filed before that day and refused only for requisiti whose criterion changed then. One that is
    accepted starts as if it had been filed on that day.

    :raises ParametroMancante: if no value is in force on the day of the domanda.
    :source: circolare INPS 86/2017.
    """
    p = parametri.al(fatti.presentata_il)
    giorno, cambiati = date.fromisoformat(p.testo("riesame_ufficio_al")), p.elenco("riesame_ufficio_requisiti")
    if fatti.presentata_il >= giorno:
        return None
    motivi = {m.codice for m in verifica_requisiti(fatti, parametri=parametri, al=fatti.presentata_il).motivi}
    if not motivi or not motivi <= cambiati:
        return None
    return verifica_requisiti(replace(fatti, presentata_il=giorno), parametri=parametri, al=giorno)
