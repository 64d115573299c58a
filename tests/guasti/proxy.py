# SPDX-License-Identifier: EUPL-1.2
"""A loopback relay in front of PostgreSQL or RabbitMQ that breaks the conversation where it is told to."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

_BLOCCO = 65_536


class Verso(StrEnum):
    """Towards the server, or back to who called."""

    SU = "SU"
    GIU = "GIU"


@dataclass
class Taglio:
    """Cut the connection after so many bytes of one direction, counted from `segno` if there is one.

    `segno` is looked for in one direction, the bytes may be counted in the other: after the request that contains it.
    """

    verso: Verso
    byte: int
    segno: bytes = b""
    segno_verso: Verso = Verso.SU
    # A reset is noticed at once; a plain close leaves what was sent before.
    con_reset: bool = True
    visto: bool = False
    fatto: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class _Capo:
    lettore: asyncio.StreamReader
    scrittore: asyncio.StreamWriter

    def chiudi(self, *, con_reset: bool) -> None:
        presa = self.scrittore.get_extra_info("socket")
        if con_reset and presa.family != socket.AF_UNIX and presa.fileno() >= 0:
            presa.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.scrittore.transport.abort()


class Proxy:
    """The relay; what it does to the connections may be changed while they live."""

    def __init__(self, socket_a_monte: str = "", porta_a_monte: int = 0) -> None:
        self._monte = socket_a_monte, porta_a_monte
        self._vive: set[tuple[_Capo, _Capo]] = set()
        self._mute: set[tuple[_Capo, _Capo]] = set()
        self._compiti: set[asyncio.Task[None]] = set()
        self.porta = 0
        self.rifiuta = False
        self.inghiotte: frozenset[Verso] = frozenset()
        self.ritardo_seconds = 0.0
        self.taglio: Taglio | None = None
        self.passati = dict.fromkeys(Verso, 0)

    @classmethod
    @asynccontextmanager
    async def verso(cls, *, socket_a_monte: str = "", porta_a_monte: int = 0) -> AsyncIterator[Self]:
        """Listen on a free port of the loopback while the block lasts."""
        proxy = cls(socket_a_monte, porta_a_monte)
        server = await asyncio.start_server(proxy._accogli, "127.0.0.1", 0)
        proxy.porta = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()
            proxy.recidi()
            await asyncio.gather(*proxy._compiti, return_exceptions=True)

    def recidi(self) -> None:
        """Reset every connection."""
        for coppia in list(self._vive):
            self._chiudi(coppia, con_reset=True)

    def ammutolisci(self) -> None:
        """Swallow whatever is said on the connections of now, both ways, without closing them: new ones work."""
        self._mute |= self._vive

    def arma(self, taglio: Taglio) -> Taglio:
        """Cut the first connection that gets there."""
        self.taglio = taglio
        return taglio

    async def _accogli(self, lettore: asyncio.StreamReader, scrittore: asyncio.StreamWriter) -> None:
        chiamante = _Capo(lettore, scrittore)
        if self.rifiuta:
            chiamante.chiudi(con_reset=True)
            return
        percorso, porta = self._monte
        try:
            aperto = asyncio.open_unix_connection(percorso) if percorso else asyncio.open_connection("127.0.0.1", porta)
            server = _Capo(*await aperto)
        except OSError:
            chiamante.chiudi(con_reset=True)
            return
        coppia = chiamante, server
        self._vive.add(coppia)
        for verso, da, a in ((Verso.SU, chiamante, server), (Verso.GIU, server, chiamante)):
            compito = asyncio.create_task(self._travasa(verso, da, a, coppia))
            self._compiti.add(compito)
            compito.add_done_callback(self._compiti.discard)

    async def _travasa(self, verso: Verso, da: _Capo, a: _Capo, coppia: tuple[_Capo, _Capo]) -> None:
        try:
            while dati := await da.lettore.read(_BLOCCO):
                if self.ritardo_seconds:
                    await asyncio.sleep(self.ritardo_seconds)
                if verso in self.inghiotte or coppia in self._mute:
                    continue
                resto = self._fin_qui(verso, dati)
                a.scrittore.write(dati if resto is None else dati[:resto])
                self.passati[verso] += len(dati)
                if resto is not None:
                    await self._recidi_qui(coppia)
                    return
                await a.scrittore.drain()
        except OSError:
            pass
        if not self.inghiotte and coppia not in self._mute:
            self._chiudi(coppia, con_reset=False)

    async def _recidi_qui(self, coppia: tuple[_Capo, _Capo]) -> None:
        """Let what was passed arrive, then cut on both sides."""
        taglio, self.taglio = self.taglio, None
        assert taglio is not None
        for capo in coppia:
            while capo.scrittore.transport.get_write_buffer_size():
                await asyncio.sleep(0)
        self._chiudi(coppia, con_reset=taglio.con_reset)
        taglio.fatto.set()

    def _fin_qui(self, verso: Verso, dati: bytes) -> int | None:
        """Give how many of these bytes still pass, None if all of them do."""
        taglio = self.taglio
        if taglio is None:
            return None
        inizio = 0
        if not taglio.visto:
            posto = dati.find(taglio.segno) if verso is taglio.segno_verso else -1
            if posto < 0:
                return None
            taglio.visto, inizio = True, posto if verso is taglio.verso else 0
        if verso is not taglio.verso:
            return None
        if len(dati) - inizio < taglio.byte:
            taglio.byte -= len(dati) - inizio
            return None
        return inizio + taglio.byte

    def _chiudi(self, coppia: tuple[_Capo, _Capo], *, con_reset: bool) -> None:
        self._vive.discard(coppia)
        for capo in coppia:
            capo.chiudi(con_reset=con_reset)
