# SPDX-License-Identifier: EUPL-1.2
"""Poisoned messages of five kinds, one of which kills whoever reads it: the others are all applied, each poison is set aside once."""

import os
import signal
import threading
import time
from dataclasses import dataclass, replace

import aio_pika

from shared.db.session import Database
from shared.messaging.bus import Messaggio
from tests.guasti.consumatore import MORTE, ROTTURA, USCITO, consumatore
from tests.guasti.test_frame_recisi import banco, db  # noqa: F401 - fixtures
from tests.messaging.banco import CODA, BancoRabbit, conta, effetti
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.servizio import messaggio_di

_QUANTI = 5_000 if "GUASTI_LUNGA" in os.environ else 1_000
# As many deliveries as the queue gives, then the attempts that the consumer gives.
_MORTI_MASSIME = 30
_ENTRO_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class Esito:
    """What was found when nothing moved any more."""

    morti: int
    mancano: int
    doppi: int
    veleni_da_parte: int
    altri_da_parte: int
    rimasti_in_dead: int


def _veleni() -> list[Messaggio]:
    """Make one message of each kind that has our attributes; the fifth kind has none."""
    illeggibile, monco, rotto, mortale = (messaggio_di(consegnata(avviso=a)) for a in ("", "", ROTTURA, MORTE))
    return [replace(illeggibile, corpo=b"{non json"), replace(monco, corpo=b'{"versione": 1}'), rotto, mortale]


async def _avvelena(db: Database, banco: BancoRabbit, quanti: int, *, con_restituiti: bool = True) -> Esito:  # noqa: F811
    buoni, veleni, bus = [messaggio_di(consegnata()) for _ in range(quanti)], _veleni(), banco.bus()
    tutti = [*buoni[: quanti // 2], *veleni, *buoni[quanti // 2 :]]
    await bus.pubblica(tutti)
    await banco.pubblica_grezzo(aio_pika.Message(b"senza attributi", message_id="altrui"))
    with consumatore(db.url, banco.nodo.url, banco.prefisso, con_restituiti=con_restituiti) as processo:
        righe: list[str] = []
        lettore = threading.Thread(target=lambda: righe.extend(processo.stdout or ()), daemon=True)
        lettore.start()
        await entro(
            _ENTRO_SECONDS, lambda: _tutti_al_loro_posto(db, banco, len(tutti) + 1, fermi_in_dead=not con_restituiti)
        )
    arrivati, innocenti = await effetti(db), {m.soggetto for m in buoni}
    async with db.connection() as conn:
        da_parte = {riga["id"] for riga in await conn.fetch("SELECT id FROM scarto WHERE stato <> 'RIELABORATO'")}
    suoi = {m.id for m in veleni}
    return Esito(
        morti=righe.count(f"{USCITO}{-signal.SIGKILL}\n"), mancano=len(innocenti - set(arrivati)), doppi=sum(n - 1 for n in arrivati.values()),
        veleni_da_parte=len(da_parte & suoi), altri_da_parte=len(da_parte - suoi), rimasti_in_dead=await _in_dead(banco),
    )  # fmt: skip


async def _tutti_al_loro_posto(db: Database, banco: BancoRabbit, quanti: int, *, fermi_in_dead: bool) -> bool:  # noqa: F811
    """Tell whether each message was applied, was set aside for good, or lies among dead letters that nobody takes."""
    in_dead = await _in_dead(banco)
    posati = await conta(db, "inbox") + await conta(db, "scarto", "stato = 'PARCHEGGIATO'")
    return posati + in_dead >= quanti and (fermi_in_dead or not in_dead)


async def _in_dead(banco: BancoRabbit) -> int:  # noqa: F811
    async with await aio_pika.connect(banco.nodo.url) as connessione:
        coda = await (await connessione.channel()).declare_queue(f"{banco.prefisso}{CODA}.dead", passive=True)
        return coda.declaration_result.message_count or 0


async def test_the_others_are_applied_and_each_poison_is_set_aside_once(db: Database, banco: BancoRabbit) -> None:  # noqa: F811
    inizio = time.monotonic()
    esito = await _avvelena(db, banco, _QUANTI)

    assert 20 <= esito.morti <= _MORTI_MASSIME
    # The fifth poison, without attributes, is the only other one.
    assert replace(esito, morti=0) == Esito(0, 0, 0, veleni_da_parte=4, altri_da_parte=1, rimasti_in_dead=0)
    print(f"{_QUANTI} messaggi, 5 veleni, {esito.morti} morti, {time.monotonic() - inizio:.0f} s")  # noqa: T201 - quoted


async def test_control_dead_letters_that_nobody_takes_keep_the_innocent(db: Database, banco: BancoRabbit) -> None:  # noqa: F811
    esito = await _avvelena(db, banco, 50, con_restituiti=False)

    # More than the poison: what was delivered together with it as often as it was.
    assert esito.rimasti_in_dead > 1
