# SPDX-License-Identifier: EUPL-1.2
"""One service in process, with nothing that moves by itself: the test delivers events, runs jobs, turns the clock."""

import importlib
import inspect
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx
from fastapi import FastAPI

from shared.contracts.evento import REGISTRO, Evento
from shared.db.session import Database
from shared.errors import InclusioneError
from shared.kernel.identita import nuovo_id
from shared.messaging.bus import Messaggio
from shared.messaging.consumer import Consumer
from shared.messaging.jobs import Job
from shared.servizio import Ambiente, Motore
from shared.web.impostazioni import Emittente, Impostazioni
from tests.support.archivi import CHIAVE_ARCHIVIO, CHIAVE_EVENTI
from tests.support.fruitore import Fruitore
from tests.support.orologio import INIZIO, OrologioDiProva
from tests.support.token import AUDIENCE, ENTI_FILE, voucher

E = TypeVar("E", bound=Evento)
# Nobody listens on the discard port: an external system that the test has not placed refuses connections.
_CHIUSO = "http://127.0.0.1:9"
_GIRI_MASSIMI = 1000


class ServizioInProva:
    """A started service. `client` is anonymous; `come(...)` gives a client that brings a token."""

    def __init__(self, app: FastAPI, orologio: OrologioDiProva) -> None:
        self.app = app
        self.motore: Motore = app.state.motore
        self.nome = self.motore.definizione.nome
        self.orologio = orologio
        self.client = self._cliente({})
        self._consumer = _ConsumerSincero(self.database, self.motore.definizione.handlers, orologio=orologio)
        self._jobs: Sequence[Job[Any]] | None = None

    @property
    def database(self) -> Database:
        """The database: `async with servizio.database.transaction() as session` for commands and checks."""
        return self.motore.database

    def come(self, ente_o_token: str) -> httpx.AsyncClient:
        """Give a client for an ente of enti.toml, or for any token: `come(cittadino())`.

        An ente comes with a PDND voucher, and signs its requests where the operation wants it.
        """
        if "." in ente_o_token:
            return self._cliente({"Authorization": f"Bearer {ente_o_token}"})
        intestazioni = {"Authorization": f"Bearer {voucher(ente_o_token)}"}
        return self._cliente(intestazioni, auth=Fruitore(ente_o_token, self.app))

    def messaggio(self, evento: Evento, *, id_evento: UUID | None = None) -> Messaggio:
        """Wrap an event as the bus delivers it: the same message twice is a redelivery."""
        return messaggio_di(evento, id_evento=id_evento, istante=self.orologio())

    async def consegna(self, *arrivi: Evento | Messaggio) -> None:
        """Deliver one batch to the handlers.

        :raises BaseException: what a handler raised, whatever would become of the message in production.
        """
        messaggi = [self.messaggio(arrivo) if isinstance(arrivo, Evento) else arrivo for arrivo in arrivi]
        await self._consumer.ricevi(messaggi)

    async def emessi(self, tipo: type[E] = Evento) -> list[E]:  # type: ignore[assignment]
        """Read the events announced so far, in order, as their readers will; only those of a type, if given."""
        async with self.database.connection() as conn:
            righe = await conn.fetch("SELECT tipo, corpo FROM outbox ORDER BY id")
        letti = [REGISTRO[riga["tipo"]].model_validate_json(riga["corpo"]) for riga in righe]
        return [evento for evento in letti if isinstance(evento, tipo)]

    async def ritira(self, tipo: type[E] = Evento) -> list[E]:  # type: ignore[assignment]
        """Read the announced events and empty the outbox, as the relay would."""
        eventi = await self.emessi(tipo)
        async with self.database.connection() as conn:
            await conn.execute("DELETE FROM outbox")
        return eventi

    async def giro_job(self, nome: str | None = None, *, una_volta: bool = False) -> list[InclusioneError]:
        """Run the jobs (or one of them), row by row, until nothing is due; give the errors that they left for later.

        `una_volta`: what is due now, without looking again at what has become due meanwhile.

        :raises Exception: any error that is not one of ours.
        """
        attesi: list[InclusioneError] = []
        for _ in range(_GIRI_MASSIMI):
            presi = [await self._giro(job, attesi) for job in self._lavori(nome)]
            if una_volta or not any(presi):
                return attesi
        raise AssertionError(f"dopo {_GIRI_MASSIMI} giri i job di {self.nome} hanno ancora righe da lavorare")

    async def _giro(self, job: Job[Any], attesi: list[InclusioneError]) -> int:
        async with self.database.transaction() as session:
            righe = await job.prendi(session, self.orologio(), job.concorrenza)
        for riga in righe:
            try:
                await job.esegui(riga, self.orologio())
            except InclusioneError as errore:
                attesi.append(errore)
        return len(righe)

    def _lavori(self, nome: str | None) -> list[Job[Any]]:
        if self._jobs is None:
            self._jobs = self.motore.definizione.jobs(self.database, self.orologio)
        scelti = [job for job in self._jobs if nome in (None, job.nome)]
        assert scelti or nome is None, f"nessun job {nome}: ci sono {[job.nome for job in self._jobs]}"
        return scelti

    def _cliente(self, intestazioni: dict[str, str], *, auth: httpx.Auth | None = None) -> httpx.AsyncClient:
        trasporto = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=trasporto, base_url="http://prova.example", headers=intestazioni, auth=auth)


class _ConsumerSincero(Consumer):
    """Raises what production would set aside, so that a broken handler fails the test where it breaks."""

    async def _metti_da_parte(self, messaggio: Messaggio, errore: Exception, *, tentativo: int | None = None) -> None:
        raise errore


def messaggio_di(evento: Evento, *, id_evento: UUID | None = None, istante: datetime = INIZIO) -> Messaggio:
    """Wrap an event as the relay does."""
    return Messaggio(
        id=id_evento or nuovo_id(), tipo=evento.tipo, soggetto=evento.domanda_id, versione=evento.versione,
        corpo=evento.model_dump_json().encode(), correlazione="prova", istante=istante,
    )  # fmt: skip


def impostazioni_di(nome: str, url: str, *, emittenti: Sequence[Emittente], **altre: object) -> Impostazioni:
    """Build the settings of a service for the tests; external addresses that are not given refuse connections."""
    modulo = importlib.import_module(f"services.{nome}.settings")
    classi = [c for _, c in inspect.getmembers(modulo, inspect.isclass) if c.__module__ == modulo.__name__]
    classe = next(c for c in classi if issubclass(c, Impostazioni))
    valori = valori_di_prova(url, emittenti=emittenti)
    for campo, descrizione in classe.model_fields.items():
        if descrizione.is_required() and campo.endswith("_url"):
            valori.setdefault(campo, _CHIUSO)
    if "controlla_durevolezza" in classe.model_fields:
        valori["controlla_durevolezza"] = False  # the server of the tests gives up surviving a power cut
    if "invii_cartella" in classe.model_fields:
        valori["invii_cartella"] = None  # a journal outlives the databases that the tests empty
    return classe(**valori | altre)


def valori_di_prova(url: str, *, emittenti: Sequence[Emittente]) -> dict[str, Any]:
    """Give the settings that every service needs: no background loops, keys and enti of the tests."""
    return {
        "database_url": url, "chiave": b64encode(CHIAVE_ARCHIVIO).decode(), "database_connessioni": 4,
        "eventi_chiave": b64encode(CHIAVE_EVENTI).decode(), "bus_url": "interno", "ruoli": ("api",), "audience": AUDIENCE,
        "emittenti": tuple(emittenti), "enti_file": ENTI_FILE, "url_pubblico": "http://prova.example",
        "pdnd_url": _CHIUSO, "pdnd_chiavi_url": emittenti[0].jwks_url.replace("/jwks.json", "/keys"),
        # Without a client of ours, whatever another test of this process has left in the environment.
        "pdnd_client_id": "", "pdnd_kid": "", "pdnd_chiave_file": None, "pdnd_finalita": {},
    }  # fmt: skip


def crea_app(nome: str, impostazioni: Impostazioni, orologio: OrologioDiProva) -> FastAPI:
    """Build the application of a service as its own process does."""
    app: FastAPI = importlib.import_module(f"services.{nome}.app").create_app(impostazioni, Ambiente(orologio=orologio))
    return app
