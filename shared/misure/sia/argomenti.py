# SPDX-License-Identifier: EUPL-1.2
"""Which facts each requisito of the SIA looks at: the nucleo is the one of the ISEE."""

from shared.misure.comuni.argomenti import per_requisito

ARGOMENTI = per_requisito(
    "SIA",
    "CITTADINANZA DOMANDA",
    "CITTADINANZA DOMANDA",
    "CITTADINANZA ISEE DOMANDA",
    "RESIDENZA DOMANDA",
    "ISEE DOMANDA",
    "ISEE DOMANDA",
    "ISEE DOMANDA",
    "ISEE DOMANDA",
    "ISEE DOMANDA",
    "VEICOLI ISEE DOMANDA",
    "VEICOLI ISEE DOMANDA",
    "ISEE DOMANDA",
    "ISEE DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
)
