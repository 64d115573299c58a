# SPDX-License-Identifier: EUPL-1.2
"""From submission to decision through three services as separate processes, on a real broker and real databases.

The registries are another's capacity: `deploy.bench.registri` answers in their place over HTTP, with the same shapes.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg
import httpx

from deploy.bench.carico import Carico, manda, richiesta
from deploy.bench.nuclei import moduli, moduli_delle_storie
from deploy.bench.registri import PERCORSI
from deploy.locale.postgres import Server
from deploy.locale.processi import AvvioFallito, aspetta
from deploy.locale.separati import processi_separati
from deploy.locale.sistema import migra_tutti, porta_libera
from deploy.locale.topologia import code
from shared.kernel.calendario import adesso, giorno_legale
from shared.messaging.rabbitmq import crea_topologia

SERVIZI = ("domande", "verifiche_anagrafiche", "presa_in_carico")
QUANTE = 1_500
RISCALDAMENTO = 200
SECONDI = 15
CLIENTI = 16
_AMPIE = {"REGISTRI_CONCORRENZA": "32"}
_CLIENT = "client-caf-aurora"
_PAZIENZA_SECONDS = 120
_DECISE = "SELECT count(*) FROM domanda WHERE decisa_il IS NOT NULL"
_FINITE = """
SELECT count(*) FILTER (WHERE stato = 'IN_ATTESA_COMUNE') AS al_comune, count(*) AS finite
FROM verifica WHERE stato IN ('CONCLUSA', 'IN_ATTESA_COMUNE')
"""
# To the COMMIT of the decision, from the instant in which the request was taken in hand.
_LATENZE = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(e.xmin) - d.presentata_il) * 1000
FROM decisione e JOIN domanda d ON d.id = e.domanda_id ORDER BY d.presentata_il OFFSET $1
"""


@dataclass
class Impianto:
    """The running system, and how to present domande to it."""

    porta: int
    sandbox: str
    domande: "asyncpg.Connection[asyncpg.Record]"
    verifiche: "asyncpg.Connection[asyncpg.Record]"
    primo: int

    def pronte(self, quante: int) -> list[bytes]:
        """Build the requests of as many households that have never appeared; they must leave while the token lasts."""
        numeri = range(self.primo, self.primo + quante)
        self.primo += quante
        return self.richieste(zip(numeri, moduli(numeri, giorno_legale(adesso())), strict=True))

    def richieste(self, corpi: Iterable[tuple[int, bytes]]) -> list[bytes]:
        """Build the requests of numbered bodies."""
        risposta = httpx.post(f"{self.sandbox}/pdnd/voucher-di-prova", data={"client_id": _CLIENT})
        token = risposta.raise_for_status().json()["access_token"]
        return [
            richiesta("/v1/domande", corpo, Authorization=f"Bearer {token}", Idempotency_Key=f"percorso-{n:08d}")
            for n, corpo in corpi
        ]

    async def decise(self) -> int:
        """Count the decisions."""
        return int(await self.domande.fetchval(_DECISE))

    async def attendi(self, decise: int) -> None:
        """Wait until there are as many decisions."""
        async with asyncio.timeout(_PAZIENZA_SECONDS):
            while await self.decise() < decise:
                await asyncio.sleep(0.02)

    async def attendi_le_verifiche(self, quante: int) -> int:
        """Wait until as many verifiche are over or at a Comune; give how many are there."""
        async with asyncio.timeout(_PAZIENZA_SECONDS):
            while True:
                righe = await self.verifiche.fetch(_FINITE)
                if (trovate := righe[0])["finite"] >= quante:
                    return int(trovate["al_comune"])
                await asyncio.sleep(0.02)


async def misura(server: Server, bus_url: str, cartella: Path, *, giro: int) -> dict[str, Any]:
    """Measure the capacity with domande presented all at once, the latency at half of it, then the whole sandbox."""
    async with impianto(server, bus_url, cartella, giro=giro) as sistema:
        await _presenta(sistema, RISCALDAMENTO, al_secondo=None)
        _, al_secondo = await _presenta(sistema, QUANTE, al_secondo=None)
        prima, meta = await sistema.decise(), al_secondo / 2
        carico, _ = await _presenta(sistema, round(meta * SECONDI), al_secondo=meta)
        latenze = [float(riga[0]) for riga in await sistema.domande.fetch(_LATENZE, prima)]
    cento = quantiles(latenze, n=100)
    return {
        "decise_al_secondo": round(al_secondo, 1),
        "meta_carico_al_secondo": round(meta, 1),
        "accolte_in_ms_p99": round(carico.percentile(99), 1),
        "decisione_in_ms_p50": round(cento[49]),
        "decisione_in_ms_p99": round(cento[98]),
        "decise_al_secondo_con_sandbox": await _con_sandbox(server, bus_url, cartella, giro=giro),
    }


async def _con_sandbox(server: Server, bus_url: str, cartella: Path, *, giro: int) -> float:
    """Measure how many per second are decided when the sandbox checks every signature on the same cores."""
    async with impianto(server, bus_url, cartella, giro=giro, sandbox=True) as sistema:
        pronte = sistema.richieste(enumerate(moduli_delle_storie(giorno_legale(adesso()))))
        inizio = time.perf_counter()
        carico = await manda(sistema.porta, pronte, clienti=CLIENTI)
        # The registries of the sandbox know these people; some stories still end at a Comune, and wait there.
        await sistema.attendi(carico.stati[201] - await sistema.attendi_le_verifiche(carico.stati[201]))
        return round(await sistema.decise() / (time.perf_counter() - inizio), 1)


async def _presenta(sistema: Impianto, quante: int, *, al_secondo: float | None) -> tuple[Carico, float]:
    """Present domande and wait for their decisions; give how many per second came out."""
    pronte, gia_decise = sistema.pronte(quante), await sistema.decise()
    inizio = time.perf_counter()
    carico = await manda(sistema.porta, pronte, clienti=CLIENTI, al_secondo=al_secondo)
    if carico.stati != {201: quante}:
        raise RuntimeError(f"risposte inattese: {carico.stati}")
    await sistema.attendi(gia_decise + quante)
    return carico, quante / (time.perf_counter() - inizio)


@asynccontextmanager
async def impianto(
    server: Server, bus_url: str, cartella: Path, *, giro: int, sandbox: bool = False
) -> AsyncIterator[Impianto]:
    """Run the three services on empty databases while the block lasts, on lean registries or on the whole sandbox."""
    for nome in SERVIZI:
        server.esegui(f'DROP DATABASE IF EXISTS "{nome}" WITH (FORCE)')
        server.esegui(f'CREATE DATABASE "{nome}"')
    database = {nome: server.url(nome) for nome in SERVIZI}
    migra_tutti(database)
    prefisso = f"percorso-{giro}-"
    await crea_topologia(bus_url, code(), prefisso=prefisso)
    variabili = {"RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "BUS_PREFISSO": prefisso, **_AMPIE}
    with registri() as indirizzi:
        variabili |= {} if sandbox else indirizzi
        with processi_separati(SERVIZI, database=database, bus=bus_url, cartella=cartella, **variabili) as separati:
            domande = await asyncpg.connect(database["domande"])
            verifiche = await asyncpg.connect(database["verifiche_anagrafiche"])
            try:
                yield Impianto(
                    separati.porte["domande"], separati.indirizzi.sandbox, domande, verifiche, giro * 200_000
                )
            finally:
                await domande.close()
                await verifiche.close()


@contextmanager
def registri() -> Iterator[dict[str, str]]:
    """Run the lean registries while the block lasts; give their addresses as the settings name them."""
    porta = porta_libera()
    indirizzi = {nome: f"http://127.0.0.1:{porta}{percorso}" for nome, percorso in PERCORSI.items()}
    processo = subprocess.Popen([sys.executable, "-m", "deploy.bench.registri", "--porta", str(porta)], env=os.environ)
    try:
        if not aspetta(lambda: _aperta(indirizzi["PDND_URL"]), secondi=20):
            raise AvvioFallito("I registri di prova non rispondono")
        yield indirizzi
    finally:
        processo.terminate()
        processo.wait(20)


def _aperta(url: str) -> bool:
    try:
        return httpx.post(url, timeout=1).status_code == 400
    except httpx.TransportError:
        return False
