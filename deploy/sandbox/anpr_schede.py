# SPDX-License-Identifier: EUPL-1.2
"""What ANPR holds about the invented people, in the shapes of C018, C020 and C021."""

from datetime import date
from typing import Any

from deploy.sandbox.anagrafe import comuni, stati
from deploy.sandbox.modello import Comune, Nucleo, Persona

_FAMIGLIA, _AIRE = "3", "5"
_LEGAMI = {"R": "1", "C": "2", "F": "3", "G": "6", "A": "28"}
_STATO_AIRE = "RO"


def cittadinanza(_nucleo: Nucleo, persona: Persona, al: date) -> list[dict[str, Any]]:
    """C018: citizenship of the person; `codiceStato` is the ISTAT code of the state."""
    stato = stati()[persona.cittadinanza]
    voce = {
        "codiceStato": stato.istat,
        "descrizioneStato": stato.nome,
        "dataValidita": persona.data_nascita.isoformat(),
    }
    return [{"generalita": _generalita(persona), "cittadinanza": [voce], "infoSoggettoEnte": [_in_vita(persona, al)]}]


def residenza(nucleo: Nucleo, persona: Persona, al: date) -> list[dict[str, Any]]:
    """C020: present address and when it began, not the history."""
    indirizzo = _estero(nucleo) if nucleo.storia.aire else _italiano(nucleo, persona)
    return [{"generalita": _generalita(persona), "residenza": [indirizzo], "infoSoggettoEnte": [_in_vita(persona, al)]}]


def famiglia(nucleo: Nucleo, persona: Persona, al: date) -> list[dict[str, Any]]:
    """C021: the registry family; of a person dead on the day asked, only that person."""
    if _morta(persona, al) or not persona.in_anpr:
        return [_componente(nucleo, persona, "1", 1, al)]
    vivi = [p for p in nucleo.famiglia_anagrafica if not _morta(p, al)]
    return [_componente(nucleo, p, _LEGAMI[p.ruolo], n, al) for n, p in enumerate(vivi, 1)]


def _componente(nucleo: Nucleo, persona: Persona, legame: str, posto: int, al: date) -> dict[str, Any]:
    dal = max(nucleo.residente_dal, persona.data_nascita).isoformat()
    return {
        "generalita": _generalita(persona),
        "identificativi": {"idANPR": persona.id_anpr},
        "legameSoggetto": {
            "tipoLegame": _AIRE if nucleo.storia.aire else _FAMIGLIA, "codiceLegame": legame, "dataDecorrenza": dal,
            "progressivoComponente": str(posto), "dataDecorrenzaLegame": dal,
        },
        "infoSoggettoEnte": [_in_vita(persona, al)],
    }  # fmt: skip


def _generalita(persona: Persona) -> dict[str, Any]:
    return {
        "codiceFiscale": {"codFiscale": persona.codice_fiscale, "validitaCF": "1", "dataAttribuzioneValidita": "2019-05-02"},
        "cognome": persona.cognome.upper(), "nome": persona.nome.upper(), "sesso": persona.sesso,
        "dataNascita": persona.data_nascita.isoformat(), "luogoNascita": _luogo(persona.luogo_nascita),
        "idSchedaSoggettoANPR": str(2_000_000 + int(persona.id_anpr[2:7])),
    }  # fmt: skip


def _luogo(belfiore: str) -> dict[str, Any]:
    comune = comuni().get(belfiore)
    if comune is not None:
        return {"comune": _comune(comune)}
    stato = next(s for s in stati().values() if s.belfiore == belfiore)
    return {"localita": {"descrizioneLocalita": stato.nome, "descrizioneStato": stato.nome, "codiceStato": stato.istat}}


def _comune(comune: Comune) -> dict[str, str]:
    return {"nomeComune": comune.nome, "codiceIstat": comune.istat, "siglaProvinciaIstat": comune.provincia}


def _italiano(nucleo: Nucleo, persona: Persona) -> dict[str, Any]:
    """Give the address; who is not in the registry family lives in another Comune."""
    qui = persona.in_anpr
    comune = nucleo.comune if qui else next(c for c in comuni().values() if c != nucleo.comune)
    specie, _, nome = (nucleo.via if qui else comune.strade[0]).partition(" ")
    return {
        "tipoIndirizzo": "1",
        "indirizzo": {
            "cap": comune.cap,
            "comune": _comune(comune),
            "toponimo": {"specie": specie, "specieFonte": "1", "denominazioneToponimo": nome},
            "numeroCivico": {"numero": nucleo.civico},
        },
        "dataDecorrenzaResidenza": max(nucleo.residente_dal, persona.data_nascita).isoformat(),
    }


def _estero(nucleo: Nucleo) -> dict[str, Any]:
    stato = stati()[_STATO_AIRE]
    localita = {"descrizioneLocalita": "BUCAREST", "descrizioneStato": stato.nome, "codiceStato": stato.istat}
    return {
        "tipoIndirizzo": "4",
        "localitaEstera": {"indirizzoEstero": {"localita": localita}},
        "dataDecorrenzaResidenza": nucleo.residente_dal.isoformat(),
    }


def _morta(persona: Persona, al: date) -> bool:
    return persona.deceduto_il is not None and persona.deceduto_il <= al


def _in_vita(persona: Persona, al: date) -> dict[str, str]:
    voce = {"id": "1003", "chiave": "Verifica esistenza in vita", "valore": "N" if _morta(persona, al) else "S"}
    if _morta(persona, al):
        assert persona.deceduto_il is not None
        voce["valoreData"] = persona.deceduto_il.isoformat()
    return voce
