# SPDX-License-Identifier: EUPL-1.2
"""The relay, on both buses: a row leaves the outbox only when it is safe elsewhere."""

import asyncio
import random

import pytest

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database
from shared.errors import UpstreamUnavailable
from shared.kernel.calendario import adesso
from shared.messaging.bus import EsitoPubblicazione
from shared.messaging.interno import BusInterno
from shared.messaging.rabbitmq import BusRabbit
from shared.messaging.relay import Relay
from tests.messaging import verifiche
from tests.messaging.banco import TIPO, Banco, BancoRabbit, BusSpia, conta, effetti, emetti, matura, spedisci
from tests.messaging.conftest import CreaReplica
from tests.messaging.verifiche import aspetta_effetti, relay_di
from tests.support.attese import entro
from tests.support.minimo import consegnata, non_recapitata


class TestRelay:
    async def test_keeps_what_has_no_way(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await verifiche.cio_che_non_ha_strada_resta(banco, replica(), db, relay_di(db, banco.bus()))

    async def test_does_not_let_one_row_hold_the_others(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await banco.lega(TIPO)
        await replica().avvia(banco.bus())
        buoni = [consegnata() for _ in range(10)]
        await emetti(db, non_recapitata(), *buoni)
        relay = Relay("minimo", db, banco.bus(), lotto=3)

        while await relay.passata():
            pass

        await aspetta_effetti(db, *(evento.domanda_id for evento in buoni))
        assert await conta(db, "outbox", "errore = 'NON_INSTRADABILE'") == 1

    async def test_survives_its_death_after_publishing(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await verifiche.la_morte_dopo_la_pubblicazione_e_assorbita(banco, replica(), db)

    async def test_shares_the_work_with_others(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await verifiche.piu_relay_si_dividono_il_lavoro(banco, replica(), db, relay_di)

    async def test_does_not_skip_a_slow_writer(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await verifiche.chi_scrive_piano_non_e_saltato(banco, replica(), db, relay_di)

    async def test_skips_nothing_with_many_writers(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await banco.lega(TIPO)
        await replica().avvia(banco.bus())
        gruppi = [[consegnata() for _ in range(20)] for _ in range(16)]
        relay = [Relay("minimo", db, banco.bus(), lotto=7) for _ in range(2)]

        async def scrivi(eventi: list[NotificaConsegnataV1]) -> None:
            sorte = random.Random(eventi[0].domanda_id.int)
            for evento in eventi:
                async with db.transaction() as session:
                    session.emit(evento, now=adesso())
                    await session.fetchval("SELECT pg_sleep($1)", sorte.random() / 200)

        for uno in relay:
            uno.ciclo.avvia()
        await asyncio.gather(*(scrivi(eventi) for eventi in gruppi))
        await aspetta_effetti(db, *(evento.domanda_id for eventi in gruppi for evento in eventi))
        await asyncio.gather(*(uno.ciclo.ferma() for uno in relay))

        assert await conta(db, "outbox") == 0

    async def test_leaves_the_rows_alone_while_the_bus_is_down(self, db: Database) -> None:
        await emetti(db, consegnata())

        for bus in (BusInterno(), BusRabbit("amqp://nessuno@127.0.0.1:9/")):
            with pytest.raises(UpstreamUnavailable):
                await relay_di(db, bus).passata()

        assert await conta(db, "outbox", "tentativi = 0 AND errore IS NULL") == 1


class TestCodaPiena:
    async def test_of_the_broker_leaves_the_rows_in_the_outbox(
        self, banco_rabbit: BancoRabbit, db: Database, replica: CreaReplica
    ) -> None:
        await banco_rabbit.lega(TIPO, byte_massimi=4000)
        spia = BusSpia(banco_rabbit.bus())
        relay = Relay("minimo", db, spia, lotto=10)
        eventi = [consegnata(avviso="x" * 400) for _ in range(60)]
        await emetti(db, *eventi)
        while await relay.passata():
            pass

        assert spia.esiti[EsitoPubblicazione.RIFIUTATO] > 0
        assert await conta(db, "outbox", "errore = 'RIFIUTATO'") == spia.esiti[EsitoPubblicazione.RIFIUTATO]

        await replica().avvia(banco_rabbit.bus())
        await entro(20, lambda: _smaltito(relay, db))
        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))

    async def test_of_the_internal_bus_leaves_the_rows_in_the_outbox(self, db: Database, replica: CreaReplica) -> None:
        freno = asyncio.Event()

        async def lento(_: NotificaConsegnataV1) -> None:
            await asyncio.wait_for(freno.wait(), 10)

        bus = BusInterno(capienza=3)
        await bus.open()
        uno = replica(comportamento=lento)
        await uno.avvia(bus)
        eventi = [consegnata() for _ in range(4)]
        await emetti(db, *eventi)
        primo, secondo = Relay("minimo", db, bus, lotto=2), Relay("minimo", db, bus, lotto=2)

        in_corso = asyncio.create_task(primo.passata())
        await entro(10, lambda: uno.in_mano > 0)
        await secondo.passata()
        assert await conta(db, "outbox", "errore = 'RIFIUTATO'") == 2

        freno.set()
        await in_corso
        await matura(db)
        await spedisci(secondo, database=db)
        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))


class TestSenzaAscoltatori:
    async def test_declared_facts_leave_the_outbox(self, banco: Banco, db: Database) -> None:
        await banco.lega()
        banco.senza_ascoltatori.add(TIPO)
        await emetti(db, consegnata(), non_recapitata())

        await relay_di(db, banco.bus()).passata()

        assert await conta(db, "outbox", f"tipo = '{TIPO}'") == 0
        assert await conta(db, "outbox", "errore = 'NON_INSTRADABILE'") == 1

    async def test_declared_facts_reach_whoever_listens_all_the_same(
        self, banco: Banco, db: Database, replica: CreaReplica
    ) -> None:
        await banco.lega(TIPO)
        banco.senza_ascoltatori.add(TIPO)
        await replica().avvia(banco.bus())
        evento = consegnata()
        await emetti(db, evento)

        await spedisci(relay_di(db, banco.bus()), database=db)

        await aspetta_effetti(db, evento.domanda_id)


async def _smaltito(relay: Relay, db: Database) -> bool:
    await matura(db)
    await relay.passata()
    return await conta(db, "outbox") == 0 and sum((await effetti(db)).values()) == 60
