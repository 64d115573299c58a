# SPDX-License-Identifier: EUPL-1.2
"""Codice fiscale of a person: 16 characters with omocodia, or the 11 digits of a provisional one."""

from typing import Annotated, NewType

from pydantic import AfterValidator, StringConstraints
from stdnum.it import codicefiscale

CodiceFiscale = NewType("CodiceFiscale", str)

MODELLO = r"^([A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]|[0-9]{11})$"
_CIFRE_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_POSIZIONI_NUMERICHE = (6, 7, 9, 10, 12, 13, 14)


def valida(testo: str) -> CodiceFiscale:
    """Check shape, date and check character, and give the code back exactly as received.

    :raises ValueError: if the text is not a codice fiscale; the message never repeats it.
    """
    if testo != testo.strip().upper() or not codicefiscale.is_valid(testo):
        raise ValueError("codice fiscale non valido")
    return CodiceFiscale(testo)


def senza_omocodia(codice: str) -> str:
    """Give the first 15 characters with digits in place of the omocodia letters: equal for the variants of one person.

    Only to suggest duplicates to an operator: a variant is a different code.
    """
    if len(codice) != 16:
        return codice
    lettere = list(codice[:15])
    for posizione in _POSIZIONI_NUMERICHE:
        lettere[posizione] = lettere[posizione].translate(_CIFRE_OMOCODIA)
    return "".join(lettere)


# For pydantic models: the shape goes to the OpenAPI document, the check character is verified.
CodiceFiscaleIn = Annotated[str, StringConstraints(pattern=MODELLO, max_length=16), AfterValidator(valida)]
