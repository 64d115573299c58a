# SPDX-License-Identifier: EUPL-1.2
"""A message as AMQP carries it: CloudEvents in binary mode, attributes in the headers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import aio_pika
from aiormq import spec
from aiormq.abc import DeliveredMessage

from shared.kernel.identita import id_deterministico
from shared.messaging.bus import VERSIONE_CLOUDEVENTS, Messaggio


def in_amqp(messaggio: Messaggio) -> spec.Basic.Properties:
    """Write the attributes, persistent."""
    return spec.Basic.Properties(
        message_id=str(messaggio.id),
        correlation_id=messaggio.correlazione,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={
            "cloudEvents:specversion": VERSIONE_CLOUDEVENTS,
            "cloudEvents:id": str(messaggio.id),
            "cloudEvents:source": messaggio.fonte,
            "cloudEvents:type": messaggio.tipo,
            "cloudEvents:subject": str(messaggio.soggetto),
            "cloudEvents:time": messaggio.istante.isoformat().replace("+00:00", "Z"),
            "cloudEvents:entityversion": messaggio.versione,
        },
    )


def da_amqp(messaggio: DeliveredMessage) -> Messaggio:
    """Read the attributes; a message that lacks them keeps what it has and will be parked as unreadable."""
    proprieta = messaggio.header.properties
    attributi: Mapping[str, object] = proprieta.headers or {}
    try:
        return Messaggio(
            id=UUID(str(attributi["cloudEvents:id"])),
            tipo=str(attributi["cloudEvents:type"]),
            soggetto=UUID(str(attributi["cloudEvents:subject"])),
            versione=int(str(attributi["cloudEvents:entityversion"])),
            corpo=messaggio.body,
            correlazione=proprieta.correlation_id or "",
            istante=datetime.fromisoformat(str(attributi["cloudEvents:time"])),
        )
    except (KeyError, ValueError):
        return Messaggio(
            id=id_deterministico("illeggibile", proprieta.message_id, messaggio.body.hex()),
            tipo=messaggio.routing_key or "",
            soggetto=UUID(int=0),
            versione=0,
            corpo=messaggio.body,
            correlazione="",
            istante=proprieta.timestamp or datetime.now(UTC),
        )
