# SPDX-License-Identifier: EUPL-1.2
"""Which facts each requisito of the ADI looks at."""

from shared.misure.comuni.argomenti import per_requisito

ARGOMENTI = per_requisito(
    "ADI",
    "ISEE SVANTAGGIO DOMANDA",
    "CITTADINANZA",
    "RESIDENZA",
    "RESIDENZA FAMIGLIA",
    "DOMANDA",
    "ISEE",
    "ISEE DOMANDA",
    "ISEE",
    "ISEE",
    "VEICOLI",
    "VEICOLI DOMANDA",
    "GIUDIZIARIO DOMANDA",
    "LAVORO DOMANDA",
    "DOMANDA",
    "SVANTAGGIO DOMANDA",
    "FAMIGLIA ISEE DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
)
