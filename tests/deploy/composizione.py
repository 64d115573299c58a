# SPDX-License-Identifier: EUPL-1.2
"""docker-compose.yml as the engine reads it: YAML merged, variables replaced with those of deploy/env.esempio."""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

RADICE = Path(__file__).resolve().parents[2]
ESEMPIO = RADICE / "deploy" / "env.esempio"
_VARIABILE = re.compile(r"\$(?:\$|\{(?P<nome>\w+)(?:(?P<modo>:?[-?])(?P<altro>[^}]*))?\})")


@cache
def grezza() -> dict[str, Any]:
    """Read the file as it is written, with its variables."""
    letta: dict[str, Any] = yaml.safe_load((RADICE / "docker-compose.yml").read_text(encoding="utf-8"))
    return letta


def esempio() -> dict[str, str]:
    """Read deploy/env.esempio."""
    righe = ESEMPIO.read_text(encoding="utf-8").splitlines()
    coppie = (riga.partition("=") for riga in righe if "=" in riga and not riga.startswith("#"))
    return {nome: valore.strip("'") for nome, _, valore in coppie}


def env_completo() -> dict[str, str]:
    """Give the example with its secrets filled in, as who installs does."""
    return {nome: valore or _segreto(nome) for nome, valore in esempio().items()}


def _segreto(nome: str) -> str:
    chiave = nome == "EVENTI_CHIAVE" or (nome.endswith("_CHIAVE") and nome != "APPIO_CHIAVE")
    return base64.b64encode(nome.encode().ljust(32)[:32]).decode() if chiave else nome.lower()


def variabili(nodo: object) -> set[tuple[str, str]]:
    """Find the variables under a node, each with how it is asked for: `:?`, `:-`, or nothing."""
    match nodo:
        case str():
            return {(t["nome"], t["modo"] or "") for t in _VARIABILE.finditer(nodo) if t["nome"]}
        case dict():
            return {v for figlio in nodo.values() for v in variabili(figlio)}
        case list():
            return {v for figlio in nodo for v in variabili(figlio)}
    return set()


def composta(env: dict[str, str]) -> dict[str, Any]:
    """Replace the variables everywhere.

    :raises KeyError: if a required one is missing or empty.
    """
    sostituita: dict[str, Any] = _sostituisci(grezza(), env)
    return sostituita


def _sostituisci(nodo: Any, env: dict[str, str]) -> Any:
    match nodo:
        case str():
            return _VARIABILE.sub(lambda trovata: _valore(trovata, env), nodo)
        case dict():
            return {nome: _sostituisci(figlio, env) for nome, figlio in nodo.items()}
        case list():
            return [_sostituisci(figlio, env) for figlio in nodo]
    return nodo


def _valore(trovata: re.Match[str], env: dict[str, str]) -> str:
    nome = trovata["nome"]
    if nome is None:
        return "$"
    if env.get(nome):
        return env[nome]
    if trovata["modo"] in (":?", "?"):
        raise KeyError(nome)
    return trovata["altro"] or ""
