# SPDX-License-Identifier: EUPL-1.2
"""The preparation of a lotto, beside a bare INSERT ... SELECT of the same rows in the same database.

`python -m deploy.bench.lotto 100000` prints the figures as JSON.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.locale.postgres import postgres_locale
from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.commands.prepara_blocco import prepara_blocco
from services.erogazioni.store.posizioni import sigilla
from shared.contracts.domande import Beneficiario
from shared.db.migrazioni import migra
from shared.db.session import Connessione, Database
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Cifrario

_NOW = datetime(2025, 3, 15, 9, 0, tzinfo=UTC)
_MESE = Mese(2025, 3)
_PER_BLOCCO, _PER_FLUSSO = 10_000, 5_000
_CHI = Beneficiario(codice_fiscale="RSSMRA85T10A562S", cognome="Rossi", nome="Mario")
_SEMINA_POSIZIONI = """
INSERT INTO posizione (id, domanda_id, stato, misura, protocollo, comune, richiedente, beneficiario, decorre_dal,
                       determinata_fino_a, pad_il, versione_spettanza, versione_pad, versione_cessazione)
SELECT gen_random_uuid(), gen_random_uuid(), 'APERTA', 'ADI', 'INPS-ADI-2025-' || n, 'H501', $2, $3, '2025-03', '2025-12',
       '2025-02-10', 1, 1, 0
FROM generate_series(1, $1::int) AS n
"""
_SEMINA_MESI = """
INSERT INTO mese_spettante (posizione_id, mese, importo_cent, quota_a_cent, quota_b_cent, version)
SELECT id, '2025-03', 48000 + (row_number() OVER ())::int % 20000, 48000 + (row_number() OVER ())::int % 20000, 0, 1
FROM posizione
"""
_COPIE = tuple(
    f"CREATE TABLE prova_{tabella} (LIKE {tabella} INCLUDING ALL)" for tabella in ("flusso", "erogazione", "movimento")
)


async def misura(posizioni: int) -> dict[str, Any]:
    """Prepare a lotto of `posizioni` on a private durable server; seconds, rows per second and the ratio to the bare copy."""
    with tempfile.TemporaryDirectory(prefix="inclusione-bench-") as cartella, postgres_locale(Path(cartella)) as server:
        url = server.url("erogazioni")
        await asyncio.to_thread(migra, "erogazioni", url)
        chiave = Cifrario(bytes(32))
        database = Database(Connessione(url, 2, statement_timeout_ms=600_000), cifrario=chiave, sigilli=chiave)
        await database.open()
        try:
            return await _misura(database, posizioni)
        finally:
            await database.close()


async def _misura(database: Database, posizioni: int) -> dict[str, Any]:
    await _semina(database, posizioni)
    memoria = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    inizio = time.perf_counter()
    blocchi = await _prepara(database)
    preparazione = time.perf_counter() - inizio
    cresciuta = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memoria
    copia = await _copia(database)
    async with database.connection() as conn:
        righe = await conn.fetchrow(
            "SELECT (SELECT count(*) FROM erogazione) AS erogazioni, (SELECT count(*) FROM movimento) AS movimenti, "
            "(SELECT count(*) FROM flusso) AS flussi"
        )
    return {
        "posizioni": posizioni,
        **dict(righe),
        "blocchi": blocchi,
        "preparazione_secondi": round(preparazione, 3),
        "copia_nuda_secondi": round(copia, 3),
        "rapporto": round(preparazione / copia, 2),
        "posizioni_al_secondo": round(posizioni / preparazione),
        "memoria_in_piu_mib": round(cresciuta / 1024, 1),
    }


async def _semina(database: Database, posizioni: int) -> None:
    async with database.transaction() as session:
        impronta = session.cifrario.impronta(_CHI.codice_fiscale)
        await session.execute(_SEMINA_POSIZIONI, posizioni, impronta, sigilla(session, _CHI))
        await session.execute(_SEMINA_MESI)
    async with database.connection() as conn:
        for istruzione in ("VACUUM ANALYZE posizione", "VACUUM ANALYZE mese_spettante", "CHECKPOINT"):
            await conn.execute(istruzione)


async def _prepara(database: Database) -> int:
    async with database.transaction() as session:
        lotto = await apri_lotto(session, "ADI", _MESE, now=_NOW)
    blocchi, altri = 0, True
    while altri:
        async with database.transaction() as session:
            altri = await prepara_blocco(session, lotto.id, quante=_PER_BLOCCO, per_flusso=_PER_FLUSSO, now=_NOW)
        blocchi += 1
    return blocchi


async def _copia(database: Database) -> float:
    """Time the bare copy: same rows, same indexes, one transaction."""
    async with database.connection() as conn:
        for istruzione in (*_COPIE, "CHECKPOINT"):
            await conn.execute(istruzione)
        inizio = time.perf_counter()
        async with conn.transaction():
            for tabella in ("flusso", "erogazione", "movimento"):
                await conn.execute(f"INSERT INTO prova_{tabella} SELECT * FROM {tabella}")
        return time.perf_counter() - inizio


if __name__ == "__main__":
    print(json.dumps(asyncio.run(misura(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)), indent=2))
