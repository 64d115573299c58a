# SPDX-License-Identifier: EUPL-1.2
"""`/status` for whoever asks whether the service works, `/metrics` for the operators' instruments."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.web.problemi import problema

Verifica = Callable[[], Awaitable[bool]]


def rotte_stato(verifica: Verifica) -> APIRouter:
    """Build `/status` and `/metrics`; `verifica` tells whether the service can work now."""
    rotte = APIRouter(tags=["stato"])

    @rotte.get(
        "/status",
        operation_id="show_status",
        summary="Dice se il servizio funziona",
        response_class=Response,
        responses={
            200: {
                "description": "Il servizio funziona",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}},
            }
        },
    )
    async def show_status() -> Response:
        """Risponde 200 quando il servizio può lavorare, 503 altrimenti."""
        if await verifica():
            return problema(200, "nessun-problema", "OK", "Il servizio funziona")
        return problema(
            503,
            "sistema-esterno-non-disponibile",
            "Servizio non disponibile",
            "Il servizio non può lavorare ora",
            headers={"Retry-After": "5"},
        )

    @rotte.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return rotte
