# SPDX-License-Identifier: EUPL-1.2
"""Concurrent requests gathered in one transaction: while a batch is at work the next one fills up, nobody waits on purpose."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from shared.db.session import CONNESSIONE_PERSA
from shared.errors import InclusioneError

# How long a second attempt waits for the end of the first: a second, as the answer would have asked of the caller.
_RIPRESE, _PAUSA_SECONDS = 20, 0.05

T = TypeVar("T")
R = TypeVar("R")


class Raccoglitore(Generic[T, R]):
    """Runs `esegui` on what has arrived, up to `massimo` at a time; each caller gets its own result or its own error.

    `esegui` gives one result, or one exception, per request, in order. When it raises, the requests are tried again one
    by one, so that one bad request never fails its neighbours. When the connection was lost nobody knows whether the
    COMMIT arrived: the same requests, in a new transaction, find what they wrote by its key. So `esegui` may be repeated.
    """

    def __init__(
        self, esegui: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]], *, massimo: int = 64
    ) -> None:
        self._esegui = esegui
        self._massimo = massimo
        self._attesa: list[tuple[T, asyncio.Future[R]]] = []
        self._compito: asyncio.Task[None] | None = None

    async def chiedi(self, richiesta: T) -> R:
        """Add a request and wait for its result."""
        futuro: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._attesa.append((richiesta, futuro))
        if self._compito is None or self._compito.done():
            self._compito = asyncio.create_task(self._lavora())
        return await futuro

    async def _lavora(self) -> None:
        while self._attesa:
            lotto, self._attesa = self._attesa[: self._massimo], self._attesa[self._massimo :]
            await self._lotto(lotto)

    async def _lotto(self, lotto: Sequence[tuple[T, "asyncio.Future[R]"]], *, ancora: bool = True) -> None:
        try:
            esiti = await self._esiti([richiesta for richiesta, _ in lotto], ancora=ancora)
        except Exception as errore:
            if len(lotto) > 1 or (ancora and isinstance(errore, CONNESSIONE_PERSA)):
                for uno in lotto:
                    await self._lotto([uno], ancora=False)
                return
            esiti = [errore]
        for (_, futuro), esito in zip(lotto, esiti, strict=True):
            if futuro.done():
                continue
            if isinstance(esito, Exception):
                futuro.set_exception(esito)
            else:
                futuro.set_result(esito)

    async def _esiti(self, richieste: Sequence[T], *, ancora: bool) -> Sequence[R | Exception]:
        """Run them; in a second attempt, who is told to come back finds its key held by our own transaction that is dying."""
        esiti = await self._esegui(richieste)
        for _ in range(0 if ancora else _RIPRESE):
            if not any(isinstance(esito, InclusioneError) and esito.retry_after_seconds for esito in esiti):
                break
            await asyncio.sleep(_PAUSA_SECONDS)
            esiti = await self._esegui(richieste)
        return esiti
