# SPDX-License-Identifier: EUPL-1.2
"""The form of the ADI domanda, as it arrives: the quadri of the official model, with the references to registries."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, model_validator
from stdnum import iban

from shared.kernel.codice_fiscale import CodiceFiscaleIn
from shared.kernel.importo import Importo
from shared.web.schemi import Belfiore, In, Testo

PROTOCOLLO_DSU = r"^INPS-ISEE-[0-9]{4}-[0-9]{8}[A-Z]-[0-9]{2}$"
COMPONENTI_MASSIMI = 20
MAGGIORE_ETA = 18


def _iban(testo: str) -> str:
    if testo != testo.upper() or not iban.is_valid(testo):
        raise ValueError("IBAN non valido")
    return testo


Iban = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
        max_length=34,
        examples=["IT60X0542811101000000123456"],
    ),
    AfterValidator(_iban),
]
Telefono = Annotated[str, Field(pattern=r"^\+?[0-9]{6,15}$", examples=["+390600000000"])]
Email = Annotated[EmailStr, Field(max_length=254, examples=["persona@posta.example"])]
StatoEstero = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$", description="Stato, ISO 3166-1 alfa-2", examples=["IT"]),
]


class Rapporto(StrEnum):
    """Rapporto con il richiedente."""

    CONIUGE = "CONIUGE"
    FIGLIO = "FIGLIO"
    GENITORE = "GENITORE"
    ALTRO = "ALTRO"


class TitoloSoggiorno(StrEnum):
    """Titolo di soggiorno dei cittadini di Paesi terzi."""

    LUNGO_PERIODO = "LUNGO_PERIODO"
    PROTEZIONE_INTERNAZIONALE = "PROTEZIONE_INTERNAZIONALE"
    FAMILIARE_UE = "FAMILIARE_UE"
    TEMPORANEO = "TEMPORANEO"


class CategoriaSvantaggio(StrEnum):
    """Condizione di svantaggio (DM 154/2023, DM 160/2023, DM 24 giugno 2024)."""

    DISTURBI_MENTALI = "DISTURBI_MENTALI"
    DISABILITA_CERTIFICATA = "DISABILITA_CERTIFICATA"
    DIPENDENZE = "DIPENDENZE"
    TRATTA = "TRATTA"
    VIOLENZA_DI_GENERE = "VIOLENZA_DI_GENERE"
    EX_DETENUTI = "EX_DETENUTI"
    FRAGILITA_SOCIALE = "FRAGILITA_SOCIALE"
    SENZA_DIMORA = "SENZA_DIMORA"
    NEOMAGGIORENNI = "NEOMAGGIORENNI"


class SvantaggioIn(In):
    """Condizione di svantaggio certificata prima della domanda (DM 154/2023)."""

    categoria: Annotated[
        CategoriaSvantaggio, Field(description="Categoria di svantaggio", examples=["DISTURBI_MENTALI"])
    ]
    amministrazione: Annotated[
        Testo,
        Field(description="Amministrazione che ha certificato", examples=["ASL Roma 2"]),
    ]
    numero_certificazione: Annotated[Testo, Field(examples=["2025/000417"])]
    data_certificazione: date
    inizio_programma: Annotated[date, Field(description="Inizio del programma di cura e assistenza")]


class PersonaIn(In):
    """Dati comuni a richiedente e componenti."""

    codice_fiscale: Annotated[
        CodiceFiscaleIn,
        Field(description="Come nella DSU", examples=["RSSMRA85T10A562S"]),
    ]
    cognome: Testo
    nome: Testo
    data_nascita: date
    carichi_di_cura: Annotated[bool, Field(description="Ha carichi di cura (DM 154/2023, art. 8)")] = False
    responsabilita_genitoriale: bool = False
    occupato: bool = False
    studente: Annotated[bool, Field(description="Frequenta un regolare corso di studi")] = False
    obbligo_istruzione: Annotated[
        Literal["ASSOLTO", "IN_CORSO", "NON_ASSOLTO"],
        Field(description="Per chi ha tra 18 e 29 anni: obbligo di istruzione assolto, o percorso per adulti in corso"),
    ] = "ASSOLTO"
    in_struttura: Annotated[bool, Field(description="Vive in una struttura a totale carico pubblico")] = False
    svantaggio: SvantaggioIn | None = None


class CittadinanzaIn(In):
    """Cittadinanza del richiedente e, per i cittadini di Paesi terzi, titolo di soggiorno."""

    stato: StatoEstero
    titolo_soggiorno: TitoloSoggiorno | None = None
    numero_titolo: Testo | None = None
    rilasciato_il: date | None = None


class AssenzaIn(In):
    """Assenza dall'Italia negli ultimi anni."""

    dal: date
    al: date
    gravi_motivi_di_salute: Annotated[bool, Field(description="Documentata da gravi motivi di salute")] = False

    @model_validator(mode="after")
    def _ordine(self) -> "AssenzaIn":
        if self.al < self.dal:
            raise ValueError("la fine dell'assenza precede l'inizio")
        return self


class ResidenzaIn(In):
    """Residenza del richiedente, come dichiarata."""

    comune: Belfiore
    indirizzo: Testo
    cap: Annotated[str, Field(pattern=r"^[0-9]{5}$", examples=["00174"])]
    provincia: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["RM"])]
    in_italia_dal: Annotated[date, Field(description="Inizio della residenza in Italia")]
    continuativa_dal: Annotated[date, Field(description="Inizio del periodo ininterrotto di residenza")]
    assenze: Annotated[tuple[AssenzaIn, ...], Field(max_length=20)] = ()


class RichiedenteIn(PersonaIn):
    """Chi presenta la domanda per il nucleo."""

    luogo_nascita: Belfiore
    cittadinanza: CittadinanzaIn
    residenza: ResidenzaIn


class ComponenteIn(PersonaIn):
    """Un altro componente del nucleo."""

    rapporto: Rapporto


class AbitazioneIn(In):
    """Quadro dell'abitazione: titolo, canone o rata."""

    titolo: Literal["LOCAZIONE", "PROPRIETA", "COMODATO", "ALTRO"]
    canone_annuo: Annotated[Importo | None, Field(description="Canone annuo del contratto registrato, euro")] = None
    estremi_registrazione: Testo | None = None
    rata_mutuo_annua: Importo | None = None

    @model_validator(mode="after")
    def _canone(self) -> "AbitazioneIn":
        if (self.titolo == "LOCAZIONE") != (self.canone_annuo is not None):
            raise ValueError("il canone annuo si indica per la locazione, e solo per quella")
        return self


class LavoroIn(In):
    """Attività lavorativa in corso non ancora compresa nell'ISEE (modello ADI-Com ridotto)."""

    codice_fiscale: CodiceFiscaleIn
    tipo: Literal["DIPENDENTE", "AUTONOMO", "IMPRESA"]
    iniziato_il: date
    reddito_annuo_previsto: Annotated[Importo, Field(description="Reddito lordo previsto nell'anno, euro")]


class DichiarazioniIn(In):
    """Dichiarazioni sostitutive (DPR 445/2000)."""

    nessuna_misura_o_condanna: Annotated[
        bool,
        Field(description="Nessuna misura cautelare o di prevenzione, né condanne definitive negli ultimi 10 anni"),
    ]
    nessuna_dimissione: Annotated[
        bool,
        Field(description="Nessun componente disoccupato per dimissioni volontarie negli ultimi 12 mesi"),
    ]
    nessun_veicolo_escluso: Annotated[
        bool,
        Field(description="Nessun autoveicolo o motoveicolo oltre i limiti di legge"),
    ]
    nessuna_nave_o_aeromobile: Annotated[bool, Field(description="Nessuna nave, imbarcazione da diporto o aeromobile")]
    obbligo_istruzione_assolto: Annotated[
        bool, Field(description="I minori del nucleo assolvono l'obbligo di istruzione")
    ] = True
    consapevole_delle_sanzioni: Annotated[
        Literal[True],
        Field(description="Consapevolezza delle sanzioni per dichiarazioni false"),
    ]


class ConsensiIn(In):
    """Presa visione e autorizzazioni."""

    trasmissione_ai_servizi: Annotated[
        bool,
        Field(description="Autorizza la trasmissione dei dati ai centri per l'impiego e ai soggetti accreditati"),
    ]
    app_io: Annotated[bool, Field(description="Accetta le comunicazioni su App IO")] = True


class RecapitiIn(In):
    """Recapiti per le comunicazioni: almeno uno tra e-mail e telefono."""

    email: Email | None = None
    telefono: Telefono | None = None

    @model_validator(mode="after")
    def _almeno_uno(self) -> "RecapitiIn":
        if self.email is None and self.telefono is None:
            raise ValueError("serve almeno un recapito tra e-mail e telefono")
        return self


class PagamentoIn(In):
    """Strumento di pagamento."""

    strumento: Literal["CARTA", "BONIFICO"] = "CARTA"
    iban: Iban | None = None

    @model_validator(mode="after")
    def _iban_con_bonifico(self) -> "PagamentoIn":
        if (self.strumento == "BONIFICO") != (self.iban is not None):
            raise ValueError("l'IBAN si indica per il bonifico, e solo per quello")
        return self


class MandatoIn(In):
    """Mandato del cittadino al CAF o al patronato."""

    numero: Testo
    conferito_il: date


class DomandaIn(In):
    """Domanda di Assegno di inclusione, completa di tutti i quadri."""

    misura: Literal["ADI"] = "ADI"
    mandato: Annotated[MandatoIn | None, Field(description="Obbligatorio per CAF e patronati")] = None
    richiedente: RichiedenteIn
    componenti: Annotated[
        tuple[ComponenteIn, ...],
        Field(
            max_length=COMPONENTI_MASSIMI - 1,
            description="Gli altri componenti del nucleo",
        ),
    ] = ()
    protocollo_dsu: Annotated[
        str | None,
        Field(
            pattern=PROTOCOLLO_DSU,
            description="Protocollo della DSU, se già presentata",
            examples=["INPS-ISEE-2025-00000001A-00"],
        ),
    ] = None
    abitazione: AbitazioneIn
    lavoro: Annotated[tuple[LavoroIn, ...], Field(max_length=COMPONENTI_MASSIMI)] = ()
    dichiarazioni: DichiarazioniIn
    consensi: ConsensiIn
    recapiti: RecapitiIn
    pagamento: PagamentoIn = PagamentoIn()

    @model_validator(mode="after")
    def _persone(self) -> "DomandaIn":
        codici = [
            self.richiedente.codice_fiscale,
            *(c.codice_fiscale for c in self.componenti),
        ]
        if len(set(codici)) != len(codici):
            raise ValueError("la stessa persona compare due volte nel nucleo")
        if any(lavoro.codice_fiscale not in codici for lavoro in self.lavoro):
            raise ValueError("il quadro lavoro riguarda una persona che non è nel nucleo")
        return self


class IntegrazioneIn(In):
    """Integrazione di una domanda in evidenza: il protocollo della nuova DSU, oppure il modulo corretto."""

    protocollo_dsu: Annotated[
        str | None,
        Field(pattern=PROTOCOLLO_DSU, examples=["INPS-ISEE-2025-00000002A-00"]),
    ] = None
    modulo: DomandaIn | None = None

    @model_validator(mode="after")
    def _uno_dei_due(self) -> "IntegrazioneIn":
        if (self.protocollo_dsu is None) == (self.modulo is None):
            raise ValueError("indicare il protocollo della nuova DSU oppure il modulo corretto")
        return self
