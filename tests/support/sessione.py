# SPDX-License-Identifier: EUPL-1.2
"""The servers of a test session: each is started by the first process that needs it and stopped by pytest at the end."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.locale import postgres, rabbitmq
from deploy.locale.postgres import Server
from deploy.locale.rabbitmq import Nodo

_VARIABILE = "INCLUSIONE_PROVE"
_PREFISSO = f"inclusione-prove-{os.getuid()}-"


def apri() -> None:
    """Prepare the folder of the session, which the workers find in the environment; tidy up after killed sessions."""
    _riordina()
    os.environ[_VARIABILE] = tempfile.mkdtemp(prefix=f"{_PREFISSO}{os.getpid()}-")


def chiudi() -> None:
    """Stop what was started and delete the folder."""
    _elimina(cartella())
    del os.environ[_VARIABILE]


def cartella() -> Path:
    """Give the folder of the session."""
    return Path(os.environ[_VARIABILE]).resolve()


@contextmanager
def lucchetto(nome: str, *, condiviso: bool = False) -> Iterator[None]:
    """Let one process at a time in, or several together when they all ask for a shared lock."""
    with (cartella() / f"{nome}.lock").open("w") as aperto:
        fcntl.flock(aperto, fcntl.LOCK_SH if condiviso else fcntl.LOCK_EX)
        yield


def una_volta(nome: str, esegui: Callable[[], object]) -> None:
    """Do something once per session, whichever worker comes first; a failure is not remembered."""
    fatto = cartella() / f"{nome}.fatto"
    with lucchetto(nome):
        if not fatto.exists():
            esegui()
            fatto.touch()


def server_postgres() -> Server:
    """Give the PostgreSQL of the session, starting it if nobody has."""
    base = cartella() / "postgres"
    indirizzo = cartella() / "postgres.json"

    def avvia() -> None:
        server = postgres.avvia(base, durevole=False)
        indirizzo.write_text(json.dumps([str(server.socket), server.pid]))

    una_volta("postgres", avvia)
    socket, pid = json.loads(indirizzo.read_text())
    return Server(base, Path(socket), pid)


def lancia_rabbitmq() -> None:
    """Start the RabbitMQ of the session without waiting for it: while it starts, the other tests run."""
    url = cartella() / "rabbitmq.url"
    una_volta("rabbitmq", lambda: url.write_text(rabbitmq.avvia(_base_rabbitmq()).url))


def nodo_rabbitmq() -> Nodo:
    """Give the RabbitMQ of the session, ready; where it cannot be installed, the one of RABBITMQ_URL."""
    lancia_rabbitmq()
    if not _base_rabbitmq().exists():
        return Nodo((cartella() / "rabbitmq.url").read_text())
    with lucchetto("rabbitmq"):
        return rabbitmq.nodo_di(_base_rabbitmq()).attendi()


def _base_rabbitmq() -> Path:
    return cartella() / "rabbitmq"


def _elimina(percorso: Path) -> None:
    postgres.ferma(percorso / "postgres")
    rabbitmq.ferma(percorso / "rabbitmq")
    shutil.rmtree(percorso, ignore_errors=True)


def _riordina() -> None:
    """Remove what sessions that were killed left behind."""
    for vecchia in Path(tempfile.gettempdir()).glob(f"{_PREFISSO}*"):
        pid = vecchia.name.removeprefix(_PREFISSO).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            _elimina(vecchia)
