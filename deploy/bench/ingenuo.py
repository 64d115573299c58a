# SPDX-License-Identifier: EUPL-1.2
"""The consumer beside which ours is measured: one message per ORM transaction, with its inbox."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.contracts.erogazioni import ErogazioneEseguitaV1
from shared.messaging.bus import Messaggio, Ricevi


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
async def ingenuo(url: str) -> AsyncIterator[Ricevi]:
    """Give what receives the messages; that the bus acknowledges many together is a gift to it."""
    motore = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    sessioni = async_sessionmaker(motore)

    async def ricevi(messaggi: Sequence[Messaggio]) -> None:
        for messaggio in messaggi:
            async with sessioni.begin() as sessione:
                await _applica(sessione, messaggio)

    try:
        yield ricevi
    finally:
        await motore.dispose()


async def _applica(sessione: AsyncSession, messaggio: Messaggio) -> None:
    if await sessione.get(_Inbox, messaggio.id) is not None:
        return
    evento = ErogazioneEseguitaV1.model_validate_json(messaggio.corpo)
    sessione.add(_Inbox(id=messaggio.id, tipo=messaggio.tipo))
    sessione.add(_Effetto(domanda_id=evento.domanda_id, versione=evento.versione))
