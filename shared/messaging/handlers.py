# SPDX-License-Identifier: EUPL-1.2
"""Which function answers to which event."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from shared.contracts.evento import REGISTRO, Evento
from shared.db.session import Session, correlazione

E = TypeVar("E", bound=Evento)
E_contra = TypeVar("E_contra", bound=Evento, contravariant=True)


class GestoreLotto(Protocol[E_contra]):
    """Handles all the events of one type in a batch, in one transaction."""

    async def __call__(self, session: Session, eventi: Sequence[E_contra], *, now: datetime) -> None:
        """Apply the events."""


class GestoreUno(Protocol[E_contra]):
    """Handles one event."""

    async def __call__(self, session: Session, evento: E_contra, *, now: datetime) -> None:
        """Apply the event."""


class Handlers:
    """Registry of the handlers of one service; the types it knows are the bindings of its queue."""

    def __init__(self) -> None:
        self._per_tipo: dict[str, Callable[..., Awaitable[None]]] = {}

    def on(self, evento: type[E]) -> Callable[[GestoreUno[E]], GestoreUno[E]]:
        """Register the handler of one event at a time."""

        def registra(gestore: GestoreUno[E]) -> GestoreUno[E]:
            async def lotto(session: Session, eventi: Sequence[E], *, now: datetime) -> None:
                for singolo in eventi:
                    correlazione.set(session.filo(singolo.domanda_id))
                    await gestore(session, singolo, now=now)

            self._aggiungi(evento, lotto)
            return gestore

        return registra

    def on_lotto(self, evento: type[E]) -> Callable[[GestoreLotto[E]], GestoreLotto[E]]:
        """Register a handler that takes all the events of a type in a batch: for array statements."""

        def registra(gestore: GestoreLotto[E]) -> GestoreLotto[E]:
            async def lotto(session: Session, eventi: Sequence[E], *, now: datetime) -> None:
                correlazione.set(session.filo(eventi[0].domanda_id))
                await gestore(session, eventi, now=now)

            self._aggiungi(evento, lotto)
            return gestore

        return registra

    def _aggiungi(self, evento: type[Evento], gestore: Callable[..., Awaitable[None]]) -> None:
        if evento.tipo in self._per_tipo:
            raise TypeError(f"two handlers for {evento.tipo}")
        self._per_tipo[evento.tipo] = gestore

    @property
    def tipi(self) -> tuple[str, ...]:
        """Types of the events listened to, in order."""
        return tuple(sorted(self._per_tipo))

    def classe(self, tipo: str) -> type[Evento] | None:
        """Give the contract of a type that this service listens to, if it does."""
        return REGISTRO.get(tipo) if tipo in self._per_tipo else None

    async def applica(self, session: Session, tipo: str, eventi: Sequence[Evento], *, now: datetime) -> None:
        """Call the handler of `tipo` with its events."""
        await self._per_tipo[tipo](session, eventi, now=now)
