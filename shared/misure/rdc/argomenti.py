# SPDX-License-Identifier: EUPL-1.2
"""Which facts each requisito of the RdC looks at: who resigned is not counted in the scala of the reddito."""

from shared.misure.comuni.argomenti import per_requisito

ARGOMENTI = per_requisito(
    "RDC",
    "CITTADINANZA",
    "RESIDENZA DOMANDA",
    "ISEE DOMANDA",
    "ISEE",
    "ISEE DOMANDA",
    "ISEE LAVORO DOMANDA",
    "VEICOLI DOMANDA",
    "ISEE DOMANDA",
    "GIUDIZIARIO",
    "LAVORO DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "ISEE DOMANDA",
    "DOMANDA",
)
