# SPDX-License-Identifier: EUPL-1.2
"""The bench of the conformity suite: the two buses behind one face, replicas of a consumer, what to look at afterwards."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol
from uuid import UUID, uuid4

import aio_pika
import pytest
from aiormq import Channel

from deploy.locale.rabbitmq import Nodo
from shared.contracts.evento import Evento
from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database, Session
from shared.kernel.calendario import adesso
from shared.messaging.bus import Bus, EsitoPubblicazione, Iscrizione, Messaggio, Pronto, Ricevi
from shared.messaging.consumer import Consumer, Politica
from shared.messaging.handlers import Handlers
from shared.messaging.interno import BusInterno
from shared.messaging.rabbitmq import BYTE_MASSIMI, BusRabbit, crea_topologia
from tests.support.attese import entro

CODA = "minimo"
TIPO = NotificaConsegnataV1.tipo
SUBITO = Politica(tentativi=4, tentativi_imprevisti=3, primo_ritardo_seconds=0.001, ritardo_massimo_seconds=0.01)
_INSERT_EFFETTO = "INSERT INTO effetto (domanda_id, versione, testo, replica) VALUES ($1, $2, $3, $4)"

Comportamento = Callable[[NotificaConsegnataV1], Awaitable[None]]


class Banco(Protocol):
    """A bus to be put to the test; `senza_ascoltatori` are the types that nobody has to listen to."""

    senza_ascoltatori: set[str]

    def bus(self) -> Bus:
        """Give a bus as a process of its own would have it."""

    async def lega(self, *tipi: str) -> None:
        """Do what the deploy step does: the queue exists and holds these types."""

    async def chiudi(self) -> None:
        """Leave nothing behind."""


class BancoInterno:
    """The in-process bus: all share it, and its queues are born with their consumers."""

    def __init__(self, *, capienza: int = 10_000) -> None:
        self.senza_ascoltatori: set[str] = set()
        self._bus = BusInterno(capienza=capienza, senza_ascoltatori=self.senza_ascoltatori)

    def bus(self) -> Bus:
        return self._bus

    async def lega(self, *tipi: str) -> None:
        """Nothing to do."""

    async def chiudi(self) -> None:
        await self._bus.close()


class BancoRabbit:
    """The broker: names with a random prefix, so that tests side by side do not meet."""

    def __init__(self, nodo: Nodo) -> None:
        self.nodo = nodo
        self.prefisso = f"t{uuid4().hex[:10]}."
        self.senza_ascoltatori: set[str] = set()
        self._aperti: list[BusRabbit] = []

    def bus(self) -> Bus:
        aperto = BusRabbit(self.nodo.url, prefisso=self.prefisso, senza_ascoltatori=self.senza_ascoltatori)
        self._aperti.append(aperto)
        return aperto

    async def lega(self, *tipi: str, byte_massimi: int = BYTE_MASSIMI) -> None:
        await crea_topologia(self.nodo.url, {CODA: tipi}, prefisso=self.prefisso, byte_massimi=byte_massimi)

    async def pubblica_grezzo(self, messaggio: aio_pika.Message, *, chiave: str = TIPO) -> None:
        """Publish what our own driver never would."""
        async with await aio_pika.connect(self.nodo.url) as connessione:
            canale = await connessione.channel()
            await (await canale.get_exchange(f"{self.prefisso}eventi")).publish(messaggio, chiave)

    async def elimina_coda(self) -> None:
        """Delete the queue, as an operator by mistake."""
        async with await aio_pika.connect(self.nodo.url) as connessione:
            await (await connessione.channel()).queue_delete(self.prefisso + CODA)

    async def chiudi(self) -> None:
        for aperto in self._aperti:
            await aperto.close()
        async with await aio_pika.connect(self.nodo.url) as connessione:
            canale = await connessione.channel()
            for coda in (CODA, f"{CODA}.dead"):
                await canale.queue_delete(self.prefisso + coda)
            for scambio in ("eventi", "eventi.dead"):
                await canale.exchange_delete(self.prefisso + scambio)


class Replica:
    """One process that consumes: each application of an event leaves a row with its name."""

    def __init__(
        self, nome: str, database: Database, *, comportamento: Comportamento | None = None, politica: Politica = SUBITO
    ) -> None:
        self.nome = nome
        self.handlers = Handlers()
        self.handlers.on(NotificaConsegnataV1)(self._applica)
        self._database = database
        self._comportamento = comportamento
        self._iscrizione: Iscrizione | None = None
        self.in_mano = 0
        self.consumer = Consumer(database, self.handlers, orologio=adesso, politica=politica)
        self.ricevi: Ricevi = self.consumer.ricevi

    async def _applica(self, session: Session, evento: NotificaConsegnataV1, *, now: object) -> None:
        self.in_mano += 1
        if self._comportamento is not None:
            await self._comportamento(evento)
        await session.execute(_INSERT_EFFETTO, evento.domanda_id, evento.versione, evento.avviso, self.nome)

    async def avvia(self, bus: Bus, *, lotto: int = 50, tipi: Sequence[str] = (TIPO,), coda: str = CODA) -> None:
        """Take the queue, and wait until it is taken."""
        pronto: Pronto = self._database.pronto
        self._iscrizione = await bus.consuma(coda, tipi, self.ricevi, pronto=pronto, lotto=lotto)
        await entro(10, self._iscrizione.attiva)

    @property
    def iscrizione(self) -> Iscrizione:
        """The running consumer."""
        assert self._iscrizione is not None
        return self._iscrizione

    async def ferma(self) -> None:
        """Drain."""
        if self._iscrizione is not None:
            await self._iscrizione.ferma()


class BusSpia:
    """Passes everything on to a bus and remembers what was published and what became of it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.pubblicati: Counter[UUID] = Counter()
        self.esiti: Counter[EsitoPubblicazione] = Counter()
        self.dopo: Callable[[], None] = lambda: None

    async def open(self) -> None:
        await self._bus.open()

    async def close(self) -> None:
        await self._bus.close()

    async def consuma(
        self, coda: str, tipi: Sequence[str], ricevi: Ricevi, *, pronto: Pronto, lotto: int
    ) -> Iscrizione:
        return await self._bus.consuma(coda, tipi, ricevi, pronto=pronto, lotto=lotto)

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        self.pubblicati.update(m.id for m in messaggi)
        esiti = await self._bus.pubblica(messaggi)
        self.esiti.update(esiti)
        self.dopo()
        return esiti


def conta_le_uscite(monkeypatch: pytest.MonkeyPatch) -> Counter[UUID]:
    """Count from now on how many times each message leaves this process for the broker."""
    uscite: Counter[UUID] = Counter()
    invia = BusRabbit._invia

    def conta_e_invia(bus: BusRabbit, canale: Channel, messaggio: Messaggio) -> Coroutine[Any, Any, object]:
        uscite[messaggio.id] += 1
        return invia(bus, canale, messaggio)

    monkeypatch.setattr(BusRabbit, "_invia", conta_e_invia)
    return uscite


async def emetti(database: Database, *eventi: Evento) -> list[UUID]:
    """Announce the events in one transaction."""
    async with database.transaction() as session:
        return [session.emit(evento, now=adesso()) for evento in eventi]


class Passante(Protocol):
    """A relay, true or planted."""

    async def passata(self) -> bool:
        """Publish one batch."""


async def spedisci(*relay: Passante, database: Database) -> None:
    """Let the relays work until the outbox is empty."""

    async def vuota() -> bool:
        for uno in relay:
            await uno.passata()
        return await conta(database, "outbox") == 0

    await entro(15, vuota)


async def conta(database: Database, tabella: str, condizione: str = "TRUE") -> int:
    """Count rows."""
    async with database.connection() as conn:
        return int(await conn.fetchval(f"SELECT count(*) FROM {tabella} WHERE {condizione}"))


async def effetti(database: Database) -> Counter[UUID]:
    """Count how many times each domanda was touched: one is right, two is a double."""
    async with database.connection() as conn:
        return Counter(riga["domanda_id"] for riga in await conn.fetch("SELECT domanda_id FROM effetto"))


async def per_replica(database: Database) -> Counter[str]:
    """Count the effects of each replica."""
    async with database.connection() as conn:
        return Counter(riga["replica"] for riga in await conn.fetch("SELECT replica FROM effetto"))


async def scarto(database: Database, id_messaggio: UUID) -> dict[str, object] | None:
    """Read what was set aside of a message."""
    async with database.connection() as conn:
        riga = await conn.fetchrow("SELECT * FROM scarto WHERE id = $1", id_messaggio)
    return dict(riga) if riga else None


async def matura(database: Database) -> None:
    """Let the time of every other attempt come, without waiting for it."""
    async with database.connection() as conn:
        await conn.execute("UPDATE scarto SET prossimo_il = clock_timestamp()")
        await conn.execute("UPDATE outbox SET prossimo_il = clock_timestamp()")
