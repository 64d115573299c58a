# SPDX-License-Identifier: EUPL-1.2
"""Events of `notifiche`: whether a person was told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.evento import Evento

Canale = Literal["APP_IO", "EMAIL", "LETTERA"]


class NotificaConsegnataV1(Evento, tipo="notifiche.notifica_consegnata.v1"):
    """A notice reached its recipient on one channel."""

    notifica_id: UUID
    avviso: str
    canale: Canale
    consegnata_il: datetime


class NotificaNonRecapitataV1(Evento, tipo="notifiche.notifica_non_recapitata.v1"):
    """No channel could reach the recipient."""

    notifica_id: UUID
    avviso: str
