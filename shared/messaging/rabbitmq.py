# SPDX-License-Identifier: EUPL-1.2
"""RabbitMQ through aio-pika: topology, publishing with confirms, consuming in batches with one multiple ack.

Plain connections and our own loops: a connection that was lost is opened again from nothing, so that no consumer
stays silent after a reconnection.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelClosed, DeliveryError, PublishError

from shared.errors import UpstreamUnavailable
from shared.kernel.identita import id_deterministico
from shared.messaging.bus import VERSIONE_CLOUDEVENTS, BusNonDisponibile, EsitoPubblicazione, Messaggio, Pronto, Ricevi

log = structlog.get_logger("rabbitmq")

_GUASTI = (AMQPError, ConnectionError, TimeoutError, OSError, RuntimeError)
LIMITE_CONSEGNE = 20
BYTE_MASSIMI = 4 * 1024**3
ATTESA_LOTTO_SECONDS = 0.002


def nomi(prefisso: str = "") -> tuple[str, str]:
    """Give the names of the exchange of the events and of the exchange of the dead letters."""
    return f"{prefisso}eventi", f"{prefisso}eventi.dead"


async def crea_topologia(
    url: str, code: Mapping[str, Sequence[str]], *, prefisso: str = "", byte_massimi: int = BYTE_MASSIMI
) -> None:
    """Declare exchanges, quorum queues and bindings: one deploy step, safe to repeat. `code` maps queue -> event types."""
    connessione = await aio_pika.connect(url, timeout=10)
    async with connessione:
        canale = await connessione.channel()
        nome_eventi, nome_morti = nomi(prefisso)
        eventi = await canale.declare_exchange(nome_eventi, aio_pika.ExchangeType.TOPIC, durable=True)
        morti = await canale.declare_exchange(nome_morti, aio_pika.ExchangeType.DIRECT, durable=True)
        for servizio, tipi in code.items():
            argomenti: dict[str, Any] = {
                "x-queue-type": "quorum",
                "x-delivery-limit": LIMITE_CONSEGNE,
                "x-overflow": "reject-publish",
                "x-max-length-bytes": byte_massimi,
                "x-dead-letter-exchange": nome_morti,
                "x-dead-letter-routing-key": prefisso + servizio,
                "x-dead-letter-strategy": "at-least-once",
            }
            coda = await canale.declare_queue(prefisso + servizio, durable=True, arguments=argomenti)
            for tipo in tipi:
                await coda.bind(eventi, tipo)
            morta = await canale.declare_queue(
                f"{prefisso}{servizio}.dead", durable=True, arguments={"x-queue-type": "quorum"}
            )
            await morta.bind(morti, prefisso + servizio)


class BusRabbit:
    """One connection for publishing, one for each consumer."""

    def __init__(self, url: str, *, prefisso: str = "") -> None:
        separatore = "&" if "?" in url else "?"
        self._url = url if "heartbeat=" in url else f"{url}{separatore}heartbeat=10"
        self._prefisso = prefisso
        self._connessione: AbstractConnection | None = None
        self._scambio: AbstractExchange | None = None
        self._apertura = asyncio.Lock()

    async def open(self) -> None:
        """Nothing to do: the first publish connects, and connects again when needed."""

    async def close(self) -> None:
        """Close the publishing connection."""
        connessione, self._connessione, self._scambio = self._connessione, None, None
        if connessione is not None:
            with contextlib.suppress(*_GUASTI):
                await connessione.close()

    async def _scambio_pronto(self) -> AbstractExchange:
        async with self._apertura:
            if self._scambio is not None and self._connessione is not None and not self._connessione.is_closed:
                await self._non_bloccata(self._connessione)
                return self._scambio
            await self.close()
            try:
                self._connessione = await aio_pika.connect(self._url, timeout=5)
                canale = await self._connessione.channel(publisher_confirms=True, on_return_raises=True)
                self._scambio = await canale.get_exchange(nomi(self._prefisso)[0])
            except _GUASTI:
                await self.close()
                raise BusNonDisponibile("Il bus degli eventi non risponde") from None
            return self._scambio

    async def _non_bloccata(self, connessione: AbstractConnection) -> None:
        """Refuse to publish while the broker has blocked the connection: each retry would become one more copy."""
        trasporto = connessione.transport
        if trasporto is None:
            raise BusNonDisponibile("Il bus degli eventi non risponde")
        try:
            await asyncio.wait_for(trasporto.connection.ready(), 1)  # type: ignore[attr-defined]
        except (TimeoutError, *_GUASTI):
            raise BusNonDisponibile("Il bus degli eventi ha sospeso la ricezione") from None

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        """Publish all, mandatory and persistent, and gather the confirms."""
        scambio = await self._scambio_pronto()
        esiti = await asyncio.gather(*(self._pubblica_uno(scambio, messaggio) for messaggio in messaggi))
        if all(esito is EsitoPubblicazione.SCONOSCIUTO for esito in esiti):
            await self.close()
        return list(esiti)

    async def _pubblica_uno(self, scambio: AbstractExchange, messaggio: Messaggio) -> EsitoPubblicazione:
        try:
            async with asyncio.timeout(10):
                await scambio.publish(_in_amqp(messaggio), messaggio.tipo, mandatory=True)
        except PublishError:
            return EsitoPubblicazione.NON_INSTRADABILE
        except DeliveryError:
            return EsitoPubblicazione.RIFIUTATO
        except (TimeoutError, *_GUASTI):
            return EsitoPubblicazione.SCONOSCIUTO
        return EsitoPubblicazione.CONFERMATO

    async def consuma(
        self, coda: str, tipi: Sequence[str], ricevi: Ricevi, *, pronto: Pronto, lotto: int
    ) -> "_IscrizioneRabbit":
        """Start a consumer with its own connection; the bindings were made by `crea_topologia`."""
        iscrizione = _IscrizioneRabbit(self._url, self._prefisso + coda, ricevi, pronto=pronto, lotto=lotto)
        iscrizione.avvia()
        return iscrizione


class _IscrizioneRabbit:
    def __init__(self, url: str, coda: str, ricevi: Ricevi, *, pronto: Pronto, lotto: int) -> None:
        self._url = url
        self._coda = coda
        self._ricevi = ricevi
        self._pronto = pronto
        self._lotto = lotto
        self._fermo = asyncio.Event()
        self._attiva = False
        self._compito: asyncio.Task[None] | None = None

    def avvia(self) -> None:
        self._compito = asyncio.create_task(self._gira(), name=f"consumer.{self._coda}")

    def attiva(self) -> bool:
        return self._attiva

    async def ferma(self) -> None:
        self._fermo.set()
        if self._compito is not None:
            await asyncio.wait([self._compito], timeout=25)
            self._compito.cancel()

    async def _gira(self) -> None:
        ritardo = 0.2
        while not self._fermo.is_set():
            try:
                await self._attendi_archivio()
                await self._consuma_fino_a_interruzione()
                ritardo = 0.2
            except (UpstreamUnavailable, ChannelClosed, *_GUASTI) as errore:
                log.warning("consumer_interrotto", coda=self._coda, errore=type(errore).__name__)
                ritardo = min(ritardo * 2, 10.0)
            self._attiva = False
            await self._dormi(ritardo)

    async def _attendi_archivio(self) -> None:
        """Take nothing before the database answers, or innocent messages would use up their deliveries."""
        ritardo = 0.2
        while not self._fermo.is_set() and not await self._pronto():
            await self._dormi(ritardo)
            ritardo = min(ritardo * 2, 5.0)

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
            await canale.set_qos(prefetch_count=self._lotto * 2)
            await self._consuma(canale)

    async def _consuma(self, canale: AbstractChannel) -> None:
        arrivi: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()

        async def interrotto(*_: object) -> None:
            arrivi.put_nowait(None)

        async def arrivo(messaggio: AbstractIncomingMessage) -> None:
            arrivi.put_nowait(messaggio)

        coda = await canale.get_queue(self._coda)
        sotto = await canale.get_underlay_channel()
        sotto.on_consumer_cancel_callbacks.add(interrotto)
        canale.close_callbacks.add(lambda *_: arrivi.put_nowait(None))
        etichetta = await coda.consume(arrivo)
        self._attiva = True
        fine = asyncio.create_task(self._fermo.wait())
        fine.add_done_callback(lambda _: arrivi.put_nowait(None))
        try:
            while lotto := await self._prossimo_lotto(arrivi):
                await self._ricevi([_da_amqp(m) for m in lotto])
                await lotto[-1].ack(multiple=True)
            if not self._fermo.is_set():
                raise UpstreamUnavailable("Il bus ha interrotto la consegna")
            await coda.cancel(etichetta)
        finally:
            self._attiva = False
            fine.cancel()

    async def _prossimo_lotto(self, arrivi: "asyncio.Queue[AbstractIncomingMessage | None]") -> list[AbstractIncomingMessage]:
        """Take what is there, up to a batch, waiting two milliseconds for company; empty when interrupted."""
        primo = await arrivi.get()
        if primo is None:
            return []
        lotto = [primo]
        if arrivi.empty():
            await asyncio.sleep(ATTESA_LOTTO_SECONDS)
        while len(lotto) < self._lotto and not arrivi.empty():
            altro = arrivi.get_nowait()
            if altro is None:
                arrivi.put_nowait(None)
                break
            lotto.append(altro)
        return lotto


def _in_amqp(messaggio: Messaggio) -> aio_pika.Message:
    return aio_pika.Message(
        messaggio.corpo,
        message_id=str(messaggio.id),
        correlation_id=messaggio.correlazione,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={
            "cloudEvents:specversion": VERSIONE_CLOUDEVENTS,
            "cloudEvents:id": str(messaggio.id),
            "cloudEvents:source": messaggio.fonte,
            "cloudEvents:type": messaggio.tipo,
            "cloudEvents:subject": str(messaggio.soggetto),
            "cloudEvents:time": messaggio.istante.isoformat().replace("+00:00", "Z"),
            "cloudEvents:entityversion": messaggio.versione,
        },
    )


def _da_amqp(messaggio: AbstractIncomingMessage) -> Messaggio:
    """Read the attributes; a message that lacks them keeps what it has and will be parked as unreadable."""
    attributi = messaggio.headers
    try:
        return Messaggio(
            id=UUID(str(attributi["cloudEvents:id"])),
            tipo=str(attributi["cloudEvents:type"]),
            soggetto=UUID(str(attributi["cloudEvents:subject"])),
            versione=int(str(attributi["cloudEvents:entityversion"])),
            corpo=messaggio.body,
            correlazione=messaggio.correlation_id or "",
            istante=datetime.fromisoformat(str(attributi["cloudEvents:time"])),
        )
    except (KeyError, ValueError):
        return Messaggio(
            id=id_deterministico("illeggibile", messaggio.message_id, messaggio.body.hex()),
            tipo=messaggio.routing_key or "",
            soggetto=UUID(int=0),
            versione=0,
            corpo=messaggio.body,
            correlazione="",
            istante=messaggio.timestamp or datetime.now(UTC),
        )
