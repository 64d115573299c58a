# SPDX-License-Identifier: EUPL-1.2
"""Record the patto di attivazione digitale of the nucleo: the right and the term for the first meeting start here."""

from datetime import date, datetime
from uuid import UUID

from services.presa_in_carico import store
from services.presa_in_carico.domain.caso import Dichiarazioni
from services.presa_in_carico.domain.termini import termini
from shared.contracts.presa_in_carico import PadSottoscrittoV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale


async def sottoscrivi_pad(
    session: Session, caso_id: UUID, *, il: date, dichiarazioni: Dichiarazioni, now: datetime
) -> bool:
    """Record the PAD and announce it; tell whether it is a new one.

    :raises AttoPrematuro: if the nucleo is not registered on SIISL.
    :raises AttoContraddittorio: if a PAD of another day is already recorded.
    """
    caso = await store.carica_uno(session, caso_id)

    firmato = caso.sottoscrivi_pad(il, dichiarazioni, oggi=giorno_legale(now), termini=termini(caso.misura))

    if firmato == caso:
        return False
    await store.salva(session, [firmato])
    evento = PadSottoscrittoV1(
        domanda_id=firmato.domanda_id, versione=firmato.versione, caso_id=firmato.id, sottoscritto_il=il
    )
    session.emit(evento, now=now)
    return True
