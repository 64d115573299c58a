# SPDX-License-Identifier: EUPL-1.2
"""The processes of a run: each service once or more, watched: who dies without being asked to is started again."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from deploy.locale.configurazione import Indirizzi, Segreti, del_servizio
from deploy.locale.processi import AvvioFallito
from deploy.locale.sistema import porta_libera
from tests.guasti.impianto import Giro
from tests.guasti.processo import SANDBOX
from tests.guasti.punti import ANNULLATO, arma

_PASSO_SECONDS = 0.02
_AVVIO_SECONDS = 60.0
_ARMATO_SECONDS = 4.0


@dataclass
class Replica:
    """One process of a service, and the same place when it is started again."""

    servizio: str
    nome: str
    porta: int
    pid: int = 0
    voluta_morta: bool = False

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.porta}"


@dataclass
class Flotta:
    """All the processes of a run."""

    giro: Giro
    dado: random.Random
    variabili: Mapping[str, str]
    indirizzi: Indirizzi
    segreti: Segreti
    repliche: list[Replica] = field(default_factory=list)
    morti: Counter[str] = field(default_factory=Counter)
    imprevisti: list[str] = field(default_factory=list)
    pid_sandbox: int = 0

    def di(self, servizio: str) -> list[Replica]:
        """Give the replicas of a service."""
        return [replica for replica in self.repliche if replica.servizio == servizio]

    def avvia(self, replica: Replica) -> None:
        """Give birth to a process."""
        ambiente = del_servizio(replica.servizio, self.indirizzi, self.segreti) | dict(self.variabili)
        ambiente |= {"GUASTI_OROLOGIO": str(self.giro.cartella / "orologio"), "GUASTI_ARMI": str(self.giro.armi),
                     "BUS_PREFISSO": self.giro.prefisso}  # fmt: skip
        replica.voluta_morta = False
        replica.pid = self._nasce(replica.servizio, replica.nome, [str(replica.porta)], ambiente)

    def avvia_sandbox(self) -> None:
        """Give birth to the simulated systems; they are not killed."""
        indirizzi = self.indirizzi
        argomenti = ["--porta", indirizzi.sandbox.rpartition(":")[2], "--porta-smtp", str(indirizzi.porta_posta),
                     "--cartella", str(indirizzi.cartella / "sandbox")]  # fmt: skip
        ambiente = {
            "SANDBOX_CHIAVE_APPIO": self.segreti.chiavi["appio"],
            "SANDBOX_REPLICHE": str(self.giro.repliche_mondo),
            "GUASTI_OROLOGIO": str(self.giro.cartella / "orologio"),
        }
        self.pid_sandbox = self._nasce(SANDBOX, SANDBOX, argomenti, ambiente)

    def _nasce(self, servizio: str, nome: str, argomenti: list[str], ambiente: dict[str, str]) -> int:
        return self.giro.impianto.vivaio.nasce(servizio, argomenti, ambiente, self.giro.cartella / f"{nome}.log")

    async def uccidi(self, servizio: str) -> None:
        """Kill one process of a service by its pid, at once; who watches starts it again."""
        vive = [r for r in self.di(servizio) if self._finito(r) is None]
        if vive:
            os.kill(self.dado.choice(vive).pid, signal.SIGKILL)

    async def uccidi_nel_punto(self, servizio: str, punto: str) -> bool:
        """Let a process die at a place of its code; False if none got there in time, and then it is killed all the same."""
        armato = arma(self.giro.armi, servizio, punto)
        fine = time.monotonic() + _ARMATO_SECONDS
        while armato.exists() and time.monotonic() < fine:
            await asyncio.sleep(_PASSO_SECONDS)
        if not armato.exists():
            return True
        armato.unlink(missing_ok=True)
        await self.uccidi(servizio)
        return False

    async def ferma(self, replica: Replica) -> tuple[int, float]:
        """Ask a process to stop, and give its exit code and how long it took; it stays down."""
        replica.voluta_morta = True
        inizio = time.monotonic()
        os.kill(replica.pid, signal.SIGTERM)
        while (codice := self._finito(replica)) is None:
            await asyncio.sleep(_PASSO_SECONDS)
        return codice, time.monotonic() - inizio

    async def sorveglia(self) -> None:
        """Start again, after a moment, whoever died."""
        while True:
            for replica in self.repliche:
                codice = self._finito(replica)
                if codice is not None and not replica.voluta_morta:
                    self._rinasce(replica, codice)
            await asyncio.sleep(_PASSO_SECONDS)

    def _rinasce(self, replica: Replica, codice: int) -> None:
        if codice == -signal.SIGKILL:
            self.morti[replica.servizio] += 1
        else:
            self.imprevisti.append(f"{replica.nome} è uscito con {codice}: {self.giro.cartella / replica.nome}.log")
        self.avvia(replica)

    def _finito(self, replica: Replica) -> int | None:
        return self.giro.impianto.vivaio.finito(replica.pid)

    async def pronte(self, *servizi: str) -> None:
        """Wait until all the replicas (of the services, if given) answer.

        :raises AvvioFallito: if one does not in time.
        """
        async with httpx.AsyncClient(timeout=2) as http:
            for replica in self.repliche:
                if not servizi or replica.servizio in servizi:
                    await attendi_status(http, f"{replica.url}/status", replica.nome)

    def annullati(self) -> list[str]:
        """Give the handlers that were cut in the middle by something that was not a SIGKILL."""
        return sorted(p.name for p in self.giro.armi.glob(f"{ANNULLATO}-*"))

    def registri(self) -> str:
        """Read the logs of all the processes."""
        return "\n".join(p.read_text(errors="replace") for p in sorted(self.giro.cartella.glob("*.log")))

    def errori(self) -> list[str]:
        """Give the lines of the logs that speak of an error nobody had foreseen."""
        return [riga for riga in self.registri().splitlines() if "errore_imprevisto" in riga or "Traceback" in riga]


async def attendi_status(http: httpx.AsyncClient, url: str, nome: str) -> None:
    """Wait until an address answers 200."""
    fine = time.monotonic() + _AVVIO_SECONDS
    while time.monotonic() < fine:
        try:
            if (await http.get(url)).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(_PASSO_SECONDS)
    raise AvvioFallito(f"{nome} non risponde: il motivo è nel suo registro")


@asynccontextmanager
async def flotta(
    giro: Giro, repliche: Mapping[str, int], *, seme: int = 0, difetti: Sequence[str] = (), **variabili: str
) -> AsyncIterator[Flotta]:
    """Run the services while the block lasts, watched; at the end they are killed."""
    indirizzi, segreti = giro.indirizzi()
    comuni = {"RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "GUASTI_DIFETTO": ",".join(difetti)}
    processi = Flotta(giro, random.Random(seme), comuni | variabili, indirizzi, segreti)
    for servizio, quante in repliche.items():
        nomi = (f"{servizio}-{n + 1}" for n in range(quante))
        processi.repliche += [Replica(servizio, nome, porta_libera()) for nome in nomi]
    processi.avvia_sandbox()
    async with httpx.AsyncClient(timeout=2) as http:
        await attendi_status(http, f"{indirizzi.sandbox}/pdnd/.well-known/jwks.json", SANDBOX)
    for replica in processi.repliche:
        processi.avvia(replica)
    guardia = asyncio.create_task(processi.sorveglia())
    try:
        await processi.pronte()
        yield processi
    finally:
        guardia.cancel()
        _spegni(processi)


def _spegni(processi: Flotta) -> None:
    for pid in (processi.pid_sandbox, *(replica.pid for replica in processi.repliche)):
        if processi.giro.impianto.vivaio.finito(pid) is None:
            os.kill(pid, signal.SIGKILL)
