# SPDX-License-Identifier: EUPL-1.2
"""As many households as a bench needs: the stories of the sandbox with other codici fiscali, each known by its number."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from string import ascii_uppercase

from stdnum.it.codicefiscale import calc_check_digit

from deploy.demo.modulo import modulo_di
from deploy.sandbox.modello import Nucleo, Persona
from deploy.sandbox.persone import mondo

CODICE = re.compile(rb"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]")
_LETTERE = 6
_POSTI = 16
_DECISI = ("ACCOLTA", "RESPINTA")


@lru_cache(maxsize=1)
def storie(oggi: date) -> tuple[Nucleo, ...]:
    """Give the households that the registries alone decide, each at the first question, their DSU taken as still in force."""
    decisi = [n for n in mondo().nuclei if n.storia.atteso.dopo_registri in _DECISI and not n.storia.ritardi]
    return tuple(_con_dsu_in_vigore(n, oggi) for n in decisi if all(CODICE.fullmatch(_byte(p)) for p in n.persone))


def _con_dsu_in_vigore(nucleo: Nucleo, oggi: date) -> Nucleo:
    dsu = nucleo.dsu and replace(nucleo.dsu, valida_fino=date(oggi.year, 12, 31))
    return replace(nucleo, dsu=dsu)


@dataclass(frozen=True, slots=True)
class Clone:
    """The household `numero`: a story told again about people who have never appeared."""

    numero: int
    storia: int
    nucleo: Nucleo

    def scrivi(self, testo: bytes) -> bytes:
        """Write a text of the story with the codici fiscali of this household."""
        for posto, persona in enumerate(self.nucleo.persone):
            testo = testo.replace(_byte(persona), _codice(persona, self.numero * _POSTI + posto))
        return testo


def clone(numero: int, oggi: date) -> Clone:
    """Give a household by its number."""
    tutte = storie(oggi)
    storia = numero % len(tutte)
    return Clone(numero, storia, tutte[storia])


def di(codice: bytes, oggi: date) -> tuple[Clone, int]:
    """Find the household of a codice fiscale given out here, and the place of the person in it."""
    numero, posto = divmod(_numero(codice[:_LETTERE]), _POSTI)
    return clone(numero, oggi), posto


def moduli_delle_storie(oggi: date) -> list[bytes]:
    """Give the bodies of POST /v1/domande of the people that the sandbox knows."""
    return [json.dumps(modulo_di(n), separators=(",", ":")).encode() for n in storie(oggi)]


def moduli(numeri: range, oggi: date) -> Iterator[bytes]:
    """Give the bodies of POST /v1/domande of as many households."""
    testi = moduli_delle_storie(oggi)
    for numero in numeri:
        suo = clone(numero, oggi)
        yield suo.scrivi(testi[suo.storia])


def _byte(persona: Persona) -> bytes:
    return persona.codice_fiscale.encode()


@lru_cache(maxsize=100_000)
def _codice(persona: Persona, numero: int) -> bytes:
    lettere = ""
    for _ in range(_LETTERE):
        numero, resto = divmod(numero, len(ascii_uppercase))
        lettere = ascii_uppercase[resto] + lettere
    senza = lettere + persona.codice_fiscale[_LETTERE:15]
    return (senza + calc_check_digit(senza)).encode()


def _numero(lettere: bytes) -> int:
    numero = 0
    for lettera in lettere:
        numero = numero * len(ascii_uppercase) + lettera - ord("A")
    return numero
