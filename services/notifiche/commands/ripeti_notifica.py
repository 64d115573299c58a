# SPDX-License-Identifier: EUPL-1.2
"""Try again a notice that no channel could deliver."""

from datetime import datetime
from uuid import UUID

from services.notifiche import store
from services.notifiche.commands.avanza import avanza
from services.notifiche.domain.consegna import StatoConsegna, StatoNotifica
from services.notifiche.domain.errori import NotificaNonRipetibile
from shared.db.session import Session
from shared.errors import NotFound


async def ripeti_notifica(session: Session, notifica_id: UUID, *, now: datetime) -> None:
    """Open a new round of attempts on the channels that failed; the letter to print stays.

    :raises NotificaNonRipetibile: if the notice is not NON_RECAPITATA, or has no electronic channel to try.
    """
    notifica = await store.blocca_notifica(session, notifica_id)
    if notifica is None:
        raise NotFound("La notifica non esiste o non è visibile a chi chiama")
    if notifica.stato is not StatoNotifica.NON_RECAPITATA:
        raise NotificaNonRipetibile(f"La notifica è {notifica.stato}: si ripete solo una notifica NON_RECAPITATA")

    consegne = await store.consegne(session, notifica_id)
    riprese = [c.ricomincia(now=now) for c in consegne.values() if c.stato is StatoConsegna.FALLITA]
    if not riprese:
        raise NotificaNonRipetibile("La persona non ha canali elettronici: la lettera va stampata e spedita")

    await avanza(session, notifica, consegne, cambiate=riprese, now=now)
