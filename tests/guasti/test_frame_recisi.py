# SPDX-License-Identifier: EUPL-1.2
"""The connection to the broker cut inside a frame, while publishing and while delivering: nothing is lost, nothing has two effects."""

import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from shared.db.session import Database
from shared.messaging.bus import Bus
from shared.messaging.rabbitmq import BusRabbit, iscrizione
from shared.messaging.relay import Relay
from tests.guasti.proxy import Proxy, Taglio, Verso
from tests.messaging.banco import TIPO, BancoRabbit, BusSpia, Passante, Replica, conta, effetti, emetti, matura
from tests.messaging.test_controlli import RelayFiducioso
from tests.messaging.verifiche import relay_di
from tests.support.archivi import apri_archivio, svuota
from tests.support.attese import entro
from tests.support.minimo import consegnata, crea_archivio_minimo

SEME = int(os.environ.get("GUASTI_SEME", "20250303"))
_TAGLI, _PER_TAGLIO = 1_000 if "GUASTI_LUNGA" in os.environ else 20, 6
# How far the cut may fall: inside any of the frames of a batch, messages one way and confirms the other.
_PUBBLICANDO = {Verso.SU: 2_500, Verso.GIU: 21}
_CONSEGNANDO = {Verso.SU: 21, Verso.GIU: 2_500}
_ALTRO_ENTRO_SECONDS = 30.0


@pytest.fixture
async def db() -> AsyncIterator[Database]:
    """The database of the smallest service, empty."""
    url = crea_archivio_minimo()
    await svuota(url)
    aperto = await apri_archivio(url)
    yield aperto
    await aperto.close()


@pytest.fixture
async def banco(request: pytest.FixtureRequest) -> AsyncIterator[BancoRabbit]:
    """Names of our own on the broker."""
    scelto = BancoRabbit(request.getfixturevalue("rabbit"))
    await scelto.lega(TIPO)
    yield scelto
    await scelto.chiudi()


@pytest.fixture
async def proxy(banco: BancoRabbit) -> AsyncIterator[Proxy]:
    """The relay in front of the broker."""
    async with Proxy.verso(porta_a_monte=int(urlsplit(banco.nodo.url).port or 0)) as aperto:
        yield aperto


def dietro(proxy: Proxy, banco: BancoRabbit, *, battito: int = 10) -> BusRabbit:
    """Make a bus that reaches the broker through the relay."""
    url = urlsplit(banco.nodo.url)
    indirizzo = f"{url.username}:{url.password}@127.0.0.1:{proxy.porta}"
    return BusRabbit(f"amqp://{indirizzo}/?heartbeat={battito}", prefisso=banco.prefisso)


async def _pubblica_e_taglia(
    db: Database, banco: BancoRabbit, proxy: Proxy, crea: Callable[[Database, Bus], Passante]
) -> int:
    """Publish in batches, each with a cut, until the outbox is empty; give how many copies went out in vain."""
    dado, spia, replica = random.Random(SEME), BusSpia(dietro(proxy, banco)), Replica("a", db)
    relay, eventi = crea(db, spia), [consegnata() for _ in range(_TAGLI * _PER_TAGLIO)]
    await replica.avvia(banco.bus())

    async def smaltito() -> bool:
        try:
            await relay.passata()
        except Exception:  # the loop of the relay outlives any failure of a pass
            return False
        await matura(db)
        return not await conta(db, "outbox")

    try:
        for n in range(_TAGLI):
            await emetti(db, *eventi[n * _PER_TAGLIO : (n + 1) * _PER_TAGLIO])
            taglio = proxy.arma(_taglio(dado, _PUBBLICANDO))
            await entro(_ALTRO_ENTRO_SECONDS, smaltito)
            assert taglio.fatto.is_set(), f"il taglio {n} non è caduto"
        attesi = Counter(evento.domanda_id for evento in eventi)
        await _arrivati(db, attesi)
    finally:
        await replica.ferma()
        await spia.close()
    return sum(spia.pubblicati.values()) - len(eventi)


def _taglio(dado: random.Random, fin_dove: Mapping[Verso, int]) -> Taglio:
    verso = dado.choice(list(Verso))
    return Taglio(verso, dado.randrange(fin_dove[verso]), con_reset=dado.random() < 0.5)


async def _arrivati(db: Database, attesi: Counter[UUID]) -> None:
    async def tutti() -> bool:
        return set(await effetti(db)) >= set(attesi)

    await entro(5, tutti)
    assert await effetti(db) == attesi


class TestPubblicazione:
    async def test_cut_inside_its_frames_loses_nothing(self, db: Database, banco: BancoRabbit, proxy: Proxy) -> None:
        copie = await _pubblica_e_taglia(db, banco, proxy, relay_di)

        assert 0 < copie <= _TAGLI * _PER_TAGLIO
        print(f"{_TAGLI} tagli ogni {_TAGLI * _PER_TAGLIO} pubblicazioni: {copie} copie")  # noqa: T201 - quoted

    async def test_control_a_relay_that_trusts_is_found_to_lose(
        self, db: Database, banco: BancoRabbit, proxy: Proxy
    ) -> None:
        with pytest.raises(AssertionError):
            await _pubblica_e_taglia(db, banco, proxy, lambda database, bus: RelayFiducioso("minimo", database, bus))


class TestConsegna:
    async def test_cut_inside_its_frames_has_one_effect(
        self, db: Database, banco: BancoRabbit, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(iscrizione, "RITARDO_SECONDS", 0.01)
        monkeypatch.setattr(iscrizione, "RITARDO_MASSIMO_SECONDS", 0.02)
        dado, replica = random.Random(SEME), Replica("a", db)
        await replica.avvia(dietro(proxy, banco), lotto=3)
        relay, eventi = Relay("minimo", db, banco.bus()), [consegnata() for _ in range(_TAGLI * _PER_TAGLIO)]

        for n in range(_TAGLI):
            taglio = proxy.arma(_taglio(dado, _CONSEGNANDO))
            await emetti(db, *eventi[n * _PER_TAGLIO : (n + 1) * _PER_TAGLIO])
            await relay.passata()
            await entro(10, taglio.fatto.is_set)

        await _arrivati(db, Counter(evento.domanda_id for evento in eventi))
        await replica.ferma()
