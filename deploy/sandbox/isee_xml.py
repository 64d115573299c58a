# SPDX-License-Identifier: EUPL-1.2
"""The XML that INPS sends: SOAP answers, indicatore and attestazione.

Documented: elements and attributes of the WSDL/XSD 2.8 PDND. Ours, because no public document shows them: the attributes
`CanoneLocazione`, `ValoreAbitazione`, `TrattamentiAssistenziali` of `ModalitaCalcoloISEEOrdinario` and `Disabilita` (NO,
MEDIA, GRAVE) of `ComponenteNucleo`; `PatrimonioImmobiliare` is what the nucleo owns besides the home;
and the element `Minorenne/ISEEMinorenne/Valori` beside `Ordinario`, in nuclei with minors.
"""

from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from deploy.sandbox.modello import Dsu, Nucleo
from shared.kernel.mese import aggiungi_mesi

_NS = "http://inps.it/ConsultazioneISEE"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ISEE = "http://inps.it/ISEERiforma"
_RAPPORTI = {"R": "D", "C": "C", "F": "F", "G": "P", "A": "P"}


def risposta(operazione: str, id_richiesta: int, esito: str, contenuto: str | None) -> bytes:
    """Write the SOAP answer of an operation; `contenuto` is the base64 of the inner document."""
    busta = Element(f"{{{_SOAP}}}Envelope")
    corpo = SubElement(SubElement(busta, f"{{{_SOAP}}}Body"), f"{{{_NS}}}{operazione}Response")
    esito_ = SubElement(corpo, f"{{{_NS}}}{operazione}Result")
    SubElement(esito_, f"{{{_NS}}}IdRichiesta").text = str(id_richiesta)
    SubElement(esito_, f"{{{_NS}}}Esito").text = esito
    if contenuto is not None:
        nome = "XmlEsito" + operazione.removeprefix("Consultazione")
        SubElement(esito_, f"{{{_NS}}}{nome}").text = contenuto
    return _testo(busta)


def fault(motivo: str) -> bytes:
    """Write a SOAP Fault; it too travels with HTTP 200."""
    busta = Element(f"{{{_SOAP}}}Envelope")
    guasto = SubElement(SubElement(busta, f"{{{_SOAP}}}Body"), f"{{{_SOAP}}}Fault")
    SubElement(guasto, "faultcode").text = "Client"
    SubElement(guasto, "faultstring").text = motivo
    return _testo(busta)


def indicatore(dsu: Dsu, tipo: str, codice_fiscale: str) -> bytes:
    """Write the Indicatore document."""
    attributi = {"TipoIndicatore": tipo, **_valori(dsu), "ProtocolloDSU": dsu.protocollo,
                 "DataPresentazione": dsu.presentata_il.isoformat()}  # fmt: skip
    radice = Element(f"{{{_ISEE}}}Indicatore", attributi)
    SubElement(radice, f"{{{_ISEE}}}RicercaCF", {"CodiceFiscale": codice_fiscale})
    return _testo(radice)


def attestazione(nucleo: Nucleo, dsu: Dsu, codice_fiscale: str) -> bytes:
    """Write the EsitoAttestazione document."""
    radice = Element(f"{{{_ISEE}}}EsitoAttestazione")
    testata = SubElement(radice, f"{{{_ISEE}}}Attestazione", {
        "CodiceFiscaleDichiarante": nucleo.richiedente.codice_fiscale, "NumeroProtocolloDSU": dsu.protocollo,
        "DataPresentazione": dsu.presentata_il.isoformat(), "DataValidita": dsu.valida_fino.isoformat()})  # fmt: skip
    ordinario = SubElement(testata, f"{{{_ISEE}}}Ordinario", _corrente(dsu))
    componenti = SubElement(ordinario, f"{{{_ISEE}}}NucleoFamiliare")
    for persona in nucleo.dichiarati:
        SubElement(componenti, f"{{{_ISEE}}}ComponenteNucleo", {
            "RapportoConDichiarante": _RAPPORTI[persona.ruolo], "Cognome": persona.cognome.upper(),
            "Nome": persona.nome.upper(), "CodiceFiscale": persona.codice_fiscale, "Disabilita": persona.disabilita})  # fmt: skip
    isee = SubElement(ordinario, f"{{{_ISEE}}}ISEEOrdinario", {"DataRilascio": dsu.presentata_il.isoformat()})
    SubElement(isee, f"{{{_ISEE}}}Valori", _valori(dsu))
    SubElement(isee, f"{{{_ISEE}}}ModalitaCalcoloISEEOrdinario", _calcolo(dsu))
    for tipo in dsu.difformita:
        SubElement(ordinario, f"{{{_ISEE}}}OmissioneDifformita", {"TipoOmissioneDifformita": tipo})
    if dsu.minorenni:
        minori = SubElement(testata, f"{{{_ISEE}}}Minorenne", _corrente(dsu))
        SubElement(SubElement(minori, f"{{{_ISEE}}}ISEEMinorenne"), f"{{{_ISEE}}}Valori", _valori(dsu))
    SubElement(SubElement(radice, f"{{{_ISEE}}}Ricerca"), f"{{{_ISEE}}}RicercaCF", {"CodiceFiscale": codice_fiscale})
    return _testo(radice)


def _valori(dsu: Dsu) -> dict[str, str]:
    return {"ISE": f"{dsu.ise:.2f}", "ScalaEquivalenza": f"{dsu.scala:.2f}", "ISEE": _breve(dsu.isee),
            "ISR": f"{dsu.isr:.2f}", "ISP": f"{dsu.isp:.2f}"}  # fmt: skip


def _calcolo(dsu: Dsu) -> dict[str, str]:
    return {
        "SommaRedditiComponenti": _breve(dsu.reddito),
        "RedditoFigurativoPatrimonioMobiliare": "0",
        "Detrazioni": _breve(dsu.detrazione_affitto),
        "ISR": _breve(dsu.isr),
        "PatrimonioMobiliare": _breve(dsu.mobiliare),
        "DetrazionePatrimonioMobiliare": _breve(dsu.franchigia_mobiliare),
        "PatrimonioImmobiliare": _breve(dsu.immobiliare),
        "DetrazionePatrimonioImmobiliare": "0",
        "ISP": _breve(dsu.isp),
        "ISE": f"{dsu.ise:.2f}",
        "ParametroNucleo": f"{dsu.parametro:.2f}",
        "Maggiorazioni": _breve(dsu.maggiorazioni),
        "ScalaEquivalenza": f"{dsu.scala:.2f}",
        "CanoneLocazione": f"{dsu.canone:.2f}",
        "ValoreAbitazione": f"{dsu.casa:.2f}",
        "TrattamentiAssistenziali": f"{dsu.trattamenti:.2f}",
    }


def _corrente(dsu: Dsu) -> dict[str, str]:
    if not dsu.corrente:
        return {}
    return {"Corrente": "SI", "DataScadenzaDSUCorrente": aggiungi_mesi(dsu.presentata_il, 6).isoformat()}


def _breve(valore: Decimal) -> str:
    """Write a number as INPS does: whole numbers come without decimals."""
    return f"{valore:.0f}" if valore == valore.to_integral_value() else f"{valore:.2f}"


def _testo(radice: Element) -> bytes:
    testo: bytes = tostring(radice, encoding="utf-8", xml_declaration=True)
    return testo
