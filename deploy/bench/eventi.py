# SPDX-License-Identifier: EUPL-1.2
"""The event hop, from outbox to effect committed through the real broker: under load beside a naive consumer, and idle."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from deploy.bench.ingenuo import ingenuo
from deploy.locale.postgres import Server, crea_database
from shared.contracts.erogazioni import ErogazioneEseguitaV1
from shared.db.session import Connessione, Database, Session
from shared.db.tecniche import metadata_con_tecniche
from shared.kernel.calendario import adesso
from shared.kernel.identita import nuovo_id
from shared.kernel.sigillo import Cifrario
from shared.messaging.bus import Messaggio, Ricevi
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handlers
from shared.messaging.rabbitmq import BusRabbit, crea_topologia
from shared.messaging.relay import Relay

QUANTI = 40_000
LOTTO = 200
A_VUOTO = 300
_PRIMI = 10
_PAUSA_SECONDS = 0.02
_DIALETTO: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
_NOW = datetime(2025, 4, 1, tzinfo=UTC)
_EFFETTO = "INSERT INTO effetto (domanda_id, versione) SELECT * FROM unnest($1::uuid[], $2::int[])"
_CORPO = (
    b'{"domanda_id":"%s","versione":1,"erogazione_id":"%s","mese":"2025-04","importo":"480.00","valuta":"2025-04-15"}'
)


def _handlers() -> Handlers:
    handlers = Handlers()

    @handlers.on_lotto(ErogazioneEseguitaV1)
    async def effetto(session: Session, eventi: Sequence[ErogazioneEseguitaV1], *, now: datetime) -> None:  # noqa: ARG001
        await session.execute(_EFFETTO, [e.domanda_id for e in eventi], [e.versione for e in eventi])

    return handlers


@dataclass(frozen=True, slots=True)
class _Banco:
    """The two databases, the bus between them, the relay of the first."""

    invio: Database
    ricezione: Database
    bus: BusRabbit
    bus_url: str
    prefisso: str
    relay: Relay

    @property
    def ricevi(self) -> Ricevi:
        """Our consumer."""
        return Consumer(self.ricezione, _handlers(), orologio=adesso).ricevi


async def misura(server: Server, bus_url: str, *, giro: int, quanti: int = QUANTI) -> dict[str, Any]:
    """Measure the hop, a consumer of one ORM transaction per message, the relay alone, and the hop of one event."""
    async with _banco(server, bus_url, f"bench-{giro}-l-") as banco:
        a_lotti = await _a_lotti(banco, quanti)
    async with _banco(server, bus_url, f"bench-{giro}-s-") as banco:
        singoli = await _uno_alla_volta(banco, quanti // 20)
    async with _banco(server, bus_url, f"bench-{giro}-r-") as banco:
        nuda, relay = await _pubblicazione(banco, quanti), await _relay(banco, quanti)
    async with _banco(server, bus_url, f"bench-{giro}-v-") as banco:
        attese = quantiles(await _a_vuoto(banco, A_VUOTO), n=100)
    return {
        "eventi_al_secondo": round(a_lotti),
        "uno_per_transazione_orm_al_secondo": round(singoli),
        "rapporto": round(a_lotti / singoli, 1),
        "relay_al_secondo": round(relay),
        "pubblicazione_raccolta_al_secondo": round(nuda),
        "rapporto_relay": round(relay / nuda, 2),
        "a_vuoto_p50_ms": round(attese[49], 1),
        "a_vuoto_p99_ms": round(attese[98], 1),
    }


@asynccontextmanager
async def _banco(server: Server, bus_url: str, prefisso: str) -> AsyncIterator[_Banco]:
    nomi = ("bench_invio", "bench_ricezione")
    for nome in nomi:
        server.esegui(f'DROP DATABASE IF EXISTS "{nome}"')
    crea_database(server, nomi)
    invio, ricezione = [await _archivio(server, nome) for nome in nomi]
    await crea_topologia(bus_url, {"bench": (ErogazioneEseguitaV1.tipo,)}, prefisso=prefisso)
    bus = BusRabbit(bus_url, prefisso=prefisso)
    try:
        yield _Banco(invio, ricezione, bus, bus_url, prefisso, Relay("bench", invio, bus, lotto=LOTTO))
    finally:
        await bus.close()
        await invio.close()
        await ricezione.close()


async def _a_lotti(banco: _Banco, quanti: int) -> float:
    iscrizione = await banco.bus.consuma("bench", (), banco.ricevi, pronto=banco.ricezione.pronto, lotto=LOTTO)
    al_secondo = await _salto(banco, quanti)
    await iscrizione.ferma()
    return al_secondo


async def _uno_alla_volta(banco: _Banco, quanti: int) -> float:
    async with ingenuo(banco.ricezione.url, banco.bus_url, f"{banco.prefisso}bench", anticipo=2 * LOTTO):
        return await _salto(banco, quanti)


async def _salto(banco: _Banco, quanti: int) -> float:
    """Let the process of the service that sends publish, and wait here for the effects."""
    await _semina(banco.invio, quanti)
    opzioni = (banco.invio.url, banco.bus_url, banco.prefisso, str(LOTTO))
    mittente = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.bench.mittente", *opzioni, stdin=PIPE, stdout=PIPE
    )
    assert mittente.stdin is not None
    assert mittente.stdout is not None
    await mittente.stdout.readline()
    inizio = time.perf_counter()
    mittente.stdin.write(b"\n")
    await mittente.wait()
    async with asyncio.timeout(300):
        while await _effetti(banco.ricezione) < quanti:
            await asyncio.sleep(0.02)
    return quanti / (time.perf_counter() - inizio)


async def _relay(banco: _Banco, quanti: int) -> float:
    await _semina(banco.invio, quanti)
    inizio = time.perf_counter()
    while await banco.relay.passata():
        pass
    return quanti / (time.perf_counter() - inizio)


async def _pubblicazione(banco: _Banco, quanti: int) -> float:
    """Publish as many messages out of memory, gathered in the same batches: the limit of the relay."""
    messaggi = [Messaggio(*riga) for riga in _righe(quanti)]
    await banco.bus.pubblica(messaggi[:LOTTO])
    inizio = time.perf_counter()
    for posto in range(0, quanti, LOTTO):
        await banco.bus.pubblica(messaggi[posto : posto + LOTTO])
    return quanti / (time.perf_counter() - inizio)


async def _a_vuoto(banco: _Banco, quanti: int) -> list[float]:
    """Announce one event at a time, with nothing else to do; milliseconds from its COMMIT to that of its effect."""
    arrivato, attese = asyncio.Event(), []
    banco.invio.dopo_commit.append(lambda _: banco.relay.ciclo.sveglia())
    banco.ricezione.dopo_commit.append(lambda _: arrivato.set())
    iscrizione = await banco.bus.consuma("bench", (), banco.ricevi, pronto=banco.ricezione.pronto, lotto=LOTTO)
    banco.relay.ciclo.avvia()
    for _ in range(_PRIMI + quanti):
        await asyncio.sleep(_PAUSA_SECONDS)
        arrivato.clear()
        async with banco.invio.transaction() as session:
            session.emit(ErogazioneEseguitaV1.model_validate_json(_corpo(str(uuid4()))), now=_NOW)
        inizio = time.perf_counter()
        async with asyncio.timeout(10):
            await arrivato.wait()
        attese.append((time.perf_counter() - inizio) * 1000)
    await banco.relay.ciclo.ferma()
    await iscrizione.ferma()
    return attese[_PRIMI:]  # the first ones open the connections


def _creazioni() -> Iterator[CreateTable | CreateIndex]:
    """Give the statements that create the technical tables."""
    for tabella in metadata_con_tecniche().sorted_tables:
        yield CreateTable(tabella)
        yield from (CreateIndex(indice) for indice in tabella.indexes)


async def _archivio(server: Server, nome: str) -> Database:
    ddl = [str(istruzione.compile(dialect=_DIALETTO)) for istruzione in _creazioni()]
    chiave = Cifrario(bytes(32))
    archivio = Database(Connessione(server.url(nome), 4), cifrario=chiave, sigilli=chiave)
    await archivio.open()
    async with archivio.connection() as conn:
        for istruzione in [*ddl, "CREATE TABLE effetto (domanda_id uuid NOT NULL, versione int NOT NULL)"]:
            await conn.execute(istruzione)
    return archivio


def _corpo(soggetto: str) -> bytes:
    return _CORPO % (soggetto.encode(), str(uuid4()).encode())


def _righe(quanti: int) -> Iterator[tuple[Any, ...]]:
    for _ in range(quanti):
        soggetto = uuid4()
        yield nuovo_id(), ErogazioneEseguitaV1.tipo, soggetto, 1, _corpo(str(soggetto)), "bench", _NOW


async def _semina(archivio: Database, quanti: int) -> None:
    async with archivio.connection() as conn:
        colonne = ["id", "tipo", "soggetto", "versione", "corpo", "correlazione", "istante"]
        await conn.copy_records_to_table("outbox", records=list(_righe(quanti)), columns=colonne)


async def _effetti(archivio: Database) -> int:
    async with archivio.connection() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM effetto"))
