# SPDX-License-Identifier: EUPL-1.2
"""What every event has: its type (also the routing key), the entity it speaks of and the version of that entity."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Modello(BaseModel):
    """Frozen piece of a contract; readers ignore the fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Evento(Modello):
    """A past fact that one service announces to the others.

    `versione` grows with each change that the publisher makes to the entity: an event older than what the listener
    already holds has no effect, whatever the order of arrival.
    """

    tipo: ClassVar[str] = ""

    domanda_id: UUID
    versione: int

    def __init_subclass__(cls, *, tipo: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if tipo:
            if tipo in REGISTRO:
                raise TypeError(f"two events of type {tipo}")
            cls.tipo = tipo
            REGISTRO[tipo] = cls

    @property
    def editore(self) -> str:
        """Name of the service that owns the event."""
        return self.tipo.partition(".")[0]


REGISTRO: dict[str, type[Evento]] = {}
