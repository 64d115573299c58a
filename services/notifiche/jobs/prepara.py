# SPDX-License-Identifier: EUPL-1.2
"""Prepare a notice: set its letter, if it is an act, and choose the channels."""

import hashlib
from datetime import datetime
from operator import attrgetter

from services.notifiche import store
from services.notifiche.commands.prepara_notifica import Stampata, apri_consegne, prendi_da_preparare
from services.notifiche.domain.consegna import canali_iniziali
from services.notifiche.jobs.officina import Officina
from shared.contracts.domande import Recapiti
from shared.db.session import Database
from shared.messaging.jobs import Job, rinnovo

_CODICE_DEFINITIVO = 16


def job_prepara(officina: Officina, database: Database) -> Job[store.Messaggio]:
    """Make the job."""

    async def esegui(messaggio: store.Messaggio, now: datetime) -> None:
        recapiti = messaggio.pratica.recapiti
        canali = canali_iniziali(
            messaggio.avviso,
            app_io=officina.app_io is not None and _su_app_io(recapiti),
            email=officina.posta is not None and bool(recapiti.email),
        )
        lettera = await _stampa(officina, messaggio) if messaggio.avviso.dovuto else None
        async with database.transaction() as session:
            await apri_consegne(session, messaggio, lettera, canali, now=now)

    rinnova = rinnovo("notifica", "lease_fino_al", chiave=attrgetter("notifica_id"))
    return Job("prepara", prendi_da_preparare, esegui, concorrenza=16, rinnova=rinnova)


async def _stampa(officina: Officina, messaggio: store.Messaggio) -> Stampata:
    scheda = officina.scheda(messaggio)
    pdf = await officina.tipografia.stampa(messaggio.avviso.modello, scheda, data=messaggio.scritta)
    return Stampata(pdf, hashlib.sha256(pdf).hexdigest())


def _su_app_io(recapiti: Recapiti) -> bool:
    """App IO knows only definitive codici fiscali, and writes only to who accepted."""
    return recapiti.app_io and len(recapiti.codice_fiscale) == _CODICE_DEFINITIVO
