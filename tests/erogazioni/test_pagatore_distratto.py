# SPDX-License-Identifier: EUPL-1.2
"""A payer that loses a tenth of the requests and a tenth of the answers, repeats and shuffles its outcomes."""

import os
import random
from collections import Counter
from uuid import UUID, uuid4

import httpx
import pytest

from services.erogazioni import jobs
from services.erogazioni.clients import PagatoreClient
from services.erogazioni.store import flussi
from tests.conftest import CreaServizio
from tests.erogazioni.conftest import Poste
from tests.erogazioni.fatti import aperte, righe
from tests.support.attese import entro
from tests.support.servizio import ServizioInProva

# Larger in the long run: `make soak`.
_RIGHE, _PER_FLUSSO = int(os.environ.get("PAGATORE_RIGHE", "600")), 10
_LIMITE = 90 + _RIGHE // 10  # seconds


class _LineaDistratta(httpx.AsyncBaseTransport):
    """A line to the payer that loses one request in ten, and one answer in ten."""

    def __init__(self, vera: httpx.AsyncBaseTransport, sorte: random.Random) -> None:
        self._vera = vera
        self._sorte = sorte
        self.perse: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "/poste/" not in request.url.path:
            return await self._vera.handle_async_request(request)
        if self._sorte.random() < 0.1:
            self.perse["richieste"] += 1
            raise httpx.ConnectError("la richiesta non è arrivata")
        risposta = await self._vera.handle_async_request(request)
        if self._sorte.random() < 0.1:
            self.perse["risposte"] += 1
            await risposta.aread()
            raise httpx.ReadTimeout("la risposta non è arrivata")
        return risposta


def _distrai(servizio: ServizioInProva, sorte: random.Random) -> _LineaDistratta:
    (job,) = servizio._lavori("invia_flussi")
    pagatore: PagatoreClient = job.esegui.__self__._pagatore  # type: ignore[attr-defined]
    linea = _LineaDistratta(pagatore._http._transport, sorte)
    pagatore._http._transport = linea
    return linea


def _mescola(poste: Poste, sorte: random.Random) -> None:
    """Repeat a third of the outcomes not read yet, and give all of them in another order."""
    for flusso in poste.sandbox.carte.flussi.values():
        if flusso.stato() == "CONCLUSO":
            continue
        unici = list({e.id_disposizione: e for e in flusso.esiti}.values())
        flusso.esiti[:] = [*unici, *sorte.sample(unici, len(unici) // 3)]
        sorte.shuffle(flusso.esiti)


async def _paga(servizio: ServizioInProva, poste: Poste, sorte: random.Random) -> tuple[str, Counter[UUID]]:
    """Run a lotto to its end; give it, with how many reconciliations each uncertain flow took."""
    await aperte(servizio, _RIGHE)
    risposta = await servizio.come("INPS").post(
        "/v1/lotti", json={"misura": "ADI", "mese": "2026-03"}, headers={"Idempotency-Key": f"lotto-{uuid4()}"}
    )
    lotto_id = str(risposta.json()["id"])
    riconciliazioni: Counter[UUID] = Counter()
    (job,) = servizio._lavori("invia_flussi")
    lavori = job.esegui.__self__  # type: ignore[attr-defined]
    riconcilia = lavori._riconcilia

    async def conta(flusso_id: UUID, now: object) -> None:
        riconciliazioni[flusso_id] += 1
        await riconcilia(flusso_id, now)

    lavori._riconcilia = conta

    async def concluso() -> bool:
        await servizio.giro_job(una_volta=True)
        _mescola(poste, sorte)
        async with servizio.database.connection() as conn:
            # Nobody waits for real: what was put off is due now.
            await conn.execute("UPDATE flusso SET prossimo_il = clock_timestamp() WHERE stato <> 'CONCLUSO'")
        return str((await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}")).json()["stato"]) == "CONCLUSO"

    await entro(_LIMITE, concluso)
    return lotto_id, riconciliazioni


@pytest.mark.timeout(30 + _LIMITE)
class TestPagatoreDistratto:
    async def test_is_reconciled_in_two_rounds_and_to_the_cent(self, crea_servizio: CreaServizio, poste: Poste) -> None:
        sorte = random.Random(2026)
        servizio = await crea_servizio("erogazioni", **poste.impostazioni, disposizioni_per_flusso=_PER_FLUSSO)
        linea = _distrai(servizio, sorte)

        lotto_id, riconciliazioni = await _paga(servizio, poste, sorte)

        prova = (await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}/quadratura")).json()
        totale = {"numero": _RIGHE, "importo": f"{_RIGHE * 480}.00"}
        assert (prova["quadra"], prova["eseguite"], prova["doppie"]) == (True, totale, 0)
        assert sum(a.centesimi for a in poste.sandbox.carte.accrediti.values()) == _RIGHE * 48_000
        assert len(poste.sandbox.carte.accrediti) == _RIGHE
        assert len(await righe(servizio.database, "SELECT 1 FROM esito_in_quarantena")) == 0
        assert min(linea.perse.values()) >= 5
        assert len(riconciliazioni) >= 5
        assert max(riconciliazioni.values()) <= 2

    async def test_would_pay_twice_if_what_is_uncertain_were_sent_under_new_ids(
        self, crea_servizio: CreaServizio, poste: Poste, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sorte = random.Random(2026)
        servizio = await crea_servizio("erogazioni", **poste.impostazioni, disposizioni_per_flusso=_PER_FLUSSO)
        _distrai(servizio, sorte)
        da_rimandare = jobs.Lavori._da_rimandare

        async def nuovi(lavori: jobs.Lavori, flusso_id: UUID) -> bytes | None:
            async with lavori._database.transaction() as session:
                contenuto = await flussi.contenuto(session, flusso_id) or b""
                for riga in await session.fetch("SELECT id FROM erogazione WHERE flusso_id = $1", flusso_id):
                    contenuto = contenuto.replace(str(riga["id"]).encode(), str(uuid4()).encode())
            await lavori._pagatore.invia(contenuto.replace(str(flusso_id).encode(), str(uuid4()).encode()))
            return await da_rimandare(lavori, flusso_id)

        monkeypatch.setattr(jobs.Lavori, "_da_rimandare", nuovi)

        await _paga(servizio, poste, sorte)

        assert len(poste.sandbox.carte.accrediti) > _RIGHE
