# SPDX-License-Identifier: EUPL-1.2
"""Complete or correct a domanda in evidenza: its checks start again."""

from datetime import datetime
from uuid import UUID

from services.domande import store
from services.domande.commands.contenuti import dati_per_verifica
from services.domande.domain.domanda import Domanda
from services.domande.schemas.modulo import DomandaIn, IntegrazioneIn
from shared.contracts.domande import DomandaIntegrataV1
from shared.db.session import Session
from shared.errors import DatiNonValidi, Difetto
from shared.kernel.calendario import giorno_legale


async def integra_domanda(
    session: Session, domanda_id: UUID, integrazione: IntegrazioneIn, *, now: datetime
) -> Domanda:
    """Keep the corrected form and ask for new checks.

    :raises DomandaNonInEvidenza: if there is nothing to complete.
    :raises DatiNonValidi: if the corrected form is of another richiedente.
    """
    caricata = await store.carica_una(session, domanda_id)

    domanda = caricata.domanda.integra(now=now)
    modulo = _corretto(caricata.modulo, integrazione)

    await store.salva(session, [domanda])
    await store.salva_modulo(session, domanda.id, modulo)

    evento = DomandaIntegrataV1(
        domanda_id=domanda.id,
        versione=domanda.versione,
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        integrata_il=now,
        giorno=giorno_legale(now),
        comune=domanda.comune,
        dati=session.sigilli.sigilla(dati_per_verifica(modulo)),
    )
    session.emit(evento, now=now)
    return domanda


def _corretto(modulo: DomandaIn, integrazione: IntegrazioneIn) -> DomandaIn:
    if integrazione.modulo is None:
        return modulo.model_copy(update={"protocollo_dsu": integrazione.protocollo_dsu})
    if integrazione.modulo.richiedente.codice_fiscale != modulo.richiedente.codice_fiscale:
        difetto = Difetto(
            "/modulo/richiedente/codice_fiscale",
            "il richiedente non può cambiare",
            "richiedente-diverso",
        )
        raise DatiNonValidi("Il modulo corretto riguarda un altro richiedente", (difetto,))
    return integrazione.modulo
