# SPDX-License-Identifier: EUPL-1.2
"""The consumer beside which ours is measured: the one of the manuals, one message per ORM transaction, with its inbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.contracts.erogazioni import ErogazioneEseguitaV1


class _Tabelle(DeclarativeBase):
    pass


class _Inbox(_Tabelle):
    __tablename__ = "inbox"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tipo: Mapped[str]


class _Effetto(_Tabelle):
    __tablename__ = "effetto"

    domanda_id: Mapped[UUID] = mapped_column(primary_key=True)
    versione: Mapped[int]


@asynccontextmanager
async def ingenuo(url: str, bus_url: str, coda: str, *, anticipo: int) -> AsyncIterator[None]:
    """Consume while the block lasts: each message acknowledged after its transaction."""
    motore = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    compito = asyncio.create_task(_consuma(async_sessionmaker(motore), bus_url, coda, anticipo))
    try:
        yield
    finally:
        compito.cancel()
        await asyncio.wait([compito])
        await motore.dispose()


async def _consuma(sessioni: async_sessionmaker[AsyncSession], bus_url: str, coda: str, anticipo: int) -> None:
    async with await aio_pika.connect(bus_url) as connessione:
        canale = await connessione.channel()
        await canale.set_qos(prefetch_count=anticipo)
        async with (await canale.get_queue(coda)).iterator() as messaggi:
            async for messaggio in messaggi:
                async with messaggio.process(), sessioni.begin() as sessione:
                    await _applica(sessione, messaggio)


async def _applica(sessione: AsyncSession, messaggio: AbstractIncomingMessage) -> None:
    chiave = UUID(messaggio.message_id)
    if await sessione.get(_Inbox, chiave) is not None:
        return
    evento = ErogazioneEseguitaV1.model_validate_json(messaggio.body)
    sessione.add(_Inbox(id=chiave, tipo=messaggio.routing_key))
    sessione.add(_Effetto(domanda_id=evento.domanda_id, versione=evento.versione))
