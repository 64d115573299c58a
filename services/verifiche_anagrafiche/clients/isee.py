# SPDX-License-Identifier: EUPL-1.2
"""INPS ISEE on PDND: SOAP 1.1, the attestation of a person on a day; every outcome travels with HTTP 200."""

import base64
import binascii
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from services.verifiche_anagrafiche.clients.esito import AltraPersona, Esito, Quesito, RispostaIllegibile, da_status
from services.verifiche_anagrafiche.clients.porta import Porta
from services.verifiche_anagrafiche.domain.interrogazione import Classe
from services.verifiche_anagrafiche.domain.risposte import Attestazione, ComponenteDsu
from shared.kernel.importo import arrotonda

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NS = "http://inps.it/ConsultazioneISEE"
_IDENTITA = "http://inps.it/"
_ISEE = "http://inps.it/ISEERiforma"
_OPERAZIONE = "ConsultazioneAttestazione"
# Economic contributions that integrate the income of the family.
_PRESTAZIONE = "A1.04"
_UTENTE, _UFFICIO = "servizio-verifiche", "001"
_INTESTAZIONI = {
    "Content-Type": "text/xml; charset=utf-8",
    "SOAPAction": f'"{_NS}/ISvcConsultazione/{_OPERAZIONE}"',
    "INPS-Identity-UserId": _UTENTE,
    "INPS-Identity-CodiceUfficio": _UFFICIO,
}
_CLASSI = {
    "OK": Classe.TROVATO,
    "DATI_NON_TROVATI": Classe.NON_TROVATO,
    "RICHIESTA_INVALIDA": Classe.RICHIESTA_ERRATA,
    "RISCONTRO_NON_VALIDO": Classe.RICHIESTA_ERRATA,
    "DATABASE_OFFLINE": Classe.TRANSITORIO,
    "ERRORE_INTERNO": Classe.TRANSITORIO,
}


class IseeClient:
    """The attestation service."""

    def __init__(self, url: str, porta: Porta) -> None:
        self._url = url
        self._porta = porta

    async def chiedi(self, quesito: Quesito) -> Esito:
        """Ask for the attestation valid on the day.

        :raises Exception: what `da_errore` classifies.
        """
        risposta = await self._porta.invia(self._url, _busta(quesito), _INTESTAZIONI)
        if (esito := da_status(risposta)) is not None:
            return esito
        corpo = _radice(risposta.content).find(f"{{{_SOAP}}}Body")
        if corpo is None:
            raise RispostaIllegibile
        if corpo.find(f"{{{_SOAP}}}Fault") is not None:
            return Esito(Classe.RICHIESTA_ERRATA, motivo="SOAP_FAULT")
        risultato = corpo.find(f"{{{_NS}}}{_OPERAZIONE}Response/{{{_NS}}}{_OPERAZIONE}Result")
        if risultato is None:
            raise RispostaIllegibile
        return _esito(risultato, quesito.soggetto)


def _busta(quesito: Quesito) -> bytes:
    busta = Element(f"{{{_SOAP}}}Envelope")
    identita = SubElement(SubElement(busta, f"{{{_SOAP}}}Header"), f"{{{_IDENTITA}}}Identity")
    SubElement(identita, "UserId").text = _UTENTE
    SubElement(identita, "CodiceUfficio").text = _UFFICIO
    corpo = SubElement(SubElement(busta, f"{{{_SOAP}}}Body"), f"{{{_NS}}}{_OPERAZIONE}")
    ricerca = SubElement(SubElement(corpo, f"{{{_NS}}}request"), f"{{{_NS}}}RicercaCF")
    campi = {
        "CodiceFiscale": quesito.soggetto,
        "DataValidita": quesito.giorno.isoformat(),
        "PrestazioneDaErogare": _PRESTAZIONE,
        "ProtocolloDomandaEnteErogatore": quesito.pratica,
        "StatodomandaPrestazione": "Da Erogare",
    }
    for nome, valore in campi.items():
        SubElement(ricerca, f"{{{_NS}}}{nome}").text = valore
    corpo_xml: bytes = tostring(busta, encoding="utf-8", xml_declaration=True)
    return corpo_xml


def _esito(risultato: Element, soggetto: str) -> Esito:
    esito = risultato.findtext(f"{{{_NS}}}Esito", "")
    operazione = risultato.findtext(f"{{{_NS}}}IdRichiesta")
    classe = _CLASSI.get(esito, Classe.TRANSITORIO)
    if classe is not Classe.TROVATO:
        motivo = None if classe is Classe.NON_TROVATO else esito if esito in _CLASSI else "RISPOSTA_ILLEGGIBILE"
        return Esito(classe, operazione=operazione, motivo=motivo)
    try:
        documento = base64.b64decode(risultato.findtext(f"{{{_NS}}}XmlEsitoAttestazione", ""), validate=True)
        return Esito(classe, _attestazione(_radice(documento), soggetto), operazione)
    except (binascii.Error, KeyError, ValueError, InvalidOperation):
        raise RispostaIllegibile from None


def _radice(documento: bytes) -> Element:
    """Parse a document; a DTD, and with it any entity, is refused."""
    try:
        testo = documento.decode("utf-8")
        if "<!DOCTYPE" in testo or "<!ENTITY" in testo:
            raise RispostaIllegibile
        return fromstring(testo)  # noqa: S314 - without a DTD there are no entities to expand
    except (UnicodeDecodeError, ParseError):
        raise RispostaIllegibile from None


def _attestazione(radice: Element, soggetto: str) -> Attestazione:
    testata, ordinario = _trova(radice, "Attestazione"), _trova(radice, "Attestazione", "Ordinario")
    minorenni = testata.find("/".join(f"{{{_ISEE}}}{nome}" for nome in ("Minorenne", "ISEEMinorenne", "Valori")))
    valori = (minorenni if minorenni is not None else _trova(ordinario, "ISEEOrdinario", "Valori")).attrib
    calcolo = _trova(ordinario, "ISEEOrdinario", "ModalitaCalcoloISEEOrdinario").attrib
    componenti = _elementi(ordinario, "NucleoFamiliare", "ComponenteNucleo")
    _riguarda(radice, componenti, soggetto)
    corrente = ordinario.attrib.get("Corrente") == "SI"
    scadenza = ordinario.attrib["DataScadenzaDSUCorrente"] if corrente else testata.attrib["DataValidita"]
    return Attestazione(
        indicatore="Corrente" if corrente else "Minorenne" if minorenni is not None else "Ordinario",
        protocollo_dsu=testata.attrib["NumeroProtocolloDSU"],
        presentata_il=date.fromisoformat(testata.attrib["DataPresentazione"]),
        valida_al=date.fromisoformat(scadenza),
        isee=_euro(valori["ISEE"]),
        ise=_euro(valori["ISE"]),
        isr=_euro(valori["ISR"]),
        isp=_euro(valori["ISP"]),
        scala=Decimal(valori["ScalaEquivalenza"]),
        componenti=tuple(ComponenteDsu(c["CodiceFiscale"], c["RapportoConDichiarante"]) for c in componenti),
        reddito=_euro(calcolo["SommaRedditiComponenti"]),
        trattamenti=_euro(calcolo.get("TrattamentiAssistenziali", "0")),
        patrimonio_mobiliare=_euro(calcolo["PatrimonioMobiliare"]),
        patrimonio_immobiliare=_euro(calcolo["PatrimonioImmobiliare"]),
        valore_casa=_euro(calcolo.get("ValoreAbitazione", "0")),
        canone_annuo=_euro(calcolo.get("CanoneLocazione", "0")),
        difformita=tuple(d["TipoOmissioneDifformita"] for d in _elementi(ordinario, "OmissioneDifformita")),
        disabili=_con_disabilita(componenti, "MEDIA", "GRAVE"),
        disabili_gravi=_con_disabilita(componenti, "GRAVE"),
    )


def _riguarda(radice: Element, componenti: Iterable[dict[str, str]], soggetto: str) -> None:
    cercato = _trova(radice, "Ricerca", "RicercaCF").attrib["CodiceFiscale"]
    if cercato != soggetto or soggetto not in {c["CodiceFiscale"] for c in componenti}:
        raise AltraPersona


def _con_disabilita(componenti: Iterable[dict[str, str]], *gradi: str) -> tuple[str, ...]:
    return tuple(c["CodiceFiscale"] for c in componenti if c.get("Disabilita") in gradi)


def _trova(radice: Element, *nomi: str) -> Element:
    trovato = radice.find("/".join(f"{{{_ISEE}}}{nome}" for nome in nomi))
    if trovato is None:
        raise RispostaIllegibile
    return trovato


def _elementi(radice: Element, *nomi: str) -> list[dict[str, str]]:
    return [e.attrib for e in radice.findall("/".join(f"{{{_ISEE}}}{nome}" for nome in nomi))]


def _euro(testo: str) -> Decimal:
    """Read an amount; INPS writes whole numbers without decimals."""
    return arrotonda(Decimal(testo))
