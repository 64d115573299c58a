# SPDX-License-Identifier: EUPL-1.2
"""One key is one act: on two replicas, with another body, after a restart, and when the process dies before it answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from deploy.demo.modulo import modulo_di
from deploy.sandbox.persone import mondo_di
from tests.guasti import invarianti
from tests.guasti.carico import Clienti
from tests.guasti.flotta import Flotta, flotta
from tests.guasti.impianto import Giro, Impianto
from tests.guasti.punti import DOPO_IL_COMMIT, PRIMA_DEL_COMMIT, arma

pytestmark = pytest.mark.timeout(180)
_VOLTE = 50
_NUCLEI = mondo_di(1).nuclei


@dataclass
class Sportello:
    """Two replicas of `domande` and a caller that sends by hand, without coming back."""

    giro: Giro
    processi: Flotta
    clienti: Clienti

    async def manda(self, corpo: Any, *, chiave: str, replica: int) -> httpx.Response:
        """Send once."""
        intestazioni = {"Authorization": f"Bearer {await self.clienti.caf()}", "Idempotency-Key": chiave}
        url = f"{self.processi.di('domande')[replica].url}/v1/domande"
        return await self.clienti.http.post(url, json=corpo, headers=intestazioni)

    async def conta(self, tabella: str, condizione: str = "TRUE") -> int:
        """Count rows of `domande`."""
        sql = f"SELECT count(*) FROM {tabella} WHERE {condizione}"
        letti = await invarianti.leggi(self.giro, {"quante": ("domande", sql)})
        return int(letti["quante"][0][0])


@pytest.fixture
async def sportello(servito: Impianto) -> AsyncIterator[Sportello]:
    """Open it on an empty database."""
    giro = await servito.giro()
    async with AsyncExitStack() as pila:
        processi = await pila.enter_async_context(flotta(giro, {"domande": 2}))
        clienti = await pila.enter_async_context(Clienti.di(processi))
        yield Sportello(giro, processi, clienti)


class TestStessaChiave:
    async def test_fifty_times_on_two_replicas_is_one_domanda_and_one_answer(self, sportello: Sportello) -> None:
        corpi = [modulo_di(nucleo) for nucleo in _NUCLEI[:6]]

        risposte = [
            await asyncio.gather(*(sportello.manda(c, chiave=f"chiave-{i}", replica=n % 2) for n in range(_VOLTE)))
            for i, c in enumerate(corpi)
        ]  # fmt: skip

        for sue in risposte:
            stati = Counter(r.status_code for r in sue)
            assert set(stati) <= {201, 409}, stati
            assert len({r.text for r in sue if r.status_code == 201}) == 1
            in_corso = [r for r in sue if r.status_code == 409]
            assert all(
                r.json()["type"].endswith("/richiesta-in-corso") and "Retry-After" in r.headers for r in in_corso
            )
        assert await sportello.conta("domanda") == len(corpi)
        assert await sportello.conta("guasti_emesso", "tipo = 'domande.domanda_presentata.v1'") == len(corpi)

    async def test_outlives_a_restart_for_its_own_body_only(self, sportello: Sportello) -> None:
        prima = await sportello.manda(modulo_di(_NUCLEI[0]), chiave="chiave-unica", replica=0)
        for replica in sportello.processi.di("domande"):
            await sportello.processi.ferma(replica)
            sportello.processi.avvia(replica)
        await sportello.processi.pronte()

        dopo = await sportello.manda(modulo_di(_NUCLEI[0]), chiave="chiave-unica", replica=1)
        altra = await sportello.manda(modulo_di(_NUCLEI[1]), chiave="chiave-unica", replica=0)

        assert prima.status_code == 201
        assert (dopo.status_code, dopo.text, dopo.headers["Location"]) == (201, prima.text, prima.headers["Location"])
        assert altra.status_code == 422
        assert [e["code"] for e in altra.json()["errors"]] == ["chiave-riusata"]
        assert await sportello.conta("domanda") == 1


class TestMorte:
    @pytest.mark.parametrize(("punto", "scritte"), [(PRIMA_DEL_COMMIT, 0), (DOPO_IL_COMMIT, 1)])
    async def test_before_the_answer_leaves_one_domanda(self, sportello: Sportello, punto: str, scritte: int) -> None:
        corpo = modulo_di(_NUCLEI[0])
        armato = arma(sportello.giro.armi, "domande", punto)

        with pytest.raises(httpx.TransportError):
            await sportello.manda(corpo, chiave="chiave-unica", replica=0)
        alla_morte = await sportello.conta("domanda")
        dopo = await sportello.manda(corpo, chiave="chiave-unica", replica=1)

        assert not armato.exists()
        assert alla_morte == scritte
        assert dopo.status_code == 201
        assert await sportello.conta("domanda") == 1
