# SPDX-License-Identifier: EUPL-1.2
"""The card gateway of the sandbox: nothing is ever paid twice."""

from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from deploy.sandbox.eservizi import POSTE_CARTE
from tests.sandbox.conftest import InProva


def disposizione(codice_fiscale: str, id_: str = "ERO-1", importo: str = "480.00") -> dict[str, Any]:
    return {"id_disposizione": id_, "codice_fiscale": codice_fiscale, "strumento": "CARTA", "iban": None,
            "importo": {"amount": importo, "currency": "EUR"}}  # fmt: skip


def flusso(*disposizioni: dict[str, Any], id_: str = "FLUSSO-1", **altri: Any) -> dict[str, Any]:
    totale = sum((Decimal(d["importo"]["amount"]) for d in disposizioni), Decimal(0))
    return {"id_flusso": id_, "misura": "ADI", "mese_competenza": "2025-04", "numero_disposizioni": len(disposizioni),
            "totale": {"amount": f"{totale:.2f}", "currency": "EUR"}, "disposizioni": list(disposizioni)} | altri  # fmt: skip


class Poste:
    """Speaks to the gateway as `erogazioni` does."""

    def __init__(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        self.in_prova = in_prova
        self.http = http
        self.base = f"{POSTE_CARTE.audience(in_prova.url)}/flussi"

    async def invia(self, contenuto: dict[str, Any]) -> httpx.Response:
        corpo = orjson.dumps(contenuto)
        intestazioni = await self.in_prova.firmate(self.http, POSTE_CARTE, corpo)
        return await self.http.post(self.base, content=corpo, headers=intestazioni)

    async def leggi(self, percorso: str) -> httpx.Response:
        return await self.http.get(self.base + percorso, headers=await self.in_prova.voucher(self.http, POSTE_CARTE))

    async def esiti(self, id_: str) -> list[dict[str, Any]]:
        while (await self.leggi(f"/{id_}")).json()["stato"] != "CONCLUSO":
            pass
        voci: list[dict[str, Any]] = []
        cursore: str | None = ""
        while cursore is not None:
            pagina = (await self.leggi(f"/{id_}/esiti?cursor={cursore}")).json()
            voci, cursore = voci + pagina["items"], pagina["next_cursor"]
        return voci

    async def accrediti(self) -> dict[str, tuple[int, str]]:
        corpo = (await self.http.get(f"{self.in_prova.url}/sandbox/v1/accrediti")).json()
        return {v["codice_fiscale"]: (v["numero"], v["totale"]["amount"]) for v in corpo["items"]}

    def codice(self, storia: str) -> str:
        return self.in_prova.sandbox.mondo.storia(storia).richiedente.codice_fiscale


@pytest.fixture
def poste(in_prova: InProva, http: httpx.AsyncClient) -> Poste:
    return Poste(in_prova, http)


class TestFlusso:
    async def test_is_taken_and_worked_step_by_step(self, poste: Poste) -> None:
        risposta = await poste.invia(flusso(disposizione(poste.codice("T3"))))

        stati = [(await poste.leggi("/FLUSSO-1")).json()["stato"] for _ in range(2)]
        assert risposta.status_code == 202
        assert risposta.headers["location"] == f"{poste.base}/FLUSSO-1"
        assert (risposta.json()["stato"], *stati) == ("RICEVUTO", "IN_LAVORAZIONE", "CONCLUSO")

    async def test_has_no_outcomes_before_it_is_concluded(self, poste: Poste) -> None:
        await poste.invia(flusso(disposizione(poste.codice("T3"))))

        risposta = await poste.leggi("/FLUSSO-1/esiti")

        assert risposta.status_code == 409

    async def test_sent_again_pays_nothing_more(self, poste: Poste) -> None:
        codice = poste.codice("T3")

        risposte = [await poste.invia(flusso(disposizione(codice))) for _ in range(3)]

        assert [r.status_code for r in risposte] == [202, 202, 202]
        assert await poste.accrediti() == {codice: (1, "480.00")}

    async def test_with_the_same_id_and_other_bytes_is_refused(self, poste: Poste) -> None:
        codice = poste.codice("T3")
        await poste.invia(flusso(disposizione(codice)))

        risposta = await poste.invia(flusso(disposizione(codice, "ERO-2")))

        assert risposta.status_code == 409
        assert await poste.accrediti() == {codice: (1, "480.00")}

    @pytest.mark.parametrize(
        "altri",
        [{"numero_disposizioni": 2}, {"totale": {"amount": "480.01", "currency": "EUR"}}, {"mese_competenza": "2025-13"},
         {"totale": {"amount": 480.0, "currency": "EUR"}}, {"in_piu": 1}],
    )  # fmt: skip
    async def test_that_does_not_add_up_pays_nothing(self, poste: Poste, altri: dict[str, Any]) -> None:
        risposta = await poste.invia(flusso(disposizione(poste.codice("T3")), **altri))

        assert risposta.status_code == 422
        assert await poste.accrediti() == {}

    async def test_of_more_than_5000_is_refused(self, poste: Poste) -> None:
        tante = [disposizione(poste.codice("T3"), f"ERO-{n}", "1.00") for n in range(5001)]

        risposta = await poste.invia(flusso(*tante))

        assert risposta.status_code == 422

    async def test_gives_its_outcomes_in_pages(self, poste: Poste) -> None:
        tante = [disposizione(poste.codice("T3"), f"ERO-{n}", "1.00") for n in range(1203)]
        await poste.invia(flusso(*tante))

        esiti = await poste.esiti("FLUSSO-1")

        assert [e["id_disposizione"] for e in esiti] == [d["id_disposizione"] for d in tante]

    async def test_unknown_is_404(self, poste: Poste) -> None:
        assert (await poste.leggi("/MAI-VISTO")).status_code == 404

    async def test_needs_a_voucher(self, poste: Poste) -> None:
        assert (await poste.http.post(poste.base, json={})).status_code == 401


class TestRestituzione:
    async def test_is_listed_from_the_cursor_on_and_takes_the_money_back(self, poste: Poste) -> None:
        codice, url = poste.codice("T3"), poste.in_prova.url
        await poste.invia(flusso(disposizione(codice), disposizione(codice, "ERO-2", "20.00")))
        elenco = f"{POSTE_CARTE.audience(url)}/restituzioni"

        async def leggi(cursor: str = "") -> dict[str, Any]:
            intestazioni = await poste.in_prova.voucher(poste.http, POSTE_CARTE)
            letto: dict[str, Any] = (
                await poste.http.get(elenco, params={"cursor": cursor}, headers=intestazioni)
            ).json()
            return letto

        vuoto = await leggi()
        detta = {"codice_fiscale": codice, "motivo": "CONTO_CHIUSO", "mese": "2025-04"}
        fatta = await poste.http.post(f"{url}/sandbox/v1/restituzioni", json=detta)
        pagina, da_zero = await leggi(vuoto["next_cursor"]), await leggi()
        dopo = await leggi(pagina["next_cursor"])

        assert (vuoto, dopo["items"]) == ({"items": [], "next_cursor": "0"}, [])
        assert fatta.status_code == 201
        assert pagina == da_zero
        assert pagina["items"][0] == {
            "id_flusso": "FLUSSO-1", "id_disposizione": "ERO-1", "esito": "RESTITUITO", "motivo": "CONTO_CHIUSO",
            "data_valuta": "2025-03-03",
        }  # fmt: skip
        assert await poste.accrediti() == {}

    async def test_of_what_was_never_paid_or_came_back_already_is_refused(self, poste: Poste) -> None:
        codice, url = poste.codice("T3"), f"{poste.in_prova.url}/sandbox/v1/restituzioni"
        prima = await poste.http.post(url, json={"codice_fiscale": codice})
        await poste.invia(flusso(disposizione(codice)))
        altro_mese = await poste.http.post(url, json={"codice_fiscale": codice, "mese": "2025-05"})
        risposte = [await poste.http.post(url, json={"codice_fiscale": codice}) for _ in range(2)]
        storta = await poste.http.post(url, json={"codice_fiscale": codice, "motivo": "x"})

        stati = [r.status_code for r in (prima, altro_mese, *risposte, storta)]
        assert stati == [404, 404, 201, 404, 422]

    async def test_does_not_let_the_same_id_be_paid_again(self, poste: Poste) -> None:
        codice = poste.codice("T3")
        await poste.invia(flusso(disposizione(codice)))
        await poste.http.post(f"{poste.in_prova.url}/sandbox/v1/restituzioni", json={"codice_fiscale": codice})

        await poste.invia(flusso(disposizione(codice), id_="FLUSSO-2"))

        assert await poste.accrediti() == {}


class TestDisposizione:
    async def test_is_credited_on_the_next_working_day(self, poste: Poste) -> None:
        await poste.invia(flusso(disposizione(poste.codice("T3"))))

        (esito,) = await poste.esiti("FLUSSO-1")

        assert esito == {"id_disposizione": "ERO-1", "esito": "ESEGUITO", "motivo": None, "data_valuta": "2025-03-04"}

    async def test_already_paid_in_another_flow_is_said_so(self, poste: Poste) -> None:
        codice = poste.codice("T3")
        await poste.invia(flusso(disposizione(codice)))

        await poste.invia(flusso(disposizione(codice), id_="FLUSSO-2"))

        (esito,) = await poste.esiti("FLUSSO-2")
        assert (esito["esito"], esito["motivo"]) == ("ESEGUITO", "GIA_ESEGUITO")
        assert await poste.accrediti() == {codice: (1, "480.00")}

    async def test_with_a_used_id_and_another_amount_is_discarded(self, poste: Poste) -> None:
        codice = poste.codice("T3")
        await poste.invia(flusso(disposizione(codice)))

        await poste.invia(flusso(disposizione(codice, importo="500.00"), id_="FLUSSO-2"))

        (esito,) = await poste.esiti("FLUSSO-2")
        assert (esito["esito"], esito["motivo"]) == ("SCARTATO", "ID_GIA_USATO")

    @pytest.mark.parametrize(
        ("storia", "motivi"),
        [("carta-bloccata", ["CARTA_BLOCCATA"] * 3), ("carta-bloccata-una-volta", ["CARTA_BLOCCATA", None, None]),
         ("richiedente-deceduto", ["BENEFICIARIO_DECEDUTO"] * 3)],
    )  # fmt: skip
    async def test_may_be_discarded_by_the_story(self, poste: Poste, storia: str, motivi: list[str | None]) -> None:
        for mese in range(3):
            await poste.invia(flusso(disposizione(poste.codice(storia), f"ERO-{mese}"), id_=f"FLUSSO-{mese}"))

        esiti = [(await poste.esiti(f"FLUSSO-{mese}"))[0]["motivo"] for mese in range(3)]

        assert esiti == motivi

    async def test_by_bonifico_needs_an_iban(self, poste: Poste) -> None:
        senza = disposizione(poste.codice("bonifico")) | {"strumento": "BONIFICO"}

        risposta = await poste.invia(flusso(senza))

        assert risposta.status_code == 422
