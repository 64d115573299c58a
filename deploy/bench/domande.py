# SPDX-License-Identifier: EUPL-1.2
"""Many domande of many people, for the benchmarks: the example with another richiedente each time."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice, product
from string import ascii_uppercase

from stdnum.it.codicefiscale import calc_check_digit

from services.domande.schemas.esempi import DOMANDA


def codici_fiscali() -> Iterator[str]:
    """Give valid codici fiscali, all different, of people born on the day of the richiedente of the example."""
    coda = DOMANDA["richiedente"]["codice_fiscale"][6:15]
    for lettere in product(ascii_uppercase, repeat=6):
        codice = "".join(lettere) + coda
        yield codice + calc_check_digit(codice)


def corpi(quanti: int, *, salta: int = 0) -> list[bytes]:
    """Give the bodies of domande of different people."""
    fatti = []
    for codice in islice(codici_fiscali(), salta, salta + quanti):
        domanda = deepcopy(DOMANDA)
        domanda["richiedente"]["codice_fiscale"] = codice
        fatti.append(json.dumps(domanda).encode())
    return fatti
