# SPDX-License-Identifier: EUPL-1.2
"""The loops beside the requests: woken, merged, drained, outliving what fails; quiet when there is nothing to do."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from shared.db.session import Database, Session
from shared.kernel.calendario import adesso
from shared.messaging.interno import BusInterno
from shared.messaging.jobs import Ciclo, Job, ciclo_di
from shared.messaging.relay import Relay
from tests.support.attese import entro
from tests.support.minimo import consegnata


class TestCiclo:
    async def test_goes_on_while_there_is_more_then_waits_to_be_woken(self) -> None:
        passate = 0

        async def passata() -> bool:
            nonlocal passate
            passate += 1
            return passate < 5

        ciclo = Ciclo("prova", passata, intervallo_seconds=60)
        ciclo.avvia()
        await entro(2, lambda: ciclo.inattivo)
        assert passate == 5

        ciclo.sveglia()
        await entro(2, lambda: passate == 6)
        await ciclo.ferma()

    async def test_makes_one_pass_of_many_wakes(self) -> None:
        passate = 0

        async def passata() -> bool:
            nonlocal passate
            passate += 1
            return False

        ciclo = Ciclo("prova", passata, intervallo_seconds=60)
        ciclo.avvia()
        await entro(2, lambda: ciclo.inattivo)
        for _ in range(100):
            ciclo.sveglia()
        await entro(2, lambda: ciclo.inattivo)
        await ciclo.ferma()

        assert passate == 2

    async def test_outlives_a_pass_that_fails(self) -> None:
        passate = 0

        async def passata() -> bool:
            nonlocal passate
            passate += 1
            if passate == 1:
                raise ZeroDivisionError
            return False

        ciclo = Ciclo("prova", passata, intervallo_seconds=60)
        ciclo.avvia()

        await entro(5, lambda: passate == 2)
        await ciclo.ferma()

    async def test_lets_the_pass_in_hand_finish(self) -> None:
        freno, finite = asyncio.Event(), []

        async def passata() -> bool:
            await freno.wait()
            finite.append(1)
            return True

        ciclo = Ciclo("prova", passata)
        ciclo.avvia()
        arresto = asyncio.create_task(ciclo.ferma())
        await asyncio.wait([arresto], timeout=0.05)
        freno.set()
        await arresto

        assert finite == [1]

    async def test_does_not_wake_itself(self, db: Database) -> None:
        bus, passate = BusInterno(senza_ascoltatori={consegnata().tipo}), 0
        await bus.open()
        relay = Relay("minimo", db, bus)
        vera = relay.passata

        async def contata() -> bool:
            nonlocal passate
            passate += 1
            return await vera()

        ciclo = Ciclo("relay", contata, intervallo_seconds=60)
        db.dopo_commit.append(lambda _: ciclo.sveglia())
        ciclo.avvia()
        async with db.transaction() as session:
            session.emit(consegnata(), now=adesso())
        await entro(5, lambda: passate >= 2 and ciclo.inattivo)
        await asyncio.wait([asyncio.create_task(ciclo.ferma(entro_seconds=0.2))])

        assert passate <= 3


class TestJob:
    async def test_works_every_due_row_and_leaves_the_failed_to_their_lease(self, db: Database) -> None:
        async with db.transaction() as session:
            await session.execute(
                "INSERT INTO effetto SELECT gen_random_uuid(), n, 'da fare', 'job' FROM generate_series(1, 20) n"
            )

        async def prendi(session: Session, _now: datetime, quanti: int) -> Sequence[int]:
            righe = await session.fetch(
                "UPDATE effetto SET testo = 'presa' WHERE versione IN (SELECT versione FROM effetto WHERE testo = 'da fare' "
                "ORDER BY versione LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING versione",
                quanti,
            )
            return [riga["versione"] for riga in righe]

        async def esegui(riga: int, _now: datetime) -> None:
            if riga == 13:
                raise ZeroDivisionError
            async with db.transaction() as session:
                await session.execute("UPDATE effetto SET testo = 'fatta' WHERE versione = $1", riga)

        ciclo = ciclo_di(Job("prova", prendi, esegui, intervallo_seconds=60), database=db, orologio=adesso)
        ciclo.avvia()
        await entro(5, lambda: ciclo.inattivo)
        await ciclo.ferma()

        async with db.connection() as conn:
            assert await conn.fetchval("SELECT count(*) FROM effetto WHERE testo = 'fatta'") == 19
            assert await conn.fetchval("SELECT versione FROM effetto WHERE testo = 'presa'") == 13
