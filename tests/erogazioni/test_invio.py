# SPDX-License-Identifier: EUPL-1.2
"""A whole lotto against the card gateway of the sandbox, over real HTTP: the good day and the bad ones."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.sandbox.guasti import Guasto
from services.erogazioni.clients import FlussoRifiutato, PagatoreClient
from shared.contracts.erogazioni import ErogazioneDispostaV1, ErogazioneEseguitaV1, ErogazioneScartataV1
from shared.errors import UpstreamUnavailable
from tests.erogazioni.conftest import Poste
from tests.erogazioni.fatti import (
    IBAN,
    MARZO,
    aperte,
    cessata,
    erogazioni,
    pad,
    righe,
    spettanza,
)
from tests.support.attese import entro
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva


async def _avvia(servizio: ServizioInProva, mese: str = "2026-03") -> UUID:
    risposta = await servizio.come("INPS").post(
        "/v1/lotti", json={"misura": "ADI", "mese": mese}, headers={"Idempotency-Key": f"lotto-{mese}-{uuid4()}"}
    )
    assert risposta.status_code == 202, risposta.text
    return UUID(risposta.json()["id"])


async def _stato(servizio: ServizioInProva, lotto_id: UUID) -> str:
    return str((await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}")).json()["stato"])


async def _concludi(servizio: ServizioInProva, lotto_id: UUID) -> dict[str, Any]:
    """Run the jobs until the lotto is over; give its quadratura."""

    async def concluso() -> bool:
        await servizio.giro_job()
        return await _stato(servizio, lotto_id) == "CONCLUSO"

    await entro(15, concluso)
    risposta = await servizio.come("INPS").get(f"/v1/lotti/{lotto_id}/quadratura")
    prova: dict[str, Any] = risposta.json()
    return prova


def _richieste(poste: Poste, operazione: str) -> int:
    return sum(voce.operazione == operazione for voce in poste.sandbox.giornale.leggi(sistema="carte", limite=1000))


class TestLotto:
    async def test_pays_everybody_and_closes_to_the_cent(self, pagante: ServizioInProva, poste: Poste) -> None:
        domande = await aperte(pagante, 10)

        prova = await _concludi(pagante, await _avvia(pagante))

        assert prova["quadra"] is True
        totale = {"numero": 10, "importo": "4800.00"}
        assert [prova[lato] for lato in ("decise", "disposte", "inviate", "ricevute", "eseguite")] == [totale] * 5
        assert (prova["somma_registro"], prova["doppie"], prova["differenze"]) == ("0.00", 0, [])
        assert {s["conto"]: s["saldo"] for s in prova["saldi"]} == {
            "SPETTANZE_DA_PAGARE": "-4800.00",
            "TRANSITO_PAGATORE": "0.00",
            "EROGATO": "4800.00",
            "SCARTATO": "0.00",
            "RESTITUITO": "0.00",
        }
        assert sum(a.centesimi for a in poste.sandbox.carte.accrediti.values()) == 480_000
        disposte, eseguite = await pagante.emessi(ErogazioneDispostaV1), await pagante.emessi(ErogazioneEseguitaV1)
        assert {e.domanda_id for e in disposte} == {e.domanda_id for e in eseguite} == set(domande)
        assert {(e.versione, e.valuta.isoformat()) for e in eseguite} == {(2, "2026-03-03")}

    async def test_sends_the_iban_only_for_a_bonifico(self, pagante: ServizioInProva, poste: Poste) -> None:
        carta, conto = uuid4(), uuid4()
        await pagante.consegna(spettanza(carta), pad(carta), spettanza(conto, iban=IBAN), pad(conto))
        lotto_id = await _avvia(pagante)

        await _concludi(pagante, lotto_id)

        inps = pagante.come("INPS")
        (flusso,) = (await inps.get(f"/v1/lotti/{lotto_id}/flussi")).json()["items"]
        file = (await inps.get(f"/v1/flussi/{flusso['id']}/file")).json()
        assert sorted((d["strumento"], d["iban"]) for d in file["disposizioni"]) == [
            ("BONIFICO", IBAN),
            ("CARTA", None),
        ]

    async def test_pays_a_refused_card_again_until_it_works(self, pagante: ServizioInProva, poste: Poste) -> None:
        nucleo = poste.sandbox.mondo.storia("carta-bloccata-una-volta")
        domanda_id = uuid4()
        await pagante.consegna(spettanza(domanda_id, codice_fiscale=nucleo.richiedente.codice_fiscale), pad(domanda_id))
        marzo = await _concludi(pagante, await _avvia(pagante))
        pagante.orologio.vai(pagante.orologio().replace(month=4))

        aprile = await _concludi(pagante, await _avvia(pagante, "2026-04"))

        assert marzo["quadra"] is True
        assert [(d["motivo"], d["totale"]["importo"]) for d in marzo["differenze"]] == [("SCARTATE", "480.00")]
        assert aprile["quadra"] is True
        assert aprile["eseguite"] == {"numero": 2, "importo": "960.00"}
        sue = await erogazioni(pagante.database)
        assert [(e["mese"], e["progressivo"], e["stato"]) for e in sue] == [
            ("2026-03", 1, "SCARTATO"),
            ("2026-03", 2, "ESEGUITO"),
            ("2026-04", 1, "ESEGUITO"),
        ]
        (scartata,) = await pagante.emessi(ErogazioneScartataV1)
        assert scartata.motivo == "CARTA_BLOCCATA"


class TestPagatoreMuto:
    async def test_is_asked_again_and_pays_once_when_its_answers_are_lost(
        self, pagante: ServizioInProva, poste: Poste
    ) -> None:
        await aperte(pagante, 7)
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        poste.sandbox.guasti.imposta("carte", Guasto("RISPOSTA_PERSA", volte=3))

        errori = await pagante.giro_job("invia_flussi", una_volta=True)
        stati = await righe(pagante.database, "SELECT DISTINCT stato FROM erogazione")
        prova = await _concludi(pagante, lotto_id)

        assert errori
        assert all(isinstance(e, UpstreamUnavailable) for e in errori)
        # The files that have not been tried yet, and those that nobody knows about.
        assert {riga["stato"] for riga in stati} == {"DA_INVIARE", "INCERTO"}
        assert prova["quadra"] is True
        assert _richieste(poste, "flusso") == 3
        assert len(poste.sandbox.carte.accrediti) == 7

    async def test_gets_the_same_bytes_again_if_it_never_saw_them(self, pagante: ServizioInProva, poste: Poste) -> None:
        domanda_id = (await aperte(pagante, 1))[0]
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        poste.sandbox.guasti.imposta("carte", Guasto("ERRORE", volte=1))
        await pagante.giro_job("invia_flussi")
        await pagante.consegna(spettanza(domanda_id, versione=2, iban=IBAN))

        prova = await _concludi(pagante, lotto_id)

        assert prova["quadra"] is True
        (flusso,) = await righe(pagante.database, "SELECT id, sha256 FROM flusso")
        assert poste.sandbox.carte.flussi[str(flusso["id"])].impronta.hex() == flusso["sha256"]

    async def test_is_asked_first_after_a_process_died_in_the_middle_of_the_call(
        self, pagante: ServizioInProva, poste: Poste
    ) -> None:
        await aperte(pagante, 2)
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        (job,) = pagante._lavori("invia_flussi")
        async with pagante.database.transaction() as session:
            (preso,) = await job.prendi(session, pagante.orologio(), 5)
        poste.sandbox.guasti.imposta("carte", Guasto("RISPOSTA_PERSA", volte=1))
        with pytest.raises(UpstreamUnavailable):
            await job.esegui(preso, pagante.orologio())
        async with pagante.database.connection() as conn:
            # As the kill would leave it: the call was made, nothing was recorded, the lease has expired.
            await conn.execute("UPDATE flusso SET stato = 'IN_INVIO', prossimo_il = clock_timestamp()")
            await conn.execute("UPDATE erogazione SET stato = 'IN_INVIO'")

        prova = await _concludi(pagante, lotto_id)

        assert prova["quadra"] is True
        assert _richieste(poste, "flusso") == 1

    async def test_that_refuses_the_whole_file_leaves_its_months_due(
        self, pagante: ServizioInProva, poste: Poste
    ) -> None:
        domanda_id, altra = await aperte(pagante, 1), uuid4()
        await pagante.consegna(spettanza(altra, codice_fiscale="NON-VALIDO"), pad(altra))
        lotto_id = await _avvia(pagante)

        prova = await _concludi(pagante, lotto_id)

        assert prova["quadra"] is True
        assert prova["eseguite"]["numero"] == 0
        (flusso,) = await righe(pagante.database, "SELECT stato, rifiuto FROM flusso")
        assert flusso == {"stato": "CONCLUSO", "rifiuto": "FLUSSO_RIFIUTATO_422"}
        assert len(domanda_id) == 1
        assert {e["motivo"] for e in await erogazioni(pagante.database)} == {"FLUSSO_RIFIUTATO_422"}

    async def test_that_has_lost_a_file_gets_it_again(self, pagante: ServizioInProva, poste: Poste) -> None:
        await aperte(pagante, 2)
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        await pagante.giro_job("invia_flussi")
        poste.sandbox.carte.azzera()

        prova = await _concludi(pagante, lotto_id)

        assert prova["quadra"] is True
        assert len(poste.sandbox.carte.accrediti) == 2


class TestCessazione:
    async def test_between_preparation_and_departure_pays_nothing(self, pagante: ServizioInProva, poste: Poste) -> None:
        (domanda_id,) = await aperte(pagante, 1)
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        await pagante.consegna(cessata(domanda_id, dal=MARZO))

        prova = await _concludi(pagante, lotto_id)

        assert prova["quadra"] is True
        assert [d["motivo"] for d in prova["differenze"]] == ["ANNULLATE"]
        assert not poste.sandbox.carte.accrediti

    async def test_after_departure_leaves_a_sum_to_recover(self, pagante: ServizioInProva, poste: Poste) -> None:
        (domanda_id,) = await aperte(pagante, 1)
        prova = await _concludi(pagante, await _avvia(pagante))

        await pagante.consegna(cessata(domanda_id, dal=MARZO))

        posizione = (await pagante.come("INPS").get("/v1/posizioni")).json()["items"][0]["id"]
        dettaglio = (await pagante.come("INPS").get(f"/v1/posizioni/{posizione}")).json()
        assert prova["quadra"] is True
        assert [(r["mese"], r["importo"], r["stato"]) for r in dettaglio["recuperi"]] == [
            ("2026-03", "480.00", "APERTA")
        ]


class TestEsiti:
    async def test_unknown_to_us_are_set_aside_and_the_proof_does_not_close(
        self, pagante: ServizioInProva, poste: Poste, orologio: OrologioDiProva
    ) -> None:
        await aperte(pagante, 2)
        lotto_id = await _avvia(pagante)
        await pagante.giro_job("prepara_lotto")
        await pagante.giro_job("invia_flussi")
        (flusso,) = poste.sandbox.carte.flussi.values()
        estraneo = type(flusso.esiti[0])("00000000-0000-4000-8000-000000000001", "ESEGUITO", None, orologio().date())
        flusso.esiti[:] = [flusso.esiti[1], estraneo, flusso.esiti[0], flusso.esiti[1], flusso.esiti[0]]

        prova = await _concludi(pagante, lotto_id)

        assert (prova["eseguite"]["numero"], prova["esiti_in_quarantena"], prova["quadra"]) == (2, 1, False)
        assert all(c["quadra"] for c in prova["controlli"])
        assert len(await pagante.emessi(ErogazioneEseguitaV1)) == 2

    async def test_come_in_more_than_one_page(
        self, pagante: ServizioInProva, poste: Poste, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("deploy.sandbox.carte_rotte.PAGINA", 1)
        await aperte(pagante, 3)

        prova = await _concludi(pagante, await _avvia(pagante))

        assert prova["quadra"] is True
        assert _richieste(poste, "esiti-flusso") == 3


class TestPagatoreClient:
    async def test_tells_a_refusal_from_a_silence(self, pagante: ServizioInProva, poste: Poste) -> None:
        client: PagatoreClient = pagante._lavori("invia_flussi")[0].esegui.__self__._pagatore  # type: ignore[attr-defined]

        with pytest.raises(FlussoRifiutato):
            await client.invia(b"{}")
        poste.sandbox.guasti.imposta("carte", Guasto("TIMEOUT", volte=1, secondi=1))
        with pytest.raises(UpstreamUnavailable):
            await client.invia(b"{}")
        assert await client.stato(uuid4()) is None

    async def test_counts_a_refused_voucher_as_a_silence(self, pagante: ServizioInProva, poste: Poste) -> None:
        client: PagatoreClient = pagante._lavori("invia_flussi")[0].esegui.__self__._pagatore  # type: ignore[attr-defined]
        poste.sandbox.guasti.imposta("pdnd", Guasto("LIMITE", volte=1, secondi=1))

        with pytest.raises(UpstreamUnavailable):
            await client.stato(uuid4())
