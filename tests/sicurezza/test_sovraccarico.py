# SPDX-License-Identifier: EUPL-1.2
"""Overload: the door of the service, and one real process that is asked ten times what it can do."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import uvloop

from deploy.bench.sovraccarico import Misure, misura
from deploy.locale.postgres import postgres_locale
from shared.web.ammissione import Ammissione, Sovraccarico


class TestAmmissione:
    async def test_lets_in_in_order_of_arrival(self) -> None:
        porta, entrati = Ammissione(2, attesa_seconds=5), list[int]()

        async def entra(numero: int) -> None:
            await porta.entra()
            entrati.append(numero)
            porta.esci()

        for _ in range(2):
            await porta.entra()
        compiti = [asyncio.create_task(entra(n)) for n in range(2)]
        await asyncio.sleep(0)
        porta.esci()
        await asyncio.gather(*compiti)

        assert entrati == [0, 1]

    async def test_refuses_at_once_when_the_queue_is_full_and_soon_when_nobody_leaves(self) -> None:
        porta = Ammissione(1, attesa_seconds=0.01)
        await porta.entra()
        in_attesa = asyncio.create_task(porta.entra())
        await asyncio.sleep(0)

        assert porta.piena
        with pytest.raises(Sovraccarico):
            await porta.entra()
        with pytest.raises(Sovraccarico):
            await in_attesa

    async def test_never_loses_a_place(self) -> None:
        """Whoever gives up waiting, in whatever instant, takes no place away."""
        porta = Ammissione(3, attesa_seconds=0.002)

        async def uno(n: int) -> bool:
            try:
                await porta.entra()
            except Sovraccarico:
                return False
            await asyncio.sleep(0.001 * (n % 4))
            porta.esci()
            return True

        async def annullato(n: int) -> None:
            compito = asyncio.create_task(uno(n))
            await asyncio.sleep(0)
            if not compito.done() and porta.piena:
                compito.cancel()
            await asyncio.gather(compito, return_exceptions=True)

        for _ in range(30):
            await asyncio.gather(*(uno(n) for n in range(5)), *(annullato(n) for n in range(5)))
        for _ in range(3):
            await asyncio.wait_for(porta.entra(), 1)
        with pytest.raises(Sovraccarico):
            await porta.entra()


def prova(cartella: Path, misure: Misure) -> dict[str, Any]:
    """Run the trial on servers of its own, with a loop quick enough not to be what is measured."""
    with postgres_locale(cartella / "postgres", durevole=False) as server:
        return uvloop.run(misura(server, "interno", cartella, misure=misure))


@pytest.mark.timeout(180)
class TestDieciVolte:
    def test_the_capacity_leaves_what_is_accepted_saved_and_quick(self, tmp_path: Path) -> None:
        figure = prova(tmp_path, Misure(prima=300, secondi=2, insieme=16))

        assert figure["salvate_meno_accettate"] == 0
        assert (figure["altre_risposte"], figure["respinte_senza_retry_after"]) == (0, 0)
        assert figure["respinte_503_429"] > figure["accettate"] > 0
        assert figure["p99_accettate_ms"] < 1000
        assert figure["dopo_non_accettate"] == 0

    def test_without_a_door_makes_everybody_wait_too_long(self, tmp_path: Path) -> None:
        """Control."""
        figure = prova(tmp_path, Misure(prima=300, secondi=0.5, insieme=1_000_000))

        assert figure["p99_accettate_ms"] > 1000
