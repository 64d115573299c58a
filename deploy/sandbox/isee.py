# SPDX-License-Identifier: EUPL-1.2
"""INPS ISEE: SOAP 1.1, ConsultazioneIndicatore and ConsultazioneAttestazione; every outcome travels with HTTP 200."""

import base64
import re
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from deploy.sandbox import isee_xml
from deploy.sandbox.eservizi import INPS_ISEE
from deploy.sandbox.modello import Dsu, Nucleo
from deploy.sandbox.modi import verifica_voucher
from deploy.sandbox.stato import annota, sandbox_di, soggetto_servito

rotte = APIRouter(prefix="/inps", tags=["INPS ISEE"])

NS = "http://inps.it/ConsultazioneISEE"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_AZIONE = f"{NS}/ISvcConsultazione/"
_OPERAZIONI = ("ConsultazioneIndicatore", "ConsultazioneAttestazione")
_INDICATORI = ("Ordinario", "Minorenne", "Universitario", "SocioSanitario", "Dottorato", "Residenziale")
_STATI = ("Da Erogare", "Erogata")
_PRESTAZIONE = re.compile(r"A1\.(0[1-9]|1[0-9]|20)|A2\.(0[1-9]|1[0-2])|A3\.0[1-3]|Z9\.99")
# The pattern of the schema takes omocodia in the last three digits only, and no provisional code.
_CODICE = re.compile(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]")


class SoapFault(Exception):
    """The envelope cannot be served at all."""


@dataclass(frozen=True, slots=True)
class _Ricerca:
    operazione: str
    indicatore: str
    codice_fiscale: str
    data_validita: str
    prestazione: str
    domanda: str
    stato: str

    @property
    def valida(self) -> bool:
        """Tell whether the request respects the schema."""
        return bool(
            _CODICE.fullmatch(self.codice_fiscale) and _PRESTAZIONE.fullmatch(self.prestazione) and self.domanda
            and self.stato in _STATI and _data(self.data_validita)
            and (self.operazione == _OPERAZIONI[1] or self.indicatore in _INDICATORI)
        )  # fmt: skip


@rotte.post("/ConsultazioneISEE/v1", summary="Consultazione dell'ISEE (SOAP 1.1)")
async def consultazione(request: Request) -> Response:
    """Risponde a ConsultazioneIndicatore e ConsultazioneAttestazione; ogni `Esito` viaggia con HTTP 200."""
    voucher = verifica_voucher(request, INPS_ISEE)
    try:
        ricerca = _leggi(request, await request.body())
    except SoapFault as errore:
        return _xml(isee_xml.fault(str(errore)))
    richiesta = sandbox_di(request).numero("isee", da=104_512)
    annota(request, ricerca.operazione, id=str(richiesta), soggetto=ricerca.codice_fiscale, client=voucher.client_id)
    esito, contenuto = _cerca(request, ricerca)
    testo = base64.b64encode(contenuto).decode() if contenuto else None
    return _xml(isee_xml.risposta(ricerca.operazione, richiesta, esito, testo))


def _leggi(request: Request, corpo: bytes) -> _Ricerca:
    azione = request.headers.get("soapaction", "").strip('"')
    operazione = azione.removeprefix(_AZIONE)
    if not azione.startswith(_AZIONE) or operazione not in _OPERAZIONI:
        raise SoapFault("SOAPAction non prevista")
    try:
        busta: Element = ElementTree.fromstring(corpo, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise SoapFault("Messaggio non leggibile") from None
    identita = busta.find(f"{{{_SOAP}}}Header/{{http://inps.it/}}Identity")
    if identita is None or not (identita.findtext("UserId") and identita.findtext("CodiceUfficio")):
        raise SoapFault("Header Identity assente o incompleto")
    radice = busta.find(f"{{{_SOAP}}}Body/{{{NS}}}{operazione}/{{{NS}}}request")
    if radice is None:
        raise SoapFault("Elemento request assente")
    return _ricerca(operazione, radice)


def _ricerca(operazione: str, radice: Element) -> _Ricerca:
    def testo(nome: str) -> str:
        return radice.findtext(f"{{{NS}}}RicercaCF/{{{NS}}}{nome}", "").strip()

    return _Ricerca(
        operazione, radice.findtext(f"{{{NS}}}TipoIndicatore", "").strip(), testo("CodiceFiscale"), testo("DataValidita"),
        testo("PrestazioneDaErogare"), testo("ProtocolloDomandaEnteErogatore"), testo("StatodomandaPrestazione"),
    )  # fmt: skip


def _cerca(request: Request, ricerca: _Ricerca) -> tuple[str, bytes | None]:
    sandbox = sandbox_di(request)
    codice = soggetto_servito(request, ricerca.codice_fiscale)
    trovata = sandbox.mondo.trova(codice)
    nucleo = trovata[0] if trovata and trovata[1].in_dsu else None
    if request.state.guasto is not None and request.state.guasto.tipo == "ERRORE":
        return "ERRORE_INTERNO", None
    if not ricerca.valida:
        return "RICHIESTA_INVALIDA", None
    if sandbox.in_ritardo("isee", nucleo):
        return "DATABASE_OFFLINE", None
    contenuto = _contenuto(nucleo, ricerca, codice) if nucleo is not None else None
    return ("OK", contenuto) if contenuto is not None else ("DATI_NON_TROVATI", None)


def _contenuto(nucleo: Nucleo, ricerca: _Ricerca, codice: str) -> bytes | None:
    dsu = _valida_il(nucleo, _data(ricerca.data_validita))
    if dsu is None:
        return None
    if ricerca.operazione == "ConsultazioneAttestazione":
        return isee_xml.attestazione(nucleo, dsu, codice)
    previsto = ricerca.indicatore == "Ordinario" or (ricerca.indicatore == "Minorenne" and dsu.minorenni)
    return isee_xml.indicatore(dsu, ricerca.indicatore, codice) if previsto else None


def _valida_il(nucleo: Nucleo, giorno: date | None) -> Dsu | None:
    dsu = nucleo.dsu
    return dsu if dsu and giorno and dsu.presentata_il <= giorno <= dsu.valida_fino else None


def _data(testo: str) -> date | None:
    try:
        return date.fromisoformat(testo)
    except ValueError:
        return None


def _xml(contenuto: bytes) -> Response:
    return Response(contenuto, media_type="text/xml; charset=utf-8")
