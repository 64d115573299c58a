# SPDX-License-Identifier: EUPL-1.2
"""Comuni and states in the codes of the registries: from what ANPR writes to what the contracts want."""

import csv
import unicodedata
from functools import lru_cache
from importlib import resources

ITALIA = "IT"


def provincia_di(belfiore: str) -> str | None:
    """Give the sigla of the provincia of a Comune, None when the code is unknown."""
    riga = _comuni().get(belfiore)
    return riga[0] if riga else None


def belfiore_di(nome: str, provincia: str) -> str | None:
    """Find the Belfiore code of a Comune by name and sigla, however accents and apostrophes are written."""
    return _per_nome().get((_piano(nome), provincia.strip().upper()))


def stato_iso(codice: str, descrizione: str = "") -> str | None:
    """Give the ISO 3166-1 alpha-2 code of a state written in the ISTAT code, None when it is unknown."""
    if trovato := _stati().get(codice.strip()):
        return trovato
    return ITALIA if descrizione.strip().upper() in ("ITALIA", "ITALIANA") else None


@lru_cache(maxsize=1)
def _comuni() -> dict[str, tuple[str, str]]:
    return {riga["belfiore"]: (riga["provincia"], riga["nome"]) for riga in _righe("comuni.csv")}


@lru_cache(maxsize=1)
def _per_nome() -> dict[tuple[str, str], str]:
    return {(_piano(nome), provincia): codice for codice, (provincia, nome) in _comuni().items()}


@lru_cache(maxsize=1)
def _stati() -> dict[str, str]:
    return {riga["istat"]: riga["iso"] for riga in _righe("stati.csv")}


def _righe(file: str) -> list[dict[str, str]]:
    percorso = resources.files("services.verifiche_anagrafiche") / "dati" / file
    return list(csv.DictReader(percorso.read_text(encoding="utf-8").splitlines()))


def _piano(nome: str) -> str:
    """Keep the letters only, without accents: ANPR writes FORLI', the archive Forlì."""
    scomposto = unicodedata.normalize("NFKD", nome.upper())
    return "".join(c for c in scomposto if "A" <= c <= "Z")
