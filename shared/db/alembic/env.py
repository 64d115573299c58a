# SPDX-License-Identifier: EUPL-1.2
"""Alembic environment of every service: the configuration brings metadata and address."""

import asyncio
import threading

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


def _esegui(connessione: Connection) -> None:
    context.configure(
        connection=connessione,
        target_metadata=context.config.attributes["metadata"],
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    for istruzione in context.config.attributes.get("infine", ()):
        connessione.exec_driver_sql(istruzione)


async def _apri_ed_esegui() -> None:
    motore = create_async_engine(context.config.attributes["url"], poolclass=NullPool)
    async with motore.connect() as connessione:
        await connessione.run_sync(_esegui)
        await connessione.commit()
    await motore.dispose()


def _in_un_ciclo_proprio() -> None:
    asyncio.run(_apri_ed_esegui())


# Alembic is synchronous and may be called where an event loop already runs: it gets a thread of its own.
_errori: list[BaseException] = []


def _protetto() -> None:
    try:
        _in_un_ciclo_proprio()
    except BaseException as errore:
        _errori.append(errore)


_filo = threading.Thread(target=_protetto)
_filo.start()
_filo.join()
if _errori:
    raise _errori[0]
