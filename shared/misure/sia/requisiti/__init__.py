# SPDX-License-Identifier: EUPL-1.2
"""The requisiti of the SIA, one function each: all of them are always evaluated."""

from collections.abc import Callable
from datetime import date

from shared.misure.esito import Esito, Requisito, giudica
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.requisiti import beni, bisogno, economici, percorso, richiedente
from shared.misure.sia.requisiti.esame import Esame, esamina
from shared.misure.sia.requisiti.platea import con_protocollo

DELLO_STATO: tuple[Callable[[Esame], Requisito], ...] = (
    richiedente.sia_r01_cittadinanza,
    richiedente.sia_r02_familiare,
    richiedente.sia_r03_nucleo_del_cittadino,
    richiedente.sia_r04_residenza,
    bisogno.sia_r05_composizione,
    bisogno.sia_r06_gravidanza,
    economici.sia_r07_isee,
    economici.sia_r08_trattamenti,
    economici.sia_r09_sostegni,
    beni.sia_r10_autoveicoli_recenti,
    beni.sia_r11_veicoli_grandi,
    bisogno.sia_r12_valutazione_multidimensionale,
    economici.sia_r13_redditi_comunicati,
    percorso.sia_r14_attesa,
    percorso.sia_r15_progetto_firmato,
    percorso.sia_r16_impegni,
)
REQUISITI = tuple(con_protocollo(requisito) for requisito in DELLO_STATO)


def verifica_requisiti(fatti: Fatti, *, parametri: Parametri, al: date) -> Esito:
    """Judge every requisito of the SIA on the day `al`: the day of the domanda, or a later one while it runs.

    Where the State refuses, the protocollo of the Regione may admit: the requisito says both.
    What is asked for the domanda only (citizenship links, score, waiting time) is judged on its day, with its values.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, artt. 4 e 7; D.M. 16/3/2017, art. 2.
    """
    esame = esamina(fatti, parametri=parametri, al=al)
    return Esito(giudica(REQUISITI, esame, parametri=parametri), al, parametri.versione)
