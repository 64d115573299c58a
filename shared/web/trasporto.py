# SPDX-License-Identifier: EUPL-1.2
"""HTTP/1.1 towards others: a transport of httpx on httptools, many times cheaper than its own (docs/decisioni/0020).

The answers are read whole, up to a limit and within a time; a kept connection serves one call at a time.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol, cast

import httptools
import httpx

_RISPOSTA_MASSIMA = 8 * 1024 * 1024
_CONNESSIONE_SECONDS = 3.0
_PORTE = {"http": 80, "https": 443}
Origine = tuple[str, str, int]


class Postino(Protocol):
    """Who sends POSTs: `Http`, or an `httpx.AsyncClient`."""

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """Send a body and read the whole answer."""

    async def aclose(self) -> None:
        """Close the connections."""


class Http:
    """Sends POSTs through a transport, without the layers of `httpx.AsyncClient` that these calls never use."""

    def __init__(self, trasporto: httpx.AsyncBaseTransport) -> None:
        self._trasporto = trasporto

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """Send a body and read the whole answer; no redirect is followed.

        :raises httpx.HTTPError: if no answer arrives, or none that can be read.
        """
        richiesta = httpx.Request("POST", _url(url), headers=headers, content=content)
        risposta = await self._trasporto.handle_async_request(richiesta)
        await risposta.aread()
        return risposta

    async def aclose(self) -> None:
        """Close the connections."""
        await self._trasporto.aclose()


@lru_cache(maxsize=100)
def _url(testo: str) -> httpx.URL:
    """Read an address once: those that are called are few."""
    return httpx.URL(testo)


class Trasporto(httpx.AsyncBaseTransport):
    """Kept connections by origin; `secondi` bounds a whole call, `ferme` how many connections wait for the next one."""

    def __init__(self, *, secondi: float, ferme: int) -> None:
        self._secondi = secondi
        self._massimo = ferme
        self._ferme: dict[Origine, list[_Connessione]] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the whole answer.

        :raises httpx.HTTPError: if no answer arrives in time, or none that can be read.
        """
        corpo = await request.aread()
        origine = _origine(request.url)
        connessione = None
        try:
            async with asyncio.timeout(self._secondi):
                connessione = self._ferma(origine) or await self._nuova(origine)
                risposta = await connessione.chiedi(_scrivi(request, corpo))
        except TimeoutError:
            raise httpx.ReadTimeout("nessuna risposta in tempo", request=request) from None
        except OSError as errore:
            raise httpx.ReadError(type(errore).__name__, request=request) from None
        finally:
            if connessione is not None:
                self._riponi(origine, connessione)
        risposta.request = request
        return risposta

    def _ferma(self, origine: Origine) -> "_Connessione | None":
        ferme = self._ferme.get(origine, [])
        while ferme:
            if (connessione := ferme.pop()).riusabile:
                return connessione
        return None

    def _riponi(self, origine: Origine, connessione: "_Connessione") -> None:
        ferme = self._ferme.setdefault(origine, [])
        if connessione.riusabile and len(ferme) < self._massimo:
            ferme.append(connessione)
        else:
            connessione.chiudi()

    async def _nuova(self, origine: Origine) -> "_Connessione":
        schema, host, porta = origine
        if schema == "https" and self._tls is None:
            self._tls = httpx.create_ssl_context()
        try:
            async with asyncio.timeout(_CONNESSIONE_SECONDS):
                _, connessione = await asyncio.get_running_loop().create_connection(
                    _Connessione, host, porta, ssl=self._tls if schema == "https" else None
                )
        except (TimeoutError, OSError) as errore:
            raise httpx.ConnectError(type(errore).__name__) from None
        return connessione

    async def aclose(self) -> None:
        """Close the connections that wait."""
        for ferme in self._ferme.values():
            for connessione in ferme:
                connessione.chiudi()
        self._ferme.clear()


def _origine(url: httpx.URL) -> Origine:
    if url.scheme not in _PORTE:
        raise httpx.UnsupportedProtocol(f"schema non ammesso: {url.scheme}")
    return url.scheme, url.host, url.port or _PORTE[url.scheme]


def _scrivi(richiesta: httpx.Request, corpo: bytes) -> bytes:
    coppie = richiesta.headers.raw
    righe = b"".join(b"%b: %b\r\n" % coppia for coppia in coppie)
    if righe.count(b"\n") != len(coppie) or righe.count(b"\r") != len(coppie):
        raise httpx.LocalProtocolError("intestazione con un a capo", request=richiesta)
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (richiesta.method.encode(), richiesta.url.raw_path, righe, corpo)


class _Connessione(asyncio.Protocol):
    """One connection: a request, its answer, then perhaps another."""

    _uscita: asyncio.Transport
    _attesa: "asyncio.Future[httpx.Response] | None" = None
    _viva = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._uscita = cast("asyncio.Transport", transport)
        self._lettore = httptools.HttpResponseParser(self)

    @property
    def riusabile(self) -> bool:
        """Tell whether another request may be sent."""
        return self._viva and self._attesa is None and not self._uscita.is_closing()

    def chiudi(self) -> None:
        """Close, whatever is in flight."""
        self._uscita.abort()

    async def chiedi(self, byte: bytes) -> httpx.Response:
        """Send a request and wait for its answer: who stops waiting leaves the connection unusable."""
        self._attesa = asyncio.get_running_loop().create_future()
        self._letti = 0
        self._inizia()
        self._uscita.write(byte)
        risposta = await self._attesa
        self._attesa = None
        return risposta

    def _inizia(self) -> None:
        self._intestazioni: list[tuple[bytes, bytes]] = []
        self._pezzi: list[bytes] = []
        self._fino_alla_fine = False

    def data_received(self, data: bytes) -> None:
        """Read what has arrived; what nobody asked for ends the connection."""
        if self._attesa is None or self._attesa.done():
            self._viva = False
            return
        self._letti += len(data)
        if self._letti > _RISPOSTA_MASSIMA:
            self._fallisci(httpx.RemoteProtocolError("risposta troppo lunga"))
            return
        try:
            self._lettore.feed_data(data)
        except httptools.HttpParserError:
            self._fallisci(httpx.RemoteProtocolError("risposta HTTP non valida"))

    def on_message_begin(self) -> None:
        """See whether somebody asked for it: an answer to nobody must not be taken for that of the next call."""
        if self._attesa is None or self._attesa.done():
            self._viva = False

    def on_header(self, nome: bytes, valore: bytes) -> None:
        """Keep a header."""
        self._intestazioni.append((nome, valore))

    def on_headers_complete(self) -> None:
        """See whether only the end of the connection will tell where the body ends."""
        nomi = {nome.lower() for nome, _ in self._intestazioni}
        self._fino_alla_fine = not nomi & {b"content-length", b"transfer-encoding"}

    def on_body(self, corpo: bytes) -> None:
        """Keep a piece of the body."""
        self._pezzi.append(corpo)

    def on_message_complete(self) -> None:
        """Deliver the answer; a provisional one is passed over."""
        stato = self._lettore.get_status_code()
        if stato < httpx.codes.OK:
            self._inizia()
        elif self._attesa is not None and not self._attesa.done():
            self._viva = self._viva and self._lettore.should_keep_alive()
            self._attesa.set_result(httpx.Response(stato, headers=self._intestazioni, content=b"".join(self._pezzi)))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what was waiting, unless the end of the connection is the end of the answer."""
        self._viva = False
        if self._attesa is None or self._attesa.done():
            return
        if exc is None and self._fino_alla_fine:
            self.on_message_complete()
        else:
            self._fallisci(httpx.RemoteProtocolError("connessione chiusa senza risposta"))

    def _fallisci(self, errore: httpx.HTTPError) -> None:
        self._viva = False
        if self._attesa is not None and not self._attesa.done():
            self._attesa.set_exception(errore)
