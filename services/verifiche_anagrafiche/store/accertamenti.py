# SPDX-License-Identifier: EUPL-1.2
"""Rows of `accertamento`, with the sealed answer of the Comune."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.verifiche_anagrafiche.domain.accertamento import (
    Accertamento,
    ControlloComune,
    EsitoComune,
    StatoAccertamento,
)
from shared.db.session import Session

CAMPI = (
    "id, verifica_id, domanda_id, domanda_versione, misura, protocollo, comune, ente, richiedente, controlli, stato, "
    "richiesto_il, scadenza, silenzio_il, chiuso_il, operatore, version"
)
_FORMA: TypeAdapter[EsitoComune] = TypeAdapter(EsitoComune)
_INSERISCI = """
INSERT INTO accertamento (id, verifica_id, domanda_id, domanda_versione, misura, protocollo, comune, ente, richiedente,
                          controlli, stato, richiesto_il, scadenza, silenzio_il, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_ANNULLA = """
UPDATE accertamento a SET stato = 'ANNULLATO', version = a.version + 1
FROM unnest($1::uuid[], $2::int[]) AS n (verifica_id, fino_a)
WHERE a.verifica_id = n.verifica_id AND a.domanda_versione <= n.fino_a AND a.stato = 'APERTO'
"""
_SCADUTI = """
SELECT id, verifica_id FROM accertamento WHERE stato = 'APERTO' AND silenzio_il < $1 ORDER BY silenzio_il, id LIMIT $2
"""


async def inserisci(session: Session, accertamenti: Sequence[Accertamento]) -> None:
    """Write new accertamenti."""
    await session.executemany(
        _INSERISCI,
        [
            (a.id, a.verifica_id, a.domanda_id, a.domanda_versione, a.misura, a.protocollo, a.comune, a.ente, a.richiedente,
             [c.value for c in a.controlli], a.stato.value, a.richiesto_il, a.scadenza, a.silenzio_il, a.version)
            for a in accertamenti
        ],
    )  # fmt: skip


async def annulla(session: Session, giri: Sequence[tuple[UUID, int]]) -> None:
    """Annul the open accertamenti of verifiche, up to a version of the domanda."""
    await session.execute(_ANNULLA, [verifica_id for verifica_id, _ in giri], [fino_a for _, fino_a in giri])


async def scaduti(session: Session, giorno: date, quanti: int) -> list[tuple[UUID, UUID]]:
    """Find the accertamenti whose term of silence is over, with their verifiche."""
    return [(riga["id"], riga["verifica_id"]) for riga in await session.fetch(_SCADUTI, giorno, quanti)]


async def verifica_di(session: Session, accertamento_id: UUID) -> UUID | None:
    """Find the verifica that an accertamento belongs to."""
    trovata: UUID | None = await session.fetchval("SELECT verifica_id FROM accertamento WHERE id = $1", accertamento_id)
    return trovata


async def blocca(session: Session, ids: Sequence[UUID]) -> list[Accertamento]:
    """Load accertamenti and lock them; their verifiche must be locked first."""
    righe = await session.fetch(
        f"SELECT {CAMPI} FROM accertamento WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", list(ids)
    )
    return [da_riga(riga) for riga in righe]


def da_riga(riga: Any) -> Accertamento:
    """Build the accertamento from a row with the columns of `CAMPI`."""
    valori = {nome: riga[nome] for nome in CAMPI.split(", ")}
    controlli = tuple(ControlloComune(c) for c in valori["controlli"])
    return Accertamento(**{**valori, "controlli": controlli, "stato": StatoAccertamento(valori["stato"])})


async def salva(session: Session, accertamento: Accertamento, esito: EsitoComune | None) -> None:
    """Write how an accertamento was closed."""
    cifrato = session.cifrario.cifra(_FORMA.dump_json(esito)) if esito is not None else None
    await session.execute(
        "UPDATE accertamento SET stato = $2, esito = $3, operatore = $4, chiuso_il = $5, version = $6 WHERE id = $1",
        accertamento.id, accertamento.stato.value, cifrato, accertamento.operatore, accertamento.chiuso_il, accertamento.version,
    )  # fmt: skip
