# SPDX-License-Identifier: EUPL-1.2
"""What the runs share: a durable PostgreSQL and a RabbitMQ of their own, the nursery, the keys; each run starts empty."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from deploy.locale import postgres
from deploy.locale.configurazione import Indirizzi, Segreti
from deploy.locale.postgres import Server, postgres_locale
from deploy.locale.rabbitmq import Nodo, rabbitmq_locale
from deploy.locale.sistema import porta_libera
from deploy.locale.topologia import code
from shared.db.migrazioni import SERVIZI, migra
from shared.messaging.rabbitmq import crea_topologia
from tests.guasti.contabilita import TABELLE
from tests.guasti.invarianti import Righe
from tests.guasti.orologio import OrologioDaFile
from tests.guasti.vivaio import Vivaio

GIORNO = datetime(2025, 3, 3, 8, tzinfo=UTC)
# The name that the tests' sessions give to their folders: what a killed run leaves is tidied up by the next one.
_PREFISSO = f"inclusione-prove-{os.getuid()}-{os.getpid()}-"
_SERVER = {"postgres", "rabbitmq", "sandbox", "segreti.json"}


@dataclass
class Impianto:
    """The servers that are running."""

    cartella: Path
    server: Server
    nodo: Nodo
    vivaio: Vivaio
    giri: int = 0
    modelli_pronti: bool = False

    async def giro(self, *, repliche_mondo: int = 1) -> "Giro":
        """Prepare an empty run: databases, queues, clock."""
        self.giri += 1
        giro = Giro(self, self.cartella / f"giro-{self.giri}", f"g{self.giri}.", repliche_mondo)
        giro.armi.mkdir(parents=True)
        giro.orologio.imposta(GIORNO)
        await asyncio.to_thread(self._prepara_archivi)
        await crea_topologia(self.nodo.url, code(), prefisso=giro.prefisso)
        return giro

    def _prepara_archivi(self) -> None:
        for servizio in SERVIZI:
            modello = f"modello_{servizio}"
            if not self.modelli_pronti:
                self.server.esegui(f'CREATE DATABASE "{modello}"')
                migra(servizio, self.server.url(modello))
                self.server.esegui(TABELLE, database=modello)
            self.server.esegui(f'DROP DATABASE IF EXISTS "{servizio}" WITH (FORCE)')
            self.server.esegui(f'CREATE DATABASE "{servizio}" TEMPLATE "{modello}"')
        self.modelli_pronti = True

    def ferma_postgres(self) -> None:
        """Kill the database server, as a power cut would."""
        self.server.uccidi()

    def riavvia_postgres(self) -> None:
        """Start it again on what it has kept."""
        self.server = postgres.avvia(self.server.cartella)


@dataclass
class Giro:
    """One run on the servers of the harness."""

    impianto: Impianto
    cartella: Path
    prefisso: str
    repliche_mondo: int

    @property
    def armi(self) -> Path:
        """Folder of the armed places."""
        return self.cartella / "armi"

    @property
    def orologio(self) -> OrologioDaFile:
        """The clock of all the processes."""
        return OrologioDaFile(self.cartella / "orologio")

    @property
    def database(self) -> dict[str, str]:
        """Addresses of the databases."""
        return {servizio: self.impianto.server.url(servizio) for servizio in SERVIZI}

    async def righe(self, servizio: str, sql: str) -> Righe:
        """Read from the database of a service."""
        conn = await asyncpg.connect(self.database[servizio])
        try:
            return await conn.fetch(sql)
        finally:
            await conn.close()

    def indirizzi(self) -> tuple[Indirizzi, Segreti]:
        """Choose where the sandbox answers, with the keys that all runs share."""
        comune = self.impianto.cartella
        sandbox = f"http://127.0.0.1:{porta_libera()}"
        indirizzi = Indirizzi(
            "http://127.0.0.1", sandbox, porta_libera(), self.impianto.nodo.url, self.database, comune
        )
        return indirizzi, Segreti.da_cartella(comune)


@contextmanager
def impianto(*, conserva: Path | None = None) -> Iterator[Impianto]:
    """Run the servers while the block lasts, in a folder that is deleted at the end; `conserva` keeps the logs."""
    cartella = Path(tempfile.mkdtemp(prefix=_PREFISSO))
    try:
        with ExitStack() as pila:
            vivaio = pila.enter_context(Vivaio())
            server = pila.enter_context(postgres_locale(cartella / "postgres"))
            nodo = pila.enter_context(rabbitmq_locale(cartella / "rabbitmq"))
            yield Impianto(cartella, server, nodo, vivaio)
    finally:
        if conserva is not None:
            shutil.copytree(cartella, conserva, ignore=lambda _, nomi: _SERVER & set(nomi), dirs_exist_ok=True)
        shutil.rmtree(cartella, ignore_errors=True)
