# SPDX-License-Identifier: EUPL-1.2
"""What only a broker does: it dies and comes back, loses its queue, gives messages back, delivers what others wrote."""

import asyncio
from dataclasses import replace
from typing import cast

import aio_pika
import pytest
from aiormq import Channel, spec
from aiormq.abc import DeliveredMessage
from pamqp.header import ContentHeader

from deploy.locale.rabbitmq import Nodo
from shared.db.session import Database
from shared.messaging.interno import BusInterno
from shared.messaging.rabbitmq.messaggi import Proprieta, da_amqp
from shared.messaging.relay import Relay
from tests.messaging.banco import (
    CODA,
    TIPO,
    BancoInterno,
    BancoRabbit,
    conta,
    conta_le_uscite,
    emetti,
    matura,
    scarto,
    spedisci,
)  # fmt: skip
from tests.messaging.conftest import CreaReplica
from tests.messaging.verifiche import aspetta_effetti, relay_di
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.servizio import messaggio_di


class TestInterruzione:
    async def test_of_the_broker_twice_loses_nothing_and_doubles_nothing(
        self, rabbit_da_solo: Nodo, db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        uscite = conta_le_uscite(monkeypatch)
        banco = BancoRabbit(rabbit_da_solo)
        await banco.lega(TIPO)
        await replica().avvia(banco.bus(), lotto=5)
        relay = Relay("minimo", db, banco.bus(), lotto=20)
        relay.ciclo.avvia()
        eventi = [consegnata() for _ in range(300)]
        for da, almeno in ((0, 20), (150, 170)):
            await emetti(db, *eventi[da : da + 100])
            await entro(30, lambda: _almeno(db, almeno))  # noqa: B023 - awaited here
            await asyncio.to_thread(rabbit_da_solo.uccidi)
            await emetti(db, *eventi[da + 100 : da + 150])
            await asyncio.to_thread(rabbit_da_solo.riavvia)

        await entro(30, lambda: _almeno(db, 300))
        await entro(15, lambda: _vuota(db))
        await relay.ciclo.ferma()
        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))
        # One batch of twenty for each death of the broker, at most.
        assert sum(volte - 1 for volte in uscite.values()) <= 2 * 20
        await banco.chiudi()

    async def test_of_the_internal_bus_loses_nothing(self, db: Database, replica: CreaReplica) -> None:
        bus = BusInterno()
        await bus.open()
        await replica().avvia(bus)
        relay = relay_di(db, bus)
        relay.ciclo.avvia()
        eventi = [consegnata() for _ in range(30)]

        await bus.close()
        await emetti(db, *eventi)
        relay.ciclo.sveglia()
        await bus.open()

        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))
        await relay.ciclo.ferma()


class TestCoda:
    async def test_deleted_by_mistake_is_noticed_and_taken_again(
        self, banco_rabbit: BancoRabbit, db: Database, replica: CreaReplica
    ) -> None:
        await banco_rabbit.lega(TIPO)
        uno = replica()
        await uno.avvia(banco_rabbit.bus())
        evento = consegnata()

        await banco_rabbit.elimina_coda()
        await entro(10, lambda: not uno.iscrizione.attiva())
        await emetti(db, evento)
        relay = relay_di(db, banco_rabbit.bus())
        await relay.passata()
        assert await conta(db, "outbox", "errore = 'NON_INSTRADABILE'") == 1

        await banco_rabbit.lega(TIPO)
        await entro(15, uno.iscrizione.attiva)
        await matura(db)
        await spedisci(relay, database=db)
        await aspetta_effetti(db, evento.domanda_id)

    async def test_is_declared_twice_without_harm(self, banco_rabbit: BancoRabbit) -> None:
        await banco_rabbit.lega(TIPO)

        await banco_rabbit.lega(TIPO)

    async def test_gives_a_message_to_the_dead_letters_after_too_many_deliveries(
        self, banco_rabbit: BancoRabbit, db: Database, replica: CreaReplica
    ) -> None:
        await banco_rabbit.lega(TIPO)
        messaggio = messaggio_di(consegnata())
        await banco_rabbit.bus().pubblica([messaggio])
        async with await aio_pika.connect(banco_rabbit.nodo.url) as connessione:
            coda = await (await connessione.channel()).get_queue(banco_rabbit.prefisso + CODA)
            while (preso := await coda.get(fail=False)) is not None:
                await preso.reject(requeue=True)

        uno = replica()
        uno.ricevi = uno.consumer.restituiti
        await uno.avvia(banco_rabbit.bus(), coda=f"{CODA}.dead")

        riga = await entro(10, lambda: scarto(db, messaggio.id))
        assert riga is not None
        assert (riga["stato"], riga["tentativi"]) == ("DA_RITENTARE", 0)
        await matura(db)
        await uno.consumer.riprova()
        await aspetta_effetti(db, messaggio.soggetto)


class TestProprieta:
    @pytest.mark.parametrize("versione", [1, 2**40, -1])
    @pytest.mark.parametrize("correlazione", ["", "filo", "è" * 100])
    def test_are_read_by_the_driver_as_they_were_written(self, versione: int, correlazione: str) -> None:
        messaggio = replace(messaggio_di(consegnata()), versione=versione, correlazione=correlazione)
        crude = Proprieta(messaggio).marshal()

        lette = spec.Basic.Properties()
        lette.unmarshal(int.from_bytes(crude[:2], "big"), crude[2:])

        assert (lette.message_id, lette.correlation_id) == (str(messaggio.id), correlazione)
        assert (lette.content_type, lette.delivery_mode) == ("application/json", 2)
        consegnato = DeliveredMessage(
            delivery=spec.Basic.Deliver(routing_key=messaggio.tipo),
            header=ContentHeader(body_size=len(messaggio.corpo), properties=lette),
            body=messaggio.corpo,
            channel=cast("Channel", None),
        )
        assert da_amqp(consegnato) == messaggio


class TestMessaggioAltrui:
    @pytest.mark.parametrize(
        "attributi", [{}, {"cloudEvents:id": "uno", "cloudEvents:type": TIPO, "cloudEvents:subject": "due"}]
    )
    async def test_without_attributes_is_parked_once(
        self, banco_rabbit: BancoRabbit, db: Database, replica: CreaReplica, attributi: dict[str, str]
    ) -> None:
        await banco_rabbit.lega(TIPO)
        await replica().avvia(banco_rabbit.bus())
        grezzo = aio_pika.Message(b"ciao", message_id="m-1", headers=dict(attributi))

        await banco_rabbit.pubblica_grezzo(grezzo)
        await banco_rabbit.pubblica_grezzo(grezzo)
        buono = messaggio_di(consegnata())
        await banco_rabbit.bus().pubblica([buono])

        await aspetta_effetti(db, buono.soggetto)
        assert await conta(db, "scarto", "stato = 'PARCHEGGIATO'") == 1


class TestBanco:
    async def test_of_the_internal_bus_has_no_deploy_step(self) -> None:
        banco = BancoInterno()

        await banco.lega(TIPO)

        assert banco.bus() is banco.bus()


async def _almeno(db: Database, quanti: int) -> bool:
    return await conta(db, "effetto") >= quanti


async def _vuota(db: Database) -> bool:
    return await conta(db, "outbox") == 0
