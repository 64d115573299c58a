# SPDX-License-Identifier: EUPL-1.2
"""The facts that only the RdC looks at: payments, analisi preliminare, offers, card, duties."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.kernel.mese import Mese, Periodo

_ZERO = Decimal(0)


class EsitoAnalisi(StrEnum):
    """Outcome of an analisi preliminare: A work only, B simple patto, C complex needs, D specialist service."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class FattoSanzionabile(StrEnum):
    """A breach of the duties; each has its ladder among the parametri."""

    CONVOCAZIONE = "CONVOCAZIONE"
    PRESENZA_MENSILE = "PRESENZA_MENSILE"
    ORIENTAMENTO = "ORIENTAMENTO"
    IMPEGNI_PATTO = "IMPEGNI_PATTO"
    DID = "DID"
    PATTO = "PATTO"
    POLITICHE_ATTIVE = "POLITICHE_ATTIVE"
    PUC = "PUC"
    OFFERTA_CONGRUA = "OFFERTA_CONGRUA"
    COMUNICAZIONE_LAVORO = "COMUNICAZIONE_LAVORO"
    NUOVA_DSU = "NUOVA_DSU"
    LAVORO_IRREGOLARE = "LAVORO_IRREGOLARE"
    DATI_FALSI = "DATI_FALSI"
    CONDANNA = "CONDANNA"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalisiPreliminare:
    """An analisi preliminare of the nucleo in GePI; `finalizzata_il` None is a draft, worth nothing."""

    esito: EsitoAnalisi
    finalizzata_il: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MensilitaPagata:
    """A month already paid, EUR."""

    mese: Mese
    importo: Decimal = _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class RifiutoOfferta:
    """A congrua offer refused by a member on a day."""

    codice_fiscale: str
    il: date
    giustificato: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SaldoCarta:
    """What lay on the card at the end of a month, EUR, with the arrears in it and the benefit of the month."""

    mese: Mese
    saldo: Decimal
    mensilita: Decimal
    arretrati: Decimal = _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Recupero:
    """An undue sum to be recovered in a month, EUR."""

    mese: Mese
    importo: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Inadempienza:
    """A breach reported by CPI, Comune or inspectors."""

    codice_fiscale: str
    fatto: FattoSanzionabile
    il: date
    giustificata: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Percorso:
    """What a member bound by the duties has done: DID, then Patto per il lavoro or per l'inclusione sociale."""

    codice_fiscale: str
    did_il: date | None = None
    patto_il: date | None = None
    patto_rifiutato_il: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlloResidenza:
    """A check of residence that INPS asked to the Comune; None while it has not answered."""

    avviato_il: date
    risposto_il: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodoDi:
    """A period that concerns one member: detention, or a job begun."""

    codice_fiscale: str
    periodo: Periodo


@dataclass(frozen=True, slots=True, kw_only=True)
class FattiRdc:
    """All that only the rules of the RdC look at; the defaults are those of a nucleo that asks for the first time.

    `storico` holds the months paid, of any domanda; `mesi_fruiti` those already used of the current period of 18.
    `domande_rinnovo` are the days of the domande after the first. `riesame_il` is the day of a re-examination.
    `rata_mutuo_annua` is EUR/year, for the home owned by a member who has the loan. `mesi_decurtati` are the months cut
    by a sanction already decided. `chiuso_per_esclusione_il` is the day on which GePI closed the case.
    """

    storico: tuple[MensilitaPagata, ...] = ()
    mesi_fruiti: int = 0
    domande_rinnovo: tuple[date, ...] = ()
    riconosciuto_il: date | None = None
    riesame_il: date | None = None
    analisi: tuple[AnalisiPreliminare, ...] = ()
    inviato_ai_servizi_il: date | None = None
    inviato_al_cpi_il: date | None = None
    chiuso_per_esclusione_il: date | None = None
    percorsi: tuple[Percorso, ...] = ()
    percettori_naspi: frozenset[str] = frozenset()
    detenzioni: tuple[PeriodoDi, ...] = ()
    avvii_lavoro: tuple[PeriodoDi, ...] = ()
    rata_mutuo_annua: Decimal = _ZERO
    rifiuti: tuple[RifiutoOfferta, ...] = ()
    inadempienze: tuple[Inadempienza, ...] = ()
    mesi_decurtati: frozenset[Mese] = frozenset()
    saldi: tuple[SaldoCarta, ...] = ()
    recuperi: tuple[Recupero, ...] = ()
    controlli_residenza: tuple[ControlloResidenza, ...] = ()


DESCRIZIONI = {
    "storico": "Mensilità di RdC o PdC già pagate",
    "mesi_fruiti": "Mesi già fruiti del periodo di diciotto in corso",
    "domande_rinnovo": "Giorni delle domande di rinnovo",
    "riconosciuto_il": "Giorno del riconoscimento del beneficio",
    "riesame_il": "Giorno del riesame di una decisione passata",
    "analisi": "Analisi preliminari registrate in GePI",
    "inviato_ai_servizi_il": "Giorno dell'invio del nucleo ai servizi sociali con la piattaforma",
    "inviato_al_cpi_il": "Giorno dell'invio del nucleo o di un componente al centro per l'impiego",
    "chiuso_per_esclusione_il": "Giorno in cui il caso è stato chiuso per esclusione",
    "percorsi": "DID e patti dei componenti tenuti agli obblighi",
    "percettori_naspi": "Codici fiscali dei componenti che ricevono NASpI o altre indennità di disoccupazione",
    "detenzioni": "Periodi di detenzione dei componenti",
    "avvii_lavoro": "Attività di lavoro avviate dai componenti",
    "rata_mutuo_annua": "Rate annue del mutuo per la casa di abitazione di proprietà",
    "rifiuti": "Offerte congrue rifiutate",
    "inadempienze": "Violazioni degli obblighi comunicate a INPS",
    "mesi_decurtati": "Mensilità tolte da una sanzione",
    "saldi": "Saldi della carta alla fine del mese",
    "recuperi": "Somme indebite da recuperare, mese per mese",
    "controlli_residenza": "Controlli della residenza chiesti al Comune",
}
