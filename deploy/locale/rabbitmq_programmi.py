# SPDX-License-Identifier: EUPL-1.2
"""Where the programs of RabbitMQ are; on Debian, as root, they are installed when missing, without starting the service."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.locale.processi import AvvioFallito

# Debian puts in the PATH a wrapper that changes user: the real scripts are here.
_DEBIAN = Path("/usr/lib/rabbitmq/bin")
_POLITICA = Path("/usr/sbin/policy-rc.d")
_NON_AVVIARE = "#!/bin/sh\nexit 101\n"
_COME_INSTALLARE = (
    "Manca RabbitMQ: installare il pacchetto «rabbitmq-server» (3.10 o successivo; su Debian e Ubuntu: "
    "apt-get install rabbitmq-server), oppure indicare in RABBITMQ_URL l'indirizzo di un server già attivo"
)


@dataclass(frozen=True, slots=True)
class Programmi:
    """The programs a private node needs."""

    server: Path
    ctl: Path
    epmd: Path


def programmi() -> Programmi | None:
    """Find the installed programs, if they are all there."""
    server, epmd = _script("rabbitmq-server"), _epmd()
    if server is None or epmd is None:
        return None
    return Programmi(server, server.with_name("rabbitmqctl"), epmd)


def procura(ambiente: Mapping[str, str] = os.environ) -> Programmi | str:
    """Find or install the programs; otherwise give the address of the broker in RABBITMQ_URL.

    :raises AvvioFallito: if there is neither; the message says what to install.
    """
    if trovati := programmi():
        return trovati
    if _installabile():
        installa()
        if trovati := programmi():
            return trovati
    if url := ambiente.get("RABBITMQ_URL"):
        return url
    raise AvvioFallito(_COME_INSTALLARE)


def installa() -> None:
    """Install the Debian package; the system service is not started.

    :raises AvvioFallito: if apt-get fails.
    """
    with senza_avvio_dei_servizi():
        _apt("update", "-q")
        _apt("install", "-q", "-y", "--no-install-recommends", "rabbitmq-server")


@contextmanager
def senza_avvio_dei_servizi(politica: Path = _POLITICA) -> Iterator[None]:
    """Tell Debian's packages not to start their services; a policy that is already there is respected."""
    if politica.exists():
        yield
        return
    politica.write_text(_NON_AVVIARE)
    politica.chmod(0o755)
    try:
        yield
    finally:
        politica.unlink(missing_ok=True)


def _script(nome: str) -> Path | None:
    if (_DEBIAN / nome).exists():
        return _DEBIAN / nome
    trovato = shutil.which(nome)
    return Path(trovato).resolve() if trovato else None


def _epmd() -> Path | None:
    """Find the port mapper: in the PATH, or beside `erl`."""
    if trovato := shutil.which("epmd"):
        return Path(trovato)
    erl = shutil.which("erl")
    accanto = Path(erl).resolve().with_name("epmd") if erl else None
    return accanto if accanto and accanto.exists() else None


def _installabile() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _apt(*argomenti: str) -> None:
    ambiente = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    esito = subprocess.run(
        ["apt-get", *argomenti], capture_output=True, text=True, timeout=600, env=ambiente, check=False
    )
    if esito.returncode:
        coda = " ".join(esito.stderr.split())[-500:]
        raise AvvioFallito(f"{_COME_INSTALLARE}. L'installazione automatica non è riuscita: {coda}")
