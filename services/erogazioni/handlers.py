# SPDX-License-Identifier: EUPL-1.2
"""Events -> commands: all the events of a type in one batch, by array statements."""

from collections.abc import Sequence
from datetime import datetime

from services.erogazioni.commands.registra_cessazioni import registra_cessazioni
from services.erogazioni.commands.registra_pad import registra_pad
from services.erogazioni.commands.registra_sospensioni import disponi_sospensioni, revoca_sospensioni
from services.erogazioni.commands.registra_spettanze import registra_spettanze
from shared.contracts.domande import DomandaCessataV1, SpettanzaDeterminataV1
from shared.contracts.presa_in_carico import PadSottoscrittoV1, SospensioneDispostaV1, SospensioneRevocataV1
from shared.db.session import Session
from shared.messaging.handlers import Handlers

handlers = Handlers()


@handlers.on_lotto(SpettanzaDeterminataV1)
async def on_spettanza_determinata(
    session: Session, eventi: Sequence[SpettanzaDeterminataV1], *, now: datetime
) -> None:
    """Take what is due."""
    await registra_spettanze(session, eventi, now=now)


@handlers.on_lotto(PadSottoscrittoV1)
async def on_pad_sottoscritto(session: Session, eventi: Sequence[PadSottoscrittoV1], *, now: datetime) -> None:  # noqa: ARG001
    """Take the signatures that let payments begin."""
    await registra_pad(session, eventi)


@handlers.on_lotto(SospensioneDispostaV1)
async def on_sospensione_disposta(session: Session, eventi: Sequence[SospensioneDispostaV1], *, now: datetime) -> None:  # noqa: ARG001
    """Stop payments."""
    await disponi_sospensioni(session, eventi)


@handlers.on_lotto(SospensioneRevocataV1)
async def on_sospensione_revocata(session: Session, eventi: Sequence[SospensioneRevocataV1], *, now: datetime) -> None:  # noqa: ARG001
    """Let payments go on."""
    await revoca_sospensioni(session, eventi)


@handlers.on_lotto(DomandaCessataV1)
async def on_domanda_cessata(session: Session, eventi: Sequence[DomandaCessataV1], *, now: datetime) -> None:
    """Stop payments for good."""
    await registra_cessazioni(session, eventi, now=now)
