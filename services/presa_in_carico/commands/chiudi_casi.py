# SPDX-License-Identifier: EUPL-1.2
"""Close the casi whose domanda ended; where the acceptance has not arrived yet, leave a tombstone."""

from collections.abc import Sequence
from datetime import datetime

from services.presa_in_carico.commands.apri_casi import caso_di
from shared.contracts.domande import DomandaCessataV1
from shared.db.session import Session

_CHIUDI = """
INSERT INTO caso AS c (id, domanda_id, protocollo, misura, chiuso_il, chiuso_dal, causa_chiusura, cessata_versione,
                       stato, created_at, version)
SELECT n.*, 'CHIUSO', $9, 1
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::int[]) AS n
ON CONFLICT (id) DO UPDATE SET stato = 'CHIUSO', chiuso_il = excluded.chiuso_il,
    chiuso_dal = excluded.chiuso_dal, causa_chiusura = excluded.causa_chiusura,
    cessata_versione = excluded.cessata_versione, version = c.version + 1
WHERE c.cessata_versione IS NULL OR c.cessata_versione < excluded.cessata_versione
"""


async def chiudi_casi(session: Session, cessate: Sequence[DomandaCessataV1], *, now: datetime) -> None:
    """Close the caso of each domanda: a cessation is final, a newer one only says better why."""
    per_domanda = {c.domanda_id: c for c in sorted(cessate, key=lambda c: c.versione)}
    ultime = [per_domanda[domanda_id] for domanda_id in sorted(per_domanda)]
    await session.execute(
        _CHIUDI,
        [caso_di(c.domanda_id) for c in ultime],
        [c.domanda_id for c in ultime],
        [c.protocollo for c in ultime],
        [c.misura for c in ultime],
        [c.giorno for c in ultime],
        [str(c.dal_mese) for c in ultime],
        [c.causa.value for c in ultime],
        [c.versione for c in ultime],
        now,
    )
