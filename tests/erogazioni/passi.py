# SPDX-License-Identifier: EUPL-1.2
"""The steps of a lotto, taken one by one on a database, without jobs and without a payer."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.commands.registra_esiti import PaginaEsiti, registra_esiti
from services.erogazioni.commands.registra_risposta import registra_consegna
from services.erogazioni.domain.erogazione import RigaEsito
from shared.db.session import Database
from shared.kernel.mese import Mese
from tests.erogazioni.fatti import righe
from tests.support.archivi import PROPRIETARIO

ADESSO = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)


async def apri(database: Database, mese: Mese) -> UUID:
    """Open a lotto."""
    async with database.transaction() as session:
        return (await apri_lotto(session, "ADI", mese, now=ADESSO)).id


async def blocco(database: Database, lotto_id: UUID, *, quante: int = 3) -> bool:
    """Prepare one block."""
    async with database.transaction() as session:
        return await prepara_blocco(session, lotto_id, quante=quante, per_flusso=4, now=ADESSO)


async def prepara(database: Database, mese: Mese) -> UUID:
    """Open and prepare a whole lotto."""
    lotto_id = await apri(database, mese)
    while await blocco(database, lotto_id):
        pass
    return lotto_id


async def flussi(database: Database, lotto_id: UUID) -> list[UUID]:
    """Give the flows of a lotto, by number."""
    return [
        r["id"] for r in await righe(database, "SELECT id FROM flusso WHERE lotto_id = $1 ORDER BY numero", lotto_id)
    ]


async def paga(database: Database, lotto_id: UUID, *, scarta: frozenset[UUID] = frozenset()) -> None:
    """Send the flows and take their outcomes, without a payer in between."""
    for flusso_id in await flussi(database, lotto_id):
        async with database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=ADESSO)
        async with database.transaction() as session:
            await registra_consegna(session, flusso_id, now=ADESSO)
        sue = await righe(database, "SELECT id FROM erogazione WHERE flusso_id = $1 AND stato = 'IN_INVIO'", flusso_id)
        esiti = [
            RigaEsito(str(r["id"]), "SCARTATO", "CARTA_BLOCCATA") if r["id"] in scarta
            else RigaEsito(str(r["id"]), "ESEGUITO", None, ADESSO.date())
            for r in sue
        ]  # fmt: skip
        async with database.transaction() as session:
            await registra_esiti(session, flusso_id, PaginaEsiti(esiti, None, conclusa=True), now=ADESSO)


async def fotografia(database: Database, lotto_id: UUID) -> dict[str, Any]:
    """Picture all that the preparation wrote."""
    campi = "disposte, disposte_cent, sospese, cessate, in_attesa, posizioni, stato, segno"
    return {
        "lotto": await righe(database, f"SELECT {campi} FROM lotto WHERE id = $1", lotto_id),
        "erogazioni": await righe(database, "SELECT * FROM erogazione ORDER BY id"),
        "movimenti": await righe(database, "SELECT * FROM movimento ORDER BY erogazione_id, causale, conto"),
        "flussi": await righe(database, "SELECT id, numero, disposizioni, importo_cent FROM flusso ORDER BY numero"),
    }


async def svuota(database: Database) -> None:
    """Forget the lotti and all that they wrote."""
    conn = await asyncpg.connect(database.url, user=PROPRIETARIO)
    try:
        await conn.execute(
            "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM movimento; DELETE FROM erogazione; "
            "DELETE FROM flusso; DELETE FROM posizione_congelata; DELETE FROM lotto; COMMIT"
        )
    finally:
        await conn.close()
