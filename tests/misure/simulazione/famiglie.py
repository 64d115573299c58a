# SPDX-License-Identifier: EUPL-1.2
"""Households as the input of a simulation, and how the tests run them."""

from datetime import date
from typing import Any

from shared.misure.catalogo import get_misura
from shared.misure.simulazione import NucleoSimulato, Richiesta, Simulazione, simula

IL = date(2025, 3, 10)


def famiglia(*, isee: dict[str, Any] | None = None, **campi: Any) -> dict[str, Any]:
    """Make the family of the published case T2/T3: parents of 35 and 33, children of 8 and 5, rent 4.200."""
    genitore = {"responsabilita_genitoriale": True, "occupato": True}
    attestazione = {"isee": "4000.00", "reddito_familiare": "1500.00", "canone_annuo": "4200.00", **(isee or {})}
    componenti = [{"eta": 35, **genitore}, {"eta": 33, **genitore}, {"eta": 8}, {"eta": 5}]
    return {"componenti": componenti, "isee": [attestazione], **campi}


def sola(eta: int, *, reddito: str, canone: str = "0.00", **campi: Any) -> dict[str, Any]:
    """Make a household of one person."""
    attestazione = {"isee": "4000.00", "reddito_familiare": reddito, "canone_annuo": canone}
    return {"componenti": [{"eta": eta}], "isee": [attestazione], **campi}


def esito(nucleo: dict[str, Any], *, misura: str = "ADI", al: date = IL, controfattuali: bool = False) -> Simulazione:
    """Run a simulation."""
    modello = NucleoSimulato.model_validate(nucleo)
    return simula(Richiesta(modello, al, controfattuali=controfattuali), misura=get_misura(misura))
