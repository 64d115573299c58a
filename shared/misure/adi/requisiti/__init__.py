# SPDX-License-Identifier: EUPL-1.2
"""The requisiti of the ADI, one function each: all of them are always evaluated."""

from collections.abc import Callable
from datetime import date

from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.requisiti import beni, giudiziari, nucleo, obblighi, patrimonio, residenza
from shared.misure.adi.requisiti.esame import Esame, esamina
from shared.misure.esito import Esito, Requisito, giudica
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri

REQUISITI: tuple[Callable[[Esame], Requisito], ...] = (
    nucleo.adi_r01_condizione_del_nucleo,
    residenza.adi_r02_cittadinanza,
    residenza.adi_r03_residenza_del_richiedente,
    residenza.adi_r04_residenza_del_nucleo,
    residenza.adi_r05_assenze,
    patrimonio.adi_r06_isee,
    patrimonio.adi_r07_reddito,
    patrimonio.adi_r08_immobili,
    patrimonio.adi_r09_mobili,
    beni.adi_r10_veicoli,
    beni.adi_r11_navi_e_aeromobili,
    giudiziari.adi_r12_misure_e_condanne,
    obblighi.adi_r13_dimissioni,
    obblighi.adi_r14_istruzione_dei_minori,
    nucleo.adi_r15_svantaggio,
    nucleo.adi_r16_nucleo_in_anagrafe,
    obblighi.adi_r17_istruzione_degli_adulti,
    obblighi.adi_r18_trasmissione_dei_dati,
    giudiziari.adi_r19_precedenti,
    obblighi.adi_r20_sfl,
)


def verifica_requisiti(fatti: Fatti, *, parametri: Parametri, al: date) -> Esito:
    """Judge every requisito of the ADI on the day `al`: the day of the domanda, or a later one while it runs.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, artt. 2, 4, 8 e 12.
    """
    esame = esamina(quadro_del_giorno(fatti, parametri=parametri, al=al))
    return Esito(giudica(REQUISITI, esame, parametri=parametri), al, parametri.versione)
