# SPDX-License-Identifier: EUPL-1.2
"""Rows of `verifica`: opened, locked, saved many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.verifiche_anagrafiche.domain.verifica import StatoVerifica, Verifica, VerificaId
from shared.contracts.domande import DatiPerVerifica
from shared.db.session import Session
from shared.kernel.identita import nuovo_id

CAMPI = (
    "id, domanda_id, domanda_versione, protocollo, misura, comune, ente, richiedente, giorno, stato, attesa, version, "
    "aperta_il, conclusa_il"
)
# A row may be there already: an older or the same version, or the tombstone of a domanda that has ended. The version of
# the domanda decides; what the tombstone could not know is filled in all the same.
_APRI = """
INSERT INTO verifica AS v (id, domanda_id, domanda_versione, protocollo, misura, comune, ente, richiedente, giorno, dati,
                           stato, attesa, cessata, aperta_il, version)
SELECT n.*, 'APERTA', (SELECT 'REGISTRO:' || nome FROM registro WHERE sospeso_fino > clock_timestamp() ORDER BY nome LIMIT 1),
       false, $11, 1
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::date[],
            $10::bytea[]) AS n
ON CONFLICT (domanda_id) DO UPDATE SET
    ente = coalesce(nullif(v.ente, ''), excluded.ente),
    comune = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN excluded.comune
                  ELSE coalesce(nullif(v.comune, ''), excluded.comune) END,
    richiedente = coalesce(nullif(v.richiedente, ''), excluded.richiedente),
    giorno = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN excluded.giorno ELSE v.giorno END,
    dati = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN excluded.dati ELSE v.dati END,
    stato = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN 'APERTA' ELSE v.stato END,
    attesa = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN excluded.attesa ELSE v.attesa END,
    conclusa_il = CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN NULL ELSE v.conclusa_il END,
    version = v.version + CASE WHEN NOT v.cessata AND excluded.domanda_versione > v.domanda_versione THEN 1 ELSE 0 END,
    domanda_versione = CASE WHEN v.cessata THEN v.domanda_versione
                            ELSE greatest(v.domanda_versione, excluded.domanda_versione) END
RETURNING id, domanda_id, domanda_versione, stato, xmax = 0 AS nuova
"""
_ANNULLA = """
INSERT INTO verifica AS v (id, domanda_id, domanda_versione, protocollo, misura, comune, ente, richiedente, giorno, dati,
                           stato, attesa, cessata, aperta_il, version)
SELECT n.*, '', '', ''::bytea, $5, ''::bytea, 'ANNULLATA', NULL, true, $6, 1
FROM (SELECT $1::uuid, $2::uuid, 0, $3::text, $4::text) AS n
ON CONFLICT (domanda_id) DO UPDATE SET
    cessata = true,
    stato = CASE WHEN v.stato = 'CONCLUSA' THEN v.stato ELSE 'ANNULLATA' END,
    attesa = NULL,
    version = v.version + CASE WHEN v.cessata OR v.stato = 'CONCLUSA' THEN 0 ELSE 1 END
RETURNING id
"""
_SALVA = """
UPDATE verifica v SET stato = n.stato, attesa = n.attesa, conclusa_il = n.conclusa_il, version = n.version
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[]) AS n (id, stato, attesa, conclusa_il, version)
WHERE v.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Apertura:
    """The checks to open for one version of a domanda; `ente` is empty when the event does not bring it."""

    domanda_id: UUID
    versione: int
    protocollo: str
    misura: str
    comune: str
    ente: str
    giorno: date
    dati: DatiPerVerifica


@dataclass(frozen=True, slots=True)
class Aperta:
    """What became of an apertura: `da_fare` when its checks must start, `nuova` when nothing came before."""

    verifica_id: VerificaId
    apertura: Apertura
    da_fare: bool
    nuova: bool


async def apri(session: Session, aperture: Sequence[Apertura], *, now: datetime) -> list[Aperta]:
    """Open the verifiche of as many domande, in one statement; an older version or an ended domanda has no effect."""
    ordinate = sorted(aperture, key=lambda a: a.domanda_id)
    cifrario = session.cifrario
    righe = await session.fetch(
        _APRI,
        [nuovo_id() for _ in ordinate],
        [a.domanda_id for a in ordinate],
        [a.versione for a in ordinate],
        [a.protocollo for a in ordinate],
        [a.misura for a in ordinate],
        [a.comune for a in ordinate],
        [a.ente for a in ordinate],
        [cifrario.impronta(a.dati.richiedente.codice_fiscale) for a in ordinate],
        [a.giorno for a in ordinate],
        [cifrario.cifra(a.dati.model_dump_json().encode()) for a in ordinate],
        now,
    )
    per_domanda = {riga["domanda_id"]: riga for riga in righe}
    return [_aperta(a, per_domanda[a.domanda_id]) for a in ordinate]


def _aperta(apertura: Apertura, riga: Any) -> Aperta:
    in_corso = riga["stato"] == StatoVerifica.APERTA and riga["domanda_versione"] == apertura.versione
    return Aperta(riga["id"], apertura, in_corso, riga["nuova"])


async def annulla(
    session: Session, domanda_id: UUID, *, protocollo: str, misura: str, giorno: date, now: datetime
) -> VerificaId:
    """Annul the verifica of a domanda that has ended, leaving a tombstone if it was not known; a concluded one stays."""
    return VerificaId(await session.fetchval(_ANNULLA, nuovo_id(), domanda_id, protocollo, misura, giorno, now))


async def blocca(session: Session, ids: Sequence[UUID]) -> dict[UUID, Verifica]:
    """Load verifiche and lock them, in the order of their ids."""
    righe = await session.fetch(
        f"SELECT {CAMPI} FROM verifica WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", sorted(set(ids))
    )
    return {riga["id"]: da_riga(riga) for riga in righe}


def da_riga(riga: Any) -> Verifica:
    """Build the verifica from a row with the columns of `CAMPI`."""
    valori = {nome: riga[nome] for nome in CAMPI.split(", ")}
    return Verifica(**{**valori, "stato": StatoVerifica(valori["stato"])})


async def dati(session: Session, ids: Sequence[UUID]) -> dict[UUID, DatiPerVerifica]:
    """Open the sealed data of verifiche that are not tombstones."""
    righe = await session.fetch("SELECT id, dati FROM verifica WHERE id = ANY($1::uuid[]) AND dati <> ''", list(ids))
    cifrario = session.cifrario
    return {riga["id"]: DatiPerVerifica.model_validate_json(cifrario.decifra(riga["dati"])) for riga in righe}


async def salva(session: Session, verifiche: Sequence[Verifica]) -> None:
    """Write the changed state of locked verifiche in one statement."""
    if not verifiche:
        return
    await session.execute(
        _SALVA,
        [v.id for v in verifiche],
        [v.stato.value for v in verifiche],
        [v.attesa for v in verifiche],
        [v.conclusa_il for v in verifiche],
        [v.version for v in verifiche],
    )
