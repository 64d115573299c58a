# SPDX-License-Identifier: EUPL-1.2
"""The message and the small interface that RabbitMQ and the in-process bus both implement."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.errors import UpstreamUnavailable

VERSIONE_CLOUDEVENTS = "1.0"


@dataclass(frozen=True, slots=True)
class Messaggio:
    """An event on its way: CloudEvents attributes and the JSON body."""

    id: UUID
    tipo: str
    soggetto: UUID
    versione: int
    corpo: bytes
    correlazione: str
    istante: datetime

    @property
    def fonte(self) -> str:
        """CloudEvents `source`: the service that published."""
        return f"/inclusione/{self.tipo.partition('.')[0]}"


class EsitoPubblicazione(StrEnum):
    """What became of one message; only CONFERMATO frees its outbox row."""

    CONFERMATO = "CONFERMATO"
    NON_INSTRADABILE = "NON_INSTRADABILE"
    RIFIUTATO = "RIFIUTATO"
    SCONOSCIUTO = "SCONOSCIUTO"


class BusNonDisponibile(UpstreamUnavailable):
    """The bus cannot be reached: nothing was confirmed."""


# Facts told to whom it may concern: that no service listens today is not a fault. See docs/decisioni/0003.
SENZA_ASCOLTATORI = frozenset(
    {
        "erogazioni.erogazione_disposta.v1",
        "notifiche.notifica_consegnata.v1",
        "presa_in_carico.nucleo_preso_in_carico.v1",
        "verifiche_anagrafiche.accertamento_comunale_richiesto.v1",
    }
)

# Returns only when each message is safe in the consumer's database; raises if none may be acknowledged.
Ricevi = Callable[[Sequence[Messaggio]], Awaitable[None]]
Pronto = Callable[[], Awaitable[bool]]


class Iscrizione(Protocol):
    """A running consumer."""

    async def ferma(self) -> None:
        """Stop taking, finish the batch in hand, give back the rest."""

    def attiva(self) -> bool:
        """Tell whether messages are being taken now."""


class Bus(Protocol):
    """What relay and consumers need of a bus."""

    async def open(self) -> None:
        """Connect, or get ready to."""

    async def close(self) -> None:
        """Disconnect."""

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        """Publish and wait for each outcome, in the same order.

        :raises BusNonDisponibile: if the bus cannot be reached.
        """

    async def consuma(
        self, coda: str, tipi: Sequence[str], ricevi: Ricevi, *, pronto: Pronto, lotto: int
    ) -> Iscrizione:
        """Deliver the messages of a queue in batches of at most `lotto`; the queue holds the events of `tipi`."""
