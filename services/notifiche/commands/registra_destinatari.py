# SPDX-License-Identifier: EUPL-1.2
"""Keep the recapiti of who presented a domanda, sealed with the key of this service."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.domande import DomandaPresentataV1, Recapiti
from shared.db.session import Session

_SCRIVI = """
INSERT INTO destinatario (domanda_id, recapiti, misura, protocollo, giorno, comune, ente, richiedente, version)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::bytea[],
                     $9::int[])
ON CONFLICT (domanda_id) DO UPDATE SET recapiti = excluded.recapiti, misura = excluded.misura,
    protocollo = excluded.protocollo, giorno = excluded.giorno, comune = excluded.comune, ente = excluded.ente,
    richiedente = excluded.richiedente, version = excluded.version
WHERE destinatario.version < excluded.version
"""


async def registra_destinatari(session: Session, eventi: Sequence[DomandaPresentataV1]) -> None:
    """Write the recipients in one statement; an older version of the same domanda has no effect."""
    ultimi: dict[UUID, DomandaPresentataV1] = {}
    for evento in sorted(eventi, key=lambda e: e.versione):
        ultimi[evento.domanda_id] = evento
    righe = [ultimi[chiave] for chiave in sorted(ultimi)]
    recapiti = [session.sigilli.apri(e.recapiti, Recapiti) for e in righe]
    await session.execute(
        _SCRIVI,
        [e.domanda_id for e in righe],
        [session.cifrario.cifra(r.model_dump_json().encode()) for r in recapiti],
        [e.misura for e in righe],
        [e.protocollo for e in righe],
        [e.giorno for e in righe],
        [e.comune for e in righe],
        [e.ente for e in righe],
        [session.cifrario.impronta(r.codice_fiscale) for r in recapiti],
        [e.versione for e in righe],
    )
