# SPDX-License-Identifier: EUPL-1.2
"""The sheet of a decision for the typesetter: days, amounts and words as an Italian reader expects them."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

import orjson

from services.domande.domain.domanda import EsitoDecisione
from services.domande.schemas.risposte import DecisioneOut, ImportoDecisoOut, ParametroOut, ProvenienzaOut, RequisitoOut
from shared.kernel.calendario import giorno_legale
from shared.misure.catalogo import get_misura
from shared.misure.esito import EsitoRequisito
from shared.misure.formato import euro, giorno, mese, numero

_TITOLI = {
    EsitoDecisione.ACCOLTA: "Domanda accolta",
    EsitoDecisione.RESPINTA: "Domanda respinta",
    EsitoDecisione.IN_EVIDENZA: "Domanda da completare",
}
_ESITI = {
    EsitoRequisito.OK: "c'è",
    EsitoRequisito.KO: "manca",
    EsitoRequisito.DA_COMPLETARE: "da completare",
    EsitoRequisito.NON_APPLICABILE: "non riguarda questo nucleo",
}
_ARGOMENTI = {
    "ISEE": "ISEE",
    "FAMIGLIA": "Famiglia anagrafica",
    "RESIDENZA": "Residenza",
    "CITTADINANZA": "Cittadinanza e titolo di soggiorno",
    "VEICOLI": "Veicoli",
    "GIUDIZIARIO": "Misure e condanne",
    "LAVORO": "Rapporti di lavoro",
    "SVANTAGGIO": "Condizione di svantaggio",
    "DOMANDA": "Dichiarazioni nella domanda",
}
_GIORNO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The words that the names of the parametri write without their accent.
_ACCENTATE = {
    "attivita": "attività",
    "autorita": "autorità",
    "compatibilita": "compatibilità",
    "disabilita": "disabilità",
    "eta": "età",
    "fragilita": "fragilità",
    "mensilita": "mensilità",
    "periodicita": "periodicità",
}


def foglio(decisione: DecisioneOut) -> bytes:
    """Write the sheet as JSON."""
    contati = {e: sum(r.esito is e for r in decisione.requisiti) for e in EsitoRequisito}
    return orjson.dumps(
        {
            "titolo": _TITOLI[decisione.esito],
            "esito": decisione.esito.value,
            "misura": get_misura(decisione.misura).nome,
            "protocollo": decisione.protocollo,
            "decisa_il": giorno(giorno_legale(decisione.decisa_il)),
            "al": giorno(decisione.al),
            "scaduta_il": giorno(decisione.scaduta_il) if decisione.scaduta_il else None,
            "versione": decisione.versione,
            "parametri": decisione.parametri,
            "regole": decisione.regole or "non registrata",
            "impronta": decisione.impronta,
            "in_breve": _in_breve(contati),
            "requisiti": [_requisito(r) for r in _in_ordine(decisione.requisiti)],
            "comuni": [_parametro(p) for p in decisione.parametri_comuni],
            "importo": _importo(decisione.importo) if decisione.importo else None,
            "controfattuali": [c.testo for c in decisione.controfattuali],
            "accolta": decisione.esito is EsitoDecisione.ACCOLTA,
            "fonti": _fonti(decisione.requisiti),
        }
    )


def _in_breve(contati: dict[EsitoRequisito, int]) -> str:
    considerati = sum(contati.values()) - contati[EsitoRequisito.NON_APPLICABILE]
    frase = f"Requisiti esaminati: {considerati}. Presenti: {contati[EsitoRequisito.OK]}"
    if contati[EsitoRequisito.KO]:
        frase += f", mancanti: {contati[EsitoRequisito.KO]}"
    if contati[EsitoRequisito.DA_COMPLETARE]:
        frase += f", da completare: {contati[EsitoRequisito.DA_COMPLETARE]}"
    return f"{frase}."


def _in_ordine(requisiti: Iterable[RequisitoOut]) -> list[RequisitoOut]:
    """Put first what went wrong: it is what the reader looks for."""
    ordine = list(EsitoRequisito)
    precedenza = [EsitoRequisito.KO, EsitoRequisito.DA_COMPLETARE]
    return sorted(
        requisiti, key=lambda r: (r.esito not in precedenza, ordine.index(r.esito) if r.esito in precedenza else 0)
    )


def _requisito(r: RequisitoOut) -> dict[str, object]:
    return {
        "codice": r.codice,
        "esito": r.esito.value,
        "parola": _ESITI[r.esito],
        "spiegazione": r.spiegazione,
        "fonte": r.fonte,
        "valore": _cifra(r.valore),
        # A number of years or months says nothing by itself: it is among the values of law, with its name.
        "soglia": _cifra(r.soglia) if _e_numero(r.valore) else None,
        "parametri": [_parametro(p) for p in r.parametri],
        "fonti": [_ARGOMENTI.get(argomento, argomento) for argomento in sorted({f.argomento for f in r.fatti})],
    }


def _parametro(p: ParametroOut) -> dict[str, str]:
    nome = " ".join(_ACCENTATE.get(parola, parola) for parola in p.nome.split("_")).replace(" d ", " d'")
    return {"nome": nome, "dal": giorno(p.dal), "valore": _cifra(p.valore) or "", "fonte": p.fonte}


def _importo(i: ImportoDecisoOut) -> dict[str, object]:
    return {
        "mese": mese(i.mese),
        "importo": euro(i.importo),
        "quota_a": euro(i.quota_a),
        "quota_b": euro(i.quota_b),
        "righe": i.righe,
        "parametri": [_parametro(p) for p in i.parametri],
    }


def _fonti(requisiti: Iterable[RequisitoOut]) -> list[dict[str, str]]:
    """List each source once, whatever the requisiti that look at it."""
    tutte = {f for r in requisiti for f in r.fatti}
    return [_fonte(f) for f in sorted(tutte, key=lambda f: (f.argomento, f.registro, f.operazione or "", f.valido_dal))]


def _fonte(f: ProvenienzaOut) -> dict[str, str]:
    return {
        "argomento": _ARGOMENTI.get(f.argomento, f.argomento),
        "registro": f.registro,
        "operazione": f.operazione or "non indicata",
        "rilevato_il": giorno(giorno_legale(f.rilevato_il)),
        "noto_dal": giorno(giorno_legale(f.noto_dal)),
        "vale": _periodo(f.valido_dal, f.valido_al),
    }


def _periodo(dal: date, al: date | None) -> str:
    return f"dal {giorno(dal)} al {giorno(al)}" if al else f"dal {giorno(dal)}"


def _e_numero(testo: str | None) -> bool:
    try:
        return testo is not None and Decimal(testo).is_finite()
    except InvalidOperation:
        return False


def _cifra(testo: str | None) -> str | None:
    """Write an amount or a day the Italian way; leave everything else as it is."""
    if testo is not None and _GIORNO.fullmatch(testo):
        return giorno(date.fromisoformat(testo))
    if testo is None or "." not in testo or not _e_numero(testo):
        return testo
    return numero(Decimal(testo))
