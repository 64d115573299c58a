# SPDX-License-Identifier: EUPL-1.2
"""From submission to decision: domande and verifiche as separate processes, real broker, simulated registries."""

import asyncio
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg
import httpx

from deploy.bench.carico import manda, richiesta
from deploy.locale.postgres import Server
from deploy.locale.separati import processi_separati
from deploy.locale.sistema import migra_tutti
from deploy.locale.topologia import code
from shared.messaging.rabbitmq import crea_topologia

SERVIZI = ("domande", "verifiche_anagrafiche")
_FILE = Path(__file__).resolve().parents[1] / "demo" / "domande-adi.ndjson"
_CLIENT = "client-caf-aurora"
_PAZIENZA_SECONDS = 180
_CHIUSE = "SELECT count(*) FROM domanda WHERE stato <> 'ACQUISITA'"
_LATENZE = "SELECT extract(epoch FROM decisa_il - presentata_il) * 1000 FROM domanda WHERE decisa_il IS NOT NULL"
_FERME = """
SELECT count(*) FROM verifica WHERE stato IN ('CONCLUSA', 'IN_ATTESA_COMUNE') OR attesa IS NOT NULL
"""


async def misura(server: Server, bus_url: str, cartella: Path, *, giro: int) -> dict[str, Any]:
    """Present the sample file at once and wait for the decisions that the registries allow."""
    for nome in SERVIZI:
        server.esegui(f'DROP DATABASE IF EXISTS "{nome}" WITH (FORCE)')
        server.esegui(f'CREATE DATABASE "{nome}"')
    database = {nome: server.url(nome) for nome in SERVIZI}
    migra_tutti(database)
    prefisso = f"percorso-{giro}-"
    await crea_topologia(bus_url, code(), prefisso=prefisso)
    variabili = {"RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "BUS_PREFISSO": prefisso}
    with processi_separati(SERVIZI, database=database, bus=bus_url, cartella=cartella, **variabili) as separati:
        risposta = httpx.post(f"{separati.indirizzi.sandbox}/pdnd/voucher-di-prova", data={"client_id": _CLIENT})
        token = risposta.raise_for_status().json()["access_token"]
        righe = _FILE.read_bytes().splitlines()
        pronte = [
            richiesta("/v1/domande", riga, Authorization=f"Bearer {token}", Idempotency_Key=f"percorso-{giro}-{n:04d}")
            for n, riga in enumerate(righe)
        ]
        inizio = time.perf_counter()
        carico = await manda(separati.porte["domande"], pronte, clienti=8)
        await _attendi(database, carico.stati[201])
        secondi = time.perf_counter() - inizio
        return await _figure(database, secondi)


async def _attendi(database: dict[str, str], presentate: int) -> None:
    """Wait until every domanda is decided, or waits by name for a Comune or an operator."""
    verifiche = await asyncpg.connect(database["verifiche_anagrafiche"])
    domande = await asyncpg.connect(database["domande"])
    try:
        async with asyncio.timeout(_PAZIENZA_SECONDS):
            while True:
                ferme, decise = await verifiche.fetchval(_FERME), await domande.fetchval(_CHIUSE)
                concluse = await verifiche.fetchval("SELECT count(*) FROM verifica WHERE stato = 'CONCLUSA'")
                if ferme >= presentate and decise >= concluse:
                    return
                await asyncio.sleep(0.05)
    finally:
        await verifiche.close()
        await domande.close()


async def _figure(database: dict[str, str], secondi: float) -> dict[str, Any]:
    domande = await asyncpg.connect(database["domande"])
    latenze = [float(riga[0]) for riga in await domande.fetch(_LATENZE)]
    await domande.close()
    cento = quantiles(latenze, n=100)
    return {
        "decise": len(latenze),
        "decise_al_secondo": round(len(latenze) / secondi, 1),
        "p50_ms": round(cento[49]),
        "p99_ms": round(cento[98]),
    }
