# SPDX-License-Identifier: EUPL-1.2
"""Loops: one per registry asks the due questions, one closes the accertamenti that nobody answered in time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from prometheus_client import Counter

from services.verifiche_anagrafiche.clients.esito import Quesito
from services.verifiche_anagrafiche.clients.registri import Registri
from services.verifiche_anagrafiche.commands.chiudi_accertamento import applica_silenzio
from services.verifiche_anagrafiche.commands.registra_risposte import EsitoChiamata, registra_risposte
from services.verifiche_anagrafiche.domain.interrogazione import Registro
from services.verifiche_anagrafiche.settings import ImpostazioniVerificheAnagrafiche
from services.verifiche_anagrafiche.store import accertamenti, interrogazioni
from services.verifiche_anagrafiche.store.interrogazioni import DaChiedere
from shared.db.prenotazione import DURATA
from shared.db.raccolta import Raccoglitore
from shared.db.session import Database, Session, correlazione
from shared.kernel.calendario import Orologio, giorno_legale
from shared.messaging.jobs import Job, rinnovo

_LOTTO_SILENZI = 100
_INTERVALLO_SILENZI_SECONDS = 60.0
_CHIAMATE = Counter("inclusione_interrogazioni", "Calls to the registries", ["registro", "classe"])

_RINNOVA = rinnovo("interrogazione", "lease_fino", "prossimo_il", chiave=attrgetter("id"))

Lavori = Callable[[Database, Orologio], Sequence[Job[Any]]]


def lavori(impostazioni: ImpostazioniVerificheAnagrafiche, registri: Callable[[], Registri]) -> Lavori:
    """Give what builds the jobs of the service once its database is open."""

    def crea(database: Database, orologio: Orologio) -> Sequence[Job[Any]]:
        raccolta = _raccolta(database, orologio)
        return [
            *(_interroga(registro, impostazioni, registri, raccolta) for registro in Registro),
            _silenzio(database),
        ]

    return crea


def _raccolta(database: Database, orologio: Orologio) -> "Raccoglitore[EsitoChiamata, None]":
    async def scrivi(esiti: Sequence[EsitoChiamata]) -> list[Exception | None]:
        # The transaction serves many domande: none of them lends its correlation id to the others.
        correlazione.set("")
        async with database.transaction() as session:
            await registra_risposte(session, esiti, now=orologio())
        return [None] * len(esiti)

    return Raccoglitore(scrivi)


def _interroga(
    registro: Registro,
    impostazioni: ImpostazioniVerificheAnagrafiche,
    registri: Callable[[], Registri],
    raccolta: "Raccoglitore[EsitoChiamata, None]",
) -> Job[DaChiedere]:
    """Make the job of one registry: a slow one never holds up the others."""

    async def prendi(session: Session, _now: datetime, quante: int) -> Sequence[DaChiedere]:
        return await interrogazioni.prendi(session, registro, quante, lease=DURATA)

    async def esegui(domanda: DaChiedere, _now: datetime) -> None:
        correlazione.set(str(domanda.domanda_id))
        quesito = Quesito(domanda.soggetto, domanda.giorno, domanda.protocollo, domanda.numero)
        esito = await registri().chiedi(domanda.controllo, quesito)
        _CHIAMATE.labels(registro.value, esito.classe.value).inc()
        registrato = EsitoChiamata(
            domanda.id, domanda.verifica_id, domanda.controllo, domanda.tentativi, esito.classe, esito.risposta,
            esito.operazione, esito.motivo, esito.attesa,
        )  # fmt: skip
        await raccolta.chiedi(registrato)

    nome = f"interroga_{registro.value.lower()}"
    return Job(nome, prendi, esegui, concorrenza=impostazioni.registri_concorrenza, rinnova=_RINNOVA)


def _silenzio(database: Database) -> Job[int]:
    """Make the job of the silences: the term of the law passes for everybody at midnight in Rome."""

    async def prendi(session: Session, now: datetime, quanti: int) -> Sequence[int]:
        scaduti = await accertamenti.scaduti(session, giorno_legale(now), _LOTTO_SILENZI)
        return [len(scaduti)][: quanti if scaduti else 0]

    async def esegui(_quanti: int, now: datetime) -> None:
        async with database.transaction() as session:
            await applica_silenzio(session, now=now, quanti=_LOTTO_SILENZI)

    return Job("silenzio", prendi, esegui, concorrenza=1, intervallo_seconds=_INTERVALLO_SILENZI_SECONDS)
