# SPDX-License-Identifier: EUPL-1.2
"""Remember which notices reached nobody: the operators must know before an absence has consequences."""

from collections.abc import Sequence
from datetime import datetime

from services.presa_in_carico import store
from shared.contracts.notifiche import NotificaNonRecapitataV1
from shared.db.session import Session

_SEGNALA = """
INSERT INTO mancato_recapito (notifica_id, domanda_id, avviso, segnalato_il)
SELECT n.*, $4 FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n
ON CONFLICT (notifica_id) DO NOTHING
"""
_SEGNA = """
UPDATE caso c SET non_raggiunto = true
FROM (SELECT id FROM caso WHERE domanda_id = ANY($1::uuid[]) AND NOT non_raggiunto
      ORDER BY domanda_id FOR UPDATE) AS n
WHERE c.id = n.id
"""


async def segnala_mancati_recapiti(
    session: Session, non_recapitate: Sequence[NotificaNonRecapitataV1], *, now: datetime
) -> None:
    """Keep each notice once, also for a domanda whose caso is not here yet."""
    domande = sorted({n.domanda_id for n in non_recapitate})
    await store.uno_alla_volta(session, domande)
    ordinate = sorted(non_recapitate, key=lambda n: n.notifica_id)
    await session.execute(
        _SEGNALA, [n.notifica_id for n in ordinate], [n.domanda_id for n in ordinate], [n.avviso for n in ordinate], now
    )
    await session.execute(_SEGNA, domande)
