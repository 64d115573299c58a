# SPDX-License-Identifier: EUPL-1.2
"""The facts of one person's SFL: declarations, patti, activities, confirmations and jobs."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.kernel.mese import Periodo
from shared.misure.comuni.trattamenti import Sostegno


class TipoAttivita(StrEnum):
    """Kind of activity, as recorded in SIISL by the body that runs it."""

    FORMAZIONE = "FORMAZIONE"
    QUALIFICAZIONE_PROFESSIONALE = "QUALIFICAZIONE_PROFESSIONALE"
    RIQUALIFICAZIONE_PROFESSIONALE = "RIQUALIFICAZIONE_PROFESSIONALE"
    ORIENTAMENTO = "ORIENTAMENTO"
    ACCOMPAGNAMENTO_AL_LAVORO = "ACCOMPAGNAMENTO_AL_LAVORO"
    AUTOIMPIEGO = "AUTOIMPIEGO"
    TIROCINIO = "TIROCINIO"
    POLITICA_ATTIVA = "POLITICA_ATTIVA"
    SERVIZIO_CIVILE_UNIVERSALE = "SERVIZIO_CIVILE_UNIVERSALE"
    PUC = "PUC"
    ALTRO = "ALTRO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attivita:
    """An activity from `dal` to `al`, both included; `al` None while its end is not known."""

    tipo: TipoAttivita
    dal: date
    al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PercorsoSfl:
    """The path of the richiedente of an SFL. None means "not known" or "not done yet".

    `agenzie` counts those named in the PAD; `psp_aggiornato` holds the days of the updates of the PSP, `conferme` those
    of the confirmations of participation, `contratti` the jobs accepted. `diritto_dovere_assolto` is True also for who
    is exempt. `nucleo_percepisce_adi` says whether the nucleo receives the ADI.
    """

    nucleo_percepisce_adi: bool | None = None
    sostegni: tuple[Sostegno, ...] | None = None
    diritto_dovere_assolto: bool | None = None
    did_il: date | None = None
    accolta_il: date | None = None
    pad_il: date | None = None
    agenzie: int = 0
    psp_il: date | None = None
    psp_aggiornato: tuple[date, ...] = ()
    attivita: tuple[Attivita, ...] | None = None
    conferme: tuple[date, ...] = ()
    contratti: tuple[Periodo, ...] = ()
    decaduta_il: date | None = None


DESCRIZIONI = {
    "nucleo_percepisce_adi": "Il nucleo percepisce l'Assegno di inclusione",
    "sostegni": "Reddito o pensione di cittadinanza e sostegni per la disoccupazione ricevuti dai componenti",
    "diritto_dovere_assolto": "Il diritto-dovere di istruzione e formazione è assolto, o c'è un esonero",
    "did_il": "Giorno della dichiarazione di immediata disponibilità al lavoro",
    "accolta_il": "Giorno in cui la domanda è stata accolta",
    "pad_il": "Giorno della firma del patto di attivazione digitale",
    "agenzie": "Numero di agenzie per il lavoro indicate nel patto di attivazione digitale",
    "psp_il": "Giorno della firma del patto di servizio personalizzato",
    "psp_aggiornato": "Giorni in cui il patto di servizio personalizzato è stato aggiornato",
    "attivita": "Attività di formazione e di politica attiva registrate in SIISL",
    "conferme": "Giorni in cui è stata confermata la partecipazione alle attività",
    "contratti": "Rapporti di lavoro accettati durante il beneficio",
    "decaduta_il": "Giorno della decadenza",
}
