# SPDX-License-Identifier: EUPL-1.2
"""Outcomes set aside: kept for ever, closed by a decision of an operator."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.erogazioni.domain.erogazione import CausaQuarantena, RigaEsito
from services.erogazioni.domain.quarantena import Decisione, Messo
from shared.db.session import Session
from shared.kernel.identita import nuovo_id

_METTI = """
INSERT INTO esito_in_quarantena (id, flusso_id, id_disposizione, esito, motivo, data_valuta, causa, ricevuto_il, stato)
SELECT r.id, $1, r.id_disposizione, r.esito, r.motivo, r.valuta, r.causa, $8, 'APERTO'
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[])
    AS r (id, id_disposizione, esito, motivo, valuta, causa) ON CONFLICT DO NOTHING
"""
_CARICA = "SELECT flusso_id, id_disposizione, esito, motivo, data_valuta, stato FROM esito_in_quarantena WHERE id = $1"
_CHIUDI = """
UPDATE esito_in_quarantena SET stato = $2, decisione = $3, motivazione = $4, ente = $5, operatore = $6, deciso_il = $7
WHERE id = $1
"""


async def metti(
    session: Session, flusso_id: UUID, righe: Sequence[tuple[RigaEsito, CausaQuarantena]], *, now: datetime
) -> None:
    """Keep for the operators the outcomes that cannot be applied; the same one again leaves what there is."""
    await session.execute(
        _METTI,
        flusso_id,
        [nuovo_id() for _ in righe],
        [r.id_disposizione[:100] for r, _ in righe],
        [r.esito[:40] for r, _ in righe],
        [(r.motivo or "")[:100] for r, _ in righe],
        [r.data_valuta for r, _ in righe],
        [causa.value for _, causa in righe],
        now,
    )


async def carica(session: Session, esito_id: UUID, *, blocca: bool = False) -> Messo | None:
    """Load an outcome set aside, locked if asked."""
    riga: Any = await session.fetchrow(f"{_CARICA} {'FOR UPDATE' if blocca else ''}", esito_id)
    if riga is None:
        return None
    esito = RigaEsito(riga["id_disposizione"], riga["esito"], riga["motivo"] or None, riga["data_valuta"])
    return Messo(esito_id, riga["flusso_id"], esito, riga["stato"])


async def chiudi(session: Session, esito_id: UUID, decisione: Decisione, *, now: datetime) -> None:
    """Write what was decided; the reason is sealed, for people write names in it."""
    motivazione = session.cifrario.cifra(decisione.motivazione.encode()) if decisione.motivazione else None
    await session.execute(
        _CHIUDI, esito_id, decisione.stato, decisione.cosa, motivazione, decisione.ente, decisione.operatore, now
    )
