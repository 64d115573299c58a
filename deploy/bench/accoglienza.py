# SPDX-License-Identifier: EUPL-1.2
"""Accepted POST /v1/domande per second, with token, idempotency, protocol and access log, beside a bare route."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from deploy.bench.carico import manda, richiesta
from deploy.bench.domande import corpi
from deploy.locale.postgres import Server
from deploy.locale.processi import aspetta
from deploy.locale.separati import processi_separati
from deploy.locale.sistema import migra_tutti, porta_libera

QUANTE = 4_000
CLIENTI = 16
# As many again are sent by fewer clients, for the latencies.
POCHI = 8
_CLIENT = "client-caf-aurora"


async def misura(server: Server, bus: str, cartella: Path, *, giro: int, quante: int = QUANTE) -> dict[str, Any]:
    """Measure our route, then the bare one, with the same load."""
    nostra = await _nostra(server, bus, cartella, giro=giro, quante=quante)
    nuda = await _nuda(server, quante=quante)
    return {
        "accettate_al_secondo": round(nostra["al_secondo"]),
        "nuda_al_secondo": round(nuda["al_secondo"]),
        "rapporto": round(nostra["al_secondo"] / nuda["al_secondo"], 3),
        "p50_ms": round(nostra["p50"], 1),
        "p99_ms": round(nostra["p99"], 1),
        f"p50_ms_{POCHI}_client": round(nostra["p50_pochi"], 1),
        f"p99_ms_{POCHI}_client": round(nostra["p99_pochi"], 1),
    }


async def _nostra(server: Server, bus: str, cartella: Path, *, giro: int, quante: int) -> dict[str, float]:
    database = {"domande": server.url("domande")}
    migra_tutti(database)
    variabili = {"RICHIESTE_AL_MINUTO": "100000000", "LOG_LIVELLO": "WARNING", "RUOLI": "api"}
    with processi_separati(["domande"], database=database, bus=bus, cartella=cartella, **variabili) as separati:
        risposta = httpx.post(f"{separati.indirizzi.sandbox}/pdnd/voucher-di-prova", data={"client_id": _CLIENT})
        token = risposta.raise_for_status().json()["access_token"]
        pronte = [
            richiesta("/v1/domande", corpo, Authorization=f"Bearer {token}", Idempotency_Key=f"bench-{giro}-{n:07d}")
            for n, corpo in enumerate(corpi(2 * quante + 200, salta=giro * (2 * quante + 200)))
        ]
        await manda(separati.porte["domande"], pronte[:200], clienti=CLIENTI)
        carico = await manda(separati.porte["domande"], pronte[200 : quante + 200], clienti=CLIENTI)
        leggero = await manda(separati.porte["domande"], pronte[quante + 200 :], clienti=POCHI)
        for uno in (carico, leggero):
            if uno.stati != {201: quante}:
                raise RuntimeError(f"risposte inattese: {uno.stati}")
    return {
        "al_secondo": carico.al_secondo,
        "p50": carico.percentile(50),
        "p99": carico.percentile(99),
        "p50_pochi": leggero.percentile(50),
        "p99_pochi": leggero.percentile(99),
    }


async def _nuda(server: Server, *, quante: int) -> dict[str, float]:
    porta = porta_libera()
    comando = [
        sys.executable,
        "-m",
        "uvicorn",
        "deploy.bench.nudo:app",
        "--port",
        str(porta),
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    processo = subprocess.Popen(comando, env=os.environ | {"BENCH_DATABASE_URL": server.url("domande")})
    try:
        aspetta(lambda: _aperta(porta), secondi=20)
        pronte = [richiesta("/domande", corpo) for corpo in corpi(quante + 200)]
        await manda(porta, pronte[:200], clienti=CLIENTI)
        carico = await manda(porta, pronte[200:], clienti=CLIENTI)
    finally:
        processo.terminate()
        processo.wait(20)
    return {"al_secondo": carico.al_secondo}


def _aperta(porta: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{porta}/", timeout=1).status_code == 404
    except httpx.TransportError:
        return False
