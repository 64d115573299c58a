# SPDX-License-Identifier: EUPL-1.2
"""Lotti: rows <-> domain, the search of what is due, the rows that a block adds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.erogazioni.domain.erogazione import MENSILITA
from services.erogazioni.domain.libro import PARTITE, Causale
from services.erogazioni.domain.lotto import ORDINARIO, Blocco, Dovuta, Lotto, StatoLotto, Totale, id_flusso
from services.erogazioni.domain.posizione import StatoPosizione
from shared.db.session import Session
from shared.kernel.identita import nuovo_id
from shared.kernel.mese import Mese

CAMPI = (
    "id, ordine, misura, mese, stato, creato_il, disposto_il, concluso_il, segno, posizioni, disposte, disposte_cent, "
    "in_attesa, in_attesa_cent, sospese, sospese_cent, cessate, cessate_cent"
)
PRIMA_DI_TUTTI = UUID(int=0)
_DOPO_TUTTI = UUID(int=2**128 - 1)
_CREA = """
INSERT INTO lotto (id, ordine, misura, mese, tipo, stato, creato_il, posizioni, disposte, disposte_cent, in_attesa,
                   in_attesa_cent, sospese, sospese_cent, cessate, cessate_cent)
VALUES ($1, $2, $3, $4, $5, 'IN_PREPARAZIONE', $6, 0, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
"""
_FINE_BLOCCO = "SELECT id FROM posizione WHERE misura = $1 AND id > $2 ORDER BY id OFFSET $3 LIMIT 1"
# What is due by the spettanza and was not ordered (or whose orders fell), with the reason why it stays out now.
# A month that a cessation took away is told once, in the lotto of that month.
_DOVUTE = """
SELECT p.id, ms.mese, (ms.importo_cent - coalesce(e.disposto, 0))::int, (coalesce(e.ultimo, 0) + 1)::int,
       CASE WHEN u.stato IN ('SCARTATO', 'ANNULLATO') THEN u.id END,
       CASE WHEN p.cessata_dal <= ms.mese THEN 'CESSATA' WHEN p.pad_il IS NULL THEN 'IN_ATTESA'
            WHEN p.sospesa_dal <= ms.mese THEN 'SOSPESA' END
FROM posizione p JOIN mese_spettante ms ON ms.posizione_id = p.id
LEFT JOIN (
    SELECT posizione_id, mese, max(progressivo) AS ultimo,
           sum(importo_cent) FILTER (WHERE stato NOT IN ('SCARTATO', 'ANNULLATO')) AS disposto
    FROM erogazione WHERE posizione_id > $2 AND posizione_id <= $3 AND componente = $5 GROUP BY posizione_id, mese
) e ON e.posizione_id = p.id AND e.mese = ms.mese
LEFT JOIN erogazione u ON u.posizione_id = p.id AND u.mese = ms.mese AND u.componente = $5 AND u.progressivo = e.ultimo
WHERE p.misura = $1 AND p.id > $2 AND p.id <= $3 AND ms.posizione_id > $2 AND ms.posizione_id <= $3
  AND ms.mese <= $4 AND ms.mese >= p.decorre_dal AND ms.importo_cent > coalesce(e.disposto, 0)
  AND (p.cessata_dal IS NULL OR ms.mese < p.cessata_dal OR ms.mese = $4)
ORDER BY p.id, ms.mese
"""
_CRESCI_FLUSSI = """
INSERT INTO flusso (id, lotto_id, numero, stato, disposizioni, importo_cent, tentativi)
SELECT r.id, $1, r.numero, 'DA_INVIARE', r.disposizioni, r.cent, 0
FROM unnest($2::uuid[], $3::int[], $4::int[], $5::bigint[]) AS r (id, numero, disposizioni, cent) ORDER BY r.numero
ON CONFLICT (id) DO UPDATE SET disposizioni = flusso.disposizioni + excluded.disposizioni,
    importo_cent = flusso.importo_cent + excluded.importo_cent
"""
_COLONNE = (
    "id", "posizione_id", "mese", "componente", "progressivo", "importo_cent", "stato", "lotto_id", "flusso_id",
    "sostituisce", "version",
)  # fmt: skip
_ESCLUSA = {None: None} | {stato.value: stato for stato in StatoPosizione}
_AVANZA = """
UPDATE lotto SET segno = $2, posizioni = posizioni + $3, disposte = disposte + $4, disposte_cent = disposte_cent + $5,
    in_attesa = in_attesa + $6, in_attesa_cent = in_attesa_cent + $7, sospese = sospese + $8,
    sospese_cent = sospese_cent + $9, cessate = cessate + $10, cessate_cent = cessate_cent + $11, riservato_fino = NULL
WHERE id = $1
"""
_CHIUDI_PREPARAZIONE = """
UPDATE lotto SET disposto_il = $2::timestamptz, stato = CASE WHEN disposte = 0 THEN 'CONCLUSO' ELSE 'DISPOSTO' END,
    concluso_il = CASE WHEN disposte = 0 THEN $2::timestamptz END, riservato_fino = NULL
WHERE id = $1
"""
_CONCLUDI = """
UPDATE lotto SET stato = 'CONCLUSO', concluso_il = $2 WHERE id = $1 AND stato = 'IN_INVIO'
    AND NOT EXISTS (SELECT 1 FROM flusso WHERE lotto_id = $1 AND stato <> 'CONCLUSO')
"""


async def crea(session: Session, lotto_id: UUID, *, misura: str, mese: Mese, now: datetime) -> bool:
    """Write a new lotto; False when it is there already, or another of the misura is being prepared."""
    esito: str = await session.execute(_CREA, lotto_id, nuovo_id(), misura, str(mese), ORDINARIO, now)
    return esito == "INSERT 0 1"


async def carica(session: Session, lotto_id: UUID, *, blocca: bool = False) -> Lotto | None:
    """Load a lotto, locked if asked."""
    riga = await session.fetchrow(f"SELECT {CAMPI} FROM lotto WHERE id = $1 {'FOR UPDATE' if blocca else ''}", lotto_id)
    return da_riga(riga) if riga else None


def da_riga(riga: Any) -> Lotto:
    """Build the lotto from its row."""
    totali = {n: Totale(riga[n], riga[f"{n}_cent"]) for n in ("disposte", "in_attesa", "sospese", "cessate")}
    return Lotto(
        id=riga["id"], misura=riga["misura"], mese=Mese.da_testo(riga["mese"]), stato=StatoLotto(riga["stato"]),
        creato_il=riga["creato_il"], segno=riga["segno"], posizioni=riga["posizioni"], **totali,
    )  # fmt: skip


async def fine_del_blocco(session: Session, lotto: Lotto, *, quante: int) -> UUID | None:
    """Find the last posizione of a full block after the resume mark; None when fewer are left."""
    trovata: UUID | None = await session.fetchval(_FINE_BLOCCO, lotto.misura, lotto.segno or PRIMA_DI_TUTTI, quante - 1)
    return trovata


async def dovute(session: Session, lotto: Lotto, *, fino_a: UUID | None) -> list[Dovuta]:
    """Read what is due between the resume mark and the end of the block, in order."""
    righe = await session.fetch(
        _DOVUTE, lotto.misura, lotto.segno or PRIMA_DI_TUTTI, fino_a or _DOPO_TUTTI, str(lotto.mese), MENSILITA
    )
    return [Dovuta(p, mese, cent, n, vecchia, _ESCLUSA[causa]) for p, mese, cent, n, vecchia, causa in righe]


async def conta_posizioni(session: Session, lotto: Lotto, *, fino_a: UUID | None) -> int:
    """Count the posizioni of a block."""
    quante: int = await session.fetchval(
        "SELECT count(*) FROM posizione WHERE misura = $1 AND id > $2 AND id <= $3",
        lotto.misura, lotto.segno or PRIMA_DI_TUTTI, fino_a or _DOPO_TUTTI,
    )  # fmt: skip
    return quante


async def aggiungi(session: Session, lotto: Lotto, blocco: Blocco, *, now: datetime) -> None:
    """Write the orders of a block with their flows and their ledger rows: by COPY, nothing is read back."""
    nuove = blocco.disposizioni
    await session.execute(
        _CRESCI_FLUSSI,
        lotto.id,
        [id_flusso(lotto.id, numero) for numero in blocco.flussi],
        list(blocco.flussi),
        [t.numero for t in blocco.flussi.values()],
        [t.cent for t in blocco.flussi.values()],
    )
    righe = (
        (n.id, n.dovuta.posizione_id, n.dovuta.mese, MENSILITA, n.dovuta.progressivo, n.dovuta.importo_cent, "DA_INVIARE",
         lotto.id, n.flusso_id, n.dovuta.sostituisce, 1)
        for n in nuove
    )  # fmt: skip
    await session.conn.copy_records_to_table("erogazione", records=righe, columns=_COLONNE)
    da, a = PARTITE[Causale.DISPOSTA]
    movimenti = (
        (n.dovuta.posizione_id, n.id, Causale.DISPOSTA, conto, segno * n.dovuta.importo_cent, lotto.id, now)
        for n in nuove
        for conto, segno in ((da, -1), (a, 1))
    )
    await session.conn.copy_records_to_table("movimento", records=movimenti)


async def avanza(session: Session, lotto: Lotto, blocco: Blocco, *, segno: UUID | None, posizioni: int) -> None:
    """Move the resume mark and add what the block found."""
    escluse = [
        blocco.escluse.get(s, Totale())
        for s in (StatoPosizione.IN_ATTESA, StatoPosizione.SOSPESA, StatoPosizione.CESSATA)
    ]
    totali = [valore for t in (blocco.disposte, *escluse) for valore in (t.numero, t.cent)]
    await session.execute(_AVANZA, lotto.id, segno or lotto.segno, posizioni, *totali)


async def chiudi_preparazione(session: Session, lotto_id: UUID, *, now: datetime) -> None:
    """The flows may leave; a lotto without orders is over."""
    await session.execute(_CHIUDI_PREPARAZIONE, lotto_id, now)


async def segna_in_invio(session: Session, lotto_id: UUID) -> None:
    """The first flow is leaving."""
    await session.execute("UPDATE lotto SET stato = 'IN_INVIO' WHERE id = $1 AND stato = 'DISPOSTO'", lotto_id)


async def concludi(session: Session, lotto_id: UUID, *, now: datetime) -> None:
    """Close the lotto if all its flows are over: who closes the last flow waits here for the others."""
    await session.fetch("SELECT 1 FROM lotto WHERE id = $1 FOR UPDATE", lotto_id)
    await session.execute(_CONCLUDI, lotto_id, now)
