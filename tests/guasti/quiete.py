# SPDX-License-Identifier: EUPL-1.2
"""Waiting until nothing is left to do, by what the databases say; leases of the dead may be let expire at once."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from deploy.locale.topologia import code
from shared.db.migrazioni import SERVIZI
from tests.guasti.impianto import Giro

_PASSO_SECONDS = 0.2
_FERMO_SECONDS = 1.5
_MASSIMO_SECONDS = 900.0
# Without a crash nothing waits longer than this by itself.
_SALTO = timedelta(minutes=5)
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
_ORA = "clock_timestamp()"
_PRENOTAZIONI = {
    "verifiche_anagrafiche": (
        f"UPDATE interrogazione SET lease_fino = {_ORA}, prossimo_il = {_ORA} WHERE stato = 'DA_ESEGUIRE' AND lease_fino > {_ORA}",
        f"UPDATE registro SET sospeso_fino = {_ORA} WHERE sospeso_fino > {_ORA}",
    ),
    "erogazioni": (
        f"UPDATE flusso SET prossimo_il = {_ORA} WHERE stato <> 'CONCLUSO' AND prossimo_il > {_ORA}",
        f"UPDATE lotto SET riservato_fino = {_ORA} WHERE riservato_fino > {_ORA}",
    ),
    "notifiche": (
        f"UPDATE consegna SET lease_fino_al = {_ORA} - interval '1 ms' WHERE lease_fino_al > {_ORA}",
        f"UPDATE notifica SET lease_fino_al = {_ORA} - interval '1 ms' WHERE lease_fino_al > {_ORA}",
    ),
}
_RITENTA = f"UPDATE scarto SET prossimo_il = {_ORA} WHERE stato = 'DA_RITENTARE' AND prossimo_il > {_ORA}"


@dataclass
class Attesa:
    """How a wait for quiet ended: seconds, what was still open, how many leases were let expire before their time."""

    secondi: float
    mancano: dict[str, int]
    scadute: int


async def quiete(giro: Giro, *, pazienza_seconds: float, attese_vere: bool = False, avvisi: bool = True) -> Attesa:
    """Wait until nothing is at work, or nothing has moved for so long; `attese_vere`: leases last as long as they last."""
    inizio = fermo_da = provato = time.monotonic()
    scadute, prima = 0, {"": 0}
    while True:
        mancano = await _mancano(giro, avvisi=avvisi)
        adesso = time.monotonic()
        if mancano != prima:
            fermo_da = provato = adesso
        if not mancano or adesso - fermo_da > pazienza_seconds or adesso - inizio > _MASSIMO_SECONDS:
            return Attesa(adesso - inizio, mancano, scadute)
        if not attese_vere and adesso - provato > _FERMO_SECONDS:
            scadute += await _fai_scadere(giro)
            provato = adesso
        prima = mancano
        await asyncio.sleep(_PASSO_SECONDS)


async def _mancano(giro: Giro, *, avvisi: bool) -> dict[str, int]:
    """Count what is open, by name; nothing when all is quiet."""
    aperti: Counter[str] = Counter()
    # What was received is read before what was announced: an event on its way is never missed.
    ricevuti = {s: await _per_tipo(giro, s, "inbox") for s in SERVIZI}
    emessi: Counter[str] = Counter()
    for servizio in SERVIZI:
        emessi.update(await _per_tipo(giro, servizio, "guasti_emesso"))
    for servizio in SERVIZI:
        conn = await asyncpg.connect(giro.database[servizio])
        try:
            voci = _CONTI | {n: s for n, s in _APERTI.get(servizio, {}).items() if avvisi or servizio != "notifiche"}
            for nome, sql in voci.items():
                aperti[f"{nome} di {servizio}"] = await conn.fetchval(sql)
        finally:
            await conn.close()
    for servizio, tipi in code().items():
        for tipo in tipi:
            aperti[f"{tipo} per {servizio}"] = emessi[tipo] - ricevuti[servizio].get(tipo, 0)
    return {nome: quanti for nome, quanti in aperti.items() if quanti}


async def _per_tipo(giro: Giro, servizio: str, tabella: str) -> Mapping[str, int]:
    conn = await asyncpg.connect(giro.database[servizio])
    try:
        righe = await conn.fetch(f"SELECT tipo, count(*) AS quanti FROM {tabella} GROUP BY tipo")
        return {riga["tipo"]: riga["quanti"] for riga in righe}
    finally:
        await conn.close()


async def _fai_scadere(giro: Giro) -> int:
    """Let time pass for what a dead process had taken: nobody alive is holding anything any more."""
    scadute = 0
    for servizio in SERVIZI:
        conn = await asyncpg.connect(giro.database[servizio])
        try:
            for sql in (_RITENTA, *_PRENOTAZIONI.get(servizio, ())):
                scadute += int((await conn.execute(sql)).rpartition(" ")[2])
        finally:
            await conn.close()
    giro.orologio.imposta(giro.orologio() + _SALTO)
    return scadute
