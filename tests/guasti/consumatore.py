# SPDX-License-Identifier: EUPL-1.2
"""The consumer of the smallest service as a process that is started again as often as it dies.

Run as `python -m tests.guasti.consumatore`, it forks the consumer, and lives until its standard input is closed; among the
logs it writes a line for each death.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.messaging import consumer
from shared.messaging.consumer import Politica
from shared.messaging.jobs import Ciclo
from shared.messaging.rabbitmq import BusRabbit
from tests.messaging.banco import CODA, Replica
from tests.support.archivi import apri_archivio

_RADICE = Path(__file__).resolve().parents[2]
ROTTURA, MORTE = "rottura", "morte"
USCITO = "uscito con "
# Production's attempts, without its waits.
_POLITICA = Politica(primo_ritardo_seconds=0.001, ritardo_massimo_seconds=0.01)
_LOTTO = 100


@contextmanager
def consumatore(
    url: str, amqp: str, prefisso: str, *, con_restituiti: bool = True
) -> Iterator["subprocess.Popen[str]"]:
    """Keep it alive while the block lasts."""
    comando = [sys.executable, "-m", "tests.guasti.consumatore", url, amqp, prefisso, str(int(con_restituiti))]
    processo = subprocess.Popen(comando, cwd=_RADICE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert processo.stdin is not None
    try:
        yield processo
    finally:
        processo.stdin.close()
        processo.wait(30)
        if processo.stdout is not None:
            processo.stdout.close()


async def _veleno(evento: NotificaConsegnataV1) -> None:
    if evento.avviso == MORTE:
        os.kill(os.getpid(), signal.SIGKILL)
    if evento.avviso == ROTTURA:
        raise ZeroDivisionError


async def _consuma(url: str, amqp: str, prefisso: str, con_restituiti: str) -> None:
    database = await apri_archivio(url)
    bus = BusRabbit(amqp, prefisso=prefisso)
    replica = Replica("a", database, comportamento=_veleno, politica=_POLITICA)
    await bus.consuma(CODA, (), replica.consumer.ricevi, pronto=database.pronto, lotto=_LOTTO)
    if int(con_restituiti):
        await bus.consuma(f"{CODA}.dead", (), replica.consumer.restituiti, pronto=database.pronto, lotto=10)

    async def riprova() -> bool:
        return await replica.consumer.riprova() > 0

    Ciclo("riprova", riprova, intervallo_seconds=0.05).avvia()
    await asyncio.Event().wait()


def _vivi(argomenti: list[str]) -> NoReturn:
    try:
        asyncio.run(_consuma(*argomenti))
    finally:
        os._exit(1)


def _sorveglia(argomenti: list[str]) -> None:
    """Start the consumer again until nobody wants it any more."""
    fine, pid = threading.Event(), 0

    def ascolta() -> None:
        sys.stdin.read()
        fine.set()
        os.kill(pid, signal.SIGKILL)

    threading.Thread(target=ascolta, daemon=True).start()
    while not fine.is_set():
        pid = os.fork()
        if not pid:
            _vivi(argomenti)
        _, stato = os.waitpid(pid, 0)
        if not fine.is_set():
            sys.stdout.write(f"{USCITO}{os.waitstatus_to_exitcode(stato)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    consumer._DA_RITENTARE = consumer._DA_RITENTARE.replace("'15 seconds'", "'0.2 seconds'")
    _sorveglia(sys.argv[1:])
