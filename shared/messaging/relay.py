# SPDX-License-Identifier: EUPL-1.2
"""From the outbox to the bus: what is confirmed is deleted, what is not stays and is tried again."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge

from shared.db.session import CONNESSIONE_PERSA, Database, Session
from shared.errors import UpstreamUnavailable
from shared.messaging.bus import Bus, EsitoPubblicazione, Messaggio
from shared.messaging.consumer import messaggio_da_riga
from shared.messaging.jobs import Ciclo

log = structlog.get_logger("relay")
_PUBBLICATI = Counter("inclusione_eventi_pubblicati", "Events confirmed by the bus", ["servizio"])
_ARRETRATO = Gauge("inclusione_outbox_righe", "Rows that wait in the outbox (counted up to 10000)", ["servizio"])
_ETA = Gauge("inclusione_outbox_secondi", "Age of the oldest row that waits in the outbox", ["servizio"])
_RESPINTE = Gauge(
    "inclusione_outbox_respinte", "Waiting rows that the bus did not take when they were tried", ["servizio"]
)

_PRENDI = """
SELECT id, tipo, soggetto, versione, corpo, correlazione, istante, tentativi FROM outbox
WHERE prossimo_il <= clock_timestamp() ORDER BY prossimo_il LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_CONTA = """
SELECT count(*) AS quante, coalesce(extract(epoch FROM clock_timestamp() - min(creato)), 0)::float8 AS secondi,
    count(errore) AS respinte
FROM (SELECT istante AS creato, errore FROM outbox ORDER BY id LIMIT 10000) AS prime
"""
_MISURA_OGNI_SECONDS = 5.0
_RIMANDA = """
UPDATE outbox o SET tentativi = o.tentativi + 1, errore = n.errore,
    prossimo_il = clock_timestamp() + least(interval '0.2 seconds' * 2 ^ least(o.tentativi, 12), interval '60 seconds')
FROM unnest($1::uuid[], $2::text[]) AS n (id, errore) WHERE o.id = n.id
"""


class Relay:
    """Publishes the outbox of one service; several may run side by side."""

    def __init__(self, servizio: str, database: Database, bus: Bus, *, lotto: int = 200) -> None:
        self._servizio = servizio
        self._database = database
        self._bus = bus
        self._lotto = lotto
        self._prossima_misura = 0.0
        self.ciclo = Ciclo(f"relay.{servizio}", self.passata)

    async def passata(self) -> bool:
        """Publish one batch; tell whether there may be more right now.

        :raises UpstreamUnavailable: if the database or the bus does not answer: the rows stay as they are.
        """
        await self._misura_ogni_tanto()
        try:
            async with self._database.transaction(silenziosa=True) as session:
                righe = await session.fetch(_PRENDI, self._lotto)
                if not righe:
                    return False
                esiti = await self._pubblica([messaggio_da_riga(riga) for riga in righe])
                confermati = await self._registra(session, righe, esiti)
        except CONNESSIONE_PERSA:
            raise UpstreamUnavailable("Archivio non disponibile") from None
        _PUBBLICATI.labels(self._servizio).inc(confermati)
        return len(righe) == self._lotto and confermati > 0

    async def _pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        try:
            async with asyncio.timeout(20):
                return await self._bus.pubblica(messaggi)
        except TimeoutError:
            return [EsitoPubblicazione.SCONOSCIUTO] * len(messaggi)

    async def _registra(self, session: Session, righe: Sequence[Any], esiti: Sequence[EsitoPubblicazione]) -> int:
        fatti: list[UUID] = []
        rimandati: list[tuple[UUID, str]] = []
        for riga, esito in zip(righe, esiti, strict=True):
            if esito is EsitoPubblicazione.CONFERMATO:
                fatti.append(riga["id"])
            else:
                rimandati.append((riga["id"], esito.value))
        if fatti:
            await session.execute("DELETE FROM outbox WHERE id = ANY($1::uuid[])", fatti)
        if rimandati:
            await session.execute(_RIMANDA, [i for i, _ in rimandati], [e for _, e in rimandati])
            log.warning("eventi_non_pubblicati", servizio=self._servizio, quanti=len(rimandati),
                        esiti=sorted({e for _, e in rimandati}))  # fmt: skip
        return len(fatti)

    async def _misura_ogni_tanto(self) -> None:
        """Keep the operators' gauges: how many rows wait (as far as it is worth counting), and since when."""
        if time.monotonic() < self._prossima_misura:
            return
        self._prossima_misura = time.monotonic() + _MISURA_OGNI_SECONDS
        async with self._database.connection() as conn:
            riga = await conn.fetchrow(_CONTA)
        _ARRETRATO.labels(self._servizio).set(riga["quante"])
        _ETA.labels(self._servizio).set(riga["secondi"])
        _RESPINTE.labels(self._servizio).set(riga["respinte"])
