# SPDX-License-Identifier: EUPL-1.2
"""Lotti: rows <-> domain, the resume mark, the changes of state."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.erogazioni.domain.lotto import ORDINARIO, Blocco, Lotto, StatoLotto, Totale
from shared.db.session import Session
from shared.kernel.identita import nuovo_id
from shared.kernel.mese import Mese

CAMPI = (
    "id, ordine, misura, mese, stato, creato_il, disposto_il, concluso_il, segno, posizioni, disposte, disposte_cent, "
    "in_attesa, in_attesa_cent, sospese, sospese_cent, cessate, cessate_cent"
)
_CREA = """
INSERT INTO lotto (id, ordine, misura, mese, tipo, stato, creato_il, posizioni, disposte, disposte_cent, in_attesa,
                   in_attesa_cent, sospese, sospese_cent, cessate, cessate_cent)
VALUES ($1, $2, $3, $4, $5, $7, $6, 0, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
"""
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
_RIPRENDI = """
UPDATE lotto SET stato = 'IN_INVIO', disposto_il = coalesce(disposto_il, $2), disposte = o.numero, disposte_cent = o.cent
FROM (SELECT count(*) AS numero, sum(importo_cent) AS cent FROM erogazione
      WHERE flusso_id IN (SELECT id FROM flusso WHERE lotto_id = $1)) o WHERE lotto.id = $1
"""
_CONCLUDI = """
UPDATE lotto SET stato = 'CONCLUSO', concluso_il = $2 WHERE id = $1 AND stato = 'IN_INVIO'
    AND NOT EXISTS (SELECT 1 FROM flusso WHERE lotto_id = $1 AND stato <> 'CONCLUSO')
"""


async def crea(
    session: Session, lotto_id: UUID, *, misura: str, mese: Mese, now: datetime,
    stato: StatoLotto = StatoLotto.IN_PREPARAZIONE,
) -> bool:  # fmt: skip
    """Write a new lotto; False when it is there already, or another of the misura is being prepared."""
    esito: str = await session.execute(_CREA, lotto_id, nuovo_id(), misura, str(mese), ORDINARIO, now, stato)
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


async def avanza(session: Session, lotto: Lotto, blocco: Blocco) -> None:
    """Move the resume mark and add what the block found."""
    totali = (blocco.disposte, blocco.in_attesa, blocco.sospese, blocco.cessate)
    segno = blocco.segno or lotto.segno
    await session.execute(_AVANZA, lotto.id, segno, blocco.posizioni, *(v for t in totali for v in (t.numero, t.cent)))


async def chiudi_preparazione(session: Session, lotto_id: UUID, *, now: datetime) -> None:
    """The flows may leave; a lotto without orders is over."""
    await session.execute(_CHIUDI_PREPARAZIONE, lotto_id, now)


async def riprendi(session: Session, lotto_id: UUID, *, now: datetime) -> None:
    """Close the preparation of a lotto that has sent files, and count again its orders."""
    await session.execute(_RIPRENDI, lotto_id, now)


async def segna_in_invio(session: Session, lotto_id: UUID) -> None:
    """The first flow is leaving."""
    await session.execute("UPDATE lotto SET stato = 'IN_INVIO' WHERE id = $1 AND stato = 'DISPOSTO'", lotto_id)


async def concludi(session: Session, lotto_id: UUID, *, now: datetime) -> None:
    """Close the lotto if all its flows are over: who closes the last flow waits here for the others."""
    await session.fetch("SELECT 1 FROM lotto WHERE id = $1 FOR UPDATE", lotto_id)
    await session.execute(_CONCLUDI, lotto_id, now)
