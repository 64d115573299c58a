# SPDX-License-Identifier: EUPL-1.2
"""HTTP shapes of the simulations: up to 500 households, one misura or all of them."""

from typing import Annotated, Any

from pydantic import Field

from shared.misure.simulazione import ESEMPI, GiornoSimulato, NucleoSimulato, Simulazione
from shared.web.schemi import In, Intero, Out

NUCLEI_MASSIMI = 500


class SimulazioniIn(In):
    """Nuclei da valutare, ciascuno indicato con la sua posizione nelle risposte."""

    misura: Annotated[
        str,
        Field(pattern=r"^[A-Za-z_]{2,20}$", description="Codice della misura", examples=["ADI", "SFL", "RDC", "SIA"]),
    ] = "ADI"
    al: Annotated[GiornoSimulato | None, Field(description="Giorno per cui si simula; se manca, oggi")] = None
    confronta: Annotated[
        bool,
        Field(
            description="Valuta tutte le misure invece di una, e allora non si indica `misura`: "
            "senza `al`, ciascuna in un giorno in cui è in vigore"
        ),
    ] = False
    controfattuali: Annotated[bool, Field(description="Cerca anche che cosa cambierebbe l'esito o l'importo")] = True
    nuclei: Annotated[
        list[NucleoSimulato], Field(min_length=1, max_length=NUCLEI_MASSIMI, description="Da 1 a 500 nuclei")
    ]


class SimulazioneOut(Simulazione):
    """L'esito di una misura per un nucleo."""

    nucleo: Annotated[Intero, Field(description="Posizione del nucleo nella richiesta, da 0")]


class SimulazioniOut(Out):
    """Gli esiti, nell'ordine dei nuclei; nulla è conservato."""

    items: list[SimulazioneOut]


SIMULAZIONI: dict[str, Any] = {"misura": "ADI", "al": "2025-03-10", "nuclei": list(ESEMPI)}
CONFRONTO: dict[str, Any] = {"confronta": True, "controfattuali": False, "nuclei": [ESEMPI[0]]}
