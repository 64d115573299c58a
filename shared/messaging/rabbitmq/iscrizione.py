# SPDX-License-Identifier: EUPL-1.2
"""A consumer with a connection of its own: batches, one multiple ack after they are safe, drained at stop."""

import asyncio
import contextlib
import time

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel
from aiormq.abc import DeliveredMessage

from shared.errors import UpstreamUnavailable
from shared.messaging.bus import Pronto, Ricevi
from shared.messaging.rabbitmq.annullamento import solo_se_chiesto
from shared.messaging.rabbitmq.messaggi import da_amqp

log = structlog.get_logger("rabbitmq")

ATTESA_LOTTO_SECONDS = 0.005
# The broker spends less on a consumer that has credit left; all of them are delivered again when this process dies.
_LOTTI_IN_ANTICIPO = 5
RITARDO_SECONDS = 0.2
RITARDO_MASSIMO_SECONDS = 5.0


class IscrizioneRabbit:
    """Takes a queue, and takes it again after whatever interruption, until it is stopped."""

    def __init__(self, url: str, coda: str, ricevi: Ricevi, *, pronto: Pronto, lotto: int) -> None:
        self._url = url
        self._coda = coda
        self._ricevi = ricevi
        self._pronto = pronto
        self._lotto = lotto
        self._fermo = asyncio.Event()
        self._attiva = False
        self._fitti = False
        self._compito: asyncio.Task[None] | None = None

    def avvia(self) -> None:
        """Start taking."""
        self._compito = asyncio.create_task(self._gira(), name=f"consumer.{self._coda}")

    def attiva(self) -> bool:
        """Tell whether messages are being taken now."""
        return self._attiva

    async def ferma(self) -> None:
        """Stop taking, finish the batch in hand, give back the rest."""
        self._fermo.set()
        if self._compito is not None:
            await asyncio.wait([self._compito], timeout=25)
            self._compito.cancel()

    async def _gira(self) -> None:
        ritardo = RITARDO_SECONDS
        while not self._fermo.is_set():
            inizio = time.monotonic()
            try:
                await self._attendi_archivio()
                with solo_se_chiesto():
                    await self._consuma_fino_a_interruzione()
            except Exception as errore:  # whatever went wrong, what was not acknowledged is delivered again
                log.warning("consumer_interrotto", coda=self._coda, errore=type(errore).__name__)
            stabile = time.monotonic() - inizio > RITARDO_MASSIMO_SECONDS
            ritardo = RITARDO_SECONDS if stabile else min(ritardo * 2, RITARDO_MASSIMO_SECONDS)
            await self._dormi(ritardo)

    async def _attendi_archivio(self) -> None:
        """Take nothing before the database answers, or innocent messages would use up their deliveries."""
        ritardo = RITARDO_SECONDS
        while not self._fermo.is_set() and not await self._pronto():
            await self._dormi(ritardo)
            ritardo = min(ritardo * 2, RITARDO_MASSIMO_SECONDS)

    async def _dormi(self, secondi: float) -> None:
        if not self._fermo.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fermo.wait(), secondi)

    async def _consuma_fino_a_interruzione(self) -> None:
        if self._fermo.is_set():
            return
        connessione = await aio_pika.connect(self._url, timeout=5)
        async with connessione:
            canale = await connessione.channel()
            await canale.set_qos(prefetch_count=self._lotto * _LOTTI_IN_ANTICIPO)
            await self._consuma(canale)

    async def _consuma(self, canale: AbstractChannel) -> None:
        arrivi: asyncio.Queue[DeliveredMessage | None] = asyncio.Queue()

        async def interrotto(*_: object) -> None:
            arrivi.put_nowait(None)

        async def arrivo(messaggio: DeliveredMessage) -> None:
            arrivi.put_nowait(messaggio)

        sotto = await canale.get_underlay_channel()
        sotto.on_consumer_cancel_callbacks.add(interrotto)
        canale.close_callbacks.add(lambda *_: arrivi.put_nowait(None))
        await sotto.basic_consume(self._coda, arrivo, consumer_tag=self._coda)
        self._attiva = True
        fine = asyncio.create_task(self._fermo.wait())
        fine.add_done_callback(lambda _: arrivi.put_nowait(None))
        try:
            while not self._fermo.is_set() and (lotto := await self._prossimo_lotto(arrivi)):
                await self._ricevi([da_amqp(m) for m in lotto])
                await sotto.basic_ack(lotto[-1].delivery_tag or 0, multiple=True)
            if not self._fermo.is_set():
                raise UpstreamUnavailable("Il bus ha interrotto la consegna")
            await sotto.basic_cancel(self._coda)
        finally:
            self._attiva = False
            fine.cancel()

    async def _prossimo_lotto(self, arrivi: "asyncio.Queue[DeliveredMessage | None]") -> list[DeliveredMessage]:
        """Take what is there, up to a batch; empty when interrupted.

        A message alone goes at once; while they come thick, a little waiting makes larger batches.
        """
        primo = await arrivi.get()
        if primo is None:
            return []
        lotto = [primo]
        if self._fitti and arrivi.qsize() + 1 < self._lotto:
            await asyncio.sleep(ATTESA_LOTTO_SECONDS)
        while len(lotto) < self._lotto and not arrivi.empty():
            altro = arrivi.get_nowait()
            if altro is None:
                arrivi.put_nowait(None)
                break
            lotto.append(altro)
        self._fitti = len(lotto) > 1
        return lotto
