# SPDX-License-Identifier: EUPL-1.2
"""Events that this service listens to."""

from collections.abc import Sequence
from datetime import datetime

from services.presa_in_carico.commands.apri_casi import apri_casi
from services.presa_in_carico.commands.chiudi_casi import chiudi_casi
from services.presa_in_carico.commands.segnala_mancati_recapiti import segnala_mancati_recapiti
from shared.contracts.domande import DomandaAccoltaV1, DomandaCessataV1
from shared.contracts.notifiche import NotificaNonRecapitataV1
from shared.db.session import Session
from shared.messaging.handlers import Handlers

handlers = Handlers()


@handlers.on_lotto(DomandaAccoltaV1)
async def on_domanda_accolta(session: Session, eventi: Sequence[DomandaAccoltaV1], *, now: datetime) -> None:
    """Open the casi of the nuclei."""
    await apri_casi(session, eventi, now=now)


@handlers.on_lotto(DomandaCessataV1)
async def on_domanda_cessata(session: Session, eventi: Sequence[DomandaCessataV1], *, now: datetime) -> None:
    """Close the casi of the domande that ended."""
    await chiudi_casi(session, eventi, now=now)


@handlers.on_lotto(NotificaNonRecapitataV1)
async def on_notifica_non_recapitata(
    session: Session, eventi: Sequence[NotificaNonRecapitataV1], *, now: datetime
) -> None:
    """Show the operators that the nucleo could not be told."""
    await segnala_mancati_recapiti(session, eventi, now=now)
