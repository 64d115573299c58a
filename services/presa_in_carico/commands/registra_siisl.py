# SPDX-License-Identifier: EUPL-1.2
"""Record the registration of the nucleo on SIISL."""

from datetime import date, datetime
from uuid import UUID

from services.presa_in_carico import store
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale


async def registra_siisl(session: Session, caso_id: UUID, *, il: date | None, now: datetime) -> bool:
    """Record the day of the registration, today if none is given; tell whether anything changed.

    :raises AttoContraddittorio: if another day is already recorded.
    """
    caso = await store.carica_uno(session, caso_id)
    oggi = giorno_legale(now)
    giorno = il or caso.registrato_siisl_il or oggi

    registrato = caso.registra_siisl(giorno, oggi=oggi)

    if registrato == caso:
        return False
    await store.salva(session, [registrato])
    return True
