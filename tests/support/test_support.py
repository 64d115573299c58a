# SPDX-License-Identifier: EUPL-1.2
"""The support of the tests is tested too: a harness that cannot see a failure proves nothing."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import APIRouter

from shared.contracts.evento import Evento
from shared.contracts.notifiche import NotificaConsegnataV1, NotificaNonRecapitataV1
from shared.db.session import Session
from shared.errors import NotFound, UpstreamUnavailable
from shared.messaging.handlers import Handlers
from shared.messaging.jobs import Job
from shared.servizio import Ambiente, Definizione, crea_applicazione
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.impostazioni import Emittente, Impostazioni
from shared.web.permessi import Ambito
from shared.web.schemi import Out
from tests.support.archivi import svuota
from tests.support.attese import entro
from tests.support.minimo import consegnata, crea_archivio_minimo, non_recapitata
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva, valori_di_prova
from tests.support.token import cittadino, operatore, voucher

handlers = Handlers()
rotte = APIRouter(prefix="/v1")
_AGGIUNGI = "INSERT INTO effetto (domanda_id, versione, testo, replica) VALUES ($1, $2, $3, 'prova')"
_PRENDI = "UPDATE effetto SET versione = -1 WHERE versione > 0 RETURNING domanda_id"


class Chi(Out):
    """Who called."""

    ente: str
    operatore: str


@rotte.get("/chi", operation_id="show_chi")
async def show_chi(ctx: Ctx) -> Chi:
    """Tell who calls."""
    return Chi(ente=ctx.chiamante.codice_ente, operatore=ctx.chiamante.operatore)


@handlers.on(NotificaConsegnataV1)
async def on_notifica_consegnata(session: Session, evento: NotificaConsegnataV1, *, now: datetime) -> None:
    """Leave an effect and announce it; some are refused."""
    if evento.avviso == "inesistente":
        raise NotFound("La domanda non esiste")
    await session.execute(_AGGIUNGI, evento.domanda_id, evento.versione, evento.avviso)
    session.emit(non_recapitata(evento.domanda_id, versione=evento.versione), now=now)


async def _prendi(session: Session, _now: datetime, quanti: int) -> Sequence[UUID]:
    righe = await session.fetch(_PRENDI)
    return [riga["domanda_id"] for riga in righe][:quanti]


async def _esegui(riga: UUID, _now: datetime) -> None:
    if riga.int == 0:
        raise UpstreamUnavailable("Il sistema esterno non risponde")
    if riga.int == 1:
        raise ZeroDivisionError


@pytest.fixture
async def minimo(emittenti: tuple[Emittente, ...], orologio: OrologioDiProva) -> AsyncIterator[ServizioInProva]:
    url = crea_archivio_minimo()
    await svuota(url)
    definizione = Definizione(
        nome="minimo", titolo="Minimo", sommario="Prova", descrizione="Prova", rotte=[rotte], handlers=handlers,
        permessi={"show_chi": dict.fromkeys(Ruolo, Ambito.TUTTO)}, jobs=lambda _d, _o: [Job("prova", _prendi, _esegui)],
    )  # fmt: skip
    impostazioni = Impostazioni(**valori_di_prova(url, emittenti=emittenti))
    app = crea_applicazione(definizione, impostazioni, Ambiente(orologio=orologio))
    async with app.router.lifespan_context(app):
        yield ServizioInProva(app, orologio)


class TestArchivi:
    async def test_are_emptied_even_where_rows_can_only_be_added(self, minimo: ServizioInProva) -> None:
        async with minimo.database.connection() as conn:
            await conn.execute(
                "INSERT INTO accesso (istante, ente, ruolo, operatore, finalita, operazione, esito, correlazione) "
                "VALUES (now(), '', '', '', '', '', 'CONSENTITO', '')"
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute("DELETE FROM accesso")

        await svuota(minimo.database.url)

        async with minimo.database.connection() as conn:
            assert await conn.fetchval("SELECT count(*) FROM accesso") == 0

    async def test_get_back_what_the_migrations_wrote(self, minimo: ServizioInProva) -> None:
        async with minimo.database.connection() as conn:
            await conn.execute("UPDATE voce SET codice = 'CAMBIATA'")

        await svuota(minimo.database.url)

        async with minimo.database.connection() as conn:
            assert await conn.fetchval("SELECT array_agg(codice) FROM voce") == ["SCRITTA-DALLA-MIGRAZIONE"]


class TestServizioInProva:
    async def test_delivers_an_event_once_and_shows_what_it_announced(self, minimo: ServizioInProva) -> None:
        messaggio = minimo.messaggio(consegnata())

        await minimo.consegna(messaggio)
        await minimo.consegna(messaggio, messaggio)

        assert [e.domanda_id for e in await minimo.emessi(NotificaNonRecapitataV1)] == [messaggio.soggetto]
        assert await minimo.emessi(NotificaConsegnataV1) == []
        assert len(await minimo.ritira()) == 1
        assert await minimo.emessi(Evento) == []

    async def test_raises_what_a_handler_raises(self, minimo: ServizioInProva) -> None:
        with pytest.raises(NotFound, match="non esiste"):
            await minimo.consegna(consegnata(), consegnata(avviso="inesistente"))

    async def test_runs_jobs_until_nothing_is_due(self, minimo: ServizioInProva) -> None:
        await _semina(minimo, uuid4(), uuid4())

        attesi = await minimo.giro_job("prova")

        assert attesi == []
        async with minimo.database.connection() as conn:
            assert await conn.fetchval("SELECT array_agg(versione) FROM effetto") == [-1, -1]

    async def test_gives_the_errors_that_a_job_leaves_for_later(self, minimo: ServizioInProva) -> None:
        await _semina(minimo, UUID(int=0))

        attesi = await minimo.giro_job()

        assert [type(errore) for errore in attesi] == [UpstreamUnavailable]

    async def test_raises_the_errors_that_a_job_does_not_expect(self, minimo: ServizioInProva) -> None:
        await _semina(minimo, UUID(int=1))

        with pytest.raises(ZeroDivisionError):
            await minimo.giro_job()


class TestToken:
    @pytest.mark.parametrize("ente", ["CAF-ALFA", "COM-ROMA", "INPS", "MLPS"])
    async def test_of_an_ente_are_accepted(self, minimo: ServizioInProva, ente: str) -> None:
        da_voucher = await minimo.come(ente).get("/v1/chi")
        da_operatore = await minimo.come(operatore(ente, "op-7")).get("/v1/chi")

        assert (da_voucher.status_code, da_voucher.json()["ente"]) == (200, ente)
        assert da_operatore.json() == {"ente": ente, "operatore": "op-7"}

    async def test_of_a_citizen_are_accepted(self, minimo: ServizioInProva) -> None:
        risposta = await minimo.come(cittadino()).get("/v1/chi")

        assert risposta.json()["ente"] == "CITTADINO"

    @pytest.mark.parametrize(
        "sbagliato", [voucher("INPS", aud="altri"), voucher("INPS", exp=1), operatore("NESSUNO"), cittadino()[:-8]]
    )
    async def test_that_are_wrong_are_refused(self, minimo: ServizioInProva, sbagliato: str) -> None:
        risposta = await minimo.come(sbagliato).get("/v1/chi")

        assert risposta.status_code == 401

    async def test_are_asked_for(self, minimo: ServizioInProva) -> None:
        risposta = await minimo.client.get("/v1/chi")

        assert risposta.status_code == 401


class TestOrologio:
    def test_moves_only_when_told(self, orologio: OrologioDiProva) -> None:
        orologio.vai(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))

        orologio.avanza(days=1, hours=2)

        assert orologio() == orologio() == datetime(2026, 10, 26, 2, 30, tzinfo=UTC)

    def test_refuses_an_instant_without_zone(self, orologio: OrologioDiProva) -> None:
        with pytest.raises(ValueError, match="fuso"):
            orologio.vai(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


class TestEntro:
    async def test_gives_the_value_when_it_comes(self) -> None:
        valori = iter([0, "", 7])

        assert await entro(2, lambda: next(valori)) == 7

    async def test_fails_when_it_does_not_come(self) -> None:
        with pytest.raises(AssertionError, match=r"entro 0\.05"):
            await entro(0.05, lambda: None)


async def _semina(minimo: ServizioInProva, *domande: UUID) -> None:
    async with minimo.database.transaction() as session:
        for domanda_id in domande:
            await session.execute(_AGGIUNGI, domanda_id, 1, "prova")
