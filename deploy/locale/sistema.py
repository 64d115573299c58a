# SPDX-License-Identifier: EUPL-1.2
"""The whole system in one process: private PostgreSQL, five services, in-process bus, sandbox, one address."""

import asyncio
import contextlib
import importlib
import socket
from collections.abc import AsyncIterator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from deploy.locale import portale
from deploy.locale.ascolto import ProtocolloConTermine
from deploy.locale.configurazione import Indirizzi, Segreti, applica, del_servizio
from deploy.locale.orologio import OrologioRegolabile
from deploy.locale.postgres import Server, postgres_locale
from deploy.locale.processi import AvvioFallito
from deploy.sandbox.app import crea_sandbox
from deploy.sandbox.impostazioni import ImpostazioniSandbox
from shared.db.migrazioni import SERVIZI, migra
from shared.messaging.interno import BusInterno
from shared.servizio import Ambiente, Motore
from shared.web import problemi
from shared.web.impostazioni import Impostazioni


@dataclass
class Sistema:
    """What is running, for who started it."""

    indirizzi: Indirizzi
    orologio: OrologioRegolabile
    app: dict[str, FastAPI] = field(default_factory=dict)

    def motore(self, servizio: str) -> Motore:
        """Give the moving parts of a service."""
        motore: Motore = self.app[servizio].state.motore
        return motore

    def sveglia(self) -> None:
        """Make every loop look for work now: the clock was moved."""
        for servizio in SERVIZI:
            for ciclo in self.motore(servizio).cicli:
                ciclo.sveglia()

    async def quieto(self) -> bool:
        """Tell whether nothing is at work in any service."""
        for servizio in SERVIZI:
            if not await self.motore(servizio).quieto():
                return False
        return True


def porta_libera(preferita: int = 0) -> int:
    """Give the preferred port if it is free, or any free one."""
    for porta in (preferita, 0):
        with contextlib.suppress(OSError), socket.socket() as prova:
            prova.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            prova.bind(("127.0.0.1", porta))
            return int(prova.getsockname()[1])
    raise OSError("nessuna porta libera")


def migra_tutti(database: dict[str, str]) -> None:
    """Bring the five databases to the last version."""
    for servizio, url in database.items():
        migra(servizio, url)


@asynccontextmanager
async def sistema_locale(
    cartella: Path, orologio: OrologioRegolabile, *, porta: int = 0, porta_sandbox: int = 0
) -> AsyncIterator[Sistema]:
    """Run everything while the block lasts; `cartella` keeps databases and keys between one run and the next."""
    cartella = cartella.resolve()
    async with AsyncExitStack() as pila:
        server: Server = await _in_un_filo(pila, postgres_locale(cartella / "postgres"))
        porta, porta_sandbox, porta_posta = porta_libera(porta), porta_libera(porta_sandbox), porta_libera()
        indirizzi = Indirizzi(
            base=f"http://127.0.0.1:{porta}",
            sandbox=f"http://127.0.0.1:{porta_sandbox}",
            porta_posta=porta_posta,
            bus="interno",
            database={servizio: server.url(servizio, ruolo=servizio) for servizio in SERVIZI},
            cartella=cartella,
        )
        await asyncio.to_thread(migra_tutti, {servizio: server.url(servizio) for servizio in SERVIZI})
        sistema = Sistema(indirizzi, orologio)
        segreti = Segreti.da_cartella(cartella)
        await pila.enter_async_context(_servi(_sandbox(indirizzi, segreti, orologio), porta_sandbox))
        await pila.enter_async_context(_servi(_unico(sistema, segreti), porta))
        yield sistema


async def _in_un_filo(pila: AsyncExitStack, gestore: contextlib.AbstractContextManager[Server]) -> Server:
    """Enter and leave a blocking context in a thread of its own, so that the loop never waits for it."""
    filo = pila.enter_context(ThreadPoolExecutor(1))
    ciclo = asyncio.get_running_loop()
    server = await ciclo.run_in_executor(filo, gestore.__enter__)
    pila.push_async_callback(lambda: ciclo.run_in_executor(filo, gestore.__exit__, None, None, None))
    return server


def _sandbox(indirizzi: Indirizzi, segreti: Segreti, orologio: OrologioRegolabile) -> FastAPI:
    return crea_sandbox(
        ImpostazioniSandbox(
            url_pubblico=indirizzi.sandbox,
            cartella=indirizzi.cartella / "sandbox",
            orologio=orologio,
            porta_smtp=indirizzi.porta_posta,
            chiave_appio=segreti.chiavi["appio"],
        )
    )


def _unico(sistema: Sistema, segreti: Segreti) -> FastAPI:
    """Build the five services under one address; the bus is shared, each has its own settings."""
    bus = BusInterno()
    ambiente = Ambiente(bus=bus, orologio=sistema.orologio)
    applica({"EROGAZIONI_INVII_CARTELLA": str(sistema.indirizzi.cartella / "invii")})
    for servizio in SERVIZI:
        applica(del_servizio(servizio, sistema.indirizzi, segreti))
        sistema.app[servizio] = crea_servizio(servizio, ambiente)

    @asynccontextmanager
    async def vita(_app: FastAPI) -> AsyncIterator[None]:
        await bus.open()
        async with AsyncExitStack() as pila:
            for app in sistema.app.values():
                await pila.enter_async_context(app.router.lifespan_context(app))
            yield

    unico = FastAPI(lifespan=vita, docs_url=None, redoc_url=None, openapi_url=None)
    problemi.installa(unico)
    unico.include_router(portale.rotte(sistema.indirizzi, sistema.orologio))
    for servizio, app in sistema.app.items():
        unico.mount(f"/{servizio.replace('_', '-')}", app)
    return unico


def crea_servizio(servizio: str, ambiente: Ambiente | None = None) -> FastAPI:
    """Build a service from the variables of the environment."""
    modulo = importlib.import_module(f"services.{servizio}.settings")
    classe: type[Impostazioni] = next(
        c
        for c in vars(modulo).values()
        if isinstance(c, type) and issubclass(c, Impostazioni) and c is not Impostazioni
    )
    app: FastAPI = importlib.import_module(f"services.{servizio}.app").create_app(classe(), ambiente)
    return app


class _ServerSilenzioso(uvicorn.Server):
    """A server that leaves Ctrl-C to who started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture nothing."""
        yield


@asynccontextmanager
async def _servi(app: FastAPI, porta: int) -> AsyncIterator[None]:
    """Serve an application on the loopback while the block lasts."""
    server = _ServerSilenzioso(
        uvicorn.Config(app, host="127.0.0.1", port=porta, log_config=None, access_log=False, lifespan="on",
                       timeout_graceful_shutdown=5, http=ProtocolloConTermine)
    )  # fmt: skip
    compito = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if compito.done():
                raise AvvioFallito(f"Il server sulla porta {porta} non è partito")
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await compito
