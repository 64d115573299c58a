# SPDX-License-Identifier: EUPL-1.2
"""Alembic for the five databases: one environment, one folder of versions per service."""

import importlib
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

from shared.db.privilegi import concessioni

SERVIZI = ("domande", "verifiche_anagrafiche", "presa_in_carico", "erogazioni", "notifiche")
_RADICE = Path(__file__).resolve().parents[2]


def configurazione(servizio: str, url: str) -> Config:
    """Build the Alembic configuration of one service; `url` is a postgresql:// address."""
    metadata: MetaData = _tabelle(servizio).metadata
    config = Config()
    config.set_main_option("script_location", str(_RADICE / "shared" / "db" / "alembic"))
    config.set_main_option("version_locations", str(_RADICE / "services" / servizio / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["metadata"] = metadata
    config.attributes["url"] = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    return config


def migra(servizio: str, url: str) -> None:
    """Bring the database of a service to the last version, as its owner, and grant to the role of the service what it needs."""
    config = configurazione(servizio, url)
    config.attributes["infine"] = tuple(concessioni(servizio, _tabelle(servizio).PRIVILEGI))
    command.upgrade(config, "head")


def _tabelle(servizio: str) -> ModuleType:
    return importlib.import_module(f"services.{servizio}.tables")


def verifica(servizio: str, url: str) -> None:
    """Fail if the tables declared in the code differ from the migrated database."""
    command.check(configurazione(servizio, url))


def nuova(servizio: str, url: str, *, numero: str, descrizione: str) -> None:
    """Write a new numbered version from the difference between the code and the database."""
    command.revision(configurazione(servizio, url), descrizione, autogenerate=True, rev_id=numero)
