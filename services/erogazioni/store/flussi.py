# SPDX-License-Identifier: EUPL-1.2
"""Payment files: state, sealed bytes, waiting times by the clock of the database."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.erogazioni.domain.lotto import StatoFlusso
from shared.db.session import Session
from shared.kernel.mese import Mese

_CARICA = """
SELECT f.id, f.lotto_id, f.numero, f.stato, f.cursore, f.tentativi, l.misura, l.mese
FROM flusso f JOIN lotto l ON l.id = f.lotto_id WHERE f.id = $1
"""
_FISSA = """
UPDATE flusso SET stato = $2::text, inviate = $3, inviate_cent = $4, contenuto = $5, sha256 = $6, in_invio_il = $7::timestamptz,
    concluso_il = CASE WHEN $2::text = 'CONCLUSO' THEN $7::timestamptz END
WHERE id = $1
"""
_RIMANDA = """
UPDATE flusso SET stato = $2, tentativi = tentativi + 1,
    prossimo_il = clock_timestamp() + least(interval '0.1 seconds' * 2 ^ least(tentativi, 12), interval '60 seconds')
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Flusso:
    """A payment file, without its bytes."""

    id: UUID
    lotto_id: UUID
    numero: int
    stato: StatoFlusso
    misura: str
    mese: Mese
    cursore: str | None
    tentativi: int


async def carica(session: Session, flusso_id: UUID, *, blocca: bool = True) -> Flusso:
    """Load a flow, locked unless told otherwise."""
    riga = await session.fetchrow(f"{_CARICA} {'FOR UPDATE OF f' if blocca else ''}", flusso_id)
    valori: dict[str, Any] = dict(riga) if riga else {}
    return Flusso(**valori | {"stato": StatoFlusso(valori["stato"]), "mese": Mese.da_testo(valori["mese"])})


async def crea(session: Session, flusso_id: UUID, *, lotto_id: UUID, numero: int, quante: int, cent: int) -> None:
    """Write a flow as the preparation does, if it is not there."""
    await session.execute(
        "INSERT INTO flusso (id, lotto_id, numero, stato, disposizioni, importo_cent, tentativi) "
        "VALUES ($1, $2, $3, 'DA_INVIARE', $4, $5, 0) ON CONFLICT (id) DO NOTHING",
        flusso_id, lotto_id, numero, quante, cent,
    )  # fmt: skip


async def fissa(session: Session, flusso_id: UUID, contenuto: bytes, *, inviate: int, cent: int, now: datetime) -> None:
    """Fix the bytes for ever: the flow is leaving. An empty one has nothing to send and is over."""
    stato = StatoFlusso.IN_INVIO if inviate else StatoFlusso.CONCLUSO
    sigillato = session.cifrario.cifra(zlib.compress(contenuto, 1))
    await session.execute(
        _FISSA, flusso_id, stato, inviate, cent, sigillato, hashlib.sha256(contenuto).hexdigest(), now
    )


async def contenuto(session: Session, flusso_id: UUID) -> bytes | None:
    """Give the exact bytes of the file, if it has been made."""
    sigillato = await session.fetchval("SELECT contenuto FROM flusso WHERE id = $1", flusso_id)
    return zlib.decompress(session.cifrario.decifra(sigillato)) if sigillato else None


async def segna_inviato(session: Session, flusso_id: UUID, *, now: datetime) -> None:
    """The payer has the file: its outcomes may be asked for at once."""
    await session.execute(
        "UPDATE flusso SET stato = 'INVIATO', inviato_il = coalesce(inviato_il, $2), tentativi = 0, "
        "prossimo_il = clock_timestamp() WHERE id = $1",
        flusso_id, now,
    )  # fmt: skip


async def rimanda(session: Session, flusso_id: UUID, stato: StatoFlusso) -> None:
    """Try again later, each time after a longer wait."""
    await session.execute(_RIMANDA, flusso_id, stato)


async def segna_cursore(session: Session, flusso_id: UUID, cursore: str | None) -> None:
    """Remember from where the outcomes go on."""
    await session.execute("UPDATE flusso SET cursore = $2, tentativi = 0 WHERE id = $1", flusso_id, cursore)


async def concludi(session: Session, flusso_id: UUID, *, now: datetime, rifiuto: str | None = None) -> None:
    """All the rows have their outcome."""
    await session.execute(
        "UPDATE flusso SET stato = 'CONCLUSO', concluso_il = $2, rifiuto = $3 WHERE id = $1", flusso_id, now, rifiuto
    )
