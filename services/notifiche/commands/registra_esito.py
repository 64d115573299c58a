# SPDX-License-Identifier: EUPL-1.2
"""Claim deliveries that are due, and record what the channel answered."""

from dataclasses import dataclass
from datetime import datetime

from services.notifiche import store
from services.notifiche.commands.avanza import avanza
from services.notifiche.domain.consegna import IN_CORSO, Canale, Consegna, Esito, StatoConsegna
from shared.db.prenotazione import FINO
from shared.db.session import Session

# The row says IN_INVIO before the call: found again after its lease, the outcome of that call is unknown.
_PRENDI_DA_INVIARE = f"""
WITH presi AS (
    SELECT c.id, c.stato FROM consegna c JOIN notifica n ON n.id = c.notifica_id
    WHERE c.canale = $1 AND c.stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTA') AND c.prossimo_il <= $2
      AND (c.lease_fino_al IS NULL OR c.lease_fino_al < clock_timestamp()) AND n.stato <> 'SUPERATA'
    ORDER BY c.prossimo_il LIMIT $3 FOR UPDATE SKIP LOCKED),
iniziate AS (
    UPDATE notifica n SET iniziata_il = coalesce(n.iniziata_il, $2)
    WHERE n.id IN (SELECT notifica_id FROM consegna WHERE id IN (SELECT id FROM presi))),
c AS (
    UPDATE consegna SET stato = 'IN_INVIO', tentativi = tentativi + 1,
        lease_fino_al = {FINO}
    FROM presi WHERE presi.id = consegna.id RETURNING consegna.*, presi.stato AS prima)
SELECT {store.CAMPI_CONSEGNA}, c.prima, {store.CAMPI_AVVISO}, l.pdf
FROM c JOIN notifica n ON n.id = c.notifica_id JOIN destinatario d USING (domanda_id)
LEFT JOIN lettera l ON l.notifica_id = n.id AND $1 = 'EMAIL'
"""
_PRENDI_DA_CONTROLLARE = f"""
WITH c AS (
    UPDATE consegna SET controlli = controlli + 1, lease_fino_al = {FINO}
    WHERE id IN (SELECT id FROM consegna WHERE canale = $1 AND stato = 'INVIATA' AND prossimo_il <= $2
                   AND (lease_fino_al IS NULL OR lease_fino_al < clock_timestamp())
                 ORDER BY prossimo_il LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING *)
SELECT {store.CAMPI_CONSEGNA}, c.stato AS prima, {store.CAMPI_AVVISO}, NULL::bytea AS pdf
FROM c JOIN notifica n ON n.id = c.notifica_id JOIN destinatario d USING (domanda_id)
"""


@dataclass(frozen=True, slots=True)
class Spedizione:
    """A claimed delivery with what it must carry; `interrotta`: a call had begun and nobody recorded its end."""

    consegna: Consegna
    messaggio: store.Messaggio
    pdf: bytes | None
    interrotta: bool


async def prendi_da_inviare(session: Session, canale: Canale, now: datetime, quante: int) -> list[Spedizione]:
    """Claim deliveries to send: from here the notice has begun and no later fact takes it back."""
    return [_spedizione(session, riga) for riga in await session.fetch(_PRENDI_DA_INVIARE, canale.value, now, quante)]


async def prendi_da_controllare(session: Session, canale: Canale, now: datetime, quante: int) -> list[Spedizione]:
    """Claim accepted deliveries whose state is to be asked."""
    righe = await session.fetch(_PRENDI_DA_CONTROLLARE, canale.value, now, quante)
    return [_spedizione(session, riga) for riga in righe]


def _spedizione(session: Session, riga: store.Riga) -> Spedizione:
    return Spedizione(
        consegna=store.consegna_da_riga(riga),
        messaggio=store.messaggio_da_riga(session, riga),
        pdf=session.cifrario.decifra(riga["pdf"]) if riga["pdf"] else None,
        interrotta=riga["prima"] == StatoConsegna.IN_INVIO,
    )


async def registra_esito(session: Session, consegna: Consegna, esito: Esito, *, now: datetime) -> None:
    """Record the outcome of a call and take the next step; what comes after the end has no effect."""
    notifica = await store.blocca_notifica(session, consegna.notifica_id)
    tutte = await store.consegne(session, consegna.notifica_id)
    attuale = tutte.get(consegna.canale)
    if notifica is None or attuale is None or attuale.stato not in IN_CORSO or attuale.giro != consegna.giro:
        return
    aggiornata = attuale.registra(esito, dovuto=notifica.avviso.dovuto, now=now)
    await avanza(session, notifica, tutte, cambiate=[aggiornata], now=now)
