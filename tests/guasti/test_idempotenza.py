# SPDX-License-Identifier: EUPL-1.2
"""One key is one act: on two replicas, with another body, after a restart, and when the process dies before it answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.demo.modulo import modulo_di
from deploy.locale.documenti import openapi
from deploy.sandbox.persone import mondo_di
from shared.db.migrazioni import SERVIZI
from tests.guasti import invarianti
from tests.guasti.carico import Clienti
from tests.guasti.flotta import Flotta, flotta
from tests.guasti.impianto import Giro, Impianto
from tests.guasti.punti import DOPO_IL_COMMIT, PRIMA_DEL_COMMIT, arma

pytestmark = pytest.mark.timeout(180)
_VOLTE = 50
_NUCLEI = mondo_di(1).nuclei
_OCCUPA = """
SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(E'\x1f', soggetto, operazione, $1::text), 0)) FROM idempotenza
"""


@dataclass
class Sportello:
    """Two replicas of `domande` and a caller that sends by hand, without coming back."""

    giro: Giro
    processi: Flotta
    clienti: Clienti

    async def manda(self, corpo: Any, *, chiave: str, replica: int) -> httpx.Response:
        """Send once; without a header when there is no key."""
        intestazioni = {"Authorization": f"Bearer {await self.clienti.caf()}"}
        intestazioni |= {"Idempotency-Key": chiave} if chiave else {}
        url = f"{self.processi.di('domande')[replica].url}/v1/domande"
        return await self.clienti.http.post(url, json=corpo, headers=intestazioni)

    async def conta(self, tabella: str, condizione: str = "TRUE") -> int:
        """Count rows of `domande`."""
        sql = f"SELECT count(*) FROM {tabella} WHERE {condizione}"
        letti = await invarianti.leggi(self.giro, {"quante": ("domande", sql)})
        return int(letti["quante"][0][0])


@pytest.fixture
async def sportello(servito: Impianto, request: pytest.FixtureRequest) -> AsyncIterator[Sportello]:
    """Open it on an empty database; the parameter, if there is one, is a bug to plant."""
    giro, difetti = await servito.giro(), [d] if (d := getattr(request, "param", "")) else []
    async with AsyncExitStack() as pila:
        processi = await pila.enter_async_context(flotta(giro, {"domande": 2}, difetti=difetti))
        clienti = await pila.enter_async_context(Clienti.di(processi))
        yield Sportello(giro, processi, clienti)


async def _cinquanta_volte(sportello: Sportello) -> list[str]:
    """Send each domanda fifty times at once to two replicas; say what is not one domanda, one event, one answer."""
    corpi, violazioni = [modulo_di(nucleo) for nucleo in _NUCLEI[:6]], []
    for i, corpo in enumerate(corpi):
        risposte = await asyncio.gather(
            *(sportello.manda(corpo, chiave=f"chiave-{i}", replica=n % 2) for n in range(_VOLTE))
        )
        if len({r.text for r in risposte if r.status_code == 201}) != 1:
            violazioni.append(f"chiave {i}: risposte diverse")
        violazioni += [f"chiave {i}: {r.status_code} {r.text[:100]}" for r in risposte if not _attesa(r)]
    for tabella, condizione in (("domanda", "TRUE"), ("guasti_emesso", "tipo = 'domande.domanda_presentata.v1'")):
        if (quante := await sportello.conta(tabella, condizione)) != len(corpi):
            violazioni.append(f"{quante} righe in {tabella} per {len(corpi)} chiavi")
    return violazioni


def _attesa(risposta: httpx.Response) -> bool:
    in_corso = risposta.status_code == 409 and risposta.json()["type"].endswith("/richiesta-in-corso")
    return risposta.status_code == 201 or (in_corso and "Retry-After" in risposta.headers)


class TestContratto:
    """What each operation says of its key, in the five documents."""

    # Searches, simulations and drafts leave nothing to be done twice; the others put a row back in its queue.
    _SENZA = frozenset({
        "search_domande", "search_accessi", "create_simulazione", "create_bozza", "edit_bozza", "remove_bozza",
        "create_rielaborazione", "create_ripetizione",
    })  # fmt: skip

    @pytest.mark.parametrize("servizio", SERVIZI)
    def test_every_write_has_a_key_or_a_reason_not_to(self, servizio: str) -> None:
        paths: dict[str, Any] = openapi(servizio)["paths"]  # type: ignore[assignment]
        scritture = [
            o for metodi in paths.values() for m, o in metodi.items() if m not in ("get", "head", "parameters")
        ]

        con_chiave = [o for o in scritture if "Idempotency-Key" in json.dumps(o.get("parameters", []))]

        assert {o["operationId"] for o in scritture if o not in con_chiave} <= self._SENZA
        for operazione in con_chiave:
            [chiave] = [p for p in operazione["parameters"] if p["name"] == "Idempotency-Key"]
            assert chiave["required"], operazione["operationId"]
            assert {"400", "409", "422"} <= set(operazione["responses"]), operazione["operationId"]


class TestStessaChiave:
    async def test_fifty_times_on_two_replicas_is_one_domanda_and_one_answer(self, sportello: Sportello) -> None:
        assert await _cinquanta_volte(sportello) == []

    @pytest.mark.parametrize("sportello", ["senza-chiave"], indirect=True)
    async def test_control_a_service_that_forgets_is_found(self, sportello: Sportello) -> None:
        assert await _cinquanta_volte(sportello)

    async def test_missing_is_refused(self, sportello: Sportello) -> None:
        risposta = await sportello.manda(modulo_di(_NUCLEI[0]), chiave="", replica=0)

        assert risposta.status_code == 400
        assert await sportello.conta("domanda") == 0

    async def test_still_at_work_says_when_to_come_back(self, sportello: Sportello) -> None:
        await sportello.manda(modulo_di(_NUCLEI[0]), chiave="chiave-prima", replica=0)
        conn = await asyncpg.connect(sportello.giro.database["domande"])
        try:
            async with conn.transaction():
                # As the other replica would, between its first statement and its COMMIT.
                await conn.fetchval(_OCCUPA, "chiave-contesa")
                in_corso = await sportello.manda(modulo_di(_NUCLEI[1]), chiave="chiave-contesa", replica=0)
        finally:
            await conn.close()
        poi = await sportello.manda(modulo_di(_NUCLEI[1]), chiave="chiave-contesa", replica=1)

        assert (in_corso.status_code, in_corso.headers["Retry-After"]) == (409, "1")
        assert in_corso.json()["type"].endswith("/richiesta-in-corso")
        assert poi.status_code == 201

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
        ancora = await sportello.manda(corpo, chiave="chiave-unica", replica=1)

        assert not armato.exists()
        assert alla_morte == scritte
        assert (dopo.status_code, dopo.text) == (ancora.status_code, ancora.text)
        assert dopo.status_code == 201
        # The stored answer speaks of the row that is there: what the dead process wrote, if it had written.
        assert await sportello.conta("domanda", f"id = '{dopo.json()['id']}'") == 1
        assert await sportello.conta("domanda") == 1
        assert await sportello.conta("guasti_emesso", "tipo = 'domande.domanda_presentata.v1'") == 1
