# SPDX-License-Identifier: EUPL-1.2
"""The requisiti of the RdC, one function each: all of them are always evaluated."""

from collections.abc import Callable
from datetime import date

from shared.misure.esito import Esito, Requisito, giudica
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.rdc.quadro import quadro_del_giorno
from shared.misure.rdc.requisiti import durata, obblighi, patrimonio, persone
from shared.misure.rdc.requisiti.esame import Esame, esamina

REQUISITI: tuple[Callable[[Esame], Requisito], ...] = (
    persone.rdc_r01_cittadinanza,
    persone.rdc_r02_residenza,
    patrimonio.rdc_r03_isee,
    patrimonio.rdc_r04_immobili,
    patrimonio.rdc_r05_mobili,
    patrimonio.rdc_r06_reddito,
    patrimonio.rdc_r07_beni,
    persone.rdc_r08_pensione_di_cittadinanza,
    persone.rdc_r09_misure_e_condanne,
    obblighi.rdc_r10_dimissioni,
    obblighi.rdc_r11_disoccupazione,
    obblighi.rdc_r12_did_e_patto,
    obblighi.rdc_r13_puc,
    durata.rdc_r14_mesi_del_2023,
    durata.rdc_r15_attesa,
)


def verifica_requisiti(fatti: Fatti, *, parametri: Parametri, al: date) -> Esito:
    """Judge every requisito of the RdC on the day `al`: the day of the domanda, or a later one while it runs.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 4/2019, artt. 1, 2, 4 e 7; L. 197/2022, art. 1, c. 313.
    """
    esame = esamina(quadro_del_giorno(fatti, parametri=parametri, al=al))
    return Esito(giudica(REQUISITI, esame, parametri=parametri), al, parametri.versione)
