# SPDX-License-Identifier: EUPL-1.2
"""The published documents: OpenAPI of each service, AsyncAPI of the events."""

import importlib
import json
from pathlib import Path

from deploy.locale import asyncapi
from deploy.locale.configurazione import Indirizzi, Segreti, applica, del_servizio
from deploy.locale.sistema import crea_servizio
from shared.db.migrazioni import SERVIZI

_INDIRIZZI = Indirizzi(
    base="http://127.0.0.1:8000", sandbox="http://127.0.0.1:8001", porta_posta=8025, bus="interno",
    database=dict.fromkeys(SERVIZI, "postgresql://localhost/documenti"), cartella=Path("build"),
)  # fmt: skip
# Who only serves the API calls nobody: no key of a PDND client is looked for.
_SOLO_API = {"RUOLI": "api", "PDND_CLIENT_ID": ""}


def openapi(servizio: str) -> dict[str, object]:
    """Build the OpenAPI document of a service, without starting it."""
    segreti = Segreti.di_passaggio()
    applica(del_servizio(servizio, _INDIRIZZI, segreti) | _SOLO_API)
    importlib.import_module(f"services.{servizio}.app")
    documento: dict[str, object] = crea_servizio(servizio).openapi()
    return documento


def scrivi_openapi(cartella: Path) -> list[Path]:
    """Write the OpenAPI documents."""
    return [_scrivi(cartella / f"{servizio}.json", openapi(servizio)) for servizio in SERVIZI]


def scrivi_asyncapi(percorso: Path) -> Path:
    """Write the AsyncAPI document."""
    return _scrivi(percorso, asyncapi.documento())


def _scrivi(percorso: Path, documento: dict[str, object]) -> Path:
    percorso.parent.mkdir(parents=True, exist_ok=True)
    percorso.write_text(json.dumps(documento, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return percorso
