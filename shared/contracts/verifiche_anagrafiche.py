# SPDX-License-Identifier: EUPL-1.2
"""Events of `verifiche_anagrafiche`: what the registries and the Comuni have answered, with dates and sources."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.evento import Evento, Modello
from shared.kernel.importo import Importo
from shared.kernel.sigillo import Sigillo


class Fonte(Modello):
    """Where a fact comes from: system, operation id there (evidence), instant of the answer."""

    sistema: str
    riferimento: str | None = None
    rilevato_il: datetime


class _Fatto(Modello):
    """A dated fact about one person, or about the nucleo when `soggetto` is None.

    True from `valido_dal` to `valido_al`, both included; known to us since `noto_dal`.
    """

    soggetto: str | None = Field(default=None, description="Codice fiscale")
    valido_dal: date
    valido_al: date | None = None
    noto_dal: datetime
    fonte: Fonte


class ComponenteDsu(Modello):
    """Member of the nucleo in the DSU; `rapporto` is the INPS code (D, C, F, MA, FC, FNC, P, GNC)."""

    codice_fiscale: str
    rapporto: str


class FattoIsee(_Fatto):
    """An ISEE attestation valid on the reference day. Amounts in EUR/year; patrimoni in EUR."""

    tipo: Literal["ISEE"] = "ISEE"
    indicatore: str = Field(description="Ordinario, Minorenne, Corrente, Inclusione")
    isee: Importo
    ise: Importo
    isr: Importo
    isp: Importo
    scala_equivalenza: Decimal
    reddito_familiare: Importo = Field(description="SommaRedditiComponenti of the attestation")
    trattamenti_nell_isee: Importo = Field(
        default=Decimal("0.00"), description="Means-tested treatments included in the ISEE"
    )
    patrimonio_mobiliare: Importo
    patrimonio_immobiliare: Importo = Field(description="IMU value besides the home")
    valore_casa: Importo = Field(default=Decimal("0.00"), description="IMU value of the home")
    canone_annuo: Importo = Field(default=Decimal("0.00"), description="Registered rent in the DSU")
    protocollo_dsu: str
    presentata_il: date
    difformita: tuple[str, ...] = ()
    componenti: tuple[ComponenteDsu, ...]
    disabili: tuple[str, ...] = Field(default=(), description="Members with disability (Allegato 3 DPCM 159/2013)")
    disabili_gravi: tuple[str, ...] = Field(
        default=(), description="Members with grave disability or non autosufficienza"
    )


class FattoIseeAssente(_Fatto):
    """INPS holds no valid DSU for the nucleo on the reference day."""

    tipo: Literal["ISEE_ASSENTE"] = "ISEE_ASSENTE"


class FattoFamiglia(_Fatto):
    """Members of the registry family (ANPR C021)."""

    tipo: Literal["FAMIGLIA"] = "FAMIGLIA"
    componenti: tuple[str, ...]


class FattoResidenza(_Fatto):
    """Residence of a person in a Comune (Belfiore code); periods before the present one come from the Comuni."""

    tipo: Literal["RESIDENZA"] = "RESIDENZA"
    comune: str | None = Field(description="None when the person is not resident in Italy")


class FattoCittadinanza(_Fatto):
    """Citizenship, and the permit where it matters."""

    tipo: Literal["CITTADINANZA"] = "CITTADINANZA"
    stato: str = Field(description="ISO 3166-1 alpha-2")
    titolo_soggiorno: str | None = Field(
        default=None, description="LUNGO_PERIODO, PROTEZIONE_INTERNAZIONALE, FAMILIARE_UE, TEMPORANEO"
    )


class FattoDecesso(_Fatto):
    """The person is dead since `valido_dal`."""

    tipo: Literal["DECESSO"] = "DECESSO"


class FattoVeicolo(_Fatto):
    """A vehicle owned or fully available to a member (PRA)."""

    tipo: Literal["VEICOLO"] = "VEICOLO"
    categoria: Literal["AUTOVEICOLO", "MOTOVEICOLO", "NAVE", "IMBARCAZIONE_DA_DIPORTO", "AEROMOBILE"]
    prima_immatricolazione: date
    cilindrata_cc: int = 0
    agevolazione_disabili: bool = False


class FattoGiudiziario(_Fatto):
    """A measure or sentence (Ministero della Giustizia); `pena_mesi` as sentenced."""

    tipo: Literal["GIUDIZIARIO"] = "GIUDIZIARIO"
    classe: Literal["MISURA_CAUTELARE", "MISURA_PREVENZIONE", "CONDANNA_NON_DEFINITIVA", "CONDANNA_DEFINITIVA"]
    reato_art8: bool = Field(default=False, description="One of the offences listed in art. 8 c. 3 D.L. 48/2023")
    doloso: bool | None = None
    pena_mesi: int | None = None


class FattoLavoro(_Fatto):
    """An employment relation (UNILAV): `valido_dal` hiring, `valido_al` end."""

    tipo: Literal["LAVORO"] = "LAVORO"
    cessazione: (
        Literal["DIMISSIONI", "DIMISSIONI_GIUSTA_CAUSA", "RISOLUZIONE_CONSENSUALE_L604", "LICENZIAMENTO", "SCADENZA"]
        | None
    ) = None
    retribuzione_annua: Importo = Field(default=Decimal("0.00"), description="Gross, EUR/year")


class FattoSvantaggio(_Fatto):
    """Outcome of the check on a declared svantaggio (60 days, then accepted by silence)."""

    tipo: Literal["SVANTAGGIO"] = "SVANTAGGIO"
    categoria: str
    esito: Literal["CONFERMATO", "SILENZIO_ASSENSO", "NEGATO"]
    inizio_programma: date


class FattoControllo(_Fatto):
    """A registry was asked and answered: `NESSUN_DATO` too is a fact with its evidence."""

    tipo: Literal["CONTROLLO"] = "CONTROLLO"
    registro: Literal["ANPR", "ISEE", "PRA", "GIUSTIZIA", "UNILAV", "COMUNE"]
    esito: Literal["DATI", "NESSUN_DATO", "CONFORME", "NON_CONFORME", "SILENZIO"]
    controllo: str = Field(
        description="RESIDENZA, FAMIGLIA, CITTADINANZA, ISEE, VEICOLI, GIUDIZIARIO, LAVORO, SVANTAGGIO"
    )


Fatto = Annotated[
    FattoIsee
    | FattoIseeAssente
    | FattoFamiglia
    | FattoResidenza
    | FattoCittadinanza
    | FattoDecesso
    | FattoVeicolo
    | FattoGiudiziario
    | FattoLavoro
    | FattoSvantaggio
    | FattoControllo,
    Field(discriminator="tipo"),
]


class FattiVerificati(Modello):
    """Sealed in `VerificaConclusaV1.fatti`."""

    fatti: tuple[Fatto, ...]


class VerificaConclusaV1(Evento, tipo="verifiche_anagrafiche.verifica_conclusa.v1"):
    """Every check of the domanda has an answer: here are the facts, never an opinion on them."""

    verifica_id: UUID
    domanda_versione: int = Field(default=1, description="Version of the domanda that these checks answer")
    data_riferimento: date
    conclusa_il: datetime
    fatti: Sigillo


class AccertamentoComunaleRichiestoV1(Evento, tipo="verifiche_anagrafiche.accertamento_comunale_richiesto.v1"):
    """The registries cannot tell: the Comune must, by a date."""

    accertamento_id: UUID
    comune: str = Field(description="Belfiore code")
    controlli: tuple[str, ...]
    scadenza: date
