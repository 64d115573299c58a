# SPDX-License-Identifier: EUPL-1.2
"""Which facts each requisito of the SFL looks at: the second one looks at all that the ADI does."""

from shared.misure.comuni.argomenti import Argomento, per_requisito

ARGOMENTI = per_requisito(
    "SFL",
    "DOMANDA",
    " ".join(Argomento),
    "ISEE",
    "ISEE DOMANDA",
    "CITTADINANZA RESIDENZA FAMIGLIA DOMANDA",
    "ISEE VEICOLI DOMANDA",
    "GIUDIZIARIO DOMANDA",
    "LAVORO DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
    "DOMANDA",
)
