# SPDX-License-Identifier: EUPL-1.2
"""Annul the checks of a domanda that has ended: nobody is asked about it any more."""

from datetime import datetime

from services.verifiche_anagrafiche.store import accertamenti, interrogazioni, verifiche
from shared.contracts.domande import DomandaCessataV1
from shared.db.session import Session

_OGNI_VERSIONE = 2**31 - 1


async def annulla_verifica(session: Session, evento: DomandaCessataV1, *, now: datetime) -> None:
    """Annul the verifica with its open questions and accertamenti; unknown, it leaves a tombstone."""
    verifica_id = await verifiche.annulla(
        session, evento.domanda_id, protocollo=evento.protocollo, misura=evento.misura, giorno=evento.giorno, now=now
    )
    await interrogazioni.annulla(session, [(verifica_id, _OGNI_VERSIONE)])
    await accertamenti.annulla(session, [(verifica_id, _OGNI_VERSIONE)])
