# SPDX-License-Identifier: EUPL-1.2
"""What cannot be applied: tried again with growing delays, parked with its reason, replayed by the operators."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database
from shared.errors import NotFound, UpstreamUnavailable
from shared.kernel.calendario import adesso
from shared.messaging.consumer import Politica
from tests.messaging import verifiche
from tests.messaging.banco import TIPO, Banco, Comportamento, conta, effetti, matura, scarto
from tests.messaging.conftest import CreaReplica
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.servizio import messaggio_di

LENTA = Politica(tentativi=8, primo_ritardo_seconds=100, ritardo_massimo_seconds=1000)


def fallisce(errore: BaseException, *, volte: int = 1000) -> Comportamento:
    """Make a handler that raises the first times."""
    mancano = iter(range(volte))

    async def comportamento(_: NotificaConsegnataV1) -> None:
        if next(mancano, None) is not None:
            raise errore

    return comportamento


async def veleno(evento: NotificaConsegnataV1) -> None:
    """Fail always, for the messages that are poison."""
    if evento.avviso == "veleno":
        raise ValueError("RSSMRA80A41H501Y")


class TestTentativi:
    async def test_go_on_until_the_fault_passes(self, db: Database, replica: CreaReplica) -> None:
        messaggio = messaggio_di(consegnata())
        uno = replica(comportamento=fallisce(UpstreamUnavailable("Anagrafe ferma"), volte=2))

        await uno.ricevi([messaggio])
        await matura(db)
        await uno.consumer.riprova()
        await matura(db)
        await uno.consumer.riprova()

        riga = await scarto(db, messaggio.id)
        assert riga is not None
        assert (riga["stato"], riga["tentativi"]) == ("RIELABORATO", 3)
        assert riga["motivo"] == "Sistema esterno non disponibile: Anagrafe ferma"
        assert sum((await effetti(db)).values()) == 1

    async def test_already_made_are_kept_by_what_the_broker_gives_back_again(
        self, db: Database, replica: CreaReplica
    ) -> None:
        messaggio = messaggio_di(consegnata())
        uno = replica(comportamento=fallisce(UpstreamUnavailable("Anagrafe ferma")))
        await uno.consumer.restituiti([messaggio])
        for _ in range(2):
            await matura(db)
            await uno.consumer.riprova()

        await uno.consumer.restituiti([messaggio])

        riga = await scarto(db, messaggio.id)
        assert riga is not None
        # On a loaded machine a copy can be due again within one `riprova`: more than two, never fewer.
        assert riga["stato"] == "DA_RITENTARE"
        assert riga["tentativi"] not in {0, 1}

    async def test_wait_longer_each_time(self, db: Database, replica: CreaReplica) -> None:
        messaggio = messaggio_di(consegnata())
        uno = replica(comportamento=fallisce(UpstreamUnavailable("ferma")), politica=LENTA)
        await uno.ricevi([messaggio])
        attese = [await _attesa(db)]

        for _ in range(3):
            assert await uno.consumer.riprova() == 0
            await matura(db)
            assert await uno.consumer.riprova() == 1
            attese.append(await _attesa(db))

        for numero, attesa in enumerate(attese):
            assert 0.7 * 100 * 2**numero < attesa.total_seconds() <= 1.25 * 100 * 2**numero

    def test_never_wait_longer_than_the_limit(self) -> None:
        assert LENTA.ritardo(40) <= timedelta(seconds=1250)

    async def test_of_a_message_that_kills_the_process_come_to_an_end(self, db: Database, replica: CreaReplica) -> None:
        assassino, innocente = messaggio_di(consegnata(avviso="assassino")), messaggio_di(consegnata())

        async def uccide(evento: NotificaConsegnataV1) -> None:
            if evento.avviso == "assassino":
                raise asyncio.CancelledError

        uno = replica(comportamento=uccide)
        await uno.consumer.restituiti([assassino, innocente])
        for _ in range(8):
            await matura(db)
            try:
                await uno.consumer.riprova()
            except asyncio.CancelledError:
                continue

        riga = await scarto(db, assassino.id)
        assert riga is not None
        assert riga["stato"] == "PARCHEGGIATO"
        assert set(await effetti(db)) == {innocente.soggetto}


class TestParcheggio:
    async def test_comes_at_once_when_no_attempt_would_help(self, db: Database, replica: CreaReplica) -> None:
        messaggio = messaggio_di(consegnata())

        await replica(comportamento=fallisce(NotFound("La domanda non esiste"))).ricevi([messaggio])

        riga = await scarto(db, messaggio.id)
        assert riga is not None
        assert (riga["stato"], riga["tentativi"]) == ("PARCHEGGIATO", 1)
        assert riga["motivo"] == "Risorsa non trovata: La domanda non esiste"
        assert riga["traccia"]

    async def test_says_why_without_the_data_of_the_person(
        self, db: Database, replica: CreaReplica, capsys: pytest.CaptureFixture[str]
    ) -> None:
        messaggio = messaggio_di(consegnata(avviso="veleno"))
        uno = replica(comportamento=veleno)

        await uno.ricevi([messaggio])
        for _ in range(2):
            await matura(db)
            await uno.consumer.riprova()

        riga = await scarto(db, messaggio.id)
        assert riga is not None
        assert (riga["stato"], riga["tentativi"], riga["motivo"]) == ("PARCHEGGIATO", 3, "ValueError")
        registro = capsys.readouterr()
        assert str(riga["traccia"]) in registro.out + registro.err
        assert "RSSMRA" not in registro.out + registro.err

    async def test_spares_the_good_messages_of_the_batch(self, db: Database, replica: CreaReplica) -> None:
        await verifiche.il_veleno_non_contagia(replica(comportamento=veleno), db)

    @pytest.mark.parametrize("guasto", [FileNotFoundError, TimeoutError, ConnectionResetError])
    async def test_is_the_end_of_a_fault_that_only_looks_like_the_database_s(
        self, db: Database, replica: CreaReplica, guasto: Callable[[], Exception]
    ) -> None:
        messaggio = messaggio_di(consegnata())
        uno = replica(comportamento=fallisce(guasto()))

        await uno.ricevi([messaggio])
        for _ in range(4):
            await matura(db)
            await uno.consumer.riprova()

        riga = await scarto(db, messaggio.id)
        assert riga is not None
        assert riga["stato"] == "PARCHEGGIATO"

    async def test_does_not_touch_what_another_replica_applied(self, db: Database, replica: CreaReplica) -> None:
        messaggio = messaggio_di(consegnata())
        await replica("a").ricevi([messaggio])

        await replica("b").consumer.restituiti([messaggio])

        assert await conta(db, "scarto") == 0


class TestIllegibili:
    @pytest.mark.parametrize("corpo", [b"", b"{", b"[]", b'{"domanda_id": "non-un-uuid"}', b"\xff\xfe"])
    async def test_are_parked_at_once(self, banco: Banco, db: Database, replica: CreaReplica, corpo: bytes) -> None:
        await banco.lega(TIPO)
        await replica().avvia(banco.bus())
        buono = messaggio_di(consegnata())
        cattivo = replace(messaggio_di(consegnata()), corpo=corpo)

        await banco.bus().pubblica([cattivo, buono])

        riga = await entro(10, lambda: scarto(db, cattivo.id))
        assert riga is not None
        assert (riga["stato"], riga["tentativi"]) == ("PARCHEGGIATO", 1)
        await verifiche.aspetta_effetti(db, buono.soggetto)

    async def test_of_an_unknown_version_are_parked_at_once(
        self, banco: Banco, db: Database, replica: CreaReplica
    ) -> None:
        futuro = TIPO.replace(".v1", ".v9")
        await banco.lega(TIPO, futuro)
        await replica().avvia(banco.bus(), tipi=(TIPO, futuro))
        messaggio = replace(messaggio_di(consegnata()), tipo=futuro)

        await banco.bus().pubblica([messaggio])

        riga = await entro(10, lambda: scarto(db, messaggio.id))
        assert riga is not None
        assert riga["motivo"] == f"Messaggio illeggibile: Tipo di evento sconosciuto: {futuro}"


async def _attesa(db: Database) -> timedelta:
    async with db.connection() as conn:
        prossimo = await conn.fetchval("SELECT prossimo_il FROM scarto")
    attesa: timedelta = prossimo - adesso()
    return attesa
