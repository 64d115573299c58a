# SPDX-License-Identifier: EUPL-1.2
"""Whether the database keeps through a power cut what it has said to be committed: without it nothing is paid."""

import asyncio

import asyncpg
import structlog

from shared.db.session import CONNESSIONE_PERSA
from shared.errors import InclusioneError

log = structlog.get_logger("durevolezza")
_RITARDO_MASSIMO_SECONDS = 5.0

_RICHIESTE = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply", "remote_write"}),
}


class ArchivioNonDurevole(InclusioneError):
    """PostgreSQL runs with a setting that can lose or corrupt committed payments."""

    tipo = "archivio-non-durevole"
    titolo = "Archivio non durevole"


async def controlla_durevolezza(url: str) -> None:
    """Read the settings of the server as this service sees them, as soon as it answers: until then nothing starts.

    :raises ArchivioNonDurevole: if one of them gives up durability.
    """
    conn = await _connessione(url)
    try:
        valori = {nome: await conn.fetchval("SELECT current_setting($1)", nome) for nome in _RICHIESTE}
    finally:
        await conn.close()
    sbagliati = [f"{nome} = {valore}" for nome, valore in valori.items() if valore not in _RICHIESTE[nome]]
    if sbagliati:
        raise ArchivioNonDurevole(
            f"Il servizio erogazioni non si avvia: PostgreSQL ha {', '.join(sbagliati)} e può perdere pagamenti confermati. "
            "Attivare fsync, full_page_writes e synchronous_commit, oppure, solo per prova, "
            "EROGAZIONI_CONTROLLA_DUREVOLEZZA=false"
        )


async def _connessione(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    ritardo = 0.1
    while True:
        try:
            return await asyncpg.connect(url, timeout=5)
        except CONNESSIONE_PERSA as errore:
            log.warning("archivio_atteso", errore=type(errore).__name__)
        await asyncio.sleep(ritardo)
        ritardo = min(ritardo * 2, _RITARDO_MASSIMO_SECONDS)
