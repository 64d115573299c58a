# SPDX-License-Identifier: EUPL-1.2
"""How a service is put together and lives: database, routes, consumer, relay, jobs; start, readiness, drain."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from shared.db.session import Connessione, Database
from shared.kernel.calendario import Orologio, adesso
from shared.kernel.sigillo import Cifrario
from shared.messaging.bus import Bus, Iscrizione
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handlers
from shared.messaging.interno import BusInterno
from shared.messaging.jobs import Ciclo, Job, ciclo_di
from shared.messaging.pulizia import Pulizia
from shared.messaging.rabbitmq import BusRabbit
from shared.messaging.relay import Relay
from shared.messaging.sigillatura import Sigillatura
from shared.web import accessi, problemi, scarti
from shared.web.ammissione import Ammissione
from shared.web.bordo import Bordo
from shared.web.chiavi import chiavi_dalla_pdnd
from shared.web.contesto import Risorse
from shared.web.enti import RegistroEnti
from shared.web.impostazioni import Impostazioni, chiave_da
from shared.web.integrita import Integrita
from shared.web.limiti import Limitatore
from shared.web.openapi import VERSIONE, documento, rotte_documentazione
from shared.web.permessi import Matrice
from shared.web.stato import rotte_stato
from shared.web.token import Autenticatore

LOTTO_MESSAGGI = 200
_PDND_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Ambiente:
    """What the process lends to a service: the bus and the clock."""

    bus: Bus | None = None
    orologio: Orologio = adesso


@dataclass(frozen=True, slots=True)
class Definizione:
    """What makes a service this one and not another."""

    nome: str
    titolo: str
    sommario: str
    descrizione: str
    rotte: Sequence[APIRouter]
    permessi: Matrice
    handlers: Handlers
    # Built when the database is open; what they need (clients) is theirs to close.
    jobs: Callable[[Database, Orologio], Sequence[Job[Any]]] = lambda _database, _orologio: ()
    # What the routes of this service need besides database and clock, by name.
    altro: Callable[[Database, Orologio], dict[str, Any]] = lambda _database, _orologio: {}
    alla_chiusura: Sequence[Callable[[], Any]] = ()
    # Operations that want signed requests from who comes with a PDND voucher, beside those of every service.
    integrita: Collection[str] = ()
    # What each tag of the OpenAPI document gathers.
    tag: Mapping[str, str] = field(default_factory=dict)
    # Largest body, in bytes, of the routes that take batches; the others have the common limit.
    corpi: Mapping[str, int] = field(default_factory=dict)


class Motore:
    """The moving parts of one running service."""

    def __init__(self, definizione: Definizione, impostazioni: Impostazioni, ambiente: Ambiente) -> None:
        self.definizione = definizione
        self._ruoli = frozenset(impostazioni.ruoli)
        self._teste_file = impostazioni.accessi_teste_file
        self.orologio = ambiente.orologio
        self.bus: Bus = ambiente.bus or _bus(impostazioni)
        self._bus_proprio = ambiente.bus is None
        self.database = Database(
            Connessione(impostazioni.database_url, impostazioni.database_connessioni),
            cifrario=Cifrario(chiave_da(impostazioni.chiave)),
            sigilli=Cifrario(chiave_da(impostazioni.eventi_chiave)),
        )
        self.consumer = Consumer(self.database, definizione.handlers, orologio=self.orologio)
        self.cicli: list[Ciclo] = []
        self._relay: Ciclo | None = None
        # Not woken by commits: they look around by themselves, now and then.
        self._di_fondo: list[Ciclo] = []
        self._iscrizioni: list[Iscrizione] = []
        self._accetta = False

    async def avvia(self) -> None:
        """Open the database, then start what the roles of this process ask for."""
        await self.database.open()
        await self.bus.open()
        if "relay" in self._ruoli:
            self._relay = Relay(self.definizione.nome, self.database, self.bus).ciclo
            self.cicli.append(self._relay)
        if "jobs" in self._ruoli:
            lavori = self.definizione.jobs(self.database, self.orologio)
            self.cicli += [ciclo_di(job, database=self.database, orologio=self.orologio) for job in lavori]
            sigillatura = Sigillatura(self.definizione.nome, self.database, file=self._teste_file)
            self._di_fondo = [Pulizia(self.database).ciclo, sigillatura.ciclo]
        if "consumer" in self._ruoli:
            self.cicli.append(Ciclo("riprova", self._riprova))
            await self._iscrivi()
        self.database.dopo_commit.append(self._sveglia)
        for ciclo in (*self.cicli, *self._di_fondo):
            ciclo.avvia()
        self._accetta = True

    def _sveglia(self, annunciati: bool) -> None:
        """Wake the loops after a commit: the relay only when there are events."""
        for ciclo in self.cicli:
            if annunciati or ciclo is not self._relay:
                ciclo.sveglia()

    async def _iscrivi(self) -> None:
        nome, tipi = self.definizione.nome, self.definizione.handlers.tipi
        self._iscrizioni.append(
            await self.bus.consuma(nome, tipi, self.consumer.ricevi, pronto=self.database.pronto, lotto=LOTTO_MESSAGGI)
        )
        if not isinstance(self.bus, BusInterno):
            self._iscrizioni.append(
                await self.bus.consuma(
                    f"{nome}.dead", (), self.consumer.restituiti, pronto=self.database.pronto, lotto=10
                )
            )

    async def _riprova(self) -> bool:
        return await self.consumer.riprova() > 0

    async def ferma(self) -> None:
        """Drain: not ready, stop taking, finish what is in hand, close."""
        self._accetta = False
        await asyncio.gather(*(iscrizione.ferma() for iscrizione in self._iscrizioni))
        await asyncio.gather(*(ciclo.ferma() for ciclo in (*self.cicli, *self._di_fondo)))
        for chiudi in self.definizione.alla_chiusura:
            with contextlib.suppress(Exception):
                await chiudi()
        if self._bus_proprio:
            await self.bus.close()
        await self.database.close()

    async def pronto(self) -> bool:
        """Tell whether the service can work now: database answers and, where it only consumes, the queue is taken.

        A process that serves the API stays ready when the bus is down: the events wait in the outbox.
        """
        consuma = "api" in self._ruoli or all(iscrizione.attiva() for iscrizione in self._iscrizioni)
        return self._accetta and consuma and await self.database.pronto()

    async def quieto(self) -> bool:
        """Tell whether nothing is waiting: no outbox row, no message to try again, no job at work."""
        async with self.database.connection() as conn:
            righe = await conn.fetchval(
                "SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM scarto WHERE stato = 'DA_RITENTARE')"
            )
        return not righe and all(ciclo.inattivo for ciclo in self.cicli)


def _bus(impostazioni: Impostazioni) -> Bus:
    if impostazioni.bus_url == "interno":
        return BusInterno()
    return BusRabbit(impostazioni.bus_url, prefisso=impostazioni.bus_prefisso)


def crea_applicazione(
    definizione: Definizione, impostazioni: Impostazioni, ambiente: Ambiente | None = None
) -> FastAPI:
    """Build the FastAPI application of a service; its lifespan starts and drains the moving parts."""
    ambiente = ambiente or Ambiente()
    integrita = frozenset(definizione.integrita) | scarti.INTEGRITA
    http = httpx.AsyncClient(timeout=_PDND_SECONDS, follow_redirects=False)
    motore = Motore(definizione, impostazioni, ambiente)

    @asynccontextmanager
    async def vita(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        await motore.avvia()
        try:
            yield {"ammissione": ammissione}  # the server closes the door before the application is asked
        finally:
            await motore.ferma()
            await http.aclose()

    app = FastAPI(
        title=definizione.titolo, version=VERSIONE, summary=definizione.sommario, description=definizione.descrizione,
        docs_url=None, redoc_url=None, lifespan=vita,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.motore = motore
    ammissione = Ammissione(impostazioni.richieste_insieme)
    limiti = Limitatore(impostazioni.richieste_al_minuto)
    app.state.risorse = Risorse(
        servizio=definizione.nome,
        database=motore.database,
        autenticatore=Autenticatore(
            impostazioni.emittenti, audience=impostazioni.audience, enti=RegistroEnti.da_toml(impostazioni.enti_file)
        ),
        matrice={**definizione.permessi, **scarti.PERMESSI, **accessi.PERMESSI},
        orologio=ambiente.orologio,
        url_pubblico=impostazioni.url_pubblico,
        limiti=limiti,
        altro=definizione.altro(motore.database, ambiente.orologio),
        integrita=Integrita(
            integrita,
            audience=impostazioni.audience,
            chiavi=chiavi_dalla_pdnd(http, impostazioni),
            database=motore.database,
        ),
    )
    problemi.installa(app)
    if "api" in impostazioni.ruoli:
        for rotte in (*definizione.rotte, accessi.router(), scarti.router()):
            app.include_router(rotte)
    app.include_router(rotte_stato(motore.pronto))
    app.include_router(rotte_documentazione(app))
    app.openapi = lambda: _openapi(app, definizione, impostazioni, firmate=integrita)  # type: ignore[method-assign]
    app.add_middleware(
        Bordo, servizio=definizione.nome, limiti=limiti, corpi=definizione.corpi,
        ammissione=ammissione, corpo_secondi=impostazioni.corpo_timeout_seconds,
    )  # fmt: skip
    return app


def _openapi(
    app: FastAPI, definizione: Definizione, impostazioni: Impostazioni, *, firmate: Collection[str]
) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = documento(
            app,
            servizio=definizione.nome,
            sommario=definizione.sommario,
            url_pubblico=impostazioni.url_pubblico,
            tag=definizione.tag,
            firmate=firmate,
        )
    return app.openapi_schema
