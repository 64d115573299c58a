# SPDX-License-Identifier: EUPL-1.2
"""The preparation of a lotto inside the database: what is due becomes orders, ledger rows and flows in one statement.

A lotto sees the facts of the moment when it was opened. Who changes a posizione that a lotto in preparation has not examined
yet first sets aside what that lotto would have found (`congela`): an unchanged posizione costs nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import MENSILITA
from services.erogazioni.domain.identita import SEPARATORE
from services.erogazioni.domain.libro import PARTITE, Causale
from services.erogazioni.domain.lotto import Blocco, Lotto, Totale
from services.erogazioni.store.stati import CADUTE_SQL
from shared.db.session import Session

_PRIMA_DI_TUTTI = UUID(int=0)
_DOPO_TUTTI = UUID(int=2**128 - 1)
# Held shared by who changes facts, alone by who opens a lotto: a change falls wholly before or wholly after the opening.
_CHIAVE_FATTI = 7_401
_DA, _A = PARTITE[Causale.DISPOSTA]


def _id(mese: str, posto: str, radice: str, *parti: str) -> str:
    """Give the SQL of `domain.identita.id_calcolato`; `posto` is three bytes."""
    testo = f" || chr({ord(SEPARATORE)}) || ".join(parti)
    impronta = f"sha256(uuid_send({radice}) || convert_to({testo}, 'UTF8'))"
    crudo = f"decode(left({mese}, 4) || right({mese}, 2), 'hex') || {posto} || substr({impronta}, 1, 10)"
    return f"encode(set_byte(set_byte({crudo}, 6, 128), 8, 128), 'hex')::uuid"


def _dovute(*, da: str, quali: str, suoi: str, misura: str, mese: str, lotto: str) -> str:
    """Give the search of what is due by the spettanza and was not ordered (or whose orders fell), with why it stays out now.

    A month that a cessation took away is told once, in the lotto of that month.
    """
    return f"""
    SELECT {lotto} AS lotto_id, p.id AS posizione_id, ms.mese, (ms.importo_cent - coalesce(e.disposto, 0))::int AS cent,
           coalesce(e.ultimo, 0) + 1 AS progressivo, e.caduta AS sostituisce,
           CASE WHEN p.cessata_dal <= ms.mese THEN 'CESSATA' WHEN p.pad_il IS NULL OR p.strumento_respinto THEN 'IN_ATTESA'
                WHEN p.sospesa_dal <= ms.mese THEN 'SOSPESA' END AS esclusa
    FROM {da} JOIN mese_spettante ms ON ms.posizione_id = p.id
    LEFT JOIN (
        SELECT posizione_id, mese, max(progressivo) AS ultimo,
               sum(importo_cent) FILTER (WHERE stato NOT IN {CADUTE_SQL}) AS disposto,
               (array_agg(CASE WHEN stato IN {CADUTE_SQL} THEN id END ORDER BY progressivo DESC))[1] AS caduta
        FROM erogazione WHERE {suoi.format("posizione_id")} AND componente = '{MENSILITA}' GROUP BY posizione_id, mese
    ) e ON e.posizione_id = p.id AND e.mese = ms.mese
    WHERE {quali} AND {suoi.format("ms.posizione_id")} AND ms.mese <= {mese} AND p.misura = {misura}
      AND ms.mese >= p.decorre_dal AND ms.importo_cent > coalesce(e.disposto, 0)
      AND (p.cessata_dal IS NULL OR ms.mese < p.cessata_dal OR ms.mese = {mese})
    """


# Each table is read once, along its range, and joined by order or by hash. While a lotto fills them the statistics are old, and
# the planner would go through the orders there are already for each month that is due.
_UNA_VOLTA_SOLA = "SET LOCAL enable_nestloop = off"
_FINE_BLOCCO = "SELECT id FROM posizione WHERE misura = $1 AND id > $2 ORDER BY id OFFSET $3 LIMIT 1"
_NON_CONGELATA = "p.id NOT IN (SELECT posizione_id FROM congelata)"
_DA_VIVE = _dovute(
    da="posizione p", quali=f"p.id > $2 AND p.id <= $3 AND {_NON_CONGELATA}", suoi="{0} > $2 AND {0} <= $3", misura="$1",
    mese="$4", lotto="$5::uuid",
)  # fmt: skip
_ID_ORDINE = _id(
    "d.mese",
    "substr(uuid_send(d.posizione_id), 1, 3)",
    "d.posizione_id",
    "$1",
    "d.mese",
    f"'{MENSILITA}'",
    "d.progressivo",
)
_ID_FLUSSO = _id("$4::text", "decode(lpad(s.numero::text, 6, '0'), 'hex')", "$5::uuid", "s.numero::text")
_DISPONI = f"""
WITH congelata AS MATERIALIZED (
    SELECT * FROM posizione_congelata WHERE lotto_id = $5 AND posizione_id > $2 AND posizione_id <= $3
), dovuta AS MATERIALIZED (
    SELECT t.*, ($6::int + count(*) FILTER (WHERE esclusa IS NULL)
                 OVER (ORDER BY posizione_id, mese ROWS UNBOUNDED PRECEDING) - 1)::int / $7::int + 1 AS numero
    FROM (
        {_DA_VIVE}
        UNION ALL
        SELECT c.lotto_id, c.posizione_id, d.mese, d.cent, d.progressivo, d.sostituisce, d.esclusa FROM congelata c
        CROSS JOIN LATERAL jsonb_to_recordset(c.dovute)
            AS d (mese text, cent int, progressivo int, sostituisce uuid, esclusa text)
    ) t
), somma AS MATERIALIZED (
    SELECT numero, esclusa, count(*) AS quante, sum(cent) AS cent FROM dovuta GROUP BY numero, esclusa
), in_flusso AS MATERIALIZED (
    SELECT {_ID_FLUSSO} AS id, s.* FROM somma s WHERE s.esclusa IS NULL
), flussi AS (
    INSERT INTO flusso (id, lotto_id, numero, stato, disposizioni, importo_cent, tentativi)
    SELECT id, $5, numero, 'DA_INVIARE', quante, cent, 0 FROM in_flusso ORDER BY numero
    ON CONFLICT (id) DO UPDATE SET disposizioni = flusso.disposizioni + excluded.disposizioni,
        importo_cent = flusso.importo_cent + excluded.importo_cent
), erogazioni AS (
    INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, flusso_id,
                            sostituisce, version)
    SELECT {_ID_ORDINE}, d.posizione_id, d.mese, '{MENSILITA}', d.progressivo, d.cent, 'DA_INVIARE', $5, f.id, d.sostituisce, 1
    FROM dovuta d JOIN in_flusso f ON f.numero = d.numero WHERE d.esclusa IS NULL
    RETURNING id, posizione_id, importo_cent
), movimenti AS (
    INSERT INTO movimento (posizione_id, erogazione_id, causale, conto, importo_cent, lotto_id, registrato_il)
    SELECT e.posizione_id, e.id, '{Causale.DISPOSTA}', v.conto, e.importo_cent * v.segno, $5, $8
    FROM erogazioni e CROSS JOIN (VALUES ('{_DA}', -1), ('{_A}', 1)) AS v (conto, segno)
)
SELECT (SELECT count(*) FROM posizione p WHERE p.misura = $1 AND p.id > $2 AND p.id <= $3 AND {_NON_CONGELATA})
           + (SELECT count(*) FROM congelata WHERE esaminata) AS posizioni,
       (SELECT jsonb_object_agg(motivo, totale) FROM (
            SELECT coalesce(esclusa, 'DISPOSTA') AS motivo, jsonb_build_array(sum(quante), sum(cent)) AS totale
            FROM somma GROUP BY esclusa
        ) g) AS totali
"""
_CONGELA = f"""
INSERT INTO posizione_congelata (lotto_id, posizione_id, esaminata, dovute)
SELECT l.id, p.id, coalesce(p.misura = l.misura, false), coalesce(d.dovute, '[]')
FROM lotto l CROSS JOIN posizione p LEFT JOIN (
    SELECT t.lotto_id, t.posizione_id, jsonb_agg(to_jsonb(t)) AS dovute FROM (
        {
    _dovute(
        da="lotto l CROSS JOIN posizione p", quali="l.stato = 'IN_PREPARAZIONE' AND p.id = ANY($1::uuid[])",
        suoi="{0} = ANY($1::uuid[])", misura="l.misura", mese="l.mese", lotto="l.id",
    )
}
    ) t GROUP BY t.lotto_id, t.posizione_id
) d ON d.lotto_id = l.id AND d.posizione_id = p.id
WHERE l.stato = 'IN_PREPARAZIONE' AND p.id = ANY($1::uuid[]) AND (l.segno IS NULL OR p.id > l.segno)
ON CONFLICT DO NOTHING
"""  # fmt: skip


async def apri_ai_fatti(session: Session) -> None:
    """Declare that this transaction may change what is due: to be called before it locks anything."""
    await session.execute("SELECT pg_advisory_xact_lock_shared($1)", _CHIAVE_FATTI)


async def chiudi_ai_fatti(session: Session) -> None:
    """Wait for who is changing what is due, and keep out the others until this transaction ends."""
    await session.execute("SELECT pg_advisory_xact_lock($1)", _CHIAVE_FATTI)


async def congela(session: Session, posizioni: Iterable[UUID]) -> None:
    """Set aside what the lotti in preparation would find for these posizioni, before their facts change."""
    await session.execute(_CONGELA, sorted(set(posizioni)))


async def scongela(session: Session, lotto_id: UUID) -> None:
    """Forget what was set aside: the lotto has been through all its posizioni."""
    await session.execute("DELETE FROM posizione_congelata WHERE lotto_id = $1", lotto_id)


async def disponi_blocco(session: Session, lotto: Lotto, *, quante: int, per_flusso: int, now: datetime) -> Blocco:
    """Order what is due to the next `quante` posizioni after the resume mark, filling the flows one after the other."""
    da = lotto.segno or _PRIMA_DI_TUTTI
    fine: UUID | None = await session.fetchval(_FINE_BLOCCO, lotto.misura, da, quante - 1)
    await session.execute(_UNA_VOLTA_SOLA)
    riga = await session.fetchrow(
        _DISPONI,
        lotto.misura,
        da,
        fine or _DOPO_TUTTI,
        str(lotto.mese),
        lotto.id,
        lotto.disposte.numero,
        per_flusso,
        now,
    )
    assert riga is not None
    totali = {motivo: Totale(numero, cent) for motivo, (numero, cent) in (riga["totali"] or {}).items()}
    trovati = (totali.get(motivo, Totale()) for motivo in ("DISPOSTA", "IN_ATTESA", "SOSPESA", "CESSATA"))
    return Blocco(fine, riga["posizioni"], *trovati)
