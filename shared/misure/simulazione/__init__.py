# SPDX-License-Identifier: EUPL-1.2
"""Simulation of any misura on any day: a household comes in, the same rules as for a domanda answer; nothing is kept."""

from shared.misure.simulazione.esecuzione import Richiesta, confronta, simula
from shared.misure.simulazione.ingresso import (
    ESEMPI,
    GiornoSimulato,
    NucleoSimulato,
    Simulato,
    modello_nucleo,
    schema_nucleo,
    simulabile,
)
from shared.misure.simulazione.uscita import EsitoSimulazione, Simulazione

__all__ = [
    "ESEMPI",
    "EsitoSimulazione",
    "GiornoSimulato",
    "NucleoSimulato",
    "Richiesta",
    "Simulato",
    "Simulazione",
    "confronta",
    "modello_nucleo",
    "schema_nucleo",
    "simula",
    "simulabile",
]
