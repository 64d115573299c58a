# SPDX-License-Identifier: EUPL-1.2
"""The relay of the service that sends, in a process of its own: who receives never shares it."""

import argparse
import asyncio
import sys

import uvloop

from shared.db.session import Connessione, Database
from shared.kernel.sigillo import Cifrario
from shared.messaging.rabbitmq import BusRabbit
from shared.messaging.relay import Relay


async def rilancia(url: str, bus_url: str, prefisso: str, lotto: int) -> None:
    """Publish what is in the outbox until it is empty, as soon as a line says to begin."""
    chiave = Cifrario(bytes(32))
    archivio = Database(Connessione(url, 4), cifrario=chiave, sigilli=chiave)
    bus = BusRabbit(bus_url, prefisso=prefisso)
    await archivio.open()
    await archivio.pronto()
    print(flush=True)  # ready: who measures starts the clock
    sys.stdin.readline()
    relay = Relay("bench", archivio, bus, lotto=lotto)
    while await relay.passata():
        pass
    await bus.close()
    await archivio.close()


def main() -> None:
    """Parse the options and publish."""
    lettore = argparse.ArgumentParser(description="Rilancia gli eventi di una outbox")
    for nome in ("url", "bus", "prefisso"):
        lettore.add_argument(nome)
    lettore.add_argument("lotto", type=int)
    opzioni = lettore.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as ciclo:  # as in the services
        ciclo.run(rilancia(opzioni.url, opzioni.bus, opzioni.prefisso, opzioni.lotto))


if __name__ == "__main__":
    main()
