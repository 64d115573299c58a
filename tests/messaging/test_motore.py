# SPDX-License-Identifier: EUPL-1.2
"""A whole service on each bus: it consumes, retries, parks, replays at the operators' word, and says whether it is ready."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database, Session
from shared.errors import NotFound
from shared.kernel.calendario import adesso
from shared.messaging.handlers import Handlers
from shared.servizio import Ambiente, Definizione, Motore, crea_applicazione
from shared.web.impostazioni import Emittente, Impostazioni
from tests.messaging.banco import TIPO, BancoRabbit, conta, effetti, emetti, scarto
from tests.support.attese import entro
from tests.support.fruitore import Fruitore
from tests.support.minimo import consegnata
from tests.support.servizio import valori_di_prova
from tests.support.token import voucher

Avvia = Callable[..., Awaitable[FastAPI]]


def _definizione(assenti: set[UUID]) -> Definizione:
    handlers = Handlers()

    @handlers.on(NotificaConsegnataV1)
    async def on_notifica_consegnata(session: Session, evento: NotificaConsegnataV1, *, now: datetime) -> None:
        if evento.domanda_id in assenti:
            raise NotFound("La domanda non esiste")
        await session.execute(
            "INSERT INTO effetto VALUES ($1, $2, 'motore', 'motore')", evento.domanda_id, evento.versione
        )

    return Definizione(
        nome="minimo", titolo="Minimo", sommario="Prova", descrizione="Prova", rotte=[], permessi={}, handlers=handlers
    )


@pytest.fixture(params=["interno", "rabbit"])
async def avvia(request: pytest.FixtureRequest, db: Database, emittenti: tuple[Emittente, ...]) -> AsyncIterator[Avvia]:
    """Start the service with all its loops, on one bus or the other."""
    async with AsyncExitStack() as chiusure:
        altre: dict[str, object] = {}
        if request.param == "rabbit":
            banco = BancoRabbit(request.getfixturevalue("rabbit"))
            await banco.lega(TIPO)
            chiusure.push_async_callback(banco.chiudi)
            altre = {"bus_url": banco.nodo.url, "bus_prefisso": banco.prefisso}

        async def crea(assenti: set[UUID], **impostazioni: object) -> FastAPI:
            ruoli = ("api", "consumer", "relay", "jobs")
            valori = valori_di_prova(db.url, emittenti=emittenti) | {"ruoli": ruoli} | altre | impostazioni
            app = crea_applicazione(_definizione(assenti), Impostazioni(**valori), Ambiente())
            await chiusure.enter_async_context(app.router.lifespan_context(app))
            return app

        yield crea


class TestMotore:
    async def test_carries_an_event_from_outbox_to_effect(self, avvia: Avvia, db: Database) -> None:
        app = await avvia(set())
        motore: Motore = app.state.motore
        await entro(10, motore.pronto)
        evento = consegnata()

        async with motore.database.transaction() as session:
            session.emit(evento, now=adesso())

        await entro(10, lambda: conta(db, "effetto"))
        await entro(10, motore.quieto)
        assert list(await effetti(db)) == [evento.domanda_id]

    async def test_replays_a_parked_message_at_the_word_of_the_operators(self, avvia: Avvia, db: Database) -> None:
        evento = consegnata()
        assenti = {evento.domanda_id}
        app = await avvia(assenti)
        [id_evento] = await emetti(db, evento)
        await entro(10, lambda: scarto(db, id_evento))

        assenti.clear()
        async with _operatori(app) as client:
            elenco = await client.get("/v1/scarti", params={"stato": "PARCHEGGIATO"})
            risposta = await client.post(f"/v1/scarti/{id_evento}/rielaborazione")

        assert [voce["id"] for voce in elenco.json()["items"]] == [str(id_evento)]
        assert elenco.json()["items"][0]["motivo"] == "Risorsa non trovata: La domanda non esiste"
        assert risposta.status_code == 202
        await entro(10, lambda: conta(db, "effetto"))
        await entro(10, lambda: conta(db, "scarto", "stato = 'RIELABORATO'"))


class TestPronto:
    async def test_does_not_depend_on_the_bus_where_the_api_is_served(
        self, db: Database, emittenti: tuple[Emittente, ...]
    ) -> None:
        stati = {}
        for ruoli in (("api", "consumer", "relay"), ("consumer", "relay")):
            valori = valori_di_prova(db.url, emittenti=emittenti) | {"ruoli": ruoli, "bus_url": "amqp://n@127.0.0.1:9/"}
            app = crea_applicazione(_definizione(set()), Impostazioni(**valori), Ambiente())
            async with app.router.lifespan_context(app), _operatori(app) as client:
                stati[ruoli] = (await client.get("/status")).status_code

        assert list(stati.values()) == [200, 503]


def _operatori(app: FastAPI) -> httpx.AsyncClient:
    intestazioni = {"Authorization": f"Bearer {voucher('INPS')}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://prova.example", headers=intestazioni,
        auth=Fruitore("INPS", app),
    )  # fmt: skip
