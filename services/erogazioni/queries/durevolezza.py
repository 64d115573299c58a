# SPDX-License-Identifier: EUPL-1.2
"""Whether the database keeps through a power cut what it has said to be committed: without it nothing is paid."""

import asyncpg

from shared.errors import InclusioneError

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
    """Read the settings of the server as this service sees them.

    :raises ArchivioNonDurevole: if one of them gives up durability.
    """
    conn = await asyncpg.connect(url)
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
