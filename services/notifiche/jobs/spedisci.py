# SPDX-License-Identifier: EUPL-1.2
"""Send the deliveries of a channel in three steps: row claimed and committed, call, outcome recorded."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter

from services.notifiche.clients.appio import AppIo, MessaggioIo
from services.notifiche.clients.interruttore import Interruttore
from services.notifiche.clients.posta import Lettera, Posta
from services.notifiche.commands.registra_esito import (
    Spedizione,
    prendi_da_controllare,
    prendi_da_inviare,
    registra_esito,
)  # fmt: skip
from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import TENTATIVI_MASSIMI, Canale, Esito, Risultato
from services.notifiche.jobs.officina import Officina
from services.notifiche.store import Messaggio
from shared.db.session import Database, Session
from shared.kernel.calendario import fine_giorno
from shared.messaging.jobs import Job, rinnovo

Chiamata = Callable[[Spedizione, datetime], Awaitable[Esito]]
Presa = Callable[[Session, Canale, datetime, int], Awaitable[Sequence[Spedizione]]]
_SENZA_RISPOSTA = frozenset({Risultato.NON_DISPONIBILE, Risultato.IGNOTO})
# Our own process died in the middle of the call: it says nothing of the channel.
_INTERROTTO = Esito(Risultato.IGNOTO, "INVIO_INTERROTTO", subito=True)


def jobs_app_io(officina: Officina, database: Database) -> list[Job[Spedizione]]:
    """Make the jobs of App IO: send, and ask for the state of what was accepted."""
    if officina.app_io is None:
        return []
    interruttore = Interruttore()
    invia, chiedi = partial(_su_app_io, officina, officina.app_io), partial(_chiedi_stato, officina.app_io)
    return [
        _job("invia_app_io", Canale.APP_IO, prendi_da_inviare, invia, database, interruttore),
        _job("controlla_app_io", Canale.APP_IO, prendi_da_controllare, chiedi, database, interruttore),
    ]


def jobs_email(officina: Officina, database: Database) -> list[Job[Spedizione]]:
    """Make the job of the e-mail."""
    if officina.posta is None:
        return []
    invia = partial(_per_email, officina, officina.posta)
    return [_job("invia_email", Canale.EMAIL, prendi_da_inviare, invia, database, Interruttore())]


def _job(
    nome: str, canale: Canale, presa: Presa, chiama: Chiamata, database: Database, interruttore: Interruttore
) -> Job[Spedizione]:
    async def prendi(session: Session, now: datetime, quante: int) -> Sequence[Spedizione]:
        return () if interruttore.aperto(now) else await presa(session, canale, now, quante)

    async def esegui(spedizione: Spedizione, now: datetime) -> None:
        esaurita = spedizione.interrotta and spedizione.consegna.tentativi > TENTATIVI_MASSIMI
        esito = _INTERROTTO if esaurita else await chiama(spedizione, now)
        if esito.risultato not in _SENZA_RISPOSTA:
            interruttore.successo()
        elif esito is not _INTERROTTO:
            interruttore.fallimento(now, riprova_seconds=esito.riprova_seconds)
        async with database.transaction() as session:
            await registra_esito(session, spedizione.consegna, esito, now=now)

    rinnova = rinnovo("consegna", "lease_fino_al", chiave=attrgetter("consegna.id"))
    return Job(nome, prendi, esegui, concorrenza=8, rinnova=rinnova)


async def _su_app_io(officina: Officina, app_io: AppIo, spedizione: Spedizione, _now: datetime) -> Esito:
    if spedizione.interrotta:  # that call may have been served: the rule of unknown outcomes decides
        return _INTERROTTO
    messaggio = spedizione.messaggio
    testo = officina.testi.scrivi(messaggio.avviso.modello, officina.scheda(messaggio), Canale.APP_IO)
    da_inviare = MessaggioIo(
        messaggio.pratica.recapiti.codice_fiscale, testo.oggetto, testo.corpo, _scadenza(messaggio)
    )
    return await app_io.invia(da_inviare, token=spedizione.consegna.token)


def _scadenza(messaggio: Messaggio) -> datetime | None:
    """Remind of the term to complete the domanda: its last minute, in Rome."""
    entro = messaggio.contenuto.entro if messaggio.avviso is Avviso.DOMANDA_IN_EVIDENZA else None
    return None if entro is None else fine_giorno(entro) - timedelta(minutes=1)


async def _chiedi_stato(app_io: AppIo, spedizione: Spedizione, _now: datetime) -> Esito:
    codice_fiscale = spedizione.messaggio.pratica.recapiti.codice_fiscale
    return await app_io.stato(codice_fiscale, spedizione.consegna.id_esterno or "")


async def _per_email(officina: Officina, posta: Posta, spedizione: Spedizione, now: datetime) -> Esito:
    messaggio = spedizione.messaggio
    testo = officina.testi.scrivi(messaggio.avviso.modello, officina.scheda(messaggio), Canale.EMAIL)
    lettera = Lettera(f"{messaggio.avviso.modello}.pdf", spedizione.pdf) if spedizione.pdf else None
    return await posta.invia(
        messaggio.pratica.recapiti.email or "", testo.oggetto, testo.corpo, lettera,
        token=spedizione.consegna.token, now=now,
    )  # fmt: skip
