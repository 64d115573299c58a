# SPDX-License-Identifier: EUPL-1.2
"""The bare limit of the intake: a FastAPI route that validates the same body and makes one asyncpg INSERT."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from fastapi import FastAPI

from services.domande.schemas.modulo import DomandaIn

_TABELLA = "CREATE TABLE IF NOT EXISTS nuda (id uuid PRIMARY KEY, corpo bytea NOT NULL)"


@asynccontextmanager
async def _vita(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=8, max_size=8) as pool:
        await pool.execute(_TABELLA)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_vita)


@app.post("/domande", status_code=201)
async def presenta(domanda: DomandaIn) -> dict[str, str]:
    """Validate and insert, nothing else."""
    chiave = uuid4()
    await app.state.pool.execute("INSERT INTO nuda VALUES ($1, $2)", chiave, domanda.model_dump_json().encode())
    return {"id": str(chiave)}
