# SPDX-License-Identifier: EUPL-1.2
"""Services that start before their database: alive, not ready, and at work as soon as it is there."""

import time
from collections.abc import Sequence

import httpx
import pytest

from tests.guasti.flotta import Flotta, Replica, flotta
from tests.guasti.impianto import Impianto
from tests.support.attese import entro

pytestmark = pytest.mark.timeout(180)
_SERVIZI = {"domande": 1, "erogazioni": 1}
_PRONTE_ENTRO_SECONDS = 15.0
_VISTE = 3


async def _riavvia_senza_archivio(servito: Impianto, *, difetti: Sequence[str] = ()) -> tuple[Flotta, float]:
    """Start the services with the database down, look at them, start it; give the seconds until they are ready."""
    giro = await servito.giro()
    async with flotta(giro, _SERVIZI) as processi, httpx.AsyncClient(timeout=5) as http:
        for replica in processi.repliche:
            await processi.ferma(replica)
        processi.variabili = {**processi.variabili, "GUASTI_DIFETTO": ",".join(difetti)}
        servito.ferma_postgres()
        try:
            for replica in processi.repliche:
                processi.avvia(replica)
            risposte = [await _non_pronta(http, replica) for replica in processi.repliche for _ in range(_VISTE)]
        finally:
            servito.riavvia_postgres()
        inizio = time.monotonic()
        await processi.pronte()
        secondi = time.monotonic() - inizio
    assert set(risposte) == {503}
    return processi, secondi


async def _non_pronta(http: httpx.AsyncClient, replica: Replica) -> int:
    """Ask until something is said; who is not listening yet is not ready either."""

    async def chiedi() -> int | None:
        try:
            return (await http.get(f"{replica.url}/status")).status_code
        except httpx.TransportError:
            return 503 if replica.servizio == "erogazioni" else None

    return await entro(12, chiedi)


async def test_a_service_waits_for_its_database(servito: Impianto) -> None:
    processi, secondi = await _riavvia_senza_archivio(servito)

    assert processi.imprevisti == []
    assert secondi < _PRONTE_ENTRO_SECONDS
    print(f"pronti {secondi:.1f} s dopo l'archivio")  # noqa: T201 - quoted by the document


async def test_control_a_service_that_leaves_is_seen(servito: Impianto) -> None:
    with pytest.raises(AssertionError, match="non è successo"):
        await _riavvia_senza_archivio(servito, difetti=["archivio-subito"])
