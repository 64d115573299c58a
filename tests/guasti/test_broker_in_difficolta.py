# SPDX-License-Identifier: EUPL-1.2
"""The broker that takes nothing: memory alarm, queue full, deleted, changed, unbound. The rows stay, the alarm rings, nothing is lost."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest
from prometheus_client import REGISTRY

from deploy.demo.modulo import modulo_di
from deploy.locale.rabbitmq import Nodo
from deploy.locale.topologia import code
from deploy.sandbox.persone import mondo_di
from shared.db.session import Database
from shared.kernel.calendario import adesso
from shared.messaging import relay as modulo_relay
from shared.messaging.rabbitmq import BusRabbit, crea_topologia
from shared.messaging.relay import Relay
from tests.conftest import CreaServizio
from tests.guasti.test_frame_recisi import banco, db  # noqa: F401 - fixtures
from tests.messaging.banco import CODA, TIPO, BancoRabbit, Replica, conta, conta_le_uscite, effetti, emetti, matura
from tests.messaging.test_controlli import RelayFiducioso
from tests.support.attese import entro
from tests.support.minimo import consegnata
from tests.support.orologio import OrologioDiProva

_ALLARME_ENTRO_SECONDS = 30.0
_EVENTI = 30


def _misura(nome: str, servizio: str) -> float:
    return REGISTRY.get_sample_value(f"inclusione_outbox_{nome}", {"servizio": servizio}) or 0.0


async def _piena(banco: BancoRabbit) -> None:  # noqa: F811
    await banco.elimina_coda()
    await banco.lega(TIPO, byte_massimi=2_000)


async def _slegata(banco: BancoRabbit) -> None:  # noqa: F811
    await banco.elimina_coda()
    await banco.lega()


async def _eliminata(banco: BancoRabbit) -> None:  # noqa: F811
    await banco.elimina_coda()


async def _cambiata(banco: BancoRabbit) -> None:  # noqa: F811
    """Make it again as somebody would by hand: another kind of queue, bound to nothing."""
    await banco.elimina_coda()
    async with await aio_pika.connect(banco.nodo.url) as connessione:
        await (await connessione.channel()).declare_queue(banco.prefisso + CODA, durable=False)


_GUASTI: dict[str, Callable[[BancoRabbit], Awaitable[None]]] = {
    "piena": _piena, "slegata": _slegata, "eliminata": _eliminata, "cambiata": _cambiata,
}  # fmt: skip


class TestCoda:
    """A queue that does not take the messages, with its relay at work."""

    async def _guasta_e_ripara(self, db: Database, banco: BancoRabbit, relay: Relay, guasto: str) -> float:  # noqa: F811
        replica, eventi = Replica("a", db), [consegnata(avviso="x" * 400) for _ in range(_EVENTI)]
        await _GUASTI[guasto](banco)
        relay.ciclo.avvia()
        try:
            inizio = time.monotonic()
            await emetti(db, *eventi)
            await entro(_ALLARME_ENTRO_SECONDS, lambda: self._suona(db, eventi))
            allarme = time.monotonic() - inizio
            assert await conta(db, "outbox") > 0
            await self._ripara(banco, guasto)
            await replica.avvia(banco.bus())
            await entro(20, lambda: _vuota(db, relay))
            await entro(10, lambda: _arrivati(db, len(eventi)))
            assert await effetti(db) == Counter(evento.domanda_id for evento in eventi)
            await entro(10, lambda: _misura("respinte", "minimo") == 0)
        finally:
            await asyncio.gather(relay.ciclo.ferma(), replica.ferma())
        return allarme

    async def _suona(self, db: Database, eventi: list[Any]) -> bool:  # noqa: F811
        """Look at the alarm; the limit of a queue is soft, so what leaves together may all get in: then more follows."""
        if _misura("respinte", "minimo") > 0:
            return True
        if not await conta(db, "outbox"):
            altri = [consegnata(avviso="x" * 400) for _ in range(_EVENTI)]
            eventi += altri
            await emetti(db, *altri)
        return False

    async def _ripara(self, banco: BancoRabbit, guasto: str) -> None:  # noqa: F811
        if guasto == "cambiata":
            await banco.elimina_coda()
        if guasto != "piena":  # that one is emptied by whoever consumes
            await banco.lega(TIPO)

    @pytest.mark.parametrize("guasto", _GUASTI)
    async def test_that_takes_nothing_rings_and_loses_nothing(
        self, db: Database, banco: BancoRabbit, guasto: str  # noqa: F811
    ) -> None:  # fmt: skip
        allarme = await self._guasta_e_ripara(db, banco, Relay("minimo", db, banco.bus()), guasto)

        print(f"coda {guasto}: allarme in {allarme:.1f} s")  # noqa: T201 - quoted by the document

    @pytest.mark.parametrize("guasto", _GUASTI)
    async def test_control_a_relay_that_trusts_is_found(
        self, db: Database, banco: BancoRabbit, guasto: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
    ) -> None:  # fmt: skip
        monkeypatch.setitem(globals(), "_ALLARME_ENTRO_SECONDS", 3.0)

        with pytest.raises(AssertionError):
            await self._guasta_e_ripara(db, banco, RelayFiducioso("minimo", db, banco.bus()), guasto)


async def _vuota(db: Database, relay: Relay) -> bool:  # noqa: F811
    await matura(db)
    relay.ciclo.sveglia()
    return not await conta(db, "outbox")


async def _arrivati(db: Database, quanti: int) -> bool:  # noqa: F811
    return len(await effetti(db)) >= quanti


@pytest.fixture
def copie(monkeypatch: pytest.MonkeyPatch) -> "Counter[UUID]":
    """Count how many times each message leaves this process for the broker."""
    return conta_le_uscite(monkeypatch)


class TestAllarmeDiMemoria:
    """The broker blocks who publishes; `domande` in process, with its API and its relay."""

    @pytest.fixture
    async def prefisso(self, rabbit_da_solo: Nodo) -> AsyncIterator[str]:
        prefisso = f"a{uuid4().hex[:8]}."
        await crea_topologia(rabbit_da_solo.url, code(), prefisso=prefisso)
        yield prefisso
        async with await aio_pika.connect(rabbit_da_solo.url) as connessione:
            canale = await connessione.channel()
            for coda in code():
                await canale.queue_delete(prefisso + coda)
                await canale.queue_delete(f"{prefisso}{coda}.dead")

    @contextmanager
    def _allarme(self, nodo: Nodo) -> Iterator[None]:
        nodo.comando("set_vm_memory_high_watermark", "0.0000001")
        try:
            yield
        finally:
            nodo.comando("set_vm_memory_high_watermark", "0.6")

    async def _accoglie(
        self, nodo: Nodo, prefisso: str, crea_servizio: CreaServizio, *, per_seconds: float
    ) -> tuple[set[int], float]:
        """Present domande before, during and after the alarm; give the answers, and the age of the oldest waiting event."""
        servizio = await crea_servizio("domande", ruoli=("api", "relay"), bus_url=nodo.url, bus_prefisso=prefisso)
        caf, risposte = servizio.come("CAF-ALFA"), set()

        async def presenta(da: int, a: int) -> None:
            for nucleo in mondo_di(1).nuclei[da:a]:
                intestazioni = {"Idempotency-Key": f"allarme-{nucleo.numero:05d}"}
                risposta = await caf.post("/v1/domande", json=modulo_di(nucleo), headers=intestazioni)
                risposte.add(risposta.status_code)

        async def tace() -> bool:
            return await conta(servizio.database, "outbox") == 0

        await presenta(0, 5)
        await entro(10, tace)
        with self._allarme(nodo):
            await presenta(5, 10)
            await entro(_ALLARME_ENTRO_SECONDS, lambda: _misura("secondi", "domande") > per_seconds)
            attesa = _misura("secondi", "domande")
            await presenta(10, 15)
        await entro(_ALLARME_ENTRO_SECONDS, tace)
        return risposte, attesa

    async def test_stops_the_publisher_without_copies_and_not_the_api(
        self, rabbit_da_solo: Nodo, prefisso: str, crea_servizio: CreaServizio, orologio: OrologioDiProva,
        copie: "Counter[UUID]", monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self._in_fretta(orologio, monkeypatch)

        risposte, attesa = await self._accoglie(rabbit_da_solo, prefisso, crea_servizio, per_seconds=5)

        assert risposte == {201}
        assert len(copie) == 15
        assert max(copie.values()) <= 2
        ripetuti = sum(n - 1 for n in copie.values())
        print(f"allarme: evento fermo da {attesa:.0f} s, {ripetuti} copie")  # noqa: T201 - quoted by the document

    async def test_control_a_publisher_that_insists_makes_copies(
        self, rabbit_da_solo: Nodo, prefisso: str, crea_servizio: CreaServizio, orologio: OrologioDiProva,
        copie: "Counter[UUID]", monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        async def non_guarda(_bus: BusRabbit, _connessione: object) -> None:
            return None

        self._in_fretta(orologio, monkeypatch)
        monkeypatch.setattr(BusRabbit, "_non_bloccata", non_guarda)

        await self._accoglie(rabbit_da_solo, prefisso, crea_servizio, per_seconds=15)

        assert max(copie.values()) > 2

    def _in_fretta(self, orologio: OrologioDiProva, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wait for a confirm less than in production, and look at the outbox more often, whose age is by the true clock."""
        orologio.vai(adesso())
        monkeypatch.setattr("shared.messaging.rabbitmq.bus.CONFERMA_SECONDS", 1.0)
        monkeypatch.setattr(modulo_relay, "_MISURA_OGNI_SECONDS", 0.5)
