# SPDX-License-Identifier: EUPL-1.2
"""A private RabbitMQ node: own ports on the loopback, own folders, own cookie; nothing of it is left at the end."""

import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

from deploy.locale.processi import AvvioFallito, aspetta, termina, vivo
from deploy.locale.rabbitmq_programmi import Programmi, procura

_NOME = "inclusione@localhost"
_SALUTO = b"AMQP\x00\x00\x09\x01"
_AVVIO_SECONDS = 90.0
# Below the ports that the kernel lends to outgoing connections: a client that retries can never land on ours.
_PORTE = range(20_000, 32_000)
_SOLO_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"


@dataclass(frozen=True, slots=True)
class Nodo:
    """A broker for tests and benchmarks: private, or the external one of RABBITMQ_URL when `cartella` is missing."""

    url: str
    cartella: Path | None = None
    porta: int = 0
    porta_epmd: int = 0
    porta_nodi: int = 0

    def attendi(self) -> "Nodo":
        """Wait until the node accepts connections.

        :raises AvvioFallito: if it does not in time.
        """
        if self.cartella is None:
            return self
        cartella = self.cartella
        aspetta(lambda: _risponde(self.porta) or _vivo(cartella, "nodo") is None, secondi=_AVVIO_SECONDS)
        if not _risponde(self.porta):
            raise AvvioFallito(f"RabbitMQ non si avvia: il motivo è in {cartella / 'nodo.log'}")
        return self

    def uccidi(self) -> None:
        """Kill the node at once, as a power cut would."""
        _spegni(self._propria(), "nodo", signal.SIGKILL)

    def riavvia(self) -> "Nodo":
        """Start the node again on the same port and data, stopping it first if it runs."""
        cartella = self._propria()
        _spegni(cartella, "nodo", signal.SIGTERM, signal.SIGKILL)
        _lancia_nodo(self, cartella, _programmi())
        return self.attendi()

    def comando(self, *argomenti: str) -> str:
        """Run rabbitmqctl on the node and give what it prints.

        :raises AvvioFallito: if the command fails.
        """
        comando = [str(_programmi().ctl), "-q", "-n", _NOME, *argomenti]
        ambiente = _ambiente(self, self._propria())
        esito = subprocess.run(comando, capture_output=True, text=True, timeout=60, env=ambiente, check=False)
        if esito.returncode:
            raise AvvioFallito(f"rabbitmqctl {argomenti[0]}: {(esito.stderr or esito.stdout).strip()[-500:]}")
        return esito.stdout

    def _propria(self) -> Path:
        if self.cartella is None:
            raise AvvioFallito("Un RabbitMQ indicato in RABBITMQ_URL non si può comandare: serve un nodo proprio")
        return self.cartella


@contextmanager
def rabbitmq_locale(cartella: Path) -> Iterator[Nodo]:
    """Run a private, empty node while the block lasts; where RabbitMQ cannot be installed, lend the one of RABBITMQ_URL.

    :raises AvvioFallito: if there is no RabbitMQ, or it does not start.
    """
    nodo = avvia(cartella)
    try:
        yield nodo.attendi()
    finally:
        ferma(cartella)


def avvia(cartella: Path) -> Nodo:
    """Launch a node on an empty folder, without waiting for it; what a killed session left running is stopped."""
    cartella = cartella.resolve()
    trovato = procura()
    if isinstance(trovato, str):
        return Nodo(trovato)
    ferma(cartella)
    shutil.rmtree(cartella, ignore_errors=True)
    nodo = _prepara(cartella)
    try:
        _lancia_epmd(nodo, cartella, trovato)
        _lancia_nodo(nodo, cartella, trovato)
    except BaseException:
        ferma(cartella)
        raise
    return nodo


def ferma(cartella: Path) -> None:
    """Stop the node of a folder and its epmd, if they run. The data are of no use to anybody: it is not asked to be gentle."""
    cartella = cartella.resolve()
    for nome in ("nodo", "epmd"):
        _spegni(cartella, nome, signal.SIGKILL)


def nodo_di(cartella: Path) -> Nodo:
    """Give the node launched on a folder by another process."""
    campi = json.loads((cartella / "nodo.json").read_text())
    return Nodo(**campi | {"cartella": cartella.resolve()})


def _prepara(cartella: Path) -> Nodo:
    """Write what the node reads: cookie, configuration (Erlang terms: they load faster), no plugins."""
    cartella.mkdir(parents=True, mode=0o700)
    porta, porta_epmd, porta_nodi = _porte_libere(3)
    segreto = secrets.token_hex(16)
    nodo = Nodo(f"amqp://inclusione:{segreto}@127.0.0.1:{porta}/", cartella, porta, porta_epmd, porta_nodi)
    (cartella / "nodo.json").write_text(json.dumps(asdict(nodo) | {"cartella": None}))
    (cartella / "advanced.config").write_text(
        f'[{{rabbit, [{{tcp_listeners, [{{"127.0.0.1", {porta}}}]}}, '
        f'{{default_user, <<"inclusione">>}}, {{default_pass, <<"{segreto}">>}}]}}].\n'
    )
    (cartella / "plugin").write_text("[].\n")
    (cartella / "ambiente.conf").touch()
    biscotto = cartella / ".erlang.cookie"
    biscotto.write_text(secrets.token_hex(20))
    biscotto.chmod(0o400)
    return nodo


def _ambiente(nodo: Nodo, cartella: Path) -> dict[str, str]:
    """Keep out the variables of another node: of ours, everything is said."""
    altrui = ("RABBITMQ_", "ERL_", "NOTIFY_SOCKET")
    proprie = {
        "HOME": str(cartella),
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(nodo.porta_epmd),
        "RABBITMQ_NODENAME": _NOME,
        "RABBITMQ_DIST_PORT": str(nodo.porta_nodi),
        "RABBITMQ_CONF_ENV_FILE": str(cartella / "ambiente.conf"),
        "RABBITMQ_CONFIG_FILE": str(cartella / "nessuno"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(cartella / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(cartella / "plugin"),
        "RABBITMQ_MNESIA_BASE": str(cartella / "dati"),
        "RABBITMQ_LOG_BASE": str(cartella / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _SOLO_LOOPBACK,
        "RABBITMQ_CTL_ERL_ARGS": _SOLO_LOOPBACK,
        # The script becomes the node, instead of watching it: the pid is the node's.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
    return {nome: valore for nome, valore in os.environ.items() if not nome.startswith(altrui)} | proprie


def _lancia_epmd(nodo: Nodo, cartella: Path, trovati: Programmi) -> None:
    """Start the port mapper ourselves: the one a node starts by itself would outlive it."""
    comando = [str(trovati.epmd), "-port", str(nodo.porta_epmd), "-address", "127.0.0.1"]
    _lancia(comando, nodo, cartella, "epmd")
    if not aspetta(lambda: _aperta(nodo.porta_epmd), secondi=10):
        raise AvvioFallito(f"epmd non si avvia: il motivo è in {cartella / 'epmd.log'}")


def _lancia_nodo(nodo: Nodo, cartella: Path, trovati: Programmi) -> None:
    _lancia([str(trovati.server)], nodo, cartella, "nodo")


def _lancia(comando: list[str], nodo: Nodo, cartella: Path, nome: str) -> None:
    """Start a process that outlives Ctrl-C in the terminal: who started it decides when it stops."""
    registro: IO[bytes]
    with (cartella / f"{nome}.log").open("ab") as registro:
        avviato = subprocess.Popen(
            comando, stdin=subprocess.DEVNULL, stdout=registro, stderr=registro, cwd=cartella,
            env=_ambiente(nodo, cartella), start_new_session=True,
        )  # fmt: skip
    avviato.returncode = 0  # not ours to wait for: it is found again by its pid file
    (cartella / f"{nome}.pid").write_text(f"{avviato.pid} {psutil.Process(avviato.pid).create_time()}")


def _vivo(cartella: Path, nome: str) -> psutil.Process | None:
    """Find a process of ours by pid and instant of birth: a reused pid is somebody else's process."""
    try:
        pid, nato = (cartella / f"{nome}.pid").read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    trovato = vivo(int(pid))
    return trovato if trovato is not None and abs(trovato.create_time() - float(nato)) < 1 else None


def _spegni(cartella: Path, nome: str, *segnali: signal.Signals) -> None:
    if trovato := _vivo(cartella, nome):
        termina(trovato, *segnali, attesa_seconds=20)


def _programmi() -> Programmi:
    trovato = procura()
    if isinstance(trovato, str):
        raise AvvioFallito("RabbitMQ non è più installato")
    return trovato


def _porte_libere(quante: int) -> list[int]:
    libere = (porta for porta in random.sample(_PORTE, len(_PORTE)) if not _occupata(porta))
    return [next(libere) for _ in range(quante)]


def _occupata(porta: int) -> bool:
    with socket.socket() as presa:
        presa.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            presa.bind(("127.0.0.1", porta))
        except OSError:
            return True
    return False


def _aperta(porta: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", porta), timeout=1).close()
    except OSError:
        return False
    return True


def _risponde(porta: int) -> bool:
    """Say hello in AMQP and wait for the answer."""
    try:
        with socket.create_connection(("127.0.0.1", porta), timeout=1) as presa:
            presa.sendall(_SALUTO)
            return bool(presa.recv(1))
    except OSError:
        return False
