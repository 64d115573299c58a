# SPDX-License-Identifier: EUPL-1.2
"""A load of HTTP requests over a few kept connections, cheap enough not to measure itself."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Carico:
    """What came of a load."""

    secondi: float
    latenze_ms: list[float]
    stati: dict[int, int]

    @property
    def al_secondo(self) -> float:
        """Answers per second."""
        return len(self.latenze_ms) / self.secondi

    def percentile(self, quale: int) -> float:
        """Latency in milliseconds below which that share of the answers stays."""
        return quantiles(self.latenze_ms, n=100)[quale - 1]


def richiesta(percorso: str, corpo: bytes, **intestazioni: str) -> bytes:
    """Build the bytes of a POST."""
    righe = [
        f"POST {percorso} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(corpo)}",
    ]
    righe += [f"{nome.replace('_', '-')}: {valore}" for nome, valore in intestazioni.items()]
    return "\r\n".join(righe).encode() + b"\r\n\r\n" + corpo


async def manda(porta: int, richieste: Sequence[bytes], *, clienti: int, al_secondo: float | None = None) -> Carico:
    """Send the requests, each client one after the other; at a fixed rate if one is given.

    At a fixed rate a request is late from the instant it was due, not from when a client was free to send it.
    """
    coda = iter(enumerate(richieste))
    latenze: list[float] = []
    stati: dict[int, int] = {}
    inizio = time.perf_counter()

    async def cliente() -> None:
        lettore, scrittore = await asyncio.open_connection("127.0.0.1", porta)
        for posto, byte in coda:
            partenza = time.perf_counter()
            if al_secondo is not None:
                dovuta = inizio + posto / al_secondo
                await asyncio.sleep(max(0.0, dovuta - partenza))
                partenza = dovuta
            scrittore.write(byte)
            stato = await _leggi(lettore)
            latenze.append((time.perf_counter() - partenza) * 1000)
            stati[stato] = stati.get(stato, 0) + 1
        scrittore.close()

    await asyncio.gather(*(cliente() for _ in range(clienti)))
    return Carico(time.perf_counter() - inizio, latenze, stati)


async def _leggi(lettore: asyncio.StreamReader) -> int:
    testa = await lettore.readuntil(b"\r\n\r\n")
    minuscola = testa.lower()
    inizio = minuscola.index(b"content-length:") + len(b"content-length:")
    await lettore.readexactly(int(minuscola[inizio : minuscola.index(b"\r\n", inizio)]))
    return int(testa[9:12])
