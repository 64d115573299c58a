# SPDX-License-Identifier: EUPL-1.2
"""Stop the payments of a posizione and let them go on: a suspension revoked is never open again, whatever came first."""

from collections.abc import Sequence
from uuid import UUID

from services.erogazioni.domain.posizione import Posizione
from services.erogazioni.store import posizioni
from shared.contracts.presa_in_carico import SospensioneDispostaV1, SospensioneRevocataV1
from shared.db.session import Session


async def disponi_sospensioni(session: Session, eventi: Sequence[SospensioneDispostaV1]) -> None:
    """Record suspensions: the months from the first one on stay due and are not paid."""
    note = await posizioni.carica(session, [e.domanda_id for e in eventi])
    ultime = {e.sospensione_id: e for e in sorted(eventi, key=lambda e: e.versione)}
    righe = [(e.sospensione_id, note[e.domanda_id].id, e.causa, e.dal_mese, e.versione) for e in ultime.values()]
    await posizioni.sospendi(session, righe)
    await _riallinea(session, note)


async def revoca_sospensioni(session: Session, eventi: Sequence[SospensioneRevocataV1]) -> None:
    """Record revocations: the next lotto pays the suspended months as arrears."""
    note = await posizioni.carica(session, [e.domanda_id for e in eventi])
    ultime = {e.sospensione_id: e for e in sorted(eventi, key=lambda e: e.versione)}
    righe = [(e.sospensione_id, note[e.domanda_id].id, e.revocata_il, e.versione) for e in ultime.values()]
    await posizioni.revoca(session, righe)
    await _riallinea(session, note)


async def _riallinea(session: Session, note: dict[UUID, Posizione]) -> None:
    sospensioni = await posizioni.sospensioni(session, [p.id for p in note.values()])
    nuove = [p.con_sospensioni(sospensioni[p.id]) for p in note.values()]
    await posizioni.salva(session, [p for p in nuove if p != note[p.domanda_id]])
