# SPDX-License-Identifier: EUPL-1.2
"""The requisiti of the SFL, one function each: all of them are always evaluated."""

from collections.abc import Callable
from datetime import date

from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.requisiti.esame import Esame, esamina
from shared.misure.esito import Esito, Requisito, giudica
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sfl.requisiti import economici, percorso, persona, posizione, richiamati

REQUISITI: tuple[Callable[[Esame], Requisito], ...] = (
    persona.sfl_r01_eta,
    posizione.sfl_r02_posizione_rispetto_all_adi,
    economici.sfl_r03_isee,
    economici.sfl_r04_reddito,
    richiamati.sfl_r05_cittadinanza_e_residenza,
    economici.sfl_r06_patrimonio_e_beni,
    richiamati.sfl_r07_misure_e_condanne,
    richiamati.sfl_r08_dimissioni,
    posizione.sfl_r09_altri_sostegni,
    percorso.sfl_r10_did,
    persona.sfl_r11_istruzione,
    percorso.sfl_r12_pad,
    percorso.sfl_r13_psp_e_attivita,
    persona.sfl_r14_diritto_dovere,
    richiamati.sfl_r15_precedenti,
)

# Asked to activate the SFL, after the domanda is verified: they wait, they never refuse.
DI_ATTIVAZIONE = frozenset({percorso.R12.codice, percorso.R13.codice})


def verifica_requisiti(fatti: Fatti, *, parametri: Parametri, al: date) -> Esito:
    """Judge every requisito of the SFL on the day `al`: the day of the domanda, or a later one while it runs.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 12; D.M. 108/2023, artt. 2-5.
    """
    esame = esamina(quadro_del_giorno(fatti, parametri=parametri, al=al))
    return Esito(giudica(REQUISITI, esame, parametri=parametri), al, parametri.versione)
