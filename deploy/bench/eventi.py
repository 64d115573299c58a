# SPDX-License-Identifier: EUPL-1.2
"""Events per second from outbox to effect committed, through the real broker, beside a consumer of one message per transaction."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from deploy.locale.postgres import Server, crea_database
from shared.contracts.erogazioni import ErogazioneEseguitaV1
from shared.db.session import Connessione, Database, Session
from shared.db.tecniche import metadata_con_tecniche
from shared.kernel.calendario import adesso
from shared.kernel.identita import nuovo_id
from shared.kernel.sigillo import Cifrario
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handlers
from shared.messaging.rabbitmq import BusRabbit, crea_topologia
from shared.messaging.relay import Relay

QUANTI = 20_000
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


async def misura(server: Server, bus_url: str, *, giro: int, quanti: int = QUANTI) -> dict[str, Any]:
    """Measure the whole hop in batches of 200, then with batches of one."""
    a_lotti = await _corsa(server, bus_url, f"bench-{giro}-l-", quanti=quanti, lotto=200)
    singoli = await _corsa(server, bus_url, f"bench-{giro}-s-", quanti=quanti // 20, lotto=1)
    return {
        "eventi_al_secondo": round(a_lotti),
        "uno_per_transazione_al_secondo": round(singoli),
        "rapporto": round(a_lotti / singoli, 1),
    }


async def _corsa(server: Server, bus_url: str, prefisso: str, *, quanti: int, lotto: int) -> float:
    nomi = ("bench_invio", "bench_ricezione")
    for nome in nomi:
        server.esegui(f'DROP DATABASE IF EXISTS "{nome}"')
    crea_database(server, nomi)
    invio, ricezione = [await _archivio(server, nome) for nome in nomi]
    await crea_topologia(bus_url, {"bench": (ErogazioneEseguitaV1.tipo,)}, prefisso=prefisso)
    bus = BusRabbit(bus_url, prefisso=prefisso)
    await _semina(invio, quanti)
    relay = Relay("bench", invio, bus)
    consumer = Consumer(ricezione, _handlers(), orologio=adesso)
    inizio = time.perf_counter()
    iscrizione = await bus.consuma("bench", (), consumer.ricevi, pronto=ricezione.pronto, lotto=lotto)
    relay.ciclo.avvia()
    async with asyncio.timeout(300):
        while await _conta(ricezione) < quanti:
            await asyncio.sleep(0.05)
    secondi = time.perf_counter() - inizio
    await relay.ciclo.ferma()
    await iscrizione.ferma()
    await bus.close()
    for archivio in (invio, ricezione):
        await archivio.close()
    return quanti / secondi


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


async def _semina(archivio: Database, quanti: int) -> None:
    righe = []
    for _ in range(quanti):
        soggetto = uuid4()
        corpo = _CORPO % (str(soggetto).encode(), str(uuid4()).encode())
        righe.append((nuovo_id(), ErogazioneEseguitaV1.tipo, soggetto, 1, corpo, "bench", _NOW))
    async with archivio.connection() as conn:
        colonne = ["id", "tipo", "soggetto", "versione", "corpo", "correlazione", "istante"]
        await conn.copy_records_to_table("outbox", records=righe, columns=colonne)


async def _conta(archivio: Database) -> int:
    async with archivio.connection() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM effetto"))
