# SPDX-License-Identifier: EUPL-1.2
"""The preparation of a lotto, beside a bare INSERT ... SELECT of the same rows in the same database.

The posizioni are of every kind: suspended, ended, waiting for the PAD, with arrears, with a payment that came back refused and
with a difference to pay. The bare copy is made twice: in tables with all our indexes, and with primary keys only.

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
from services.erogazioni.domain.lotto import id_flusso, id_lotto
from services.erogazioni.store.posizioni import sigilla
from shared.contracts.domande import Beneficiario
from shared.db.migrazioni import migra
from shared.db.session import Connessione, Database
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Cifrario

_NOW = datetime(2025, 3, 15, 9, 0, tzinfo=UTC)
_MESE = Mese(2025, 3)
_PER_BLOCCO, _PER_FLUSSO = 20_000, 5_000
_CHI = Beneficiario(codice_fiscale="RSSMRA85T10A562S", cognome="Rossi", nome="Mario")
# Of a hundred: five suspended, two ended, two without PAD, ten with February due, five of them ordered in part or refused.
_SEMINA_POSIZIONI = """
INSERT INTO posizione (id, domanda_id, stato, misura, protocollo, comune, richiedente, beneficiario, decorre_dal,
                       determinata_fino_a, pad_il, sospesa_dal, cessata_dal, versione_spettanza, versione_pad, versione_cessazione)
SELECT gen_random_uuid(), gen_random_uuid(), 'APERTA', 'ADI', 'INPS-ADI-2025-' || n, 'H501', $2, $3, '2025-02', '2025-12',
       CASE WHEN n % 100 NOT IN (1, 2) THEN date '2025-02-10' END, CASE WHEN n % 100 IN (3, 4, 5, 6, 7) THEN '2025-03' END,
       CASE WHEN n % 100 IN (8, 9) THEN '2025-03' END, 1, 1, 0
FROM generate_series(1, $1::int) AS n
"""
_SEMINA_MESI = """
INSERT INTO mese_spettante (posizione_id, mese, importo_cent, quota_a_cent, quota_b_cent, version)
SELECT p.id, m.mese, 48000 + p.n % 20000, 48000 + p.n % 20000, 0, 1
FROM (SELECT id, split_part(protocollo, '-', 4)::int AS n FROM posizione) p
CROSS JOIN (VALUES ('2025-02'), ('2025-03')) AS m (mese) WHERE m.mese = '2025-03' OR p.n % 100 BETWEEN 10 AND 19
"""
_SEMINA_FEBBRAIO = """
INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, flusso_id, version)
SELECT ('202502' || left(p.id::text, 6) || left(md5(p.id::text), 20))::uuid, p.id, '2025-02', 'MENSILITA', 1, 40000,
       CASE WHEN p.n % 100 < 13 THEN 'ESEGUITO' ELSE 'SCARTATO' END, $1, $1, 3
FROM (SELECT id, split_part(protocollo, '-', 4)::int AS n FROM posizione) p WHERE p.n % 100 BETWEEN 10 AND 14
"""
_TABELLE = ("flusso", "erogazione", "movimento")
_CON_INDICI = "CREATE TABLE {copia} (LIKE {tabella} INCLUDING ALL)"
_CON_CHIAVE = """
CREATE TABLE {copia} (LIKE {tabella} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE {copia} ADD ' || pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE conrelid = '{tabella}'::regclass AND contype = 'p'); END $$
"""


async def misura(posizioni: int) -> dict[str, Any]:
    """Prepare a lotto of `posizioni` on a private durable server; seconds, rows per second and the ratio to the bare copy."""
    with tempfile.TemporaryDirectory(prefix="inclusione-bench-") as cartella, postgres_locale(Path(cartella)) as server:
        url = server.url("erogazioni")
        await asyncio.to_thread(migra, "erogazioni", url)
        chiave = Cifrario(bytes(32))
        database = Database(Connessione(url, 1, statement_timeout_ms=600_000), cifrario=chiave, sigilli=chiave)
        await database.open()
        try:
            return await _misura(database, posizioni)
        finally:
            await database.close()


async def _misura(database: Database, posizioni: int) -> dict[str, Any]:
    await semina(database, posizioni)
    inizio = time.perf_counter()
    blocchi = await _prepara(database)
    preparazione = time.perf_counter() - inizio
    memoria = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    async with database.connection() as conn:
        memoria_database = _picco(await conn.fetchval("SELECT pg_backend_pid()"))
        copie = [await _copia(conn, nome, forma) for nome, forma in (("indici", _CON_INDICI), ("chiave", _CON_CHIAVE))]
        righe = await conn.fetchrow(
            "SELECT disposte, sospese, cessate, in_attesa, (SELECT count(*) FROM movimento) AS movimenti, "
            "(SELECT count(*) FROM flusso) AS flussi FROM lotto"
        )
    return {
        "posizioni": posizioni,
        **dict(righe),
        "blocchi": blocchi,
        "preparazione_secondi": round(preparazione, 3),
        "copia_nuda_secondi": round(copie[0], 3),
        "rapporto": round(preparazione / copie[0], 2),
        "copia_con_la_sola_chiave_secondi": round(copie[1], 3),
        "rapporto_con_la_sola_chiave": round(preparazione / copie[1], 2),
        "posizioni_al_secondo": round(posizioni / preparazione),
        "memoria_mib": memoria,
        "memoria_database_mib": memoria_database,
    }


def _picco(pid: int) -> int:
    """Give the largest memory that a process of the server had, shared buffers included, in MiB."""
    stato = dict(riga.split(":", 1) for riga in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(stato["VmHWM"].split()[0]) // 1024


async def semina(database: Database, posizioni: int) -> None:
    """Write posizioni of every kind with their months, and what February left behind."""
    async with database.transaction() as session:
        await session.execute("SET LOCAL statement_timeout = 0")
        impronta = session.cifrario.impronta(_CHI.codice_fiscale)
        await session.execute(_SEMINA_POSIZIONI, posizioni, impronta, sigilla(session, _CHI))
        await session.execute(_SEMINA_MESI)
        await session.execute(_SEMINA_FEBBRAIO, id_flusso(id_lotto("ADI", Mese(2025, 2)), Mese(2025, 2), 1))
    async with database.connection() as conn:
        for istruzione in (
            "VACUUM ANALYZE posizione",
            "VACUUM ANALYZE mese_spettante",
            "VACUUM ANALYZE erogazione",
            "CHECKPOINT",
        ):
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


async def _copia(conn: Any, nome: str, forma: str) -> float:
    """Time the bare copy: the rows of the lotto, one transaction."""
    for tabella in _TABELLE:
        await conn.execute(forma.format(copia=f"{nome}_{tabella}", tabella=tabella))
    await conn.execute("CHECKPOINT")
    inizio = time.perf_counter()
    async with conn.transaction():
        for tabella in _TABELLE:
            await conn.execute(
                f"INSERT INTO {nome}_{tabella} SELECT * FROM {tabella} WHERE lotto_id IN (SELECT id FROM lotto)"
            )
    return time.perf_counter() - inizio


if __name__ == "__main__":
    print(json.dumps(asyncio.run(misura(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)), indent=2))
