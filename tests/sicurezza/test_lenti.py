# SPDX-License-Identifier: EUPL-1.2
"""Callers who are slow on purpose: headers and bodies that dribble in are given up, and the others never notice."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import orjson
import pytest
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deploy.locale.ascolto import ProtocolloConTermine
from shared.web.impostazioni import Emittente
from tests.sicurezza.servito import lento, servito
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import crea_app, impostazioni_di
from tests.support.token import voucher

LIMITE = 0.5
LENTI = 50
_GOCCE = LIMITE / 10
_TESTA = b"POST /v1/domande HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_MODI = {
    "nothing": b"", "half a header": _TESTA[:40], "headers that never end": _TESTA,
    "half a body": _TESTA + b"Content-Length: 5000\r\n\r\n{", "pieces that never end": _TESTA + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
}  # fmt: skip


class Impaziente(ProtocolloConTermine):
    """The server of the services, with a short time for headers."""

    secondi = LIMITE


Prepara = Callable[[float], Awaitable[FastAPI]]


@pytest.fixture
async def prepara(
    archivio: Callable[[str], Awaitable[str]], emittenti: tuple[Emittente, ...], orologio: OrologioDiProva
) -> Prepara:
    """Build `domande`, with few places and a time for the bodies."""

    async def fai(secondi: float) -> FastAPI:
        scelte = impostazioni_di(
            "domande",
            await archivio("domande"),
            emittenti=emittenti,
            corpo_timeout_seconds=secondi,
            richieste_insieme=4,
        )
        return crea_app("domande", scelte, orologio)

    return fai


async def chiedi(url: str) -> int:
    """Do what an ordinary caller does."""
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        testa = {"Authorization": f"Bearer {voucher('CAF-ALFA')}"}
        return (await client.get("/v1/domande", headers=testa)).status_code


class TestLenti:
    @pytest.mark.parametrize("modo", _MODI)
    async def test_are_given_up_in_time_while_others_are_served(self, modo: str, prepara: Prepara) -> None:
        with servito(await prepara(LIMITE), protocollo=Impaziente) as url:
            await chiedi(url)
            compiti = [
                asyncio.create_task(lento(url, _MODI[modo], gocce_ogni=_GOCCE if n > 0 else None)) for n in range(LENTI)
            ]
            await asyncio.sleep(0)

            # More slow callers than places: an ordinary one finds its own all the same.
            assert [await chiedi(url) for _ in range(3)] == [200] * 3
            async with asyncio.timeout(20 * LIMITE):
                ferma, *_ = await asyncio.gather(*compiti)

        problema = orjson.loads(ferma.partition(b"\r\n\r\n")[2])
        assert (problema["status"], problema["title"]) == (408, "Corpo non arrivato in tempo")
        assert problema["correlation_id"]
        assert b"connection: close" in ferma.lower()

    @pytest.mark.parametrize(
        ("modo", "protocollo"), [("half a header", HttpToolsProtocol), ("half a body", Impaziente)]
    )
    async def test_would_stay_for_ever(self, modo: str, protocollo: type[HttpToolsProtocol], prepara: Prepara) -> None:
        """Control: the server as it comes, and a service that waits for bodies as long as it takes."""
        with servito(await prepara(3600), protocollo=protocollo) as url, pytest.raises(TimeoutError):
            await asyncio.wait_for(lento(url, _MODI[modo], gocce_ogni=_GOCCE), 4 * LIMITE)

    async def test_after_an_answer_find_the_same_limit(self, prepara: Prepara) -> None:
        with servito(await prepara(LIMITE), protocollo=Impaziente) as url:
            seconda = b"GET /status HTTP/1.1\r\nHost: x\r\n\r\nGET /status HT"

            letto = await asyncio.wait_for(lento(url, seconda, gocce_ogni=None), 20 * LIMITE)

        assert letto.count(b"HTTP/1.1 200") == 1
        assert letto.count(b"HTTP/1.1 408") == 1

    async def test_and_those_who_speak_something_else_get_a_problem(self, prepara: Prepara) -> None:
        with servito(await prepara(LIMITE)) as url:
            letto = await asyncio.wait_for(
                lento(url, b"\x16\x03\x01\x02\x00 EHLO\r\n\r\n", gocce_ogni=None), 20 * LIMITE
            )

        assert letto.startswith(b"HTTP/1.1 400")
        assert b"application/problem+json" in letto
