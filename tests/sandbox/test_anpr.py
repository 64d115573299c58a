# SPDX-License-Identifier: EUPL-1.2
"""ANPR of the sandbox: the signed headers it demands and the shapes it answers with."""

from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from joserfc.jwk import ECKey

from deploy.sandbox.eservizi import (
    ANPR_C018,
    ANPR_C020,
    ANPR_C021,
    CLIENT_INCLUSIONE,
    EServizio,
    finalita,
    kid_firma_di,
)
from shared.web.pdnd import Firma
from tests.sandbox.conftest import OPERATORE, InProva

INTESTAZIONI = {"Content-Type": "application/json", "Content-Encoding": "UTF-8"}


def richiesta(codice_fiscale: str, caso: str, *, numero: str = "", giorno: str = "2025-03-03") -> dict[str, Any]:
    return {
        "idOperazioneClient": numero or uuid4().hex,
        "criteriRicerca": {"codiceFiscale": codice_fiscale},
        "datiRichiesta": {"dataRiferimentoRichiesta": giorno, "motivoRichiesta": "ADI-2025-0000001", "casoUso": caso},
    }


async def firmata(
    in_prova: InProva, http: httpx.AsyncClient, eservizio: EServizio, corpo: bytes, *, firma: Firma | None = None
) -> dict[str, str]:
    """Sign a request as the services do."""
    pdnd, audience = in_prova.pdnd(http, firma=firma), eservizio.audience(in_prova.url)
    scopo = finalita(CLIENT_INCLUSIONE, eservizio.nome)
    traccia = pdnd.traccia(scopo, OPERATORE, audience=audience)
    voucher = await pdnd.voucher_per(scopo, traccia)
    firme = pdnd.firma_corpo(corpo, INTESTAZIONI, audience=audience)
    return {**firme, "Agid-JWT-TrackingEvidence": traccia, "Authorization": f"Bearer {voucher}"}


async def chiedi(
    in_prova: InProva, http: httpx.AsyncClient, eservizio: EServizio, contenuto: dict[str, Any]
) -> httpx.Response:
    corpo = orjson.dumps(contenuto)
    intestazioni = await firmata(in_prova, http, eservizio, corpo)
    return await http.post(f"{eservizio.audience(in_prova.url)}/anpr-service-e002", content=corpo, headers=intestazioni)


class TestRisposte:
    async def test_c021_gives_the_family_with_its_head_first(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        nucleo = in_prova.sandbox.mondo.storia("T3")

        risposta = await chiedi(in_prova, http, ANPR_C021, richiesta(nucleo.richiedente.codice_fiscale, "C021"))

        soggetti = risposta.json()["listaSoggetti"]["datiSoggetto"]
        codici = [s["generalita"]["codiceFiscale"]["codFiscale"] for s in soggetti]
        assert codici == [p.codice_fiscale for p in nucleo.persone]
        assert soggetti[0]["legameSoggetto"]["codiceLegame"] == "1"
        assert soggetti[0]["infoSoggettoEnte"][0]["valore"] == "S"

    async def test_c021_leaves_out_who_lives_elsewhere(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        nucleo = in_prova.sandbox.mondo.storia("famiglia-coniuge-altrove-confermata")

        risposta = await chiedi(in_prova, http, ANPR_C021, richiesta(nucleo.richiedente.codice_fiscale, "C021"))

        assert len(risposta.json()["listaSoggetti"]["datiSoggetto"]) == len(nucleo.dichiarati) - 1

    @pytest.mark.parametrize(("giorno", "quanti", "in_vita"), [("2025-03-03", 1, "N"), ("2025-02-19", 2, "S")])
    async def test_c021_of_a_dead_person(
        self, in_prova: InProva, http: httpx.AsyncClient, giorno: str, quanti: int, in_vita: str
    ) -> None:
        codice = in_prova.sandbox.mondo.storia("richiedente-deceduto").richiedente.codice_fiscale

        risposta = await chiedi(in_prova, http, ANPR_C021, richiesta(codice, "C021", giorno=giorno))

        soggetti = risposta.json()["listaSoggetti"]["datiSoggetto"]
        assert len(soggetti) == quanti
        assert soggetti[0]["infoSoggettoEnte"][0]["valore"] == in_vita

    async def test_c020_gives_the_start_of_the_present_address(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        codice = in_prova.sandbox.mondo.storia("residenza-storia-confermata").richiedente.codice_fiscale

        risposta = await chiedi(in_prova, http, ANPR_C020, richiesta(codice, "C020"))

        (residenza,) = risposta.json()["listaSoggetti"]["datiSoggetto"][0]["residenza"]
        assert residenza["dataDecorrenzaResidenza"] == "2023-04-12"
        assert set(residenza["indirizzo"]["comune"]) == {"nomeComune", "codiceIstat", "siglaProvinciaIstat"}

    async def test_c020_of_who_is_registered_abroad(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        codice = in_prova.sandbox.mondo.storia("iscritto-aire").richiedente.codice_fiscale

        risposta = await chiedi(in_prova, http, ANPR_C020, richiesta(codice, "C020"))

        (residenza,) = risposta.json()["listaSoggetti"]["datiSoggetto"][0]["residenza"]
        assert "indirizzo" not in residenza
        assert residenza["localitaEstera"]["indirizzoEstero"]["localita"]["descrizioneStato"] == "ROMANIA"

    async def test_c018_gives_the_citizenship(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        codice = in_prova.sandbox.mondo.storia("soggiorno-lungo-periodo").richiedente.codice_fiscale

        risposta = await chiedi(in_prova, http, ANPR_C018, richiesta(codice, "C018"))

        (voce,) = risposta.json()["listaSoggetti"]["datiSoggetto"][0]["cittadinanza"]
        assert (voce["codiceStato"], voce["descrizioneStato"]) == ("436", "MAROCCO")

    async def test_unknown_person_is_en122(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        risposta = await chiedi(in_prova, http, ANPR_C021, richiesta("RSSMRA80A01H501U", "C021"))

        assert risposta.status_code == 404
        assert risposta.json()["listaErrori"][0]["codiceErroreAnomalia"] == "EN122"

    async def test_a_repeated_operation_id_gets_the_same_answer(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        nucleo = in_prova.sandbox.mondo.storia("T3")
        stesso = richiesta(nucleo.richiedente.codice_fiscale, "C021", numero="1741000000123")

        prima = await chiedi(in_prova, http, ANPR_C021, stesso)
        seconda = await chiedi(in_prova, http, ANPR_C021, stesso)
        nuova = await chiedi(in_prova, http, ANPR_C021, stesso | {"idOperazioneClient": "1741000000124"})

        assert prima.content == seconda.content
        assert prima.json()["idOperazioneANPR"] != nuova.json()["idOperazioneANPR"]

    @pytest.mark.parametrize(
        "modifica",
        [{"idOperazioneClient": None}, {"criteriRicerca": {}}, {"datiRichiesta": {"casoUso": "C020"}},
         {"criteriRicerca": {"codiceFiscale": "RSSMRA80A01H501U", "idANPR": None}}],
    )  # fmt: skip
    async def test_refuses_a_body_out_of_contract(
        self, in_prova: InProva, http: httpx.AsyncClient, modifica: dict[str, Any]
    ) -> None:
        risposta = await chiedi(in_prova, http, ANPR_C021, richiesta("RSSMRA80A01H501U", "C021") | modifica)

        assert (risposta.status_code, risposta.json()["title"]) == (400, "InvalidRequestContent")

    async def test_a_defect_of_anpr_is_not_remembered(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        codice = in_prova.sandbox.mondo.storia("T8").richiedente.codice_fiscale
        stessa = richiesta(codice, "C018", numero="1741000000200")
        esiti = []

        for tipo in ("ERRORE", "ALTRA_PERSONA"):
            await http.put(f"{in_prova.url}/sandbox/v1/guasti/anpr", json={"tipo": tipo})
            esiti.append(await chiedi(in_prova, http, ANPR_C018, stessa))
        esiti.append(await chiedi(in_prova, http, ANPR_C018, stessa))

        assert [e.status_code for e in esiti] == [500, 200, 200]
        assert codice not in esiti[1].text
        assert codice in esiti[2].text

    async def test_status(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        risposta = await http.get(f"{ANPR_C020.audience(in_prova.url)}/status")

        assert risposta.json() == {"title": "OK", "status": 200}


class TestSicurezza:
    corpo = orjson.dumps(richiesta("RSSMRA80A01H501U", "C021"))

    async def invia(
        self, in_prova: InProva, http: httpx.AsyncClient, intestazioni: dict[str, str], corpo: bytes | None = None
    ) -> httpx.Response:
        indirizzo = f"{ANPR_C021.audience(in_prova.url)}/anpr-service-e002"
        return await http.post(indirizzo, content=corpo or self.corpo, headers=intestazioni)

    @pytest.mark.parametrize("mancante", ["Agid-JWT-Signature", "Agid-JWT-TrackingEvidence", "Digest"])
    async def test_every_signed_header_is_required(
        self, in_prova: InProva, http: httpx.AsyncClient, mancante: str
    ) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)
        del intestazioni[mancante]

        risposta = await self.invia(in_prova, http, intestazioni)

        assert (risposta.status_code, risposta.json()["title"]) == (400, "InteroperabilityInvalidRequest")

    async def test_the_digest_is_that_of_the_received_bytes(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)

        risposta = await self.invia(in_prova, http, intestazioni, self.corpo + b" ")

        assert (risposta.status_code, "Digest" in risposta.json()["detail"]) == (400, True)

    async def test_a_changed_header_is_refused(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)

        risposta = await self.invia(in_prova, http, intestazioni | {"Content-Type": "application/json; charset=utf-8"})

        assert risposta.status_code == 400

    async def test_signature_and_tracking_are_used_once(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)
        prima = await self.invia(in_prova, http, intestazioni)

        seconda = await self.invia(in_prova, http, intestazioni)

        assert (prima.status_code, seconda.status_code) == (404, 400)

    async def test_the_voucher_is_tied_to_its_tracking_evidence(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)
        altre = await firmata(in_prova, http, ANPR_C021, self.corpo)

        risposta = await self.invia(in_prova, http, intestazioni | {"Authorization": altre["Authorization"]})

        assert (risposta.status_code, "AUDIT_REST_02" in risposta.json()["detail"]) == (400, True)

    async def test_a_signature_of_another_client_is_refused(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)
        altrui = in_prova.pdnd(http, "client-inps").firma_corpo(
            self.corpo, INTESTAZIONI, audience=ANPR_C021.audience(in_prova.url)
        )

        risposta = await self.invia(in_prova, http, intestazioni | altrui)

        assert risposta.status_code == 400

    @pytest.mark.parametrize("registrata", [True, False])
    async def test_the_key_on_p256_signs_in_place_of_the_other(
        self, in_prova: InProva, http: httpx.AsyncClient, registrata: bool
    ) -> None:
        chiave = in_prova.sandbox.chiavi.firma(CLIENT_INCLUSIONE) if registrata else ECKey.generate_key("P-256")
        codice = in_prova.sandbox.mondo.storia("T3").richiedente.codice_fiscale
        corpo = orjson.dumps(richiesta(codice, "C021"))
        firma = Firma(kid_firma_di(CLIENT_INCLUSIONE), chiave)

        intestazioni = await firmata(in_prova, http, ANPR_C021, corpo, firma=firma)
        url = f"{ANPR_C021.audience(in_prova.url)}/anpr-service-e002"
        risposta = await http.post(url, content=corpo, headers=intestazioni)

        assert risposta.status_code == (200 if registrata else 400)

    async def test_both_spellings_of_the_tracking_header_are_read_but_not_together(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        nuova = await firmata(in_prova, http, ANPR_C021, self.corpo)
        nuova["Agid-JWT-Tracking-Evidence"] = nuova.pop("Agid-JWT-TrackingEvidence")
        doppia = await firmata(in_prova, http, ANPR_C021, self.corpo)
        doppia["Agid-JWT-Tracking-Evidence"] = doppia["Agid-JWT-TrackingEvidence"]

        risposte = [await self.invia(in_prova, http, i) for i in (nuova, doppia)]

        assert [r.status_code for r in risposte] == [404, 400]

    async def test_a_voucher_for_another_eservice_is_refused(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)
        altro = await firmata(in_prova, http, ANPR_C020, self.corpo)

        risposta = await self.invia(in_prova, http, intestazioni | {"Authorization": altro["Authorization"]})

        assert risposta.status_code == 401
        assert risposta.headers["www-authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("autorizzazione", ["", "Bearer a.b.c", "Basic abc"])
    async def test_without_a_voucher_there_is_no_answer(
        self, in_prova: InProva, http: httpx.AsyncClient, autorizzazione: str
    ) -> None:
        intestazioni = await firmata(in_prova, http, ANPR_C021, self.corpo)

        risposta = await self.invia(in_prova, http, intestazioni | {"Authorization": autorizzazione})

        assert risposta.status_code == 401
