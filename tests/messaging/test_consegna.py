# SPDX-License-Identifier: EUPL-1.2
"""From the outbox to the effect, on both buses: at least once delivered, once applied."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database, correlazione
from shared.kernel.calendario import adesso
from shared.messaging.bus import Messaggio
from shared.messaging.relay import Relay
from tests.messaging import verifiche
from tests.messaging.banco import TIPO, Banco, conta, effetti, emetti, matura, per_replica, spedisci
from tests.messaging.conftest import CreaReplica
from tests.messaging.verifiche import aspetta_effetti, relay_di
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.servizio import messaggio_di


class TestConsegna:
    async def test_reaches_the_consumer_once_for_each_event(
        self, banco: Banco, db: Database, replica: CreaReplica
    ) -> None:
        await banco.lega(TIPO)
        await replica().avvia(banco.bus())
        eventi = [consegnata() for _ in range(300)]
        await emetti(db, *eventi)

        await spedisci(relay_di(db, banco.bus()), database=db)

        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))
        assert await conta(db, "inbox") == 300

    async def test_announces_nothing_of_what_is_rolled_back(self, db: Database) -> None:
        async def annuncia_e_fallisce() -> None:
            async with db.transaction() as session:
                session.emit(consegnata(), now=adesso())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await annuncia_e_fallisce()

        assert await conta(db, "outbox") == 0

    async def test_keeps_the_whole_message(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await banco.lega(TIPO)
        arrivati: list[Messaggio] = []
        uno = replica()
        vera = uno.ricevi

        async def annota(messaggi: Sequence[Messaggio]) -> None:
            arrivati.extend(messaggi)
            await vera(messaggi)

        uno.ricevi = annota
        await uno.avvia(banco.bus())
        correlazione.set("filo-1")
        evento = consegnata(versione=4)
        [id_evento] = await emetti(db, evento)
        await spedisci(relay_di(db, banco.bus()), database=db)

        await aspetta_effetti(db, evento.domanda_id)
        [messaggio] = arrivati
        assert (messaggio.id, messaggio.tipo, messaggio.soggetto) == (id_evento, TIPO, evento.domanda_id)
        assert (messaggio.versione, messaggio.correlazione) == (4, "filo-1")
        assert NotificaConsegnataV1.model_validate_json(messaggio.corpo) == evento

    async def test_keeps_apart_the_correlation_ids_of_a_batch(self, db: Database, replica: CreaReplica) -> None:
        visti: dict[object, str] = {}

        async def annota(evento: NotificaConsegnataV1) -> None:
            visti[evento.domanda_id] = correlazione.get()

        messaggi = [messaggio_di(consegnata()) for _ in range(5)]
        diversi = [replace(messaggio, correlazione=f"filo-{n}") for n, messaggio in enumerate(messaggi)]

        await replica(comportamento=annota).ricevi(diversi)

        assert visti == {m.soggetto: m.correlazione for m in diversi}

    async def test_gives_back_what_is_not_safe(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await verifiche.cio_che_non_e_salvo_torna(banco, replica(), db)


class TestDoppioni:
    async def test_have_one_effect(self, db: Database, replica: CreaReplica) -> None:
        await verifiche.un_messaggio_ripetuto_ha_un_effetto(replica("a"), replica("b"), db)

    async def test_have_one_effect_through_the_bus(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await banco.lega(TIPO)
        await replica("a").avvia(banco.bus(), lotto=1)
        await replica("b").avvia(banco.bus(), lotto=1)
        messaggi = [messaggio_di(consegnata()) for _ in range(10)]
        primo, secondo = banco.bus(), banco.bus()

        await asyncio.gather(primo.pubblica(messaggi), secondo.pubblica(messaggi))
        await primo.pubblica(messaggi)

        await aspetta_effetti(db, *(m.soggetto for m in messaggi))

    async def test_of_overlapping_batches_in_opposite_order_do_not_lock_up(
        self, db: Database, replica: CreaReplica
    ) -> None:
        messaggi = [messaggio_di(consegnata()) for _ in range(60)]
        rovesciati = list(reversed(messaggi))

        await asyncio.gather(replica("a").ricevi(messaggi), replica("b").ricevi(rovesciati))

        assert await effetti(db) == Counter(m.soggetto for m in messaggi)
        assert await conta(db, "scarto") == 0


class TestRepliche:
    async def test_share_the_messages(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        await banco.lega(TIPO)
        await replica("a").avvia(banco.bus(), lotto=5)
        await replica("b").avvia(banco.bus(), lotto=5)
        eventi = [consegnata() for _ in range(100)]
        await emetti(db, *eventi)

        await spedisci(Relay("minimo", db, banco.bus(), lotto=10), database=db)

        await aspetta_effetti(db, *(evento.domanda_id for evento in eventi))
        assert set(await per_replica(db)) == {"a", "b"}

    async def test_that_stop_finish_what_they_hold(self, banco: Banco, db: Database, replica: CreaReplica) -> None:
        freno = asyncio.Event()

        async def lento(_: NotificaConsegnataV1) -> None:
            await asyncio.wait_for(freno.wait(), 10)

        await verifiche.chi_si_ferma_finisce_cio_che_ha_in_mano(
            banco, replica("a", comportamento=lento), replica("b"), db, freno
        )

    async def test_that_are_gone_leave_the_rest_in_place(
        self, banco: Banco, db: Database, replica: CreaReplica
    ) -> None:
        await banco.lega(TIPO)
        prima = replica("a")
        await prima.avvia(banco.bus())
        await prima.ferma()
        evento = consegnata()
        await emetti(db, evento)
        relay = relay_di(db, banco.bus())
        await relay.passata()

        await replica("b").avvia(banco.bus())
        await matura(db)
        await entro(10, lambda: _spedito(relay, db))

        await aspetta_effetti(db, evento.domanda_id)


async def _spedito(relay: Relay, db: Database) -> bool:
    await relay.passata()
    return await conta(db, "outbox") == 0
