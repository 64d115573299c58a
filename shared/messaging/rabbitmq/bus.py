# SPDX-License-Identifier: EUPL-1.2
"""Publishing: one connection, confirms gathered, nothing taken for safe that the broker has not confirmed."""

import asyncio
import contextlib
from collections.abc import Container, Sequence

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError

from shared.messaging.bus import SENZA_ASCOLTATORI, BusNonDisponibile, EsitoPubblicazione, Messaggio, Pronto, Ricevi
from shared.messaging.rabbitmq.iscrizione import IscrizioneRabbit
from shared.messaging.rabbitmq.messaggi import in_amqp
from shared.messaging.rabbitmq.topologia import nomi

_GUASTI = (AMQPError, ConnectionError, TimeoutError, OSError, RuntimeError)


class BusRabbit:
    """One connection for publishing, one for each consumer."""

    def __init__(self, url: str, *, prefisso: str = "", senza_ascoltatori: Container[str] = SENZA_ASCOLTATORI) -> None:
        self._senza_ascoltatori = senza_ascoltatori
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
            await asyncio.wait_for(trasporto.connection.ready(), 1)
        except (TimeoutError, *_GUASTI):
            raise BusNonDisponibile("Il bus degli eventi ha sospeso la ricezione") from None

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        """Publish all, persistent and mandatory (unless nobody has to listen), and gather the confirms."""
        scambio = await self._scambio_pronto()
        esiti = await asyncio.gather(*(self._pubblica_uno(scambio, messaggio) for messaggio in messaggi))
        # A confirm that comes late must not be taken for the one of the next attempt: the channel is not used again.
        if EsitoPubblicazione.SCONOSCIUTO in esiti:
            await self.close()
        return list(esiti)

    async def _pubblica_uno(self, scambio: AbstractExchange, messaggio: Messaggio) -> EsitoPubblicazione:
        try:
            async with asyncio.timeout(10):
                await scambio.publish(
                    in_amqp(messaggio), messaggio.tipo, mandatory=messaggio.tipo not in self._senza_ascoltatori
                )
        except PublishError:
            return EsitoPubblicazione.NON_INSTRADABILE
        except DeliveryError:
            return EsitoPubblicazione.RIFIUTATO
        except (TimeoutError, *_GUASTI):
            return EsitoPubblicazione.SCONOSCIUTO
        return EsitoPubblicazione.CONFERMATO

    async def consuma(
        self,
        coda: str,
        tipi: Sequence[str],  # noqa: ARG002 - bound at deploy
        ricevi: Ricevi,
        *,
        pronto: Pronto,
        lotto: int,
    ) -> IscrizioneRabbit:
        """Start a consumer with its own connection; the bindings were made by `crea_topologia`."""
        iscrizione = IscrizioneRabbit(self._url, self._prefisso + coda, ricevi, pronto=pronto, lotto=lotto)
        iscrizione.avvia()
        return iscrizione
