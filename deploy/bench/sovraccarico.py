# SPDX-License-Identifier: EUPL-1.2
"""Ten times more domande than one process can take: what is accepted is saved and quick, the rest is told when to come back."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg
import httpx

from deploy.bench.carico import manda, richiesta
from deploy.bench.domande import corpi
from deploy.locale.postgres import Server
from deploy.locale.separati import processi_separati
from deploy.locale.sistema import migra_tutti

VOLTE = 10
_CLIENT = "client-caf-aurora"
_CONNESSIONI = 200
_ATTESA_SECONDS = 60
_QUANTE = "SELECT count(*) FROM domanda"
_Coppia = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Misure:
    """How large the trial is: domande to measure the capacity, seconds of overload, places of the service."""

    prima: int = 3_000
    secondi: float = 10.0
    insieme: int = 64


@dataclass
class Tempesta:
    """What came of the overload."""

    offerte: int
    secondi: float = 0.0
    stati: Counter[int] = field(default_factory=Counter)
    # From the instant at which a domanda was due: a generator that waits would hide the queue.
    accettate_ms: list[float] = field(default_factory=list)
    senza_attesa: int = 0


async def misura(server: Server, bus: str, cartella: Path, *, misure: Misure = Misure()) -> dict[str, Any]:
    """Measure the capacity, then offer ten times as much, then see whether all is as before."""
    server.esegui('DROP DATABASE IF EXISTS "domande" WITH (FORCE)')
    server.esegui('CREATE DATABASE "domande"')
    database = {"domande": server.url("domande")}
    migra_tutti(database)
    variabili = {
        "RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "RUOLI": "api",
        "RICHIESTE_INSIEME": str(misure.insieme),
    }  # fmt: skip
    with processi_separati(["domande"], database=database, bus=bus, cartella=cartella, **variabili) as separati:
        risposta = httpx.post(f"{separati.indirizzi.sandbox}/pdnd/voucher-di-prova", data={"client_id": _CLIENT})
        token, porta = risposta.raise_for_status().json()["access_token"], separati.porte["domande"]
        normale = await manda(porta, _richieste(token, "prima", 0, misure.prima), clienti=16)
        quante = round(normale.al_secondo * VOLTE * misure.secondi)
        tempesta = await scatena(
            porta, _richieste(token, "tempesta", misure.prima, quante), al_secondo=normale.al_secondo * VOLTE
        )
        dopo = await manda(porta, _richieste(token, "dopo", misure.prima + quante, misure.prima // 4), clienti=16)
        salvate = await _salvate(database["domande"])
    return {
        "capacita_al_secondo": round(normale.al_secondo),
        "offerte_al_secondo": round(tempesta.offerte / tempesta.secondi),
        "accettate": tempesta.stati[201],
        "accettate_al_secondo": round(tempesta.stati[201] / tempesta.secondi),
        "respinte_503_429": tempesta.stati[503] + tempesta.stati[429],
        "altre_risposte": tempesta.stati.total() - sum(tempesta.stati[s] for s in (201, 429, 503)),
        "respinte_senza_retry_after": tempesta.senza_attesa,
        "p50_accettate_ms": round(quantiles(tempesta.accettate_ms, n=100)[49]),
        "p99_accettate_ms": round(quantiles(tempesta.accettate_ms, n=100)[98]),
        "salvate_meno_accettate": salvate - normale.stati.get(201, 0) - tempesta.stati[201] - dopo.stati.get(201, 0),
        "dopo_non_accettate": sum(dopo.stati.values()) - dopo.stati.get(201, 0),
        "dopo_al_secondo": round(dopo.al_secondo),
    }


def _richieste(token: str, nome: str, salta: int, quante: int) -> list[bytes]:
    return [
        richiesta("/v1/domande", corpo, Authorization=f"Bearer {token}", Idempotency_Key=f"{nome}-{n:07d}")
        for n, corpo in enumerate(corpi(quante, salta=salta))
    ]


async def scatena(porta: int, richieste: Sequence[bytes], *, al_secondo: float) -> Tempesta:
    """Send each request when it is due, whatever became of those before it."""
    tempesta = Tempesta(len(richieste))
    coppie = [await asyncio.open_connection("127.0.0.1", porta) for _ in range(_CONNESSIONI)]
    coda = iter(enumerate(richieste))
    inizio = time.perf_counter()
    async with asyncio.timeout(len(richieste) / al_secondo + _ATTESA_SECONDS):
        await asyncio.gather(*(_cliente(c, coda, inizio, al_secondo, tempesta) for c in coppie))
    tempesta.secondi = time.perf_counter() - inizio
    for _, scrittore in coppie:
        scrittore.close()
    return tempesta


async def _cliente(coppia: _Coppia, coda: Any, inizio: float, al_secondo: float, tempesta: Tempesta) -> None:
    lettore, scrittore = coppia
    for posto, byte in coda:
        dovuta = inizio + posto / al_secondo
        if (mancano := dovuta - time.perf_counter()) > 0:
            await asyncio.sleep(mancano)
        scrittore.write(byte)
        testa = (await lettore.readuntil(b"\r\n\r\n")).lower()
        await lettore.readexactly(int(testa.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        stato = int(testa[9:12])
        tempesta.stati[stato] += 1
        if stato == 201:
            tempesta.accettate_ms.append((time.perf_counter() - dovuta) * 1000)
        elif b"\r\nretry-after:" not in testa:
            tempesta.senza_attesa += 1


async def _salvate(url: str) -> int:
    conn = await asyncpg.connect(url)
    try:
        return int(await conn.fetchval(_QUANTE))
    finally:
        await conn.close()
