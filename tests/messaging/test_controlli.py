# SPDX-License-Identifier: EUPL-1.2
"""Controls: with a bug planted on purpose, the check of the promise it breaks must fail."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.notifiche import NotificaConsegnataV1
from shared.db.session import Database, Session
from shared.messaging import consumer, relay
from shared.messaging.bus import Bus, EsitoPubblicazione, Messaggio, Ricevi
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from tests.messaging import verifiche
from tests.messaging.banco import Banco, BusSpia, Replica, emetti
from tests.messaging.conftest import CreaReplica
from tests.messaging.test_scarti import veleno
from tests.messaging.verifiche import relay_di
from tests.support.minimo import consegnata

_SENZA_INBOX = "SELECT id FROM unnest($1::uuid[], $2::text[]) AS m (id, tipo)"


class _ConsumerSenzaDivisione(Consumer):
    """Sets a failed batch aside whole."""

    async def _applica_o_dividi(self, messaggi: list[Messaggio], *, tentativo: int | None = None) -> None:
        errore = await self._prova(messaggi)
        for messaggio in messaggi if errore else ():
            await self._metti_da_parte(messaggio, errore or Exception(), tentativo=tentativo)


class RelayFiducioso(Relay):
    """Takes whatever happened for a confirm."""

    async def _registra(self, session: Session, righe: Sequence[Any], esiti: Sequence[EsitoPubblicazione]) -> int:
        return await super()._registra(session, righe, [EsitoPubblicazione.CONFERMATO] * len(righe))


class _RelayConCursore:
    """Reads after the last id seen, instead of what is there."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._vero = relay_di(database, bus)
        self._database = database
        self._ultimo = UUID(int=0)

    async def passata(self) -> bool:
        async with self._database.connection() as conn:
            visti = await conn.fetch("SELECT id FROM outbox WHERE id > $1 ORDER BY id", self._ultimo)
            if not visti:
                await conn.execute("DELETE FROM outbox")
                return False
        self._ultimo = visti[-1]["id"]
        return await self._vero.passata()


def _conferma_prima(replica: Replica) -> Ricevi:
    """Acknowledge first, and work afterwards."""
    vera, compiti = replica.ricevi, set()

    async def ricevi(messaggi: Sequence[Messaggio]) -> None:
        compito = asyncio.create_task(_senza_rumore(vera, messaggi))
        compiti.add(compito)

    return ricevi


async def _senza_rumore(vera: Ricevi, messaggi: Sequence[Messaggio]) -> None:
    try:
        await vera(messaggi)
    except Exception:  # lost, as in a process that dies
        return


async def test_without_the_inbox_a_double_is_seen(
    db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_INSERT_INBOX", _SENZA_INBOX)

    with pytest.raises(AssertionError):
        await verifiche.un_messaggio_ripetuto_ha_un_effetto(replica("a"), replica("b"), db)


async def test_without_the_inbox_the_death_of_the_relay_is_seen(
    banco: Banco, db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_INSERT_INBOX", _SENZA_INBOX)

    with pytest.raises(AssertionError):
        await verifiche.la_morte_dopo_la_pubblicazione_e_assorbita(banco, replica(), db)


async def test_an_acknowledgement_before_the_commit_is_seen(
    banco: Banco, db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiche, "ATTESA_SECONDS", 1.0)
    uno = replica()
    uno.ricevi = _conferma_prima(uno)

    with pytest.raises(AssertionError):
        await verifiche.cio_che_non_e_salvo_torna(banco, uno, db)


async def test_a_batch_set_aside_whole_is_seen(db: Database, replica: CreaReplica) -> None:
    uno = replica(comportamento=veleno)
    uno.consumer.__class__ = _ConsumerSenzaDivisione

    with pytest.raises(AssertionError):
        await verifiche.il_veleno_non_contagia(uno, db)


async def test_a_relay_that_takes_anything_for_a_confirm_is_seen(
    banco: Banco, db: Database, replica: CreaReplica
) -> None:
    with pytest.raises(AssertionError):
        await verifiche.cio_che_non_ha_strada_resta(banco, replica(), db, RelayFiducioso("minimo", db, banco.bus()))


async def test_a_relay_that_locks_no_rows_is_seen(
    banco: Banco, db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_PRENDI", relay._PRENDI.replace("FOR UPDATE SKIP LOCKED", ""))

    with pytest.raises(AssertionError):
        await verifiche.piu_relay_si_dividono_il_lavoro(banco, replica(), db, relay_di)


async def test_a_relay_with_a_cursor_is_seen(
    banco: Banco, db: Database, replica: CreaReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiche, "ATTESA_SECONDS", 1.0)

    with pytest.raises(AssertionError):
        await verifiche.chi_scrive_piano_non_e_saltato(banco, replica(), db, _RelayConCursore)


async def test_a_stop_that_does_not_wait_is_seen(banco: Banco, db: Database, replica: CreaReplica) -> None:
    freno = asyncio.Event()

    async def lento(_: NotificaConsegnataV1) -> None:
        await asyncio.wait_for(freno.wait(), 10)

    class Frettolosa(Replica):
        async def ferma(self) -> None:
            """Stop without waiting."""

    uno = replica("a", comportamento=lento)
    vera = uno.ferma
    uno.__class__ = Frettolosa

    with pytest.raises(AssertionError):
        await verifiche.chi_si_ferma_finisce_cio_che_ha_in_mano(banco, uno, replica("b"), db, freno)
    await vera()


async def test_a_spy_sees_what_is_published(banco: Banco, db: Database) -> None:
    spia = BusSpia(banco.bus())
    await banco.lega()
    messaggio_ids = await emetti(db, consegnata())

    await relay_di(db, spia).passata()

    assert list(spia.pubblicati) == messaggio_ids
