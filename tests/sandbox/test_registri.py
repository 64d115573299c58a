# SPDX-License-Identifier: EUPL-1.2
"""PRA, Giustizia and UNILAV of the sandbox: what each story has in them."""

from typing import Any

import httpx
import pytest

from deploy.sandbox.eservizi import GIUSTIZIA, PRA, UNILAV, EServizio
from tests.sandbox.conftest import InProva

OPERAZIONI = {PRA: "ricerche-veicoli", GIUSTIZIA: "carichi", UNILAV: "rapporti"}


async def chiedi(
    in_prova: InProva, http: httpx.AsyncClient, eservizio: EServizio, storia: str, *, posto: int = 0
) -> dict[str, Any]:
    codice = in_prova.sandbox.mondo.storia(storia).persone[posto].codice_fiscale
    indirizzo = f"{eservizio.audience(in_prova.url)}/{OPERAZIONI[eservizio]}"
    corpo = {"codice_fiscale": codice, "motivo": "ADI-2025-0000001"}
    risposta = await http.post(indirizzo, json=corpo, headers=await in_prova.voucher(http, eservizio))
    assert risposta.status_code == 200
    contenuto: dict[str, Any] = risposta.json()
    assert contenuto["codice_fiscale"] == codice
    return contenuto


class TestVeicoli:
    async def test_gives_registration_displacement_and_owner(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        (veicolo,) = (await chiedi(in_prova, http, PRA, "auto-nuova-grande"))["items"]

        assert (veicolo["data_prima_immatricolazione"], veicolo["cilindrata_cc"]) == ("2023-06-12", 1995)
        assert veicolo["intestatari"][0]["al"] is None

    async def test_gives_the_day_a_vehicle_was_sold(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        (veicolo,) = (await chiedi(in_prova, http, PRA, "auto-venduta"))["items"]

        assert veicolo["intestatari"][0]["al"] == "2025-01-15"

    async def test_a_vehicle_belongs_to_one_member(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        di_chi = [len((await chiedi(in_prova, http, PRA, "moto-nuova", posto=n))["items"]) for n in (0, 1)]

        assert di_chi == [0, 1]

    async def test_knows_the_boats(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        (barca,) = (await chiedi(in_prova, http, PRA, "barca-nel-registro"))["items"]

        assert barca["categoria"] == "IMBARCAZIONE_DA_DIPORTO"


class TestCarichi:
    async def test_gives_the_sentence(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        (carico,) = (await chiedi(in_prova, http, GIUSTIZIA, "condanna-recente"))["items"]

        assert (carico["classe"], carico["dal"], carico["pena_mesi"]) == ("CONDANNA_DEFINITIVA", "2019-10-07", 24)


class TestRapporti:
    async def test_gives_the_resignation(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        (rapporto,) = (await chiedi(in_prova, http, UNILAV, "dimissioni-recenti"))["items"]

        assert (rapporto["data_fine"], rapporto["causa_cessazione"]) == ("2024-10-04", "DIMISSIONI")
        assert rapporto["retribuzione_annua"] == {"amount": "15900.00", "currency": "EUR"}

    async def test_knows_nothing_of_the_others(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        contenuto = await chiedi(in_prova, http, UNILAV, "T3")

        assert contenuto["items"] == []


class TestRichieste:
    @pytest.mark.parametrize("eservizio", list(OPERAZIONI), ids=lambda e: e.nome)
    async def test_need_a_voucher_for_this_eservice(
        self, in_prova: InProva, http: httpx.AsyncClient, eservizio: EServizio
    ) -> None:
        indirizzo = f"{eservizio.audience(in_prova.url)}/{OPERAZIONI[eservizio]}"
        altro = next(e for e in OPERAZIONI if e != eservizio)

        senza = await http.post(indirizzo, json={})
        di_altri = await http.post(indirizzo, json={}, headers=await in_prova.voucher(http, altro))

        assert (senza.status_code, di_altri.status_code) == (401, 401)

    @pytest.mark.parametrize(
        "corpo", [{}, {"codice_fiscale": "RSSMRA80A01H501A", "motivo": "x"}, {"codice_fiscale": "RSSMRA80A01H501U"}]
    )
    async def test_need_a_valid_codice_fiscale_and_a_reason(
        self, in_prova: InProva, http: httpx.AsyncClient, corpo: dict[str, str]
    ) -> None:
        indirizzo = f"{PRA.audience(in_prova.url)}/ricerche-veicoli"

        risposta = await http.post(indirizzo, json=corpo, headers=await in_prova.voucher(http, PRA))

        assert risposta.status_code == 422
        assert "RSSMRA" not in risposta.text
