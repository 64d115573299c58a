# SPDX-License-Identifier: EUPL-1.2
"""Claim the notices to prepare, then keep their letter and open a delivery per channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifiche import store
from services.notifiche.commands.accoda_notifiche import aggiorna_attese
from services.notifiche.commands.avanza import avanza
from services.notifiche.domain.consegna import Canale, Consegna, StatoConsegna, StatoNotifica
from shared.db.prenotazione import FINO
from shared.db.session import Session
from shared.kernel.identita import id_deterministico

_PRENDI = f"""
WITH presi AS (
    UPDATE notifica SET lease_fino_al = {FINO}
    WHERE id IN (SELECT id FROM notifica WHERE stato = 'DA_INVIARE' AND preparata_il IS NULL
                   AND (lease_fino_al IS NULL OR lease_fino_al < clock_timestamp())
                 ORDER BY ordine LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING *)
SELECT n.id AS notifica_id, {store.CAMPI_AVVISO} FROM presi n JOIN destinatario d USING (domanda_id)
"""
_PREPARATA = """
UPDATE notifica SET preparata_il = $2, lease_fino_al = NULL
WHERE id = $1 AND preparata_il IS NULL AND versione_fatto = $3 AND stato = 'DA_INVIARE'
RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Stampata:
    """A letter as it came out: bytes and hash."""

    pdf: bytes
    sha256: str


async def prendi_da_preparare(session: Session, now: datetime, quante: int) -> list[store.Messaggio]:
    """Claim notices whose recipient is known, after settling what was waiting."""
    await aggiorna_attese(session, None, now=now)
    return [store.messaggio_da_riga(session, riga) for riga in await session.fetch(_PRENDI, quante)]


async def apri_consegne(
    session: Session,
    messaggio: store.Messaggio,
    lettera: Stampata | None,
    canali: Mapping[Canale, StatoConsegna],
    *,
    now: datetime,
) -> None:
    """Archive the letter and open the deliveries; a notice that changed meanwhile is prepared again."""
    notifica = await store.blocca_notifica(session, messaggio.notifica_id)
    if notifica is None or notifica.stato is not StatoNotifica.DA_INVIARE:
        return
    if not await session.fetchval(_PREPARATA, notifica.id, now, messaggio.versione_fatto):
        return
    if lettera is not None:
        await store.salva_lettera(session, notifica.id, lettera.pdf, lettera.sha256, now=now)
    nuove = {canale: _nuova(notifica.id, canale, stato, now=now) for canale, stato in canali.items()}
    await avanza(session, notifica, {}, cambiate=nuove.values(), now=now)


def _nuova(notifica_id: UUID, canale: Canale, stato: StatoConsegna, *, now: datetime) -> Consegna:
    return Consegna(id_deterministico("consegna", notifica_id, canale), notifica_id, canale, stato, now)
