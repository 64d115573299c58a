# SPDX-License-Identifier: EUPL-1.2
"""Open the casi of the nuclei whose domanda was accolta: a batch in one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.presa_in_carico import store
from shared.contracts.domande import DatiNucleo, DomandaAccoltaV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.kernel.identita import id_deterministico

# A tombstone gets its nucleo and stays closed; what an older event says is already known better.
_APRI = """
INSERT INTO caso AS c (id, domanda_id, protocollo, misura, comune, richiedente, nucleo, accolto_il, accolta_versione,
                       stato, created_at, version, non_raggiunto)
SELECT n.*, 'APERTO', $10, 1, EXISTS (SELECT 1 FROM mancato_recapito m WHERE m.domanda_id = n.domanda_id)
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::date[], $9::int[])
    AS n (id, domanda_id, protocollo, misura, comune, richiedente, nucleo, accolto_il, accolta_versione)
ON CONFLICT (id) DO UPDATE SET protocollo = excluded.protocollo, misura = excluded.misura,
    comune = excluded.comune, richiedente = excluded.richiedente, nucleo = excluded.nucleo,
    accolto_il = excluded.accolto_il, accolta_versione = excluded.accolta_versione, version = c.version + 1,
    non_raggiunto = c.non_raggiunto OR excluded.non_raggiunto
WHERE c.accolta_versione IS NULL OR c.accolta_versione < excluded.accolta_versione
"""


def caso_di(domanda_id: UUID) -> UUID:
    """Give the id of the caso of a domanda: there is one, whoever opens it first."""
    return id_deterministico("caso", domanda_id)


async def apri_casi(session: Session, accolte: Sequence[DomandaAccoltaV1], *, now: datetime) -> None:
    """Open a caso for each domanda, or bring it up to date with a newer acceptance."""
    ultime = _ultime(accolte)
    await store.uno_alla_volta(session, [a.domanda_id for a in ultime])
    nuclei = [session.sigilli.apri(a.nucleo, DatiNucleo) for a in ultime]
    await session.execute(
        _APRI,
        [caso_di(a.domanda_id) for a in ultime],
        [a.domanda_id for a in ultime],
        [a.protocollo for a in ultime],
        [a.misura for a in ultime],
        [a.comune for a in ultime],
        [session.cifrario.impronta(nucleo.richiedente) for nucleo in nuclei],
        [session.cifrario.cifra(nucleo.model_dump_json().encode()) for nucleo in nuclei],
        [giorno_legale(a.decisa_il) for a in ultime],
        [a.versione for a in ultime],
        now,
    )


def _ultime(accolte: Iterable[DomandaAccoltaV1]) -> list[DomandaAccoltaV1]:
    """Keep the newest event of each domanda, in the order in which rows are locked everywhere."""
    per_domanda = {a.domanda_id: a for a in sorted(accolte, key=lambda a: a.versione)}
    return [per_domanda[domanda_id] for domanda_id in sorted(per_domanda)]
