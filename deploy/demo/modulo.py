# SPDX-License-Identifier: EUPL-1.2
"""From an invented nucleo to the body of POST /v1/domande, as a CAF would fill it in."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.sandbox.anagrafe import iban
from deploy.sandbox.modello import Nucleo, Persona
from deploy.sandbox.persone import GIORNO_DEMO
from deploy.sandbox.spec import SpecSvantaggio

Oggetto = dict[str, Any]
_RAPPORTI = {"C": "CONIUGE", "F": "FIGLIO", "G": "GENITORE", "A": "ALTRO"}
_DICHIARAZIONI = (
    "nessuna_misura_o_condanna", "nessuna_dimissione", "nessun_veicolo_escluso", "nessuna_nave_o_aeromobile",
    "obbligo_istruzione_assolto",
)  # fmt: skip


def modulo_di(nucleo: Nucleo) -> Oggetto:
    """Fill in the form of a nucleo."""
    storia = nucleo.storia
    corpo: Oggetto = {
        "misura": "ADI",
        "mandato": {"numero": f"ADI/2025/{nucleo.numero:05d}", "conferito_il": _conferito(nucleo).isoformat()},
        "richiedente": _richiedente(nucleo),
        "componenti": [
            {**_persona(nucleo, p), "rapporto": _RAPPORTI[p.ruolo]} for p in nucleo.dichiarati if p.ruolo != "R"
        ],
        "abitazione": _abitazione(nucleo),
        "dichiarazioni": {nome: nome not in storia.dichiara_no for nome in _DICHIARAZIONI}
        | {"consapevole_delle_sanzioni": True},
        "consensi": {"trasmissione_ai_servizi": storia.consenso_servizi, "app_io": storia.consenso_io},
        "recapiti": _recapiti(nucleo),
        "pagamento": {"strumento": "BONIFICO", "iban": iban(nucleo.numero)}
        if storia.bonifico
        else {"strumento": "CARTA"},
    }
    if nucleo.dsu is not None:
        corpo["protocollo_dsu"] = nucleo.dsu.protocollo
    if storia.lavoro:
        corpo["lavoro"] = [
            {"codice_fiscale": nucleo.persone[r.di].codice_fiscale, "tipo": r.tipo, "iniziato_il": r.dal.isoformat(),
             "reddito_annuo_previsto": _euro(r.reddito)}
            for r in storia.lavoro
        ]  # fmt: skip
    return corpo


def _richiedente(nucleo: Nucleo) -> Oggetto:
    persona = nucleo.richiedente
    return {
        **_persona(nucleo, persona),
        "luogo_nascita": persona.luogo_nascita,
        "cittadinanza": _cittadinanza(nucleo, persona),
        "residenza": {
            "comune": nucleo.comune.belfiore,
            "indirizzo": f"{nucleo.via.title()} {nucleo.civico}",
            "cap": nucleo.comune.cap,
            "provincia": nucleo.comune.provincia,
            "in_italia_dal": nucleo.in_italia_dal.isoformat(),
            "continuativa_dal": nucleo.continuativa_dal.isoformat(),
            "assenze": [
                {"dal": a.dal.isoformat(), "al": a.al.isoformat(), "gravi_motivi_di_salute": a.salute}
                for a in nucleo.storia.assenze
            ],
        },
    }


def _persona(nucleo: Nucleo, persona: Persona) -> Oggetto:
    corpo: Oggetto = {
        "codice_fiscale": persona.codice_fiscale,
        "cognome": persona.cognome,
        "nome": persona.nome,
        "data_nascita": persona.data_nascita.isoformat(),
        "carichi_di_cura": persona.cura,
        "responsabilita_genitoriale": persona.genitore,
        "occupato": persona.occupato,
        "studente": persona.studente,
        "in_struttura": persona.in_struttura,
    }
    svantaggio = nucleo.storia.svantaggio
    if svantaggio is not None and nucleo.persone[svantaggio.di] == persona:
        corpo["svantaggio"] = _svantaggio(svantaggio)
    return corpo


def _svantaggio(svantaggio: SpecSvantaggio) -> Oggetto:
    return {
        "categoria": svantaggio.categoria,
        "amministrazione": svantaggio.amministrazione,
        "numero_certificazione": svantaggio.numero,
        "data_certificazione": svantaggio.certificato_il.isoformat(),
        "inizio_programma": svantaggio.inizio_programma.isoformat(),
    }


def _cittadinanza(nucleo: Nucleo, persona: Persona) -> Oggetto:
    corpo: Oggetto = {"stato": persona.cittadinanza}
    if persona.titolo_soggiorno is not None:
        corpo |= {
            "titolo_soggiorno": persona.titolo_soggiorno,
            "numero_titolo": f"I{nucleo.numero:08d}",
            "rilasciato_il": date(2021, 5, 10).isoformat(),
        }
    return corpo


def _abitazione(nucleo: Nucleo) -> Oggetto:
    storia = nucleo.storia
    if nucleo.canone is not None:
        return {
            "titolo": "LOCAZIONE",
            "canone_annuo": _euro(nucleo.canone),
            "estremi_registrazione": f"TLX-2022-{nucleo.numero:06d}",
        }
    if storia.valore_casa:
        mutuo = {"rata_mutuo_annua": _euro(storia.rata_mutuo)} if storia.rata_mutuo is not None else {}
        return {"titolo": "PROPRIETA", **mutuo}
    return {"titolo": storia.titolo_abitazione or "COMODATO"}


def _recapiti(nucleo: Nucleo) -> Oggetto:
    telefono = {"telefono": f"+3900000{nucleo.numero:05d}"}
    return telefono if nucleo.email is None else {"email": nucleo.email, **telefono}


def _conferito(nucleo: Nucleo) -> date:
    """Give the day of the mandato: some days before the domanda, and before the death of who gave it."""
    giorno = GIORNO_DEMO - timedelta(days=nucleo.numero % 12)
    deceduto = nucleo.richiedente.deceduto_il
    return giorno if deceduto is None else min(giorno, deceduto - timedelta(days=6))


def _euro(valore: Decimal) -> str:
    return f"{valore:.2f}"
