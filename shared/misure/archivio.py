# SPDX-License-Identifier: EUPL-1.2
"""Parametri and rules of the past: a version written so that it can be read again, and the version of the code."""

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from shared.misure.parametri import Parametri, ParametriNonValidi, Valore, ValoreDatato, leggi

_RADICE = Path(__file__).parent
_NUCLEO = _RADICE.parent / "kernel"


def scrivi(parametri: Parametri) -> str:
    """Write parametri as TOML: reading it back gives the same values, sources and version."""
    righe: list[str] = []
    for nome in parametri.nomi:
        for datato in parametri.storia(nome):
            righe += [f"[[{nome}]]", *_righe(datato), ""]
    return "\n".join(righe)


@lru_cache
def rileggi(misura: str, testo: str, *, versione: str) -> Parametri:
    """Read an archived version.

    :raises ParametriNonValidi: if the text is not that version any more.
    """
    parametri = leggi(misura, testo)
    if parametri.versione != versione:
        raise ParametriNonValidi(f"I parametri archiviati di {misura} non sono la versione {versione}")
    return parametri


@cache
def versione_regole(cartella: str | Path) -> str:
    """Give the version of the rules of a misura: a hash of their code, of that of the misure they call, of what all share.

    It says which code decided; whether another code decides the same is for a recomputation to prove.
    """
    comuni = {*_RADICE.glob("*.py"), *_NUCLEO.rglob("*.py"), *(_RADICE / "controfattuale").rglob("*.py")}
    impronta = hashlib.sha256()
    for percorso in sorted(comuni.union(*(c.rglob("*.py") for c in _cartelle(_RADICE / cartella)))):
        impronta.update(f"{percorso.relative_to(percorso.parents[1])}\0".encode())
        impronta.update(percorso.read_bytes())
    return impronta.hexdigest()


def _cartelle(propria: Path) -> set[Path]:
    """Find the folders of rules that one needs: the RdC and the SFL call functions of the ADI."""
    trovate, da_leggere = {propria, _RADICE / "comuni"}, [propria]
    while da_leggere:
        for percorso in da_leggere.pop().rglob("*.py"):
            for nome in re.findall(r"^from shared\.misure\.(\w+)", percorso.read_text(encoding="utf-8"), re.MULTILINE):
                cartella = _RADICE / nome
                if cartella.is_dir() and cartella not in trovate:
                    trovate.add(cartella)
                    da_leggere.append(cartella)
    return trovate


def _righe(datato: ValoreDatato) -> Iterator[str]:
    yield f"dal = {datato.dal.isoformat()}"
    yield f"valore = {_valore(datato.valore)}"
    yield f"fonte = {_stringa(datato.fonte)}"
    if datato.ammessi:
        yield f"ammessi = [{', '.join(_stringa(a) for a in datato.ammessi)}]"
    if datato.domanda is not None:
        yield "da_verificare = true"
        yield f"domanda = {_stringa(datato.domanda)}"


def _valore(valore: Valore) -> str:
    match valore:
        case bool():
            return "true" if valore else "false"
        case Decimal() | int():
            return str(valore)
        case _:
            return _stringa(valore)


def _stringa(testo: str) -> str:
    return json.dumps(testo, ensure_ascii=False)
