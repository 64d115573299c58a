# SPDX-License-Identifier: EUPL-1.2
"""INPS ISEE of the sandbox: every Esito with HTTP 200, and the attestation of the stories."""

import base64
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

from deploy.sandbox.eservizi import INPS_ISEE
from tests.sandbox.conftest import InProva

NS = "{http://inps.it/ConsultazioneISEE}"
IR = "{http://inps.it/ISEERiforma}"
AZIONE = "http://inps.it/ConsultazioneISEE/ISvcConsultazione/"
BUSTA = """<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">
<S:Header><i:Identity xmlns:i="http://inps.it/"><UserId>servizio-verifiche</UserId><CodiceUfficio>001</CodiceUfficio></i:Identity></S:Header>
<S:Body><c:{operazione} xmlns:c="http://inps.it/ConsultazioneISEE"><c:request><c:TipoIndicatore>{indicatore}</c:TipoIndicatore><c:RicercaCF>
<c:CodiceFiscale>{codice}</c:CodiceFiscale><c:DataValidita>{giorno}</c:DataValidita><c:PrestazioneDaErogare>A1.04</c:PrestazioneDaErogare>
<c:ProtocolloDomandaEnteErogatore>ADI-2025-1</c:ProtocolloDomandaEnteErogatore><c:StatodomandaPrestazione>Da Erogare</c:StatodomandaPrestazione>
</c:RicercaCF></c:request></c:{operazione}></S:Body></S:Envelope>"""


class Inps:
    """Asks as a service would."""

    def __init__(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        self.in_prova = in_prova
        self.http = http

    async def posta(self, busta: str, operazione: str) -> httpx.Response:
        intestazioni = await self.in_prova.voucher(self.http, INPS_ISEE)
        intestazioni |= {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{AZIONE}{operazione}"'}
        return await self.http.post(INPS_ISEE.audience(self.in_prova.url), content=busta, headers=intestazioni)

    async def chiedi(
        self,
        codice: str,
        *,
        operazione: str = "ConsultazioneAttestazione",
        giorno: str = "2025-03-03",
        indicatore: str = "Ordinario",
    ) -> tuple[str, Element | None]:
        busta = BUSTA.format(operazione=operazione, codice=codice, giorno=giorno, indicatore=indicatore)
        risposta = await self.posta(busta, operazione)
        assert risposta.status_code == 200
        (risultato,) = fromstring(risposta.content).iter(f"{NS}{operazione}Result")
        documento = risultato.findtext(f"{NS}XmlEsito{operazione.removeprefix('Consultazione')}")
        return risultato.findtext(f"{NS}Esito", ""), fromstring(base64.b64decode(documento)) if documento else None

    def codice(self, storia: str) -> str:
        return self.in_prova.sandbox.mondo.storia(storia).richiedente.codice_fiscale


@pytest.fixture
def inps(in_prova: InProva, http: httpx.AsyncClient) -> Inps:
    return Inps(in_prova, http)


class TestAttestazione:
    async def test_holds_the_nucleo_and_the_figures_of_the_story(self, inps: Inps) -> None:
        esito, documento = await inps.chiedi(inps.codice("T3"))

        assert esito == "OK"
        assert documento is not None
        (calcolo,) = documento.iter(f"{IR}ModalitaCalcoloISEEOrdinario")
        rapporti = [c.attrib["RapportoConDichiarante"] for c in documento.iter(f"{IR}ComponenteNucleo")]
        assert rapporti == ["D", "C", "F", "F"]
        assert calcolo.attrib["SommaRedditiComponenti"] == "1500"
        assert calcolo.attrib["CanoneLocazione"] == "4200.00"
        assert [*documento.iter(f"{IR}Minorenne")]

    async def test_is_found_by_any_member(self, inps: Inps) -> None:
        coniuge = inps.in_prova.sandbox.mondo.storia("T3").persone[1].codice_fiscale

        esito, documento = await inps.chiedi(coniuge)

        assert esito == "OK"
        assert documento is not None
        assert next(documento.iter(f"{IR}RicercaCF")).attrib["CodiceFiscale"] == coniuge

    async def test_says_who_has_a_disability(self, inps: Inps) -> None:
        _, documento = await inps.chiedi(inps.codice("T7"))

        assert documento is not None
        assert [c.attrib["Disabilita"] for c in documento.iter(f"{IR}ComponenteNucleo")].count("GRAVE") == 1

    async def test_says_the_difformita(self, inps: Inps) -> None:
        _, documento = await inps.chiedi(inps.codice("isee-difforme-redditi"))

        assert documento is not None
        (omissione,) = documento.iter(f"{IR}OmissioneDifformita")
        assert omissione.attrib == {"TipoOmissioneDifformita": "RedditiScostamento"}

    async def test_writes_a_whole_isee_without_decimals(self, inps: Inps) -> None:
        _, documento = await inps.chiedi(inps.codice("soglia-isee-esatta"))

        assert documento is not None
        assert next(documento.iter(f"{IR}Valori")).attrib["ISEE"] == "10140"


class TestEsiti:
    async def test_no_dsu(self, inps: Inps) -> None:
        assert await inps.chiedi(inps.codice("isee-assente")) == ("DATI_NON_TROVATI", None)

    @pytest.mark.parametrize("giorno", ["2025-01-01", "2026-01-09"])
    async def test_no_dsu_valid_on_that_day(self, inps: Inps, giorno: str) -> None:
        assert await inps.chiedi(inps.codice("T3"), giorno=giorno) == ("DATI_NON_TROVATI", None)

    async def test_omocodia_up_to_three_digits_only(self, inps: Inps) -> None:
        due, quattro = inps.codice("omocodia-due-cifre"), inps.codice("omocodia-quattro-cifre")

        esiti = [(await inps.chiedi(codice))[0] for codice in (due, quattro)]

        assert esiti == ["OK", "RICHIESTA_INVALIDA"]

    @pytest.mark.parametrize("valori", [{"giorno": "ieri"}, {"codice": "NON-VALIDO"}, {"codice": "88001230916"}])
    async def test_a_request_out_of_schema(self, inps: Inps, valori: dict[str, str]) -> None:
        valori = {"codice": inps.codice("T3"), "giorno": "2025-03-03"} | valori

        assert await inps.chiedi(valori["codice"], giorno=valori["giorno"]) == ("RICHIESTA_INVALIDA", None)

    async def test_a_database_that_comes_back(self, inps: Inps) -> None:
        codice = inps.codice("isee-fuori-servizio")

        esiti = [(await inps.chiedi(codice))[0] for _ in range(3)]

        assert esiti == ["DATABASE_OFFLINE", "DATABASE_OFFLINE", "OK"]

    async def test_a_defect_of_inps(self, inps: Inps) -> None:
        await inps.http.put(f"{inps.in_prova.url}/sandbox/v1/guasti/isee", json={"tipo": "ERRORE"})

        assert await inps.chiedi(inps.codice("T3")) == ("ERRORE_INTERNO", None)

    @pytest.mark.parametrize(
        ("tipo", "esito"), [("Ordinario", "OK"), ("Minorenne", "OK"), ("Residenziale", "DATI_NON_TROVATI")]
    )
    async def test_indicatore(self, inps: Inps, tipo: str, esito: str) -> None:
        risposta, documento = await inps.chiedi(
            inps.codice("T3"), operazione="ConsultazioneIndicatore", indicatore=tipo
        )

        assert risposta == esito
        assert documento is None or documento.attrib["TipoIndicatore"] == tipo


class TestFault:
    async def test_without_identity(self, inps: Inps) -> None:
        busta = BUSTA.replace("<UserId>servizio-verifiche</UserId>", "")
        busta = busta.format(
            operazione="ConsultazioneIndicatore", codice=inps.codice("T3"), giorno="2025-03-03", indicatore="Ordinario"
        )

        risposta = await inps.posta(busta, "ConsultazioneIndicatore")

        assert (risposta.status_code, b"Fault" in risposta.content) == (200, True)

    async def test_entities_are_not_expanded(self, inps: Inps) -> None:
        busta = '<!DOCTYPE x [<!ENTITY e "esplode">]><x>&e;</x>'

        risposta = await inps.posta(busta, "ConsultazioneIndicatore")

        assert (b"Fault" in risposta.content, b"esplode" in risposta.content) == (True, False)

    async def test_without_a_voucher(self, inps: Inps) -> None:
        risposta = await inps.http.post(INPS_ISEE.audience(inps.in_prova.url), content=BUSTA)

        assert risposta.status_code == 401
