# SPDX-License-Identifier: EUPL-1.2
"""The facts that only the SIA looks at, besides those of every misura. None means that nobody has answered yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.kernel.mese import Mese
from shared.misure.comuni.territori import ResidenzaTerritoriale
from shared.misure.comuni.trattamenti import Sostegno


class RelazioneFamiliare(StrEnum):
    """What the richiedente is to the Italian or EU citizen (D.Lgs. 30/2007); ALTRO is no familiare."""

    CONIUGE = "CONIUGE"
    DISCENDENTE = "DISCENDENTE"
    DISCENDENTE_DEL_CONIUGE = "DISCENDENTE_DEL_CONIUGE"
    ASCENDENTE = "ASCENDENTE"
    ASCENDENTE_DEL_CONIUGE = "ASCENDENTE_DEL_CONIUGE"
    ALTRO = "ALTRO"


class EccezioneGenitore(StrEnum):
    """Why a parent who lives elsewhere stays out of the nucleo of the child (art. 7, c. 1, D.P.C.M. 159/2013)."""

    CONIUGATO_CON_ALTRI = "CONIUGATO_CON_ALTRI"
    FIGLI_CON_ALTRI = "FIGLI_CON_ALTRI"
    ASSEGNI_STABILITI_DAL_GIUDICE = "ASSEGNI_STABILITI_DAL_GIUDICE"
    ESCLUSO_DALLA_POTESTA = "ESCLUSO_DALLA_POTESTA"
    ESTRANEO = "ESTRANEO"


class TipoCollocazione(StrEnum):
    """Where a person lives away from the family (art. 3, c. 4 and 6, D.P.C.M. 159/2013)."""

    AFFIDAMENTO_TEMPORANEO = "AFFIDAMENTO_TEMPORANEO"
    AFFIDAMENTO_PREADOTTIVO = "AFFIDAMENTO_PREADOTTIVO"
    COMUNITA = "COMUNITA"
    CONVIVENZA_ANAGRAFICA = "CONVIVENZA_ANAGRAFICA"


class TipoTrattamento(StrEnum):
    """Nature of what a public body gives; the parametri say which ones the limit counts."""

    PREVIDENZIALE = "PREVIDENZIALE"
    INDENNITARIO = "INDENNITARIO"
    ASSISTENZIALE = "ASSISTENZIALE"
    CONTRIBUTO_LOCAZIONE = "CONTRIBUTO_LOCAZIONE"
    BUONO_ACQUISTO = "BUONO_ACQUISTO"
    BORSA_LAVORO = "BORSA_LAVORO"
    SOSTEGNO_AL_REDDITO = "SOSTEGNO_AL_REDDITO"
    ESENZIONE_TRIBUTARIA = "ESENZIONE_TRIBUTARIA"
    RIDUZIONE_COMPARTECIPAZIONE = "RIDUZIONE_COMPARTECIPAZIONE"
    BUONO_SERVIZIO = "BUONO_SERVIZIO"
    STUDIO_FORMAZIONE = "STUDIO_FORMAZIONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamiliareUe:
    """The Italian or EU citizen from whom the right of residence comes, and what the richiedente is to them."""

    codice_fiscale: str
    relazione: RelazioneFamiliare
    a_carico: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filiazione:
    """The parents of a person, or the foster parents who chose to count the minor."""

    codice_fiscale: str
    genitori: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenitoreNonConvivente:
    """The other parent of the minor named, not married to the first, who lives elsewhere and recognised the child."""

    codice_fiscale: str
    eccezioni: tuple[EccezioneGenitore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collocazione:
    """A placement, seen from this nucleo: who of it keeps the person, by law or by choice.

    `affidatario_nel_nucleo`: whoever has custody is here; `scelto`: the foster parent chose to count the minor.
    """

    codice_fiscale: str
    tipo: TipoCollocazione
    affidatario_nel_nucleo: bool = False
    scelto: bool = False
    coniuge_nel_nucleo: bool = False
    genitore_nel_nucleo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gravidanza:
    """A pregnancy, with the certificate that proves it; `struttura_pubblica` None means "not known"."""

    codice_fiscale: str
    parto_previsto_il: date
    certificata_il: date | None = None
    struttura_pubblica: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrattamentoEconomico:
    """What a public body paid in `pagato_nel` for the months from `dal` to `al`, in EUR for all of them together."""

    codice_fiscale: str
    tipo: TipoTrattamento
    importo: Decimal
    dal: Mese
    al: Mese
    pagato_nel: Mese
    nel_progetto: bool = False
    sostituisce_servizi: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RedditoNuovo:
    """A job that the ISEE does not show: expected EUR/year, and the day on which INPS was told."""

    codice_fiscale: str
    dal: date
    importo_annuo: Decimal
    comunicato_il: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Titolarita:
    """A minor has a Carta acquisti ordinaria, or the increment of the bonus bebè, from `dal` to `al`."""

    codice_fiscale: str
    dal: date
    al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgettoPersonalizzato:
    """The progetto personalizzato; `chiamato` False: the nucleo is among those that need not sign one."""

    chiamato: bool = True
    firmato_il: date | None = None
    rifiutato_il: date | None = None
    comune_del_sisma: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolazioneProgetto:
    """A breach of the progetto reported by the Comune; `esclusione`: a repeated one, for which it asks the revoca."""

    codice_fiscale: str
    il: date
    esclusione: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PerditaRequisito:
    """A requisito found missing while the benefit runs, then confirmed, or cleared."""

    requisito: str
    accertata_il: date
    confermata_il: date | None = None
    superata_il: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FattiSia:
    """What the rules of the SIA look at. Collections are sets: their order means nothing.

    `dichiarati` are the codes of the requisiti that the richiedente declares to have (D.P.R. 445/2000); `disoccupati`
    the members with a DID, `percepiti` the months of earlier SIA; `assegno_spettante` says whether the DSU meets the
    conditions of the assegno per tre figli minori, asked for or not; `residenze_regionali` the Regioni in which the
    richiedente resided, each with its days.
    """

    dichiarati: tuple[str, ...] = ()
    familiare_ue: FamiliareUe | None = None
    filiazioni: tuple[Filiazione, ...] | None = None
    genitori_non_conviventi: tuple[GenitoreNonConvivente, ...] = ()
    collocazioni: tuple[Collocazione, ...] = ()
    non_autosufficienti: frozenset[str] | None = None
    gravidanza: Gravidanza | None = None
    disoccupati: frozenset[str] | None = None
    trattamenti: tuple[TrattamentoEconomico, ...] | None = None
    sostegni: tuple[Sostegno, ...] | None = None
    redditi_nuovi: tuple[RedditoNuovo, ...] | None = None
    percepiti: tuple[Mese, ...] | None = None
    revocato_il: tuple[date, ...] = ()
    carte_acquisti: tuple[Titolarita, ...] = ()
    bonus_bebe: tuple[Titolarita, ...] = ()
    assegno_spettante: bool = True
    progetto: ProgettoPersonalizzato | None = None
    violazioni: tuple[ViolazioneProgetto, ...] = ()
    perdite: tuple[PerditaRequisito, ...] = ()
    dichiarazione_mendace_il: date | None = None
    residenze_regionali: tuple[ResidenzaTerritoriale, ...] = ()


DESCRIZIONI = {
    "dichiarati": "Codici dei requisiti che chi presenta la domanda dichiara di avere, per esempio SIA-R10",
    "familiare_ue": "Il cittadino italiano o europeo di cui chi presenta la domanda è familiare, e la relazione",
    "filiazioni": "I genitori, o gli affidatari, di ciascun figlio del nucleo",
    "genitori_non_conviventi": "I minorenni con un genitore che vive altrove, e i motivi che lo tengono fuori dal nucleo",
    "collocazioni": "Persone in affidamento, in comunità o in una struttura",
    "non_autosufficienti": "Componenti non autosufficienti (D.P.C.M. 159/2013, allegato 3)",
    "gravidanza": "Gravidanza accertata di una componente",
    "disoccupati": "Componenti con la dichiarazione di immediata disponibilità al lavoro",
    "trattamenti": "Trattamenti economici pubblici, con i mesi cui si riferiscono e quello del pagamento",
    "sostegni": "Sostegni per la disoccupazione e Carta acquisti sperimentale ricevuti dai componenti",
    "redditi_nuovi": "Attività iniziate dopo la D.S.U., con il reddito annuo previsto e il giorno della comunicazione",
    "percepiti": "Mesi in cui il nucleo ha già percepito il SIA",
    "revocato_il": "Giorni in cui un SIA precedente è stato revocato",
    "carte_acquisti": "Minorenni con la Carta acquisti ordinaria",
    "bonus_bebe": "Figli con l'incremento del bonus bebè",
    "assegno_spettante": "La D.S.U. ha le condizioni dell'assegno per tre figli minori, richiesto o no",
    "progetto": "Il progetto personalizzato: chiamata, firma o rifiuto",
    "violazioni": "Violazioni degli impegni del progetto segnalate dal Comune",
    "perdite": "Requisiti venuti a mancare durante il beneficio",
    "dichiarazione_mendace_il": "Giorno in cui è stata accertata una dichiarazione mendace",
    "residenze_regionali": "Regione o Provincia autonoma di residenza di chi presenta la domanda, per i protocolli regionali",
}
