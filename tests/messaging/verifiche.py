# SPDX-License-Identifier: EUPL-1.2
"""The promises of messaging as functions: the tests call them on the true code, the controls on a planted bug."""

import asyncio
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from shared.db.session import Database
from shared.kernel.calendario import adesso
from shared.kernel.identita import nuovo_id
from shared.messaging.bus import Bus
from shared.messaging.relay import Relay
from tests.messaging.banco import (
    TIPO,
    Banco,
    BusSpia,
    Passante,
    Replica,
    conta,
    effetti,
    emetti,
    matura,
    scarto,
    spedisci,
)
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.servizio import messaggio_di

ATTESA_SECONDS = 15.0

CreaRelay = Callable[[Database, Bus], Passante]


def relay_di(database: Database, bus: Bus) -> Relay:
    """Make the true relay."""
    return Relay("minimo", database, bus)


async def aspetta_effetti(database: Database, *domande: UUID) -> None:
    """Wait until each domanda was touched; fail if one was touched twice."""
    attesi = Counter(domande)

    async def arrivati() -> bool:
        return set(await effetti(database)) >= set(attesi)

    await entro(ATTESA_SECONDS, arrivati)
    assert await effetti(database) == attesi


async def un_messaggio_ripetuto_ha_un_effetto(replica: Replica, altra: Replica, database: Database) -> None:
    """The same id twice in a batch, in two batches, on two replicas at once."""
    insieme, dopo, altrove = (messaggio_di(consegnata()) for _ in range(3))

    await replica.ricevi([insieme, insieme])
    await replica.ricevi([dopo])
    await replica.ricevi([dopo])
    await asyncio.gather(replica.ricevi([altrove]), altra.ricevi([altrove]))

    assert await effetti(database) == Counter([insieme.soggetto, dopo.soggetto, altrove.soggetto])


async def cio_che_non_e_salvo_torna(banco: Banco, replica: Replica, database: Database) -> None:
    """While the consumer's database is away nothing is acknowledged; when it is back everything is applied."""
    await banco.lega(TIPO)
    await replica.avvia(banco.bus())
    eventi = [consegnata() for _ in range(10)]
    await emetti(database, *eventi)
    assenze = iter([True, True])
    vera = database.transaction

    def a_singhiozzo(*, silenziosa: bool = False) -> object:
        # The relay's transactions are silent ones: only the consumer finds the database away.
        if not silenziosa and next(assenze, False):
            raise ConnectionResetError
        return vera(silenziosa=silenziosa)

    risposte = iter([False, False])

    async def pronto() -> bool:
        return next(risposte, True)

    with pytest.MonkeyPatch.context() as toppa:
        toppa.setattr(database, "transaction", a_singhiozzo)
        toppa.setattr(database, "pronto", pronto)
        relay = relay_di(database, banco.bus())
        await entro(ATTESA_SECONDS, lambda: _insisti(relay, database, len(eventi)))

    await aspetta_effetti(database, *(evento.domanda_id for evento in eventi))


async def _insisti(relay: Relay, database: Database, quanti: int) -> bool:
    await relay.passata()
    await matura(database)
    return sum((await effetti(database)).values()) >= quanti


async def il_veleno_non_contagia(replica: Replica, database: Database) -> None:
    """One message of twenty fails always: the others are applied, it is parked once, with a trace."""
    messaggi = [messaggio_di(consegnata(avviso="veleno" if n == 7 else "buono")) for n in range(20)]

    await replica.ricevi(messaggi)
    for _ in range(3):
        await matura(database)
        await replica.consumer.riprova()

    assert set(await effetti(database)) == {m.soggetto for m in messaggi if m != messaggi[7]}
    assert await conta(database, "scarto") == 1
    parcheggiato = await scarto(database, messaggi[7].id)
    assert parcheggiato is not None
    assert parcheggiato["stato"] == "PARCHEGGIATO"


async def cio_che_non_ha_strada_resta(banco: Banco, replica: Replica, database: Database, relay: Relay) -> None:
    """An event that no queue wants stays in the outbox with its reason; once a queue wants it, it arrives."""
    await banco.lega()
    evento = consegnata()
    [id_evento] = await emetti(database, evento)

    await relay.passata()
    async with database.connection() as conn:
        riga = await conn.fetchrow("SELECT errore, tentativi FROM outbox WHERE id = $1", id_evento)
    assert riga is not None
    assert tuple(riga) == ("NON_INSTRADABILE", 1)

    await banco.lega(TIPO)
    await replica.avvia(banco.bus())
    await matura(database)
    await spedisci(relay, database=database)
    await aspetta_effetti(database, evento.domanda_id)


async def chi_scrive_piano_non_e_saltato(banco: Banco, replica: Replica, database: Database, crea: CreaRelay) -> None:
    """A transaction that took its ids first and commits last is not overtaken for ever."""
    await banco.lega(TIPO)
    await replica.avvia(banco.bus())
    relay = crea(database, banco.bus())
    lento, veloce = consegnata(), consegnata()

    async with database.transaction() as session:
        session.emit(lento, now=adesso(), id_evento=nuovo_id())
        await session.flush()
        session._eventi.clear()
        await emetti(database, veloce)
        await relay.passata()
        await aspetta_effetti(database, veloce.domanda_id)
    await spedisci(relay, database=database)

    await aspetta_effetti(database, lento.domanda_id, veloce.domanda_id)


async def piu_relay_si_dividono_il_lavoro(banco: Banco, replica: Replica, database: Database, crea: CreaRelay) -> None:
    """Four relays side by side publish each row once."""
    await banco.lega(TIPO)
    await replica.avvia(banco.bus())
    spia = BusSpia(banco.bus())
    eventi = [consegnata() for _ in range(100)]
    ids = await emetti(database, *eventi)
    relay = [crea(database, spia) for _ in range(4)]

    await asyncio.gather(*(uno.passata() for uno in relay))
    await spedisci(*relay, database=database)

    assert spia.pubblicati == Counter(ids)
    await aspetta_effetti(database, *(evento.domanda_id for evento in eventi))


async def la_morte_dopo_la_pubblicazione_e_assorbita(banco: Banco, replica: Replica, database: Database) -> None:
    """The relay dies between the confirm and the mark: the row is published again, the effect stays one."""
    await banco.lega(TIPO)
    await replica.avvia(banco.bus())
    spia = BusSpia(banco.bus())
    relay = relay_di(database, spia)
    evento = consegnata()
    [id_evento] = await emetti(database, evento)

    spia.dopo = _muori
    with pytest.raises(asyncio.CancelledError):
        await relay.passata()
    spia.dopo = lambda: None
    await aspetta_effetti(database, evento.domanda_id)
    await spedisci(relay, database=database)

    assert spia.pubblicati[id_evento] == 2
    # A later event shows that the second copy was taken too.
    dopo = consegnata()
    await emetti(database, dopo)
    await spedisci(relay, database=database)
    await aspetta_effetti(database, evento.domanda_id, dopo.domanda_id)


def _muori() -> None:
    raise asyncio.CancelledError


async def chi_si_ferma_finisce_cio_che_ha_in_mano(
    banco: Banco, replica: Replica, altra: Replica, database: Database, freno: asyncio.Event
) -> None:
    """Stopping waits for the batch in hand; the rest goes to another replica; nothing is done twice."""
    await banco.lega(TIPO)
    await replica.avvia(banco.bus(), lotto=2)
    eventi = [consegnata(avviso="lento") for _ in range(6)]
    relay = Relay("minimo", database, banco.bus(), lotto=2)
    await emetti(database, *eventi)

    prima = asyncio.create_task(relay.passata())
    await entro(10, lambda: _in_mano(replica))
    arresto = asyncio.create_task(replica.ferma())
    try:
        gia_ferma, _ = await asyncio.wait([arresto], timeout=0.1)
        assert not gia_ferma
    finally:
        freno.set()
        await asyncio.gather(arresto, prima)
    assert sum((await effetti(database)).values()) >= 1

    await altra.avvia(banco.bus(), lotto=50)
    await matura(database)
    await spedisci(relay, database=database)
    await aspetta_effetti(database, *(evento.domanda_id for evento in eventi))


def _in_mano(replica: Replica) -> bool:
    return replica.in_mano > 0
