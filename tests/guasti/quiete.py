# SPDX-License-Identifier: EUPL-1.2
"""Waiting until nothing is left to do, by what the databases say: leases and pauses last as long as they last."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.locale.topologia import code
from shared.db.migrazioni import SERVIZI
from tests.guasti.invarianti import Archivi

_PASSO_SECONDS = 0.2
_MASSIMO_SECONDS = 900.0
_CONTI = {
    "outbox": "SELECT count(*) FROM outbox",
    "messaggi da ritentare": "SELECT count(*) FROM scarto WHERE stato = 'DA_RITENTARE'",
}
_APERTI = {
    "verifiche_anagrafiche": {
        "verifiche aperte": "SELECT count(*) FROM verifica WHERE stato = 'APERTA' AND attesa IS DISTINCT FROM 'OPERATORE' "
        "AND coalesce(attesa, '') NOT LIKE 'OPERATORE:%'"
    },
    "erogazioni": {"lotti aperti": "SELECT count(*) FROM lotto WHERE stato <> 'CONCLUSO'"},
    "notifiche": {
        "avvisi in corso": "SELECT count(*) FROM notifica WHERE stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE')"
    },
}


@dataclass
class Attesa:
    """How a wait for quiet ended: seconds, and what was still open."""

    secondi: float
    mancano: dict[str, int]


async def quiete(giro: Archivi, *, pazienza_seconds: float, avvisi: bool = True) -> Attesa:
    """Wait until nothing is at work, or nothing has moved for so long."""
    inizio = fermo_da = time.monotonic()
    prima, mossi = {"": 0}, -1
    while True:
        # Work that moves while it is counted can hide from each count: nothing counts as nothing if no event moved meanwhile.
        fino_qui, ultimi = mossi, await _mossi(giro)
        if not prima and ultimi == fino_qui:
            return Attesa(time.monotonic() - inizio, {})
        aperti, mossi = await mancano(giro, avvisi=avvisi), ultimi
        adesso = time.monotonic()
        if aperti != prima:
            fermo_da = adesso
        if aperti and (adesso - fermo_da > pazienza_seconds or adesso - inizio > _MASSIMO_SECONDS):
            return Attesa(adesso - inizio, aperti)
        prima = aperti
        await asyncio.sleep(_PASSO_SECONDS)


async def _mossi(giro: Archivi) -> int:
    """Count the events announced and applied until now."""
    conta = "SELECT (SELECT count(*) FROM guasti_emesso) + (SELECT count(*) FROM inbox)"
    return sum([(await giro.righe(servizio, conta))[0][0] for servizio in SERVIZI])


async def arretrato(giro: Archivi) -> int:
    """Count, quickly, what waits where it waits longest: registries and notices."""
    voci = [(s, sql) for s in ("verifiche_anagrafiche", "notifiche") for sql in _APERTI[s].values()]
    return sum([(await giro.righe(servizio, sql))[0][0] for servizio, sql in voci])


async def mancano(giro: Archivi, *, avvisi: bool) -> dict[str, int]:
    """Count what is open, by name; nothing when all is quiet."""
    aperti: Counter[str] = Counter()
    # What was received is read before what was announced: an event on its way is never missed.
    ricevuti = {s: await _per_tipo(giro, s, "inbox") for s in SERVIZI}
    emessi: Counter[str] = Counter()
    for servizio in SERVIZI:
        emessi.update(await _per_tipo(giro, servizio, "guasti_emesso"))
    for servizio in SERVIZI:
        voci = _CONTI | {n: s for n, s in _APERTI.get(servizio, {}).items() if avvisi or servizio != "notifiche"}
        for nome, sql in voci.items():
            aperti[f"{nome} di {servizio}"] = (await giro.righe(servizio, sql))[0][0]
    for servizio, tipi in code().items():
        for tipo in tipi:
            aperti[f"{tipo} per {servizio}"] = emessi[tipo] - ricevuti[servizio].get(tipo, 0)
    return {nome: quanti for nome, quanti in aperti.items() if quanti}


async def _per_tipo(giro: Archivi, servizio: str, tabella: str) -> Mapping[str, int]:
    righe = await giro.righe(servizio, f"SELECT tipo, count(*) AS quanti FROM {tabella} GROUP BY tipo")
    return {riga["tipo"]: riga["quanti"] for riga in righe}
