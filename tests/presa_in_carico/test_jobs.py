# SPDX-License-Identifier: EUPL-1.2
"""The clock of the first meeting, over months that pass in a moment."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from shared.contracts.evento import Evento
from shared.contracts.presa_in_carico import NucleoPresoInCaricoV1, SospensioneDispostaV1, SospensioneRevocataV1
from shared.kernel.mese import Mese
from tests.conftest import CreaServizio
from tests.presa_in_carico.fatti import PAD, accolta, caso_di, cessata, invia
from tests.support.orologio import OrologioDiProva
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

# PAD on 2 March 2026: the term is over on 30 June.
ULTIMO_ISTANTE = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)
SCADUTO = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


@pytest.fixture
async def servizio(crea_servizio: CreaServizio) -> ServizioInProva:
    """The service at work."""
    return await crea_servizio("presa_in_carico")


async def _firmato(servizio: ServizioInProva) -> UUID:
    arrivo = accolta()
    await servizio.consegna(arrivo)
    caso_id, persona = caso_di(arrivo.domanda_id), servizio.come(cittadino())
    assert (await invia(persona, caso_id, "registrazione-siisl", {})).status_code == 201
    assert (await invia(persona, caso_id, "pad", PAD)).status_code == 201
    await servizio.ritira()
    return caso_id


class TestScadenze:
    async def test_suspends_at_midnight_of_rome_after_the_last_day(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)

        orologio.vai(ULTIMO_ISTANTE)
        await servizio.giro_job("scadenze")
        ancora = await servizio.emessi(Evento)
        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")

        (disposta,) = await servizio.emessi(SospensioneDispostaV1)
        assert ancora == []
        assert (disposta.caso_id, disposta.causa) == (caso_id, "PRIMO_INCONTRO_120_GIORNI")
        assert disposta.dal_mese == Mese(2026, 7)

    async def test_suspends_only_once(self, servizio: ServizioInProva, orologio: OrologioDiProva) -> None:
        await _firmato(servizio)

        for giorni in range(3):
            orologio.vai(SCADUTO)
            orologio.avanza(days=giorni * 40)
            await servizio.giro_job("scadenze")

        assert len(await servizio.emessi(SospensioneDispostaV1)) == 1

    async def test_spares_who_was_met_and_who_is_no_longer_in_the_misura(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        incontrato, chiuso = await _firmato(servizio), accolta()
        await invia(servizio.come("COM-ROMA"), incontrato, "incontri", {"data": "2026-03-02", "tipo": "INCONTRO"})
        await servizio.consegna(chiuso, cessata(chiuso.domanda_id))
        await servizio.ritira()

        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")

        assert await servizio.emessi() == []

    async def test_suspends_more_nuclei_than_one_lot_holds(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        await servizio.consegna(*(accolta() for _ in range(450)))
        async with servizio.database.transaction() as session:
            await session.execute(
                "UPDATE caso SET stato = 'PAD_SOTTOSCRITTO', pad_il = $1, incontro_entro = $2",
                date(2026, 3, 2),
                date(2026, 6, 30),
            )

        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")

        disposte = await servizio.emessi(SospensioneDispostaV1)
        assert len({d.sospensione_id for d in disposte}) == len(disposte) == 450


class TestDopoLaSospensione:
    async def test_pays_the_arrears_when_the_meeting_is_recorded(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)
        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")
        orologio.vai(datetime(2026, 9, 21, 10, 0, tzinfo=UTC))

        await invia(servizio.come("AMB-ROMA"), caso_id, "incontri", {"data": "2026-09-18", "tipo": "INCONTRO"})

        disposta, preso, revocata = await servizio.emessi(Evento)
        assert isinstance(disposta, SospensioneDispostaV1)
        assert isinstance(preso, NucleoPresoInCaricoV1)
        assert isinstance(revocata, SospensioneRevocataV1)
        assert disposta.versione < preso.versione < revocata.versione
        assert (revocata.sospensione_id, revocata.revocata_il) == (disposta.sospensione_id, date(2026, 9, 21))
        dettaglio = (await servizio.come("COM-ROMA").get(f"/v1/casi/{caso_id}")).json()
        assert (dettaglio["stato"], dettaglio["sospeso_dal"]) == ("IN_CARICO", None)
        assert dettaglio["sospensioni"][0]["sblocca_mese"] == "2026-10"

    async def test_suspends_again_if_the_new_term_passes_too(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)
        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")
        giustificata = {"data": "2026-07-01", "tipo": "GIUSTIFICATO_MOTIVO"}
        await invia(servizio.come("COM-ROMA"), caso_id, "incontri", giustificata)

        orologio.vai(datetime(2026, 11, 1, 10, 0, tzinfo=UTC))
        await servizio.giro_job("scadenze")

        disposte = await servizio.emessi(SospensioneDispostaV1)
        assert [d.dal_mese for d in disposte] == [Mese(2026, 7), Mese(2026, 11)]
        assert len(await servizio.emessi(SospensioneRevocataV1)) == 1


class TestARischio:
    async def test_lists_the_nuclei_before_they_are_suspended(
        self, servizio: ServizioInProva, orologio: OrologioDiProva
    ) -> None:
        caso_id = await _firmato(servizio)
        await servizio.consegna(accolta())

        async def elenca(domanda: str) -> list[str]:
            risposta = await servizio.come("COM-ROMA").get(f"/v1/casi?{domanda}")
            return [caso["id"] for caso in risposta.json()["items"]]

        prima = [await elenca(f"incontro_entro_il={giorno}") for giorno in ("2026-06-29", "2026-06-30")]
        orologio.vai(SCADUTO)
        await servizio.giro_job("scadenze")

        assert prima == [[], [str(caso_id)]]
        assert await elenca("incontro_entro_il=2026-12-31") == []
        assert await elenca("sospesi=true") == [str(caso_id)]
        assert str(caso_id) not in await elenca("sospesi=false")
