# SPDX-License-Identifier: EUPL-1.2
"""The system as separate processes on one machine: each service by its own command, as in the containers."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.locale.configurazione import Indirizzi, Segreti, del_servizio
from deploy.locale.processi import AvvioFallito, aspetta
from deploy.locale.sistema import porta_libera

_RADICE = Path(__file__).resolve().parents[2]
_AVVIO_SECONDS = 40.0
_FERMATA_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Separati:
    """Running processes: where each answers, and how each is stopped."""

    indirizzi: Indirizzi
    porte: dict[str, int]
    processi: dict[str, "subprocess.Popen[bytes]"]

    def url(self, servizio: str) -> str:
        """Give the address at which a service answers."""
        return f"http://127.0.0.1:{self.porte[servizio]}"


@contextmanager
def processi_separati(
    servizi: Sequence[str], *, database: dict[str, str], bus: str, cartella: Path, **variabili: str
) -> Iterator[Separati]:
    """Run sandbox and services as separate processes while the block lasts.

    :raises AvvioFallito: if one of them does not answer in time; its log is in the folder.
    """
    sandbox, posta = porta_libera(), porta_libera()
    indirizzi = Indirizzi("http://127.0.0.1", f"http://127.0.0.1:{sandbox}", posta, bus, database, cartella)
    segreti = Segreti.da_cartella(cartella)
    separati = Separati(indirizzi, {nome: porta_libera() for nome in servizi}, {})
    with ExitStack() as pila:
        opzioni = ("--porta", str(sandbox), "--porta-smtp", str(posta), "--cartella", str(cartella / "sandbox"))
        chiave = {"SANDBOX_CHIAVE_APPIO": segreti.chiavi["appio"]}
        pila.enter_context(_processo("sandbox", ("deploy.sandbox", *opzioni), chiave, cartella, separati))
        _attendi("sandbox", f"{indirizzi.sandbox}/pdnd/.well-known/jwks.json", separati)
        for nome in servizi:
            comando = (
                "deploy.locale.cli",
                "servizio",
                nome,
                "--porta",
                str(separati.porte[nome]),
                "--indirizzo",
                "127.0.0.1",
            )
            ambiente = del_servizio(nome, indirizzi, segreti) | variabili
            pila.enter_context(_processo(nome, comando, ambiente, cartella, separati))
        for nome in servizi:
            _attendi(nome, f"{separati.url(nome)}/status", separati)
        yield separati


@contextmanager
def _processo(
    nome: str, modulo: Sequence[str], ambiente: dict[str, str], cartella: Path, separati: Separati
) -> Iterator[None]:
    with (cartella / f"{nome}.log").open("wb") as registro:
        processo = subprocess.Popen(
            [sys.executable, "-m", *modulo], cwd=_RADICE, env=os.environ | ambiente, stdin=subprocess.DEVNULL,
            stdout=registro, stderr=registro, start_new_session=True,
        )  # fmt: skip
        separati.processi[nome] = processo
        try:
            yield
        finally:
            processo.terminate()
            try:
                processo.wait(_FERMATA_SECONDS)
            except subprocess.TimeoutExpired:
                processo.kill()
                processo.wait()


def _attendi(nome: str, url: str, separati: Separati) -> None:
    processo = separati.processi[nome]
    aspetta(lambda: _risponde(url) or processo.poll() is not None, secondi=_AVVIO_SECONDS)
    if not _risponde(url):
        raise AvvioFallito(f"{nome} non risponde: il motivo è in {separati.indirizzi.cartella / f'{nome}.log'}")


def _risponde(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as risposta:  # noqa: S310 - our own loopback address
            return bool(risposta.status == 200)
    except (urllib.error.URLError, OSError):
        return False
