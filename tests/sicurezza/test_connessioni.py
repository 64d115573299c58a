# SPDX-License-Identifier: EUPL-1.2
"""Who opens connections and says nothing: there is room for the others all the same, within the files a process may open."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.locale.ascolto import CONNESSIONI
from tests.support.attese import entro

RADICE = Path(__file__).parents[2]
FILE = 128
# More than a process may open, and less than an ordinary user may: the callers are in one process too.
MUTE = 5 * FILE
CHIEDE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Coppia = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def stretto(*argomenti: int) -> AsyncIterator[int]:
    """Serve in a process with few files while the block lasts; give the port."""
    comando = [sys.executable, "-m", "tests.sicurezza.stretto", *map(str, argomenti)]
    processo = await asyncio.create_subprocess_exec(*comando, cwd=RADICE, stdout=asyncio.subprocess.PIPE)
    try:
        assert processo.stdout is not None
        porta = int(await asyncio.wait_for(processo.stdout.readline(), 30))
        await entro(20, lambda: _risponde(porta))
        yield porta
    finally:
        processo.kill()
        await processo.wait()


async def _risponde(porta: int) -> bool:
    """Tell whether a new caller is served within two seconds."""
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"http://127.0.0.1:{porta}/")).status_code == 200
    except httpx.HTTPError:
        return False


async def apri(porta: int, quante: int, mandati: bytes, pila: AsyncExitStack) -> list[Coppia]:
    """Open connections, each with a few bytes, that nobody closes before the end of the block."""
    aperte = []
    for _ in range(quante):
        coppia = await asyncio.open_connection("127.0.0.1", porta)
        coppia[1].write(mandati)
        pila.push_async_callback(_tronca, coppia[1])
        aperte.append(coppia)
    return aperte


async def _tronca(scrittore: asyncio.StreamWriter) -> None:
    scrittore.transport.abort()
    with contextlib.suppress(OSError):
        await scrittore.wait_closed()


_MUTE: dict[str, bytes] = {
    "nothing": b"", "half a request": b"GET / HTT", "a request, then nothing": CHIEDE,
}  # fmt: skip


class TestMute:
    @pytest.mark.parametrize("quali", _MUTE)
    async def test_leave_room_for_the_others(self, quali: str) -> None:
        async with stretto(FILE) as porta, AsyncExitStack() as pila:
            await apri(porta, MUTE, _MUTE[quali], pila)

            assert [await _risponde(porta) for _ in range(5)] == [True] * 5

    async def test_would_keep_everybody_out(self) -> None:
        """Control: with no number, all the files of the process are theirs."""
        async with stretto(FILE, 10**6) as porta, AsyncExitStack() as pila:
            await apri(porta, 2 * FILE, b"", pila)

            assert not await _risponde(porta)

    async def test_that_waited_longest_go_first(self) -> None:
        async with stretto(FILE, 10) as porta, AsyncExitStack() as pila:
            ((lettore, scrittore),) = await apri(porta, 1, b"", pila)
            prime = await apri(porta, 5, CHIEDE, pila)
            for prima, _ in prime:
                await asyncio.wait_for(prima.readuntil(b"ok"), 5)
            scrittore.write(CHIEDE)  # the first to come, the last to have asked for something
            await asyncio.wait_for(lettore.readuntil(b"ok"), 5)

            await apri(porta, 9, b"", pila)

            for vecchia, _ in prime:
                with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                    await asyncio.wait_for(vecchia.readexactly(1), 5)
            scrittore.write(CHIEDE)
            await asyncio.wait_for(lettore.readuntil(b"ok"), 5)

    async def test_at_work_are_not_touched_and_the_next_is_told_to_come_back(self) -> None:
        async with stretto(FILE, 10) as porta, AsyncExitStack() as pila:
            al_lavoro = await apri(porta, 10, b"GET /fermo HTTP/1.1\r\nHost: x\r\n\r\n", pila)

            for lettore, _ in al_lavoro:
                await asyncio.wait_for(lettore.readuntil(b"\r\n\r\no"), 5)

            ((lettore, _),) = await apri(porta, 1, b"", pila)
            letto = await asyncio.wait_for(lettore.read(), 5)

            assert letto.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: 1" in letto
            assert b"servizio-sovraccarico" in letto
            assert not any(lettore.at_eof() for lettore, _ in al_lavoro)


def test_there_are_files_left_for_the_rest() -> None:
    assert 64 <= CONNESSIONI <= 1000
