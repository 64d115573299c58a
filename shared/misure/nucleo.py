# SPDX-License-Identifier: EUPL-1.2
"""The facts on which a misura is decided: dated, immutable, with None for what nobody has answered yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from shared.errors import DatiNonValidi
from shared.kernel.mese import Mese, Periodo
from shared.misure.comuni.trattamenti import NaturaTrattamento

ZERO = Decimal(0)
P = TypeVar("P")


class EsitoSvantaggio(StrEnum):
    """Answer of the service that issued the certificate."""

    CONFERMATO = "CONFERMATO"
    SILENZIO_ASSENSO = "SILENZIO_ASSENSO"
    NEGATO = "NEGATO"


class Istruzione(StrEnum):
    """Obbligo di istruzione: fulfilled, being fulfilled (school, or path for adults), or neither."""

    OBBLIGO_ASSOLTO = "OBBLIGO_ASSOLTO"
    IN_CORSO = "IN_CORSO"
    NON_ASSOLTO = "NON_ASSOLTO"


class TitoloSoggiorno(StrEnum):
    """Kind of permit of a citizen of a non-EU country."""

    LUNGO_PERIODO = "LUNGO_PERIODO"
    PROTEZIONE_INTERNAZIONALE = "PROTEZIONE_INTERNAZIONALE"
    FAMILIARE_UE = "FAMILIARE_UE"
    TEMPORANEO = "TEMPORANEO"


class CategoriaVeicolo(StrEnum):
    """What the registers of durable goods hold."""

    AUTOVEICOLO = "AUTOVEICOLO"
    MOTOVEICOLO = "MOTOVEICOLO"
    NAVE = "NAVE"
    IMBARCAZIONE_DA_DIPORTO = "IMBARCAZIONE_DA_DIPORTO"
    AEROMOBILE = "AEROMOBILE"


class ClasseGiudiziaria(StrEnum):
    """Kind of measure or sentence; a patteggiamento counts as a CONDANNA_DEFINITIVA."""

    MISURA_CAUTELARE = "MISURA_CAUTELARE"
    MISURA_PREVENZIONE = "MISURA_PREVENZIONE"
    CONDANNA_NON_DEFINITIVA = "CONDANNA_NON_DEFINITIVA"
    CONDANNA_DEFINITIVA = "CONDANNA_DEFINITIVA"


class CausaFineLavoro(StrEnum):
    """Why an employment relation ended."""

    DIMISSIONI = "DIMISSIONI"
    DIMISSIONI_GIUSTA_CAUSA = "DIMISSIONI_GIUSTA_CAUSA"
    RISOLUZIONE_CONSENSUALE_L604 = "RISOLUZIONE_CONSENSUALE_L604"
    LICENZIAMENTO = "LICENZIAMENTO"
    SCADENZA = "SCADENZA"


class TipoReddito(StrEnum):
    """Income that the ISEE does not show (yet)."""

    LAVORO = "LAVORO"
    POLITICHE_ATTIVE = "POLITICHE_ATTIVE"
    TRATTAMENTO_ASSISTENZIALE = "TRATTAMENTO_ASSISTENZIALE"
    PENSIONE = "PENSIONE"
    SPORT_DILETTANTISTICO = "SPORT_DILETTANTISTICO"


class Indicatore(StrEnum):
    """Which ISEE an attestation is, in the words of INPS."""

    ORDINARIO = "Ordinario"
    MINORENNE = "Minorenne"
    CORRENTE = "Corrente"
    INCLUSIONE = "Inclusione"
    SOCIOSANITARIO = "Socio sanitario"


class Discordanza(StrEnum):
    """How a difference between DSU and ANPR ended; silence within the term counts as SUPERATA."""

    CONFERMATA = "CONFERMATA"
    SUPERATA = "SUPERATA"


class TipoPrecedente(StrEnum):
    """How an earlier benefit ended; CONDANNA is dated by the final sentence, or by the end of the measure."""

    DECADENZA = "DECADENZA"
    REVOCA = "REVOCA"
    CONDANNA = "CONDANNA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Svantaggio:
    """Condition of svantaggio declared for a member; `esito` None means that the service has not answered yet."""

    categoria: str
    data_certificazione: date
    inizio_programma: date
    fine_programma: date | None = None
    esito: EsitoSvantaggio | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Componente:
    """A member of the nucleo. None in a yes/no field means "not known"; a day ends or begins a condition.

    `disabile` follows Allegato 3 DPCM 159/2013; `disabile_grave` includes non autosufficienza; `in_struttura` holds
    the periods spent in facilities at full public charge; `espatriato_il` is the first day without Italian residence.
    """

    codice_fiscale: str
    data_nascita: date
    disabile: bool | None = None
    disabile_grave: bool | None = None
    disabile_dal: date | None = None
    svantaggio: Svantaggio | None = None
    responsabilita_genitoriale: bool | None = None
    carichi_di_cura: bool | None = None
    occupato: bool | None = None
    studente: bool | None = None
    istruzione: Istruzione | None = None
    pensione_diretta: bool | None = None
    disabile_l68: bool | None = None
    patologia_oncologica: bool | None = None
    protezione_violenza: bool | None = None
    in_struttura: tuple[Periodo, ...] = ()
    residente_in_italia: bool | None = None
    espatriato_il: date | None = None
    deceduto_il: date | None = None
    nel_nucleo_dal: date | None = None
    nel_nucleo_al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cittadinanza:
    """Citizenship of the richiedente (ISO 3166-1 alpha-2) and, for non-EU citizens, the permit with its last day."""

    stato: str
    titolo: TitoloSoggiorno | None = None
    titolo_valido_al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Residenza:
    """Periods of residence in Italy of the richiedente, any Comune.

    `completa` False: the registries may not show everything, so too short a residence cannot be a refusal yet.
    """

    periodi: tuple[Periodo, ...]
    completa: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Assenza:
    """A stay of a member abroad; documented serious health reasons never interrupt the residence."""

    codice_fiscale: str
    dal: date
    al: date | None = None
    motivi_di_salute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Isee:
    """An ISEE attestation. Amounts in EUR/year, patrimoni in EUR.

    `trattamenti` are the means-tested assistance treatments inside `reddito_familiare`, of which
    `misure_contro_la_poverta` (ADI, RdC and the like) are also taken out of the ISEE. `patrimonio_immobiliare` is the
    IMU value in Italy and abroad besides the home. `canone_annuo` is that of a registered contract, None if not known.
    `scala_ordinaria` is the scala without the increments of the ISEE per l'inclusione, where it is known.
    """

    indicatore: Indicatore
    isee: Decimal
    scala: Decimal
    reddito_familiare: Decimal
    patrimonio_mobiliare: Decimal
    patrimonio_immobiliare: Decimal
    valore_casa: Decimal = ZERO
    trattamenti: Decimal = ZERO
    misure_contro_la_poverta: Decimal = ZERO
    canone_annuo: Decimal | None = ZERO
    presentata_il: date
    valido_al: date
    anno_redditi: int | None = None
    componenti: frozenset[str]
    difformita: tuple[str, ...] = ()
    scala_ordinaria: Decimal | None = None

    @property
    def in_locazione(self) -> bool:
        """Whether the DSU shows a registered rent for the home."""
        return bool(self.canone_annuo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Veicolo:
    """A durable good owned or fully available to a member, in the period given."""

    codice_fiscale: str
    categoria: CategoriaVeicolo
    prima_immatricolazione: date
    cilindrata_cc: int = 0
    agevolazione_disabili: bool = False
    dal: date | None = None
    al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MisuraGiudiziaria:
    """A measure in force from `dal` to `al`, or a sentence of the day `dal`; None where the class is not known.

    `reato_art8` is an offence of art. 8 D.L. 48/2023, `reato_rdc` one of art. 7, c. 3, D.L. 4/2019.
    """

    codice_fiscale: str
    classe: ClasseGiudiziaria
    dal: date
    al: date | None = None
    reato_art8: bool = False
    doloso: bool | None = None
    pena_mesi: int | None = None
    reato_rdc: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CessazioneLavoro:
    """End of an employment relation; `causa` None means that the communication does not say."""

    codice_fiscale: str
    il: date
    causa: CausaFineLavoro | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedditoAggiuntivo:
    """Income declared or known besides the ISEE, in EUR/year (gross for work), from the day `dal` on.

    For LAVORO (modello ADI-Com) `importo_annuo` is what is declared for the year of `dal`; `autonomo` says that it
    comes from self-employment or a business, `stagionale` that the job is seasonal or intermittent. `natura` singles
    out the treatments that never count.
    """

    codice_fiscale: str
    tipo: TipoReddito
    importo_annuo: Decimal
    dal: date
    al: date | None = None
    natura: NaturaTrattamento | None = None
    autonomo: bool = False
    stagionale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedente:
    """How and when an earlier benefit of a member ended."""

    codice_fiscale: str
    tipo: TipoPrecedente
    il: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficioInCorso:
    """An accepted SFL of a member, from `dal` to `al`."""

    codice_fiscale: str
    dal: date
    al: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rinnovo:
    """The renewal in progress: its first month, and the last month paid of the period that ended.

    `numero` is 1 for the renewal that follows the first period.
    """

    primo_mese: Mese
    ultimo_mese_precedente: Mese
    numero: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatti:
    """All that the rules look at. Collections are sets: their order means nothing.

    None in a collection means that the registry has not answered; an empty one that it holds nothing.
    `nucleo_giustificati` are the people whose presence in only one of DSU and ANPR is allowed by the norms.
    `propri` are the facts that only one misura looks at, one object for each of them.
    """

    presentata_il: date
    richiedente: str
    componenti: tuple[Componente, ...]
    cittadinanza: Cittadinanza | None = None
    residenza: Residenza | None = None
    assenze: tuple[Assenza, ...] | None = None
    isee: tuple[Isee, ...] | None = None
    famiglia_anagrafica: frozenset[str] | None = None
    nucleo_giustificati: frozenset[str] = frozenset()
    discordanza_nucleo: Discordanza | None = None
    veicoli: tuple[Veicolo, ...] | None = None
    misure_giudiziarie: tuple[MisuraGiudiziaria, ...] | None = None
    cessazioni: tuple[CessazioneLavoro, ...] | None = None
    redditi: tuple[RedditoAggiuntivo, ...] = ()
    precedenti: tuple[Precedente, ...] | None = None
    sfl_accolti: tuple[BeneficioInCorso, ...] | None = None
    autorizza_trasmissione_dati: bool | None = None
    rinnovo: Rinnovo | None = None
    propri: tuple[object, ...] = ()

    def propri_di(self, tipo: type[P]) -> P:
        """Give the facts of one misura only, by their type (`Misura.fatti_propri`); its defaults when nobody said any."""
        return next((f for f in self.propri if isinstance(f, tipo)), None) or tipo()

    def __post_init__(self) -> None:
        """:raises DatiNonValidi: if the richiedente is not a member, or a member is there twice."""
        codici = [c.codice_fiscale for c in self.componenti]
        if self.richiedente not in codici or len(set(codici)) != len(codici):
            raise DatiNonValidi("Il nucleo deve contenere il richiedente e ogni componente una volta sola")
