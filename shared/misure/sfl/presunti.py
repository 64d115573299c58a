# SPDX-License-Identifier: EUPL-1.2
"""What a simulation presumes of who says nothing of the path: the patti signed and a training course begun that day."""

from datetime import date

from shared.misure.parametri import carica
from shared.misure.sfl.fatti import Attivita, PercorsoSfl, TipoAttivita

_AGENZIE = "pad_agenzie_min"


def percorso_presunto(giorno: date) -> PercorsoSfl:
    """Make the path of a person who does all that is asked on the day of the domanda."""
    parametri = carica("sfl")
    primo = parametri.storia(_AGENZIE)[0].dal
    return PercorsoSfl(
        nucleo_percepisce_adi=False,
        sostegni=(),
        diritto_dovere_assolto=True,
        did_il=giorno,
        accolta_il=giorno,
        pad_il=giorno,
        agenzie=parametri.al(max(giorno, primo)).intero(_AGENZIE),
        psp_il=giorno,
        attivita=(Attivita(tipo=TipoAttivita.FORMAZIONE, dal=giorno),),
    )
