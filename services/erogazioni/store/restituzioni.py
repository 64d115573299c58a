# SPDX-License-Identifier: EUPL-1.2
"""Payments that came back: rows and ledger, the instruments that gave them back, how far the payer's list was read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import Applicabile
from services.erogazioni.domain.libro import Causale
from services.erogazioni.store import preparazione
from services.erogazioni.store.erogazioni import Esitata, cadenti, esitata, registra
from services.erogazioni.store.stati import USCITE_SQL
from shared.db.prenotazione import FINO
from shared.db.session import Session

PAGATORE = "POSTE"
# A row without the day of the credit had never been said to be executed: the money came back, so it had arrived.
_RESTITUISCI = f"""
UPDATE erogazione e SET stato = 'RESTITUITO', motivo = n.motivo, restituita_il = n.giorno, version = e.version + 1
FROM unnest($2::uuid[], $3::text[], $4::date[]) AS n (id, motivo, giorno), posizione p
WHERE e.id = n.id AND e.flusso_id = $1 AND e.stato IN {USCITE_SQL} AND p.id = e.posizione_id
RETURNING e.id, e.posizione_id, p.domanda_id, e.mese, e.importo_cent, e.stato, e.motivo, e.data_valuta, e.restituita_il,
    e.version
"""
_COMPLETA = """
UPDATE erogazione e SET data_valuta = n.valuta, version = e.version + 1 FROM unnest($2::uuid[], $3::date[]) AS n (id, valuta)
WHERE e.id = n.id AND e.flusso_id = $1 AND e.stato = 'RESTITUITO' AND e.data_valuta IS NULL
"""
# A file that has not left yet is not waited for: the payer cannot have given its money back.
_BLOCCA = "SELECT 1 FROM flusso WHERE id = ANY($1::uuid[]) AND stato <> 'DA_INVIARE' ORDER BY id FOR UPDATE"
_RESPINGI = """
INSERT INTO strumento_respinto (posizione_id, strumento, respinto_il)
SELECT r.*, $3 FROM unnest($1::uuid[], $2::bytea[]) AS r ON CONFLICT DO NOTHING
"""
# Nothing to ask until a file has left.
_PRENDI = f"""
INSERT INTO lettura_restituzioni AS r (pagatore, prossimo_il, tentativi)
SELECT $1, {FINO}, 0 WHERE EXISTS (SELECT 1 FROM flusso WHERE inviato_il IS NOT NULL)
ON CONFLICT (pagatore) DO UPDATE SET prossimo_il = {FINO} WHERE r.prossimo_il <= clock_timestamp() RETURNING cursore
"""
_RIMANDA = """
UPDATE lettura_restituzioni SET tentativi = CASE WHEN $2::bool THEN tentativi + 1 ELSE 0 END, prossimo_il = clock_timestamp()
    + CASE WHEN $2::bool THEN least(interval '1 second' * 2 ^ least(tentativi, 12), interval '5 minutes')
           ELSE interval '1 second' * $3::int END
WHERE pagatore = $1
"""


async def blocca_flussi(session: Session, ids: Iterable[UUID]) -> None:
    """Lock the files that have left, in the order of their ids."""
    await session.fetch(_BLOCCA, sorted(set(ids)))


async def applica(session: Session, flusso_id: UUID, esiti: Sequence[Applicabile], *, now: datetime) -> list[Esitata]:
    """Write returns and their ledger rows: what nobody had said to be executed is executed first."""
    if not esiti:
        return []
    await preparazione.congela(session, await cadenti(session, flusso_id, esiti))
    righe = await session.fetch(
        _RESTITUISCI, flusso_id, [e.erogazione_id for e in esiti], [e.motivo for e in esiti],
        [e.data_valuta for e in esiti],
    )  # fmt: skip
    cambiate = [esitata(riga) for riga in righe]
    await registra(session, flusso_id, Causale.ESEGUITA, [c.id for c in cambiate if c.data_valuta is None], now=now)
    await registra(session, flusso_id, Causale.RESTITUITA, [c.id for c in cambiate], now=now)
    return cambiate


async def completa(session: Session, flusso_id: UUID, tardivi: Sequence[Applicabile]) -> None:
    """Note when money that has already come back had arrived."""
    if tardivi:
        await session.execute(
            _COMPLETA, flusso_id, [e.erogazione_id for e in tardivi], [e.data_valuta for e in tardivi]
        )


async def respingi(session: Session, strumenti: Sequence[tuple[UUID, bytes]], *, now: datetime) -> None:
    """Remember, for each posizione, the instrument that gives money back; they are locked."""
    await session.execute(_RESPINGI, [posizione for posizione, _ in strumenti], [s for _, s in strumenti], now)


async def respinti(session: Session, posizioni: Sequence[UUID]) -> dict[UUID, set[bytes]]:
    """Give the instruments that have given money back."""
    righe = await session.fetch(
        "SELECT posizione_id, strumento FROM strumento_respinto WHERE posizione_id = ANY($1::uuid[])", posizioni
    )
    trovati: dict[UUID, set[bytes]] = {posizione_id: set() for posizione_id in posizioni}
    for riga in righe:
        trovati[riga["posizione_id"]].add(riga["strumento"])
    return trovati


async def prendi(session: Session) -> list[str | None]:
    """Claim the reading of the payer's list, if it is time: its cursor, None at the beginning."""
    return [riga["cursore"] for riga in await session.fetch(_PRENDI, PAGATORE)]


async def segna_cursore(session: Session, cursore: str) -> None:
    """Remember from where the list goes on."""
    await session.execute("UPDATE lettura_restituzioni SET cursore = $2 WHERE pagatore = $1", PAGATORE, cursore)


async def rimanda(session: Session, *, fallita: bool, fra_seconds: int) -> None:
    """Read again after `fra_seconds`; after a failure sooner, each time later."""
    await session.execute(_RIMANDA, PAGATORE, fallita, fra_seconds)
