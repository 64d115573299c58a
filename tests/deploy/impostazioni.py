# SPDX-License-Identifier: EUPL-1.2
"""The settings of a service, seen from outside: which variables it reads, which it cannot do without."""

import importlib
import inspect

from shared.web.impostazioni import Impostazioni


def classe_di(servizio: str) -> type[Impostazioni]:
    """Give the settings class of a service."""
    modulo = importlib.import_module(f"services.{servizio}.settings")
    classi = (c for _, c in inspect.getmembers(modulo, inspect.isclass) if c.__module__ == modulo.__name__)
    return next(c for c in classi if issubclass(c, Impostazioni))


def nomi_di(servizio: str) -> dict[str, bool]:
    """Give the environment variables that a service reads, and whether they are required."""
    classe = classe_di(servizio)
    prefisso = str(classe.model_config["env_prefix"])
    return {
        (campo.alias or prefisso + nome.upper()): campo.is_required() for nome, campo in classe.model_fields.items()
    }
