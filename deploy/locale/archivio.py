# SPDX-License-Identifier: EUPL-1.2
"""The database of `domande` for a command of the command line: address and keys from the environment."""

import os
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.locale.processi import AvvioFallito
from shared.db.session import Connessione, Database
from shared.kernel.sigillo import Cifrario

_TEMPO_MASSIMO_MS = 60_000


@asynccontextmanager
async def archivio_domande() -> AsyncIterator[Database]:
    """Open the database while the block lasts.

    :raises AvvioFallito: if a variable is missing or is not what it should be.
    """
    connessione = Connessione(_variabile("DOMANDE_DATABASE_URL"), 2, statement_timeout_ms=_TEMPO_MASSIMO_MS)
    database = Database(connessione, cifrario=_cifrario("DOMANDE_CHIAVE"), sigilli=_cifrario("EVENTI_CHIAVE"))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _variabile(nome: str) -> str:
    if not (valore := os.environ.get(nome)):
        raise AvvioFallito(f"Manca la variabile {nome}")
    return valore


def _cifrario(nome: str) -> Cifrario:
    try:
        return Cifrario(b64decode(_variabile(nome), validate=True))
    except ValueError:
        raise AvvioFallito(f"La variabile {nome} deve essere una chiave di 32 byte in base64") from None
