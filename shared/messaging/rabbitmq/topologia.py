# SPDX-License-Identifier: EUPL-1.2
"""Exchanges, quorum queues and bindings: the deploy step makes them, the services only look them up."""

from collections.abc import Mapping, Sequence
from typing import Any

import aio_pika

LIMITE_CONSEGNE = 20
BYTE_MASSIMI = 4 * 1024**3


def nomi(prefisso: str = "") -> tuple[str, str]:
    """Give the names of the exchange of the events and of the exchange of the dead letters."""
    return f"{prefisso}eventi", f"{prefisso}eventi.dead"


async def crea_topologia(
    url: str, code: Mapping[str, Sequence[str]], *, prefisso: str = "", byte_massimi: int = BYTE_MASSIMI
) -> None:
    """Declare exchanges, quorum queues and bindings: one deploy step, safe to repeat. `code` maps queue -> event types."""
    connessione = await aio_pika.connect(url, timeout=10)
    async with connessione:
        canale = await connessione.channel()
        nome_eventi, nome_morti = nomi(prefisso)
        eventi = await canale.declare_exchange(nome_eventi, aio_pika.ExchangeType.TOPIC, durable=True)
        morti = await canale.declare_exchange(nome_morti, aio_pika.ExchangeType.DIRECT, durable=True)
        for servizio, tipi in code.items():
            argomenti: dict[str, Any] = {
                "x-queue-type": "quorum",
                "x-delivery-limit": LIMITE_CONSEGNE,
                "x-overflow": "reject-publish",
                "x-max-length-bytes": byte_massimi,
                "x-dead-letter-exchange": nome_morti,
                "x-dead-letter-routing-key": prefisso + servizio,
                "x-dead-letter-strategy": "at-least-once",
            }
            coda = await canale.declare_queue(prefisso + servizio, durable=True, arguments=argomenti)
            for tipo in tipi:
                await coda.bind(eventi, tipo)
            morta = await canale.declare_queue(
                f"{prefisso}{servizio}.dead", durable=True, arguments={"x-queue-type": "quorum"}
            )
            await morta.bind(morti, prefisso + servizio)
