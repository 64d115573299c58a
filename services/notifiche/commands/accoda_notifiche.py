# SPDX-License-Identifier: EUPL-1.2
"""Queue notices, one per fact: they wait for the recapiti if these are not known, and give way to later facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifiche.domain.avviso import SUPERANO_IN_EVIDENZA, Avviso
from services.notifiche.schemas.contenuto import Contenuto
from shared.db.session import Session
from shared.kernel.identita import id_deterministico, nuovo_id

# A newer version of a fact corrects a notice that nobody has prepared yet; it never makes a second one.
_INSERISCI = """
INSERT INTO notifica (id, ordine, domanda_id, avviso, fatto, versione_fatto, contenuto, stato, creata_il, version)
SELECT r.*, 'IN_ATTESA_RECAPITI', $8, 1
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::bytea[]) AS r
ON CONFLICT (id) DO UPDATE SET versione_fatto = excluded.versione_fatto, contenuto = excluded.contenuto
WHERE notifica.versione_fatto < excluded.versione_fatto AND notifica.preparata_il IS NULL
"""
# Rows that somebody else holds are settled by whoever holds them, or at the next pass: nobody waits, nobody deadlocks.
_ASSEGNA = """
UPDATE notifica n SET stato = 'DA_INVIARE', comune = d.comune, ente = d.ente, richiedente = d.richiedente,
    version = n.version + 1
FROM destinatario d
WHERE d.domanda_id = n.domanda_id AND n.id IN (
    SELECT a.id FROM notifica a JOIN destinatario USING (domanda_id)
    WHERE a.stato = 'IN_ATTESA_RECAPITI' AND ($1::uuid[] IS NULL OR a.domanda_id = ANY($1))
    LIMIT 1000 FOR UPDATE OF a SKIP LOCKED)
"""
_SUPERA = """
UPDATE notifica SET stato = 'SUPERATA', chiusa_il = $2, version = version + 1
WHERE id IN (
    SELECT n.id FROM notifica n
    WHERE n.stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE') AND n.iniziata_il IS NULL
      AND n.avviso IN ('DOMANDA_IN_EVIDENZA', 'SOSPENSIONE_DISPOSTA')
      AND ($1::uuid[] IS NULL OR n.domanda_id = ANY($1))
      AND EXISTS (
        SELECT 1 FROM notifica s WHERE s.domanda_id = n.domanda_id
          AND (n.avviso = 'DOMANDA_IN_EVIDENZA' AND s.avviso = ANY($3::text[]) AND s.versione_fatto > n.versione_fatto
               OR n.avviso = 'SOSPENSIONE_DISPOSTA' AND s.avviso = 'SOSPENSIONE_REVOCATA' AND s.fatto = n.fatto))
    LIMIT 1000 FOR UPDATE OF n SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class NuovaNotifica:
    """A fact to tell. `fatto` tells apart the facts of one kind on one domanda; `versione` is that of the event."""

    avviso: Avviso
    domanda_id: UUID
    versione: int
    fatto: str
    contenuto: Contenuto

    @property
    def id(self) -> UUID:
        """The same fact has always the same id: one notice per fact and recipient."""
        return id_deterministico("notifica", self.avviso, self.domanda_id, self.fatto)


async def accoda_notifiche(session: Session, nuove: Sequence[NuovaNotifica], *, now: datetime) -> None:
    """Write the notices that are new, in one statement."""
    ultime: dict[UUID, NuovaNotifica] = {}
    for nuova in sorted(nuove, key=lambda n: n.versione):
        ultime[nuova.id] = nuova
    righe = [ultime[chiave] for chiave in sorted(ultime)]
    await session.execute(
        _INSERISCI,
        [n.id for n in righe],
        [nuovo_id() for _ in righe],
        [n.domanda_id for n in righe],
        [n.avviso.value for n in righe],
        [n.fatto for n in righe],
        [n.versione for n in righe],
        [session.cifrario.cifra(n.contenuto.model_dump_json().encode()) for n in righe],
        now,
    )
    await aggiorna_attese(session, sorted({n.domanda_id for n in righe}), now=now)


async def aggiorna_attese(session: Session, domande: Sequence[UUID] | None, *, now: datetime) -> None:
    """Give a recipient to the notices that wait for one, and close those that a later fact made useless.

    Without `domande` it looks at all of them: what two transactions could not see of each other is settled there.
    """
    await session.execute(_ASSEGNA, domande)
    superate = await session.fetch(_SUPERA, domande, now, [a.value for a in SUPERANO_IN_EVIDENZA])
    if superate:
        await session.execute(
            "UPDATE consegna SET stato = 'ANNULLATA' WHERE notifica_id = ANY($1)", [riga["id"] for riga in superate]
        )
