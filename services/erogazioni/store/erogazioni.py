# SPDX-License-Identifier: EUPL-1.2
"""Erogazioni, ledger rows, sums to recover: changes by array statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.erogazioni.domain.erogazione import CADUTE, MENSILITA, Applicabile, StatoErogazione
from services.erogazioni.domain.invio import Invio, Ordine
from services.erogazioni.domain.libro import PARTITE, Causale
from services.erogazioni.store import preparazione
from services.erogazioni.store.stati import CADUTE_SQL, USCITE_SQL
from shared.contracts.domande import Beneficiario
from shared.db.session import Session
from shared.kernel.mese import Mese

# Orders that the facts learned since the preparation no longer allow.
_DA_ANNULLARE = f"""
SELECT x.id, x.posizione_id, x.motivo FROM (
    SELECT e.id, e.posizione_id, CASE
        WHEN p.cessata_dal <= e.mese THEN 'CESSATA'
        WHEN p.sospesa_dal <= e.mese THEN 'SOSPESA'
        WHEN p.strumento_respinto THEN 'STRUMENTO'
        WHEN coalesce(ms.importo_cent, 0) < (
            SELECT sum(v.importo_cent) FROM erogazione v WHERE v.posizione_id = e.posizione_id AND v.mese = e.mese
                AND v.componente = e.componente AND v.stato NOT IN {CADUTE_SQL}) THEN 'RIDETERMINATA'
        END AS motivo
    FROM erogazione e JOIN posizione p ON p.id = e.posizione_id
    LEFT JOIN mese_spettante ms ON ms.posizione_id = e.posizione_id AND ms.mese = e.mese
    WHERE e.flusso_id = $1 AND e.stato = 'DA_INVIARE'
) x WHERE x.motivo IS NOT NULL
"""
_ANNULLA = """
UPDATE erogazione e SET stato = 'ANNULLATO', motivo = n.motivo, version = version + 1
FROM unnest($2::uuid[], $3::text[]) AS n (id, motivo) WHERE e.flusso_id = $1 AND e.id = n.id AND e.stato = 'DA_INVIARE'
"""
_DA_INVIARE = """
SELECT e.id, e.mese, e.importo_cent, e.version, p.domanda_id, p.beneficiario
FROM erogazione e JOIN posizione p ON p.id = e.posizione_id WHERE e.flusso_id = $1 AND e.stato = 'DA_INVIARE'
ORDER BY e.posizione_id, e.mese, e.progressivo
"""
_NEL_FILE = """
SELECT e.id::text, p.domanda_id::text, e.mese, e.progressivo, e.importo_cent, e.sostituisce::text
FROM erogazione e JOIN posizione p ON p.id = e.posizione_id WHERE e.flusso_id = $1 AND e.stato <> 'ANNULLATO'
ORDER BY e.posizione_id, e.mese, e.progressivo
"""
_RISCRIVI = """
INSERT INTO erogazione (id, posizione_id, mese, componente, progressivo, importo_cent, stato, lotto_id, flusso_id,
                        sostituisce, version)
SELECT r.id, p.id, r.mese, $3, r.progressivo, r.cent, 'DA_INVIARE', $1, $2, r.sostituisce, 1
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::int[], $8::int[], $9::uuid[])
    AS r (id, domanda_id, mese, progressivo, cent, sostituisce)
JOIN posizione p ON p.domanda_id = r.domanda_id ORDER BY p.id ON CONFLICT DO NOTHING RETURNING id
"""
_FUORI_DAL_FILE = "SELECT id FROM erogazione WHERE flusso_id = $1 AND stato = 'DA_INVIARE' AND id <> ALL($2::uuid[])"
_ESITI = """
UPDATE erogazione e SET stato = n.stato, motivo = n.motivo, data_valuta = n.valuta, version = e.version + 1
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::date[]) AS n (id, stato, motivo, valuta), posizione p
WHERE e.id = n.id AND e.flusso_id = $1 AND e.stato IN ('IN_INVIO', 'INCERTO') AND p.id = e.posizione_id
RETURNING e.id, e.posizione_id, p.domanda_id, e.mese, e.importo_cent, e.stato, e.motivo, e.data_valuta, e.version
"""
_MOVIMENTI = """
INSERT INTO movimento (posizione_id, erogazione_id, causale, conto, importo_cent, lotto_id, registrato_il)
SELECT e.posizione_id, e.id, $3, v.conto, e.importo_cent * v.segno, e.lotto_id, $6
FROM erogazione e CROSS JOIN (VALUES ($4, -1), ($5, 1)) AS v (conto, segno)
WHERE e.flusso_id = $1 AND e.id = ANY($2::uuid[])
"""
# What has left (or may have) for each month, against what the facts now say is due.
_RECUPERI = f"""
INSERT INTO partita_recupero AS r (posizione_id, mese, causa, stato, importo_cent, aperta_il, aggiornata_il)
SELECT x.posizione_id, x.mese, x.causa, 'APERTA', x.uscito - x.dovuto, $2, $2 FROM (
    SELECT e.posizione_id, e.mese, sum(e.importo_cent)::int AS uscito,
           CASE WHEN p.cessata_dal <= e.mese THEN 0 ELSE coalesce(ms.importo_cent, 0) END AS dovuto,
           CASE WHEN p.cessata_dal <= e.mese THEN 'CESSAZIONE' ELSE 'RIDETERMINAZIONE' END AS causa
    FROM erogazione e JOIN posizione p ON p.id = e.posizione_id
    LEFT JOIN mese_spettante ms ON ms.posizione_id = e.posizione_id AND ms.mese = e.mese
    WHERE e.posizione_id = ANY($1::uuid[]) AND e.stato IN {USCITE_SQL}
    GROUP BY e.posizione_id, e.mese, p.cessata_dal, ms.importo_cent
) x WHERE x.uscito > x.dovuto
ON CONFLICT (posizione_id, mese) DO UPDATE SET causa = excluded.causa, stato = 'APERTA',
    importo_cent = excluded.importo_cent, aggiornata_il = $2
WHERE (r.importo_cent, r.causa) <> (excluded.importo_cent, excluded.causa)
"""
_CHIUDI_RECUPERI = f"""
UPDATE partita_recupero r SET stato = 'CHIUSA', importo_cent = 0, aggiornata_il = $2
WHERE r.posizione_id = ANY($1::uuid[]) AND r.stato = 'APERTA' AND coalesce((
    SELECT sum(e.importo_cent) FROM erogazione e WHERE e.posizione_id = r.posizione_id AND e.mese = r.mese
        AND e.stato IN {USCITE_SQL}), 0) <= (
    SELECT CASE WHEN p.cessata_dal <= r.mese THEN 0 ELSE coalesce(max(ms.importo_cent), 0) END
    FROM posizione p LEFT JOIN mese_spettante ms ON ms.posizione_id = p.id AND ms.mese = r.mese
    WHERE p.id = r.posizione_id GROUP BY p.cessata_dal)
"""
_FLUSSI_IN_PARTENZA = """
SELECT 1 FROM flusso WHERE id IN (
    SELECT flusso_id FROM erogazione WHERE posizione_id = ANY($1::uuid[]) AND stato = 'DA_INVIARE'
) ORDER BY id FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class DaInviare:
    """An order as it goes into the payment file."""

    id: UUID
    domanda_id: UUID
    mese: Mese
    importo_cent: int
    version: int
    beneficiario: Beneficiario


@dataclass(frozen=True, slots=True)
class Esitata:
    """An erogazione that has just taken its outcome."""

    id: UUID
    posizione_id: UUID
    domanda_id: UUID
    mese: Mese
    importo_cent: int
    stato: StatoErogazione
    motivo: str | None
    data_valuta: date | None
    version: int
    restituita_il: date | None = None


async def annulla_non_dovute(session: Session, flusso_id: UUID, *, now: datetime) -> int:
    """Cancel, before they leave, the orders that are not due any more; give how many."""
    righe = await session.fetch(_DA_ANNULLARE, flusso_id)
    if righe:
        ids = [riga["id"] for riga in righe]
        await preparazione.congela(session, [riga["posizione_id"] for riga in righe])
        await session.execute(_ANNULLA, flusso_id, ids, [riga["motivo"] for riga in righe])
        await registra(session, flusso_id, Causale.ANNULLATA, ids, now=now)
    return len(righe)


async def nel_file(session: Session, flusso_id: UUID) -> tuple[Ordine, ...]:
    """Give the orders that left with a flow."""
    righe = await session.fetch(_NEL_FILE, flusso_id)
    return tuple(Ordine(*riga) for riga in righe)


async def crea(session: Session, invio: Invio) -> list[UUID]:
    """Write again the orders of a file that are not there; give them."""
    righe = await session.fetch(
        _RISCRIVI, invio.lotto_id, invio.flusso_id, MENSILITA, [o.id for o in invio.ordini],
        [o.domanda_id for o in invio.ordini], [o.mese for o in invio.ordini], [o.progressivo for o in invio.ordini],
        [o.importo_cent for o in invio.ordini], [o.sostituisce for o in invio.ordini],
    )  # fmt: skip
    return [riga["id"] for riga in righe]


async def annulla_fuori_dal_file(session: Session, invio: Invio, *, now: datetime) -> None:
    """Cancel the orders of a flow that were not in its file: they had been cancelled before it left."""
    ids = [o.id for o in invio.ordini]
    fuori = [riga["id"] for riga in await session.fetch(_FUORI_DAL_FILE, invio.flusso_id, ids)]
    await session.execute(_ANNULLA, invio.flusso_id, fuori, ["RIPRISTINO"] * len(fuori))
    await registra(session, UUID(invio.flusso_id), Causale.ANNULLATA, fuori, now=now)


async def da_inviare(session: Session, flusso_id: UUID) -> list[DaInviare]:
    """Read the orders of a flow in the order of its file, with who is paid."""
    righe = await session.fetch(_DA_INVIARE, flusso_id)
    return [
        DaInviare(
            riga["id"], riga["domanda_id"], Mese.da_testo(riga["mese"]), riga["importo_cent"], riga["version"],
            Beneficiario.model_validate_json(session.cifrario.decifra(riga["beneficiario"])),
        )
        for riga in righe
    ]  # fmt: skip


async def segna(session: Session, flusso_id: UUID, *, da: Collection[StatoErogazione], a: StatoErogazione) -> None:
    """Move the rows of a flow from some states to another."""
    await session.execute(
        "UPDATE erogazione SET stato = $3 WHERE flusso_id = $1 AND stato = ANY($2::text[])", flusso_id, list(da), a
    )


async def stati(session: Session, flusso_id: UUID, ids: Sequence[str]) -> dict[UUID, StatoErogazione]:
    """Read the states of the rows of a flow that a page of outcomes speaks of."""
    righe = await session.fetch(
        "SELECT id, stato FROM erogazione WHERE flusso_id = $1 AND id = ANY($2::uuid[])", flusso_id, _uuid(ids)
    )
    return {riga["id"]: StatoErogazione(riga["stato"]) for riga in righe}


def _uuid(testi: Sequence[str]) -> list[UUID]:
    letti: list[UUID] = []
    for testo in testi:
        try:
            letti.append(UUID(testo))
        except ValueError:  # it is set aside by who sorts the rows
            continue
    return letti


async def senza_esito(session: Session, flusso_id: UUID) -> list[UUID]:
    """Give the rows of a flow that the payer has not answered for."""
    righe = await session.fetch(
        "SELECT id FROM erogazione WHERE flusso_id = $1 AND stato IN ('IN_INVIO', 'INCERTO')", flusso_id
    )
    return [riga["id"] for riga in righe]


async def applica_esiti(
    session: Session, flusso_id: UUID, esiti: Sequence[Applicabile], *, now: datetime
) -> list[Esitata]:
    """Write outcomes and their ledger rows; only rows still waiting take one."""
    await preparazione.congela(session, await cadenti(session, flusso_id, esiti))
    righe = await session.fetch(
        _ESITI,
        flusso_id,
        [e.erogazione_id for e in esiti],
        [e.stato.value for e in esiti],
        [e.motivo for e in esiti],
        [e.data_valuta for e in esiti],
    )
    cambiate = [esitata(riga) for riga in righe]
    for stato, causale in ((StatoErogazione.ESEGUITO, Causale.ESEGUITA), (StatoErogazione.SCARTATO, Causale.SCARTATA)):
        await registra(session, flusso_id, causale, [c.id for c in cambiate if c.stato is stato], now=now)
    return cambiate


async def cadenti(session: Session, flusso_id: UUID, esiti: Sequence[Applicabile]) -> list[UUID]:
    """Give the posizioni for which an outcome makes a month due again."""
    ids = [e.erogazione_id for e in esiti if e.stato in CADUTE]
    righe = await session.fetch(
        "SELECT posizione_id FROM erogazione WHERE flusso_id = $1 AND id = ANY($2::uuid[])", flusso_id, ids
    )
    return [riga["posizione_id"] for riga in righe]


def esitata(riga: Any) -> Esitata:
    """Build it from what an update gave back."""
    valori = dict(riga)
    return Esitata(**valori | {"mese": Mese.da_testo(riga["mese"]), "stato": StatoErogazione(riga["stato"])})


async def registra(
    session: Session, flusso_id: UUID, causale: Causale, erogazioni: Sequence[UUID], *, now: datetime
) -> None:
    """Add the two ledger rows of an operation on each of some erogazioni of a flow."""
    if erogazioni:
        await session.execute(_MOVIMENTI, flusso_id, erogazioni, causale, *PARTITE[causale], now)


async def ricalcola_recuperi(session: Session, posizioni: Sequence[UUID], *, now: datetime) -> None:
    """Bring the sums to recover of locked posizioni in line with the facts.

    A flow that is leaving right now is waited for: either it has seen the new facts, or its rows are counted here.
    """
    await session.fetch(_FLUSSI_IN_PARTENZA, posizioni)
    await session.execute(_RECUPERI, posizioni, now)
    await session.execute(_CHIUDI_RECUPERI, posizioni, now)
