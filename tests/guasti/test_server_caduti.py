# SPDX-License-Identifier: EUPL-1.2
"""Broker and database taken away under load: the API says so, or does not even notice; nothing is lost."""

import asyncio
import time
from collections.abc import Callable

import pytest

from deploy.demo.modulo import modulo_di
from deploy.sandbox.modello import Nucleo
from deploy.sandbox.persone import mondo_di
from tests.guasti import invarianti
from tests.guasti.carico import Clienti, insieme
from tests.guasti.flotta import flotta
from tests.guasti.impianto import Impianto
from tests.guasti.invarianti import Promesse
from tests.guasti.quiete import quiete

pytestmark = pytest.mark.timeout(400)
_SERVIZI = {"domande": 1, "verifiche_anagrafiche": 1, "presa_in_carico": 1, "notifiche": 1, "erogazioni": 1}
_DOMANDE = 60
_SPENTO_SECONDS = 20.0


async def _sotto_carico(
    servito: Impianto, *, giu: Callable[[], object], su: Callable[[], object], spento_seconds: float
) -> tuple[Clienti, list[str], float]:
    """Present domande at a steady pace across the outage; give the callers, what was broken, the seconds to drain."""
    giro = await servito.giro()
    promesse = Promesse({})
    async with flotta(giro, _SERVIZI) as processi, Clienti.di(processi) as clienti:
        token = await clienti.caf()

        async def presenta(nucleo: Nucleo) -> None:
            chiave = f"caduto-{nucleo.numero:04d}"
            risposta = await clienti.post("domande", "/v1/domande", token, modulo_di(nucleo), chiave=chiave)
            assert risposta.status_code == 201, f"{risposta.text}\n{processi.errori()}"
            promesse.ricevute[risposta.json()["id"]] = nucleo

        async def guasto() -> None:
            await asyncio.sleep(1)
            try:
                await asyncio.to_thread(giu)
                await asyncio.sleep(spento_seconds)
            finally:
                su()

        nuclei = mondo_di(1).nuclei[:_DOMANDE]
        await asyncio.gather(insieme(nuclei, presenta, quanti=8, al_secondo=_DOMANDE / (spento_seconds + 2)), guasto())
        inizio = time.monotonic()
        attesa = await quiete(giro, pazienza_seconds=30)
        violazioni = await invarianti.messaggi(giro) + await invarianti.domande(giro, promesse)
        violazioni += [f"restano {attesa.mancano}"] if attesa.mancano else []
        violazioni += clienti.imprevisti + processi.imprevisti + processi.annullati()
    return clienti, violazioni, time.monotonic() - inizio


async def test_the_api_does_not_notice_that_the_broker_is_down(servito: Impianto) -> None:
    nodo = servito.nodo

    clienti, violazioni, secondi = await _sotto_carico(
        servito, giu=nodo.uccidi, su=nodo.riavvia, spento_seconds=_SPENTO_SECONDS
    )

    assert violazioni == []
    assert clienti.risposte == {201: _DOMANDE}
    assert clienti.senza_risposta == set()
    print(f"broker fermo {_SPENTO_SECONDS:.0f} s, arretrato smaltito in {secondi:.1f} s")  # noqa: T201 - quoted


async def test_without_the_database_the_api_says_when_to_come_back(servito: Impianto) -> None:
    clienti, violazioni, secondi = await _sotto_carico(
        servito, giu=servito.ferma_postgres, su=servito.riavvia_postgres, spento_seconds=3.0
    )

    assert violazioni == []
    assert set(clienti.risposte) == {201, 503}
    assert clienti.risposte[201] == _DOMANDE
    print(f"database ucciso, {clienti.risposte[503]} risposte 503, smaltito in {secondi:.1f} s")  # noqa: T201 - quoted
