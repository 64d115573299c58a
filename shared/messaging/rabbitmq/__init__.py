# SPDX-License-Identifier: EUPL-1.2
"""RabbitMQ through aio-pika: topology, publishing with confirms, consuming in batches with one multiple ack.

Plain connections and our own loops: a connection that was lost is opened again from nothing, so that no consumer
stays silent after a reconnection.
"""

from shared.messaging.rabbitmq.bus import BusRabbit
from shared.messaging.rabbitmq.topologia import BYTE_MASSIMI, crea_topologia, nomi

__all__ = ["BYTE_MASSIMI", "BusRabbit", "crea_topologia", "nomi"]
