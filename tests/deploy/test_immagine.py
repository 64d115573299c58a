# SPDX-License-Identifier: EUPL-1.2
"""The entry points of the image, run as docker-compose.yml does but without an engine: same commands, same variables."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aio_pika
import asyncpg
import httpx
import pytest

from deploy.locale import postgres
from deploy.locale.postgres import Server, avvia
from deploy.locale.rabbitmq import Nodo
from deploy.locale.sistema import porta_libera
from deploy.locale.topologia import code
from shared.db.migrazioni import SERVIZI
from tests.deploy.composizione import RADICE, composta, env_completo
from tests.support.attese import entro
from tests.support.token import ENTI_FILE

_AVVIO_SECONDS = 60
_FERMATA_SECONDS = 30
_INIZIALE = RADICE / "deploy" / "postgres" / "10-database.sh"


def _parte(nome: str) -> tuple[list[str], dict[str, str]]:
    """Give the command and the variables of a container."""
    servizio = composta(env_completo())["services"][nome]
    inizio = servizio.get("entrypoint", ["python", "-m", "deploy.locale.cli"])
    return [sys.executable, *inizio[1:], *servizio.get("command", ())], servizio["environment"]


def _pulito(variabili: Mapping[str, str]) -> dict[str, str]:
    """Give only what a container has: nothing of the environment of the tests."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(RADICE), **variabili}


async def _passo(comando: list[str], variabili: Mapping[str, str], cartella: Path) -> tuple[int, str]:
    """Run a command that ends by itself."""
    esito = await asyncio.to_thread(
        subprocess.run, comando, env=_pulito(variabili), cwd=cartella, capture_output=True, text=True, timeout=60
    )
    return esito.returncode, esito.stdout + esito.stderr


@asynccontextmanager
async def _in_funzione(
    comando: list[str], variabili: Mapping[str, str], cartella: Path, pagina: str
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Run a server until it answers on a page; killed at the end if the test has not stopped it."""
    processo = _avvia(comando, variabili, cartella)
    try:
        async with httpx.AsyncClient(timeout=5) as client:

            async def risponde() -> bool:
                assert processo.poll() is None, (cartella / "uscita.log").read_text()
                try:
                    return (await client.get(pagina)).status_code == 200
                except httpx.TransportError:
                    return False

            await entro(_AVVIO_SECONDS, risponde)
        yield processo
    finally:
        if processo.poll() is None:
            processo.kill()
        await asyncio.to_thread(processo.wait, _FERMATA_SECONDS)


def _avvia(comando: list[str], variabili: Mapping[str, str], cartella: Path) -> "subprocess.Popen[bytes]":
    with (cartella / "uscita.log").open("wb") as registro:
        return subprocess.Popen(comando, env=_pulito(variabili), cwd=cartella, stdout=registro, stderr=registro)


async def _ferma(processo: "subprocess.Popen[bytes]") -> int:
    processo.send_signal(signal.SIGTERM)
    return await asyncio.to_thread(processo.wait, _FERMATA_SECONDS)


class TestServizio:
    async def test_answers_on_status_and_ends_well_when_it_is_stopped(
        self, archivio: Callable[[str], Awaitable[str]], rabbit: Nodo, tmp_path: Path
    ) -> None:
        comando, variabili = _parte("domande")
        variabili |= {"DOMANDE_DATABASE_URL": await archivio("domande"), "ENTI_FILE": str(ENTI_FILE)}
        variabili |= {"BUS_URL": rabbit.url, "BUS_PREFISSO": f"{uuid4().hex[:8]}."}
        porta, topologia = porta_libera(), _parte("topologia")[0]

        preparato = await _passo(topologia, variabili, tmp_path)
        async with _in_funzione(
            [*comando, "--indirizzo", "127.0.0.1", "--porta", str(porta)], variabili, tmp_path,
            f"http://127.0.0.1:{porta}/status",
        ) as processo:  # fmt: skip
            uscita = await _ferma(processo)

        assert (preparato[0], uscita) == (0, 0), (preparato[1], (tmp_path / "uscita.log").read_text())
        assert "Traceback" not in (tmp_path / "uscita.log").read_text()

    async def test_says_which_variable_is_missing_without_starting(self, tmp_path: Path) -> None:
        comando, variabili = _parte("domande")
        del variabili["DOMANDE_CHIAVE"]

        uscita, testo = await _passo(comando, variabili, tmp_path)

        assert uscita != 0
        assert "chiave" in testo.lower()


class TestTopologia:
    async def test_makes_the_queues_of_all_the_services_and_can_be_repeated(self, rabbit: Nodo, tmp_path: Path) -> None:
        comando, _ = _parte("topologia")
        prefisso = f"{uuid4().hex[:8]}."
        variabili = {"BUS_URL": rabbit.url, "BUS_PREFISSO": prefisso}

        esiti = [await _passo(comando, variabili, tmp_path) for _ in range(2)]

        assert [uscita for uscita, _ in esiti] == [0, 0], esiti
        async with await aio_pika.connect(rabbit.url) as connessione:
            canale = await connessione.channel()
            for nome in code():
                await canale.declare_queue(prefisso + nome, passive=True)


class TestSandbox:
    async def test_makes_the_key_that_the_services_sign_with_and_ends_well(self, tmp_path: Path) -> None:
        comando, variabili = _parte("sandbox")
        porta = porta_libera()
        variabili |= {
            "SANDBOX_HOST": "127.0.0.1", "SANDBOX_PORTA": str(porta), "SANDBOX_PORTA_SMTP": str(porta_libera()),
            "SANDBOX_CARTELLA": str(tmp_path / "sandbox"),
        }  # fmt: skip
        pagina = f"http://127.0.0.1:{porta}/pdnd/.well-known/jwks.json"

        async with _in_funzione(comando, variabili, tmp_path, pagina) as processo:
            uscita = await _ferma(processo)

        chiave = Path(_parte("erogazioni")[1]["PDND_CHIAVE_FILE"]).relative_to("/var/lib/inclusione/sandbox")
        assert uscita == 0, (tmp_path / "uscita.log").read_text()
        assert (tmp_path / "sandbox" / chiave).is_file()


@pytest.fixture
def server_vuoto(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL of its own: what is tried here belongs to the whole server."""
    try:
        yield avvia(tmp_path / "postgres", durevole=False)
    finally:
        postgres.ferma(tmp_path / "postgres")


class TestDatabase:
    async def test_belong_to_who_migrates_and_are_open_to_their_service_alone(
        self, server_vuoto: Server, tmp_path: Path
    ) -> None:
        _, segreti = _parte("postgres")
        psql = Path(postgres._programma("psql")).parent
        variabili = segreti | {
            "PATH": f"{psql}:{os.environ['PATH']}", "PGHOST": str(server_vuoto.socket), "POSTGRES_USER": "postgres",
        }  # fmt: skip

        creati = await _passo([str(_INIZIALE)], variabili, tmp_path)
        comando, _ = _parte("migrazioni")
        indirizzi = {f"{s.upper()}_DATABASE_URL": _url(server_vuoto, utente="migrazioni", database=s) for s in SERVIZI}
        migrati = await _passo(comando, indirizzi, tmp_path)

        assert creati == (0, "")
        assert migrati[0] == 0, migrati[1]
        proprietari = server_vuoto.esegui(
            "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname = ANY(ARRAY['"
            + "','".join(SERVIZI)
            + "'])"
        )
        assert sorted(proprietari) == sorted(f"{s}|migrazioni" for s in SERVIZI)
        for servizio in SERVIZI:
            conn = await asyncpg.connect(_url(server_vuoto, utente=servizio, database=servizio))
            assert await conn.fetchval("SELECT count(*) FROM accesso") == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute("CREATE TEMP TABLE prova (id int)")
            await conn.close()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(_url(server_vuoto, utente="notifiche", database="domande"))


def _url(server: Server, *, utente: str, database: str) -> str:
    return server.url(database).replace("postgres@", f"{utente}@")
