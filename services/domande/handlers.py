# SPDX-License-Identifier: EUPL-1.2
"""Events that `domande` listens to."""

from collections.abc import Sequence
from datetime import datetime

from services.domande.commands.chiudi_domanda import dichiara_decadenza
from services.domande.commands.decidi_domande import decidi_domande
from services.domande.commands.determina_spettanza import registra_pad
from shared.contracts.presa_in_carico import DecadenzaPropostaV1, PadSottoscrittoV1
from shared.contracts.verifiche_anagrafiche import VerificaConclusaV1
from shared.db.session import Session
from shared.kernel.identita import id_deterministico
from shared.messaging.handlers import Handlers

handlers = Handlers()


@handlers.on_lotto(VerificaConclusaV1)
async def on_verifica_conclusa(session: Session, eventi: Sequence[VerificaConclusaV1], *, now: datetime) -> None:
    """Decide the domande whose checks are over."""
    await decidi_domande(session, eventi, now=now)


@handlers.on_lotto(PadSottoscrittoV1)
async def on_pad_sottoscritto(session: Session, eventi: Sequence[PadSottoscrittoV1], *, now: datetime) -> None:
    """Determine what is due from the month after the PAD."""
    await registra_pad(session, [(e.domanda_id, e.sottoscritto_il) for e in eventi], now=now)


@handlers.on(DecadenzaPropostaV1)
async def on_decadenza_proposta(session: Session, evento: DecadenzaPropostaV1, *, now: datetime) -> None:
    """Declare the decadenza that the law ties to the fact."""
    dedotta_da = id_deterministico("decadenza", evento.caso_id, evento.causa, evento.fatto_il)
    await dichiara_decadenza(
        session,
        evento.domanda_id,
        causa=evento.causa,
        fatto_il=evento.fatto_il,
        dedotta_da=dedotta_da,
        now=now,
    )
