# SPDX-License-Identifier: EUPL-1.2
"""One run: five services that live, die and are started again, and everything they talk to."""

import asyncio
import contextvars
import hashlib
import importlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import httpx

from shared.db.migrazioni import SERVIZI
from shared.db.session import Database
from shared.servizio import Ambiente, Definizione, Motore
from shared.web.chiavi import ChiaviFruitori
from shared.web.contesto import Risorse
from shared.web.enti import RegistroEnti
from shared.web.impostazioni import Emittente, Impostazioni
from shared.web.integrita import Integrita
from shared.web.limiti import Limitatore
from shared.web.token import Autenticatore
from tests.simulazione.archivio import Archivi
from tests.simulazione.bus import Broker, BusSimulato
from tests.simulazione.ciclo import PROCESSO, CicloSimulato, Processo
from tests.simulazione.collegamento import Attese, Pool
from tests.simulazione.esterni import URL, Esterni
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import impostazioni_di

T = TypeVar("T")
_CODA_TRACCIA = 400
_EMITTENTI = (Emittente(iss="interop.pagopa.it", jwks_url=f"{URL}/pdnd/.well-known/jwks.json", tipo="PDND"),)

# Nobody calls over HTTP here, so nobody signs.
_NESSUNA_CHIAVE = ChiaviFruitori(httpx.AsyncClient(), URL)


class NessunaRisposta(Exception):
    """Who was asked is not there, or died before answering: it may have done what it was asked to do."""


@dataclass(frozen=True, slots=True)
class Piano:
    """What goes wrong in a run: how many deaths, how likely at a step and at a place that decides, or exactly where."""

    uccisioni: int = 0  # at most, in each phase
    a_un_passo: float = 0.0
    a_un_punto: float = 0.0
    al_punto: int | None = None
    perdite: bool = True


@dataclass
class Vivo:
    """A service that is running."""

    processo: Processo
    contesto: contextvars.Context
    motore: Motore
    risorse: Risorse
    pool: Pool


@dataclass
class Mondo:
    """The world of one seed."""

    archivi: Archivi
    esterni: Esterni
    orologio: "OrologioSimulato"
    dado: Random
    ciclo: CicloSimulato
    piano: Piano
    morti: Counter[str] = field(default_factory=Counter)
    # How many places that decide were passed.
    punti: int = 0

    def __post_init__(self) -> None:
        self.broker = Broker(self, self.dado)
        self.attese = Attese()
        self.guasti = True
        # Who can be asked, by service; and everybody who is alive, those still starting too.
        self.vivi: dict[str, Vivo] = {}
        self._in_vita: dict[Processo, Vivo] = {}
        self.traccia: deque[str] = deque(maxlen=_CODA_TRACCIA)
        self._impronta = hashlib.sha256()
        self._vite: Counter[str] = Counter()
        self._restanti = 0
        self.ciclo.prima_del_passo = self._muore_al_passo

    # What goes wrong, and what is seen of it.

    def capita(self, probabilita: float) -> bool:
        """Tell whether a fault happens now."""
        return self.guasti and self.piano.perdite and self.dado.random() < probabilita

    def annota(self, che: str) -> None:
        """Add to the trace."""
        riga = f"{self.ciclo.adesso:.6f} {PROCESSO.get() or '-'} {che}"
        self.traccia.append(riga)
        self._impronta.update(riga.encode())

    @property
    def impronta(self) -> str:
        """Hash of the whole trace."""
        return self._impronta.hexdigest()[:16]

    async def punto(self, nome: str, *, decisivo: bool = False) -> None:
        """Let the others go on; at a place that decides, perhaps die."""
        processo = PROCESSO.get()
        if decisivo and processo is not None:
            self.punti += 1
            if self._muore_al_punto():
                self.uccidi(processo, nome)
        await asyncio.sleep(0)

    def _muore_al_punto(self) -> bool:
        if self.piano.al_punto is not None:
            return self.punti == self.piano.al_punto
        return self._restanti > 0 and self.guasti and self.dado.random() < self.piano.a_un_punto

    def _muore_al_passo(self, processo: Processo) -> bool:
        colpito = self._restanti > 0 and self.guasti and self.dado.random() < self.piano.a_un_passo
        if colpito:
            self.uccidi(processo, "passo")
        return colpito

    def segna_ora(self) -> None:
        """Show the present instant to the databases."""
        self.orologio.segna()

    def riarma(self) -> None:
        """Begin a phase: faults are on again, and a few more processes are going to die."""
        self.guasti = True
        self._restanti = self.dado.randint(0, self.piano.uccisioni)

    # Life and death.

    async def avvia_tutti(self) -> None:
        """Start the five services and wait until each can be asked."""
        for servizio in SERVIZI:
            self.avvia(servizio)
        while len(self.vivi) < len(SERVIZI):
            await asyncio.sleep(0.1)

    def avvia(self, servizio: str) -> None:
        """Begin a life of a service."""
        self._vite[servizio] += 1
        processo = Processo(servizio, self._vite[servizio])
        contesto = contextvars.copy_context()
        contesto.run(PROCESSO.set, processo)
        asyncio.get_running_loop().create_task(self._vivi(processo, contesto), context=contesto)

    async def _vivi(self, processo: Processo, contesto: contextvars.Context) -> None:
        vivo = self._nasce(processo, contesto)
        self.annota("nasce")
        self._in_vita[processo] = vivo
        await vivo.motore.avvia()
        self.vivi[processo.servizio] = vivo

    def _nasce(self, processo: Processo, contesto: contextvars.Context) -> Vivo:
        modulo = importlib.import_module(f"services.{processo.servizio}.app")
        impostazioni = self._impostazioni(processo.servizio)
        definizione: Definizione = modulo.definizione(impostazioni)
        ambiente = Ambiente(bus=BusSimulato(self.broker), orologio=self.orologio)
        motore = Motore(definizione, impostazioni, ambiente)
        pool = Pool(self, self.attese, massimo=impostazioni.database_connessioni)
        _apre(motore.database, pool)
        risorse = Risorse(
            servizio=processo.servizio, database=motore.database, matrice=definizione.permessi, orologio=self.orologio,
            autenticatore=Autenticatore((), audience="", enti=RegistroEnti.da_toml(impostazioni.enti_file)),
            url_pubblico=impostazioni.url_pubblico, limiti=Limitatore(10**9, orologio=self.ciclo.time),
            integrita=Integrita((), audience="", chiavi=_NESSUNA_CHIAVE, database=motore.database),
            altro=definizione.altro(motore.database, self.orologio),
        )  # fmt: skip
        return Vivo(processo, contesto, motore, risorse, pool)

    def _impostazioni(self, servizio: str) -> Impostazioni:
        return impostazioni_di(
            servizio, self.archivi.url[servizio], emittenti=_EMITTENTI, ruoli=("api", "consumer", "relay", "jobs"),
            disposizioni_per_flusso=2, posizioni_per_blocco=2, **self.esterni.impostazioni(),
        )  # fmt: skip

    def uccidi(self, processo: Processo, dove: str) -> None:
        """SIGKILL: no `finally` runs, transactions are rolled back, messages go back to the queue; somebody starts it again."""
        if processo.morto:
            return
        self._restanti -= 1
        processo.morto = True
        self.morti[processo.servizio] += 1
        self.annota(f"muore {processo} {dove}")
        self.vivi.pop(processo.servizio, None)
        if (vivo := self._in_vita.pop(processo, None)) is not None:  # else it dies before being born
            vivo.pool.terminate()
        self.broker.riprendi(processo)
        for richiesta in processo.richieste:
            if not richiesta.done():
                richiesta.set_exception(NessunaRisposta())
        contextvars.Context().run(self.ciclo.call_later, self.dado.uniform(0.1, 3.0), self.avvia, processo.servizio)

    def spegni(self) -> None:
        """Stop everything, at the end of the run."""
        for processo, vivo in self._in_vita.items():
            processo.morto = True
            vivo.pool.terminate()

    async def chiedi(self, servizio: str, fai: Callable[[Risorse], Awaitable[T]]) -> T:
        """Have something done inside a service, as its routes would; the caller waits outside.

        :raises NessunaRisposta: if nobody answers.
        """
        vivo = self.vivi.get(servizio)
        if vivo is None:
            raise NessunaRisposta
        risposta: asyncio.Future[T] = self.ciclo.create_future()
        vivo.processo.richieste.add(risposta)

        async def servi() -> None:
            try:
                esito = await fai(vivo.risorse)
            except Exception as errore:
                if not risposta.done():
                    risposta.set_exception(errore)
                return
            if not risposta.done():
                risposta.set_result(esito)

        self.ciclo.create_task(servi(), context=vivo.contesto.copy())
        try:
            async with asyncio.timeout(15):
                return await risposta
        except TimeoutError:
            raise NessunaRisposta from None
        finally:
            vivo.processo.richieste.discard(risposta)


class OrologioSimulato(OrologioDiProva):
    """The clock of the law: virtual seconds after an instant that the story moves."""

    def __init__(self, archivi: Archivi) -> None:
        self._archivi, self._scritto = archivi, ""
        self.ciclo: CicloSimulato | None = None
        super().__init__()

    def __call__(self) -> datetime:
        """Give the instant."""
        trascorso = self.ciclo.adesso if self.ciclo is not None else 0.0
        return super().__call__() + timedelta(seconds=trascorso)

    def comincia(self, ciclo: CicloSimulato, istante: datetime) -> None:
        """Start from an instant, at the beginning of a run."""
        self.ciclo = ciclo
        self.vai(istante)

    def salta_a(self, istante: datetime) -> None:
        """Move forward at once."""
        self.avanza(seconds=(istante - self()).total_seconds())

    def segna(self) -> None:
        """Show the present instant to the databases."""
        ora = self().isoformat(sep=" ", timespec="microseconds")
        if ora != self._scritto:
            self._archivi.segna_ora(ora)
            self._scritto = ora


def _apre(database: Database, pool: Pool) -> None:
    """Give a database the pool of the simulation."""

    async def apri() -> None:
        database._pool = pool

    database.open = apri  # type: ignore[method-assign]
