# SPDX-License-Identifier: EUPL-1.2
"""What the facts of a nucleo are about, by who knows them: each misura says which ones its requisiti look at."""

from collections.abc import Mapping
from enum import StrEnum


class Argomento(StrEnum):
    """The domanda itself, or what a registry answers."""

    DOMANDA = "DOMANDA"
    ISEE = "ISEE"
    FAMIGLIA = "FAMIGLIA"
    RESIDENZA = "RESIDENZA"
    CITTADINANZA = "CITTADINANZA"
    VEICOLI = "VEICOLI"
    GIUDIZIARIO = "GIUDIZIARIO"
    LAVORO = "LAVORO"
    SVANTAGGIO = "SVANTAGGIO"


Argomenti = Mapping[str, frozenset[Argomento]]


def per_requisito(prefisso: str, *argomenti: str) -> Argomenti:
    """Write what each requisito looks at, in the order of their codes: R01, R02, ..."""
    return {
        f"{prefisso}-R{numero:02d}": frozenset(Argomento(nome) for nome in nomi.split())
        for numero, nomi in enumerate(argomenti, start=1)
    }
