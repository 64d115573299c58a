# SPDX-License-Identifier: EUPL-1.2
"""Events that `verifiche_anagrafiche` listens to."""

from collections.abc import Sequence
from datetime import datetime

from services.verifiche_anagrafiche.commands.annulla_verifica import annulla_verifica
from services.verifiche_anagrafiche.commands.apri_verifiche import apri_verifiche
from shared.contracts.domande import DomandaCessataV1, DomandaIntegrataV1, DomandaPresentataV1
from shared.db.session import Session
from shared.messaging.handlers import Handlers

handlers = Handlers()


@handlers.on_lotto(DomandaPresentataV1)
async def on_domanda_presentata(session: Session, eventi: Sequence[DomandaPresentataV1], *, now: datetime) -> None:
    """Open the checks."""
    await apri_verifiche(session, eventi, now=now)


@handlers.on_lotto(DomandaIntegrataV1)
async def on_domanda_integrata(session: Session, eventi: Sequence[DomandaIntegrataV1], *, now: datetime) -> None:
    """Start the checks again on the corrected data."""
    await apri_verifiche(session, eventi, now=now)


@handlers.on(DomandaCessataV1)
async def on_domanda_cessata(session: Session, evento: DomandaCessataV1, *, now: datetime) -> None:
    """Ask nobody any more about a domanda that has ended."""
    await annulla_verifica(session, evento, now=now)
