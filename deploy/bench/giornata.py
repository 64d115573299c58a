# SPDX-License-Identifier: EUPL-1.2
"""The day on which everybody presents: 145,000 domande in ten hours, replayed ten times as fast, in order, none lost.

Requests leave at their instant whether or not the ones before were answered. A minute of it is enough to see whether the
queues grow; `--intera` replays the whole day in an hour.
"""

import asyncio
from bisect import bisect_left, insort
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from deploy.bench.carico import manda
from deploy.bench.percorso import Impianto, impianto
from deploy.locale.postgres import Server

DOMANDE = 145_000
ORE = 10
VELOCITA = 10
AL_SECONDO = DOMANDE / (ORE * 3600) * VELOCITA
SECONDI = 60
# Each is sent at its instant: enough connections for those still without an answer.
_CLIENTI = 64
# As many as leave while a token lasts.
_ALLA_VOLTA = 10_000
# Presented, in the order of arrival, with the instant of the COMMIT that decided each.
_ARRIVI = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(e.xmin) - d.presentata_il) * 1000 AS attesa,
       pg_xact_commit_timestamp(e.xmin) AS decisa
FROM domanda d JOIN decisione e ON e.domanda_id = d.id ORDER BY d.presentata_il, d.numero_del_giorno
"""
_ORFANE = "SELECT count(*) FROM domanda d WHERE NOT EXISTS (SELECT 1 FROM decisione e WHERE e.domanda_id = d.id)"
_SCARTI = "SELECT count(*) FROM scarto"


async def misura(server: Server, bus_url: str, cartella: Path, *, giro: int, intera: bool = False) -> dict[str, Any]:
    """Replay a part of the day, or all of it.

    :raises RuntimeError: if a domanda that was answered 201 is not there, or has no decision.
    """
    secondi = DOMANDE / AL_SECONDO if intera else SECONDI
    async with impianto(server, bus_url, cartella, giro=giro) as sistema:
        profondita, latenze, quante = list[int](), list[float](), 0
        osservatore = asyncio.create_task(_osserva(sistema, profondita))
        while quante < round(secondi * AL_SECONDO):
            pronte = sistema.pronte(min(_ALLA_VOLTA, round(secondi * AL_SECONDO) - quante))
            carico = await manda(sistema.porta, pronte, clienti=_CLIENTI, al_secondo=AL_SECONDO)
            if carico.stati != {201: len(pronte)}:
                raise RuntimeError(f"risposte inattese: {carico.stati}")
            latenze += carico.latenze_ms
            quante += len(pronte)
        osservatore.cancel()
        await sistema.attendi(quante)
        righe = await sistema.domande.fetch(_ARRIVI)
        perse, scarti = await sistema.domande.fetchval(_ORFANE), await sistema.domande.fetchval(_SCARTI)
    if len(righe) != quante or perse or scarti:
        raise RuntimeError(f"accolte {quante}, decise {len(righe)}, senza decisione {perse}, scarti {scarti}")
    attese = quantiles([float(riga["attesa"]) for riga in righe], n=100)
    persi = posti_persi([riga["decisa"] for riga in righe])
    return {
        "al_secondo": round(AL_SECONDO, 1),
        "accolte_e_decise": quante,
        "accolte_in_ms_p99": round(quantiles(latenze, n=100)[98], 1),
        "decisione_in_ms_p50": round(attese[49]),
        "decisione_in_ms_p99": round(attese[98]),
        "in_attesa_al_massimo": max(profondita, default=0),
        "in_attesa_alla_fine": profondita[-1] if profondita else 0,
        "posti_persi_p99": round(quantiles(persi, n=100)[98]),
        "posti_persi_al_massimo": max(persi),
    }


def posti_persi(decise: Sequence[datetime]) -> list[int]:
    """Count, for each domanda in the order of arrival, those that arrived later and were decided in an earlier instant."""
    dopo: list[datetime] = []
    persi = []
    for decisa in reversed(decise):
        persi.append(bisect_left(dopo, decisa))
        insort(dopo, decisa)
    return persi[::-1]


async def _osserva(sistema: Impianto, profondita: list[int]) -> None:
    """Note each second how many domande have no decision yet."""
    while True:
        await asyncio.sleep(1)
        profondita.append(await sistema.domande.fetchval(_ORFANE))
