# SPDX-License-Identifier: EUPL-1.2
"""Publishing: one connection, confirms gathered, nothing taken for safe that the broker has not confirmed."""

import asyncio
import contextlib
from collections.abc import Container, Coroutine, Sequence
from typing import Any, cast

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from aiormq import Channel

from shared.messaging.bus import SENZA_ASCOLTATORI, BusNonDisponibile, EsitoPubblicazione, Messaggio, Pronto, Ricevi
from shared.messaging.rabbitmq.annullamento import solo_se_chiesto
from shared.messaging.rabbitmq.iscrizione import IscrizioneRabbit
from shared.messaging.rabbitmq.messaggi import Proprieta
from shared.messaging.rabbitmq.topologia import nomi

CONFERMA_SECONDS = 10.0
_GUASTI = (AMQPError, ConnectionError, TimeoutError, OSError, RuntimeError)


class BusRabbit:
    """One connection for publishing, one for each consumer."""

    def __init__(self, url: str, *, prefisso: str = "", senza_ascoltatori: Container[str] = SENZA_ASCOLTATORI) -> None:
        self._senza_ascoltatori = senza_ascoltatori
        separatore = "&" if "?" in url else "?"
        self._url = url if "heartbeat=" in url else f"{url}{separatore}heartbeat=10"
        self._prefisso = prefisso
        self._connessione: AbstractConnection | None = None
        self._canale: Channel | None = None
        self._apertura = asyncio.Lock()

    async def open(self) -> None:
        """Nothing to do: the first publish connects, and connects again when needed."""

    async def close(self) -> None:
        """Close the publishing connection."""
        connessione, self._connessione, self._canale = self._connessione, None, None
        if connessione is not None:
            with contextlib.suppress(*_GUASTI):
                await connessione.close()

    async def _canale_pronto(self) -> Channel:
        async with self._apertura:
            if self._connessione is not None and not self._connessione.is_closed:
                await self._non_bloccata(self._connessione)
                if self._canale is not None:
                    return self._canale
            await self.close()
            try:
                with solo_se_chiesto():
                    self._connessione = await aio_pika.connect(self._url, timeout=5)
                    canale = await self._connessione.channel(publisher_confirms=True, on_return_raises=True)
                    await canale.get_exchange(nomi(self._prefisso)[0])
                    self._canale = cast("Channel", await canale.get_underlay_channel())
            except _GUASTI:
                await self.close()
                raise BusNonDisponibile("Il bus degli eventi non risponde") from None
            return self._canale

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
        canale = await self._canale_pronto()
        pubblicazioni = [asyncio.ensure_future(self._invia(canale, messaggio)) for messaggio in messaggi]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFERMA_SECONDS):
                await asyncio.gather(*pubblicazioni, return_exceptions=True)
        esiti = [_esito(pubblicazione) for pubblicazione in pubblicazioni]
        # A confirm that comes late must not be taken for the one of the next attempt: the channel is not used again.
        # The connection is kept until it is known not to be blocked: a new one would only carry one more copy.
        if EsitoPubblicazione.SCONOSCIUTO in esiti:
            self._canale = None
        return esiti

    def _invia(self, canale: Channel, messaggio: Messaggio) -> Coroutine[Any, Any, object]:
        # What counts is the confirm: to wait for the socket too would put the messages in a row.
        return canale.basic_publish(
            messaggio.corpo, exchange=nomi(self._prefisso)[0], routing_key=messaggio.tipo, wait=False,
            mandatory=messaggio.tipo not in self._senza_ascoltatori, properties=Proprieta(messaggio),
        )  # fmt: skip

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


def _esito(pubblicazione: "asyncio.Future[object]") -> EsitoPubblicazione:
    """Tell what became of one message; cancelled, by us for its time was up or by the driver, it may have arrived."""
    try:
        pubblicazione.result()
    except PublishError:
        return EsitoPubblicazione.NON_INSTRADABILE
    except DeliveryError:
        return EsitoPubblicazione.RIFIUTATO
    except (asyncio.CancelledError, *_GUASTI):
        return EsitoPubblicazione.SCONOSCIUTO
    return EsitoPubblicazione.CONFERMATO
