# SPDX-License-Identifier: EUPL-1.2
"""Answers that the sandbox does not give: odd shapes, refusals of the gateway, documents made to hurt."""

import base64
from datetime import date
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from services.verifiche_anagrafiche.clients.anpr import AnprClient
from services.verifiche_anagrafiche.clients.elenchi import ElencoClient, leggi_carichi, leggi_rapporti, leggi_veicoli
from services.verifiche_anagrafiche.clients.esito import Esito, Quesito
from services.verifiche_anagrafiche.clients.isee import IseeClient
from services.verifiche_anagrafiche.clients.porta import EServizio, Porta
from services.verifiche_anagrafiche.clients.registri import Registri
from services.verifiche_anagrafiche.domain.interrogazione import Classe, Controllo
from services.verifiche_anagrafiche.domain.risposte import Cittadinanze, Famiglia, Rapporti, Residenza
from shared.web.pdnd import ClientPdnd, Pdnd

CHIAVE = RSAKey.generate_key(2048)
IO, LEI = "PRVBFC70A01H501G", "PRVCNG72B41F205A"
QUESITO = Quesito(IO, date(2025, 3, 3), "INPS-ADI-0000001", 41)


async def chiedi(controllo: Controllo, *risposte: httpx.Response) -> Esito:
    """Ask with a registry, outside our walls, that gives these answers in order."""
    rimaste = list(risposte)

    def servi(richiesta: httpx.Request) -> httpx.Response:
        if richiesta.url.host == "pdnd.example":
            return httpx.Response(200, json={"access_token": "v", "expires_in": 600})
        return rimaste.pop(0)

    async with httpx.AsyncClient(transport=httpx.MockTransport(servi)) as http:
        pdnd = Pdnd(ClientPdnd("https://pdnd.example/token", "client-1", "kid-1", CHIAVE), http)
        porta = Porta(EServizio("https://registro.example", "finalita-1"), pdnd, http)
        client: dict[Controllo, Any] = {
            Controllo.FAMIGLIA: AnprClient("https://registro.example", "C021", porta),
            Controllo.RESIDENZA: AnprClient("https://registro.example", "C020", porta),
            Controllo.CITTADINANZA: AnprClient("https://registro.example", "C018", porta),
            Controllo.ISEE: IseeClient("https://registro.example", porta),
            Controllo.VEICOLI: ElencoClient("https://registro.example", porta, leggi_veicoli),
            Controllo.GIUDIZIARIO: ElencoClient("https://registro.example", porta, leggi_carichi),
            Controllo.LAVORO: ElencoClient("https://registro.example", porta, leggi_rapporti),
        }
        return await Registri(client, http).chiedi(controllo, QUESITO)


def anpr(*schede: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"idOperazioneANPR": "58370927", "listaSoggetti": {"datiSoggetto": list(schede)}})


def scheda(codice: str, **altro: Any) -> dict[str, Any]:
    return {"generalita": {"codiceFiscale": {"codFiscale": codice, "validitaCF": "1"}}, **altro}


def isee(esito: str, documento: str | None = None) -> httpx.Response:
    contenuto = "" if documento is None else base64.b64encode(documento.encode()).decode()
    return httpx.Response(
        200,
        text='<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="http://inps.it/ConsultazioneISEE"><S:Body>'
        "<c:ConsultazioneAttestazioneResponse><c:ConsultazioneAttestazioneResult><c:IdRichiesta>7</c:IdRichiesta>"
        f"<c:Esito>{esito}</c:Esito><c:XmlEsitoAttestazione>{contenuto}</c:XmlEsitoAttestazione>"
        "</c:ConsultazioneAttestazioneResult></c:ConsultazioneAttestazioneResponse></S:Body></S:Envelope>",
    )


class TestEsitoHttp:
    @pytest.mark.parametrize(
        ("risposta", "classe", "motivo"),
        [
            (httpx.Response(400, json={"title": "InvalidRequestContent"}), Classe.RICHIESTA_ERRATA, "HTTP_400"),
            (
                httpx.Response(400, json={"title": "InteroperabilityInvalidRequest"}),
                Classe.NON_AUTORIZZATO,
                "FIRMA_RIFIUTATA",
            ),
            (httpx.Response(404, json={"listaErrori": [{"codiceErroreAnomalia": "EN122"}]}), Classe.NON_TROVATO, None),
            (httpx.Response(404, json={"title": "NotFound"}), Classe.RICHIESTA_ERRATA, "HTTP_404"),
            (httpx.Response(422), Classe.RICHIESTA_ERRATA, "HTTP_422"),
            (httpx.Response(429), Classe.LIMITE, "HTTP_429"),
            (httpx.Response(500), Classe.TRANSITORIO, "HTTP_500"),
            (httpx.Response(200, content=b"<html>"), Classe.TRANSITORIO, "RISPOSTA_ILLEGGIBILE"),
            (httpx.Response(200, json=[1]), Classe.TRANSITORIO, "RISPOSTA_ILLEGGIBILE"),
            (httpx.Response(200, json={"listaSoggetti": {}}), Classe.TRANSITORIO, "RISPOSTA_ILLEGGIBILE"),
        ],
    )
    async def test_is_classified(self, risposta: httpx.Response, classe: Classe, motivo: str | None) -> None:
        esito = await chiedi(Controllo.FAMIGLIA, risposta)

        assert (esito.classe, esito.motivo, esito.risposta) == (classe, motivo, None)

    async def test_refused_once_is_tried_with_a_new_voucher(self) -> None:
        esito = await chiedi(Controllo.FAMIGLIA, httpx.Response(401), anpr(scheda(IO)))

        assert (esito.classe, esito.operazione) == (Classe.TROVATO, "58370927")

    async def test_refused_twice_is_not_authorised(self) -> None:
        esito = await chiedi(Controllo.FAMIGLIA, httpx.Response(403), httpx.Response(403))

        assert (esito.classe, esito.motivo) == (Classe.NON_AUTORIZZATO, "HTTP_403")


class TestAnpr:
    async def test_tells_the_dead_from_the_family(self) -> None:
        morta = scheda(
            LEI, infoSoggettoEnte=[{"chiave": "Verifica esistenza in vita", "valore": "N", "valoreData": "2025-01-02"}]
        )

        esito = await chiedi(Controllo.FAMIGLIA, anpr(scheda(IO), morta))

        assert isinstance(esito.risposta, Famiglia)
        assert esito.risposta.componenti == (IO,)
        assert [(d.codice_fiscale, d.il) for d in esito.risposta.decessi] == [(LEI, date(2025, 1, 2))]

    async def test_keeps_the_provincia_of_a_comune_it_cannot_name(self) -> None:
        casa = {
            "indirizzo": {"comune": {"nomeComune": "COMUNE NUOVO", "siglaProvinciaIstat": "BZ"}},
            "dataDecorrenzaResidenza": "2001-01-01",
        }

        esito = await chiedi(Controllo.RESIDENZA, anpr(scheda(IO, residenza=[casa])))

        assert esito.risposta == Residenza(None, "BZ", date(2001, 1, 1))

    async def test_keeps_a_citizenship_it_cannot_name_as_unknown(self) -> None:
        righe = [
            {"codiceStato": "999", "descrizioneStato": "ATLANTIDE"},
            {"codiceStato": "100", "dataValidita": "1970-01-01"},
        ]

        esito = await chiedi(Controllo.CITTADINANZA, anpr(scheda(IO, cittadinanza=righe)))

        assert esito.risposta == Cittadinanze(((None, None), ("IT", date(1970, 1, 1))))

    @pytest.mark.parametrize("controllo", [Controllo.FAMIGLIA, Controllo.RESIDENZA, Controllo.CITTADINANZA])
    async def test_about_somebody_else_is_refused(self, controllo: Controllo) -> None:
        esito = await chiedi(controllo, anpr(scheda(LEI, residenza=[], cittadinanza=[])))

        assert (esito.classe, esito.risposta) == (Classe.ALTRA_PERSONA, None)


class TestIsee:
    @pytest.mark.parametrize(
        ("esito", "classe"),
        [
            ("DATI_NON_TROVATI", Classe.NON_TROVATO),
            ("RICHIESTA_INVALIDA", Classe.RICHIESTA_ERRATA),
            ("RISCONTRO_NON_VALIDO", Classe.RICHIESTA_ERRATA),
            ("DATABASE_OFFLINE", Classe.TRANSITORIO),
            ("ERRORE_INTERNO", Classe.TRANSITORIO),
            ("MAI_VISTO", Classe.TRANSITORIO),
        ],
    )
    async def test_tells_in_the_body_how_it_went(self, esito: str, classe: Classe) -> None:
        ottenuto = await chiedi(Controllo.ISEE, isee(esito))

        assert (ottenuto.classe, ottenuto.operazione) == (classe, "7")

    @pytest.mark.parametrize(
        "documento",
        [
            '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
            '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
            "<a>",
            '<EsitoAttestazione xmlns="http://inps.it/ISEERiforma"/>',
        ],
    )
    async def test_refuses_a_document_that_is_not_an_attestation(self, documento: str) -> None:
        ottenuto = await chiedi(Controllo.ISEE, isee("OK", documento))

        assert (ottenuto.classe, ottenuto.motivo) == (Classe.TRANSITORIO, "RISPOSTA_ILLEGGIBILE")

    async def test_takes_a_fault_for_a_wrong_request(self) -> None:
        busta = (
            '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault/></S:Body></S:Envelope>'
        )

        ottenuto = await chiedi(Controllo.ISEE, httpx.Response(200, text=busta))

        assert (ottenuto.classe, ottenuto.motivo) == (Classe.RICHIESTA_ERRATA, "SOAP_FAULT")


class TestElenchi:
    @pytest.mark.parametrize(
        ("controllo", "voce"),
        [
            (
                Controllo.VEICOLI,
                {
                    "categoria": "ASTRONAVE",
                    "data_prima_immatricolazione": "2020-01-01",
                    "intestatari": [{"codice_fiscale": IO}],
                },
            ),
            (Controllo.GIUDIZIARIO, {"classe": "MAI_VISTA", "dal": "2020-01-01"}),
            (Controllo.LAVORO, {"data_inizio": "ieri"}),
            (Controllo.LAVORO, {}),
        ],
    )
    async def test_refuse_what_they_cannot_read(self, controllo: Controllo, voce: dict[str, Any]) -> None:
        esito = await chiedi(controllo, elenco(voce))

        assert (esito.classe, esito.motivo) == (Classe.TRANSITORIO, "RISPOSTA_ILLEGGIBILE")

    async def test_keep_a_cause_they_do_not_know_as_unknown(self) -> None:
        esito = await chiedi(
            Controllo.LAVORO,
            elenco({"data_inizio": "2020-01-01", "data_fine": "2021-01-01", "causa_cessazione": "ALTRO"}),
        )

        assert isinstance(esito.risposta, Rapporti)
        assert [r.cessazione for r in esito.risposta.rapporti] == [None]

    async def test_that_are_empty_are_an_answer(self) -> None:
        esito = await chiedi(Controllo.VEICOLI, elenco())

        assert (esito.classe, esito.operazione) == (Classe.NON_TROVATO, "PRA-1")


def elenco(*voci: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"id_operazione": "PRA-1", "codice_fiscale": IO, "items": list(voci)})
