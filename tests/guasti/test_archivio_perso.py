# SPDX-License-Identifier: EUPL-1.2
"""Whatever asyncpg says when the database goes away, the caller is told to come back, and when."""

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from shared.db.session import CONNESSIONE_PERSA
from shared.web import problemi


def _app(errore: Exception) -> FastAPI:
    app = FastAPI()
    problemi.installa(app)

    @app.get("/")
    async def fallisce() -> None:
        raise errore

    return app


@pytest.mark.parametrize("classe", [*CONNESSIONE_PERSA, asyncpg.QueryCanceledError], ids=lambda c: c.__name__)
async def test_a_lost_database_is_a_503_with_retry_after(classe: type[Exception]) -> None:
    trasporto = httpx.ASGITransport(_app(classe("la connessione è caduta")), raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=trasporto, base_url="http://prova.example") as client:
        risposta = await client.get("/")

    assert risposta.status_code == 503
    assert risposta.headers["Retry-After"] == "2"


@pytest.mark.parametrize("classe", [asyncpg.InternalClientError, asyncpg.ConnectionDoesNotExistError])
def test_a_connection_cut_in_the_middle_is_a_lost_database(classe: type[Exception]) -> None:
    assert issubclass(classe, CONNESSIONE_PERSA)
