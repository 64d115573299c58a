# SPDX-License-Identifier: EUPL-1.2
"""How a story is written in the TOML files of `dati/`: who lives together, what each registry knows, what must happen."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DATI = Path(__file__).parent / "dati"
STORIE = ("dorate", "accolte", "rifiuti", "attese", "canali", "famiglie")

Stato = Literal["ACCOLTA", "RESPINTA", "IN_EVIDENZA", "ATTESA"]
Controllo = Literal["NUCLEO", "RESIDENZA", "CITTADINANZA", "SVANTAGGIO", "OPERATORE"]


class Spec(BaseModel):
    """A piece of a story, as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpecPersona(Spec):
    """A person: `chi` is role, sex and age in one string ("R M 35", "F ? 3-16"); the rest are exceptions.

    Roles: R richiedente, C coniuge, F figlio, G genitore, A altro.
    """

    chi: str = Field(pattern=r"^[RCFGA] [MF?] [0-9]{1,2}(-[0-9]{1,2})?$")
    cittadinanza: str = "IT"
    nato_in: str | None = Field(default=None, description="Belfiore code of a Comune or foreign state")
    titolo_soggiorno: str | None = None
    disabilita: Literal["NO", "MEDIA", "GRAVE"] = "NO"
    cura: bool | None = Field(default=None, description="Carichi di cura; derived from the nucleo when absent")
    occupato: bool = False
    studente: bool = False
    in_struttura: bool = False
    omocodia: int = 0
    provvisorio: bool = False
    deceduto_il: date | None = None
    in_anpr: bool = Field(default=True, description="Member of the registry family")
    in_dsu: bool = Field(default=True, description="Member of the nucleo of the DSU")


class SpecVeicolo(Spec):
    """A vehicle known to the PRA, owned by the member number `di`."""

    di: int = 0
    categoria: Literal["AUTOVEICOLO", "MOTOVEICOLO", "IMBARCAZIONE_DA_DIPORTO"] = "AUTOVEICOLO"
    immatricolato_il: date
    cilindrata: int
    agevolazione_disabili: bool = False
    venduto_il: date | None = None


class SpecCarico(Spec):
    """A measure or sentence known to the Ministero della Giustizia."""

    di: int = 0
    classe: Literal["MISURA_CAUTELARE", "MISURA_PREVENZIONE", "CONDANNA_DEFINITIVA"]
    dal: date
    al: date | None = None
    doloso: bool | None = None
    pena_mesi: int | None = None
    reato_art8: bool = False


class SpecRapporto(Spec):
    """An employment relation known to UNILAV."""

    di: int = 0
    dal: date
    al: date | None = None
    cessazione: str | None = None
    retribuzione: Decimal = Decimal("0.00")


class SpecSvantaggio(Spec):
    """A svantaggio declared in the form."""

    di: int = 0
    categoria: str
    amministrazione: str
    numero: str = "2024/000417"
    certificato_il: date
    inizio_programma: date


class SpecAssenza(Spec):
    """A declared absence from Italy."""

    dal: date
    al: date
    salute: bool = False


class SpecLavoro(Spec):
    """A job declared in the form because the ISEE does not hold it yet."""

    di: int = 0
    tipo: Literal["DIPENDENTE", "AUTONOMO", "IMPRESA"] = "DIPENDENTE"
    dal: date
    reddito: Decimal


class SpecDsu(Spec):
    """What is particular in the DSU."""

    presente: bool = True
    difformita: tuple[str, ...] = ()
    corrente: bool = False


class SpecAtteso(Spec):
    """What must come out: after the registries have answered, and at the end of the story."""

    dopo_registri: Stato = "ACCOLTA"
    attende: tuple[Controllo, ...] = Field(
        default=(), description="What nobody but the Comune, the ASL or an operator can tell"
    )
    finale: Literal["ACCOLTA", "RESPINTA", "ATTESA"] = "ACCOLTA"
    codici: tuple[str, ...] = ()
    comune: Literal["", "CONFERMA", "SMENTISCE", "SILENZIO"] = Field(
        default="", description="What the Comune or the ASL answers"
    )
    importo: Decimal | None = Field(default=None, description="As published, where the story is a published case")


class SpecNucleo(Spec):
    """A story, or a template of `quante` families when ages and amounts are ranges."""

    nome: str
    titolo: str
    accade: str
    quante: int = 1
    comune: str | None = None
    persone: tuple[str | SpecPersona, ...]
    reddito: str = Field(default="0.00", description="EUR/year, or a range min..max")
    trattamenti: Decimal = Decimal("0.00")
    titolo_abitazione: Literal["LOCAZIONE", "PROPRIETA", "COMODATO", "ALTRO"] | None = None
    canone: str | None = None
    rata_mutuo: Decimal | None = None
    valore_casa: Decimal = Decimal("0.00")
    immobili: Decimal = Decimal("0.00")
    mobili: str = "0.00..1500.00"
    dsu: SpecDsu = SpecDsu()
    scala: Decimal = Field(description="ADI scale of the nucleo, written by hand: it is what the rules must find")
    residente_dal: date | None = None
    in_italia_dal: date | None = None
    continuativa_dal: date | None = None
    aire: bool = False
    assenze: tuple[SpecAssenza, ...] = ()
    veicoli: tuple[SpecVeicolo, ...] = ()
    carichi: tuple[SpecCarico, ...] = ()
    rapporti: tuple[SpecRapporto, ...] = ()
    lavoro: tuple[SpecLavoro, ...] = ()
    svantaggio: SpecSvantaggio | None = None
    dichiara_no: tuple[str, ...] = Field(default=(), description="Declarations of the form that are false")
    consenso_servizi: bool = True
    consenso_io: bool = True
    email: Literal["SI", "NO", "INESISTENTE"] = "SI"
    bonifico: bool = False
    carta: str | None = Field(default=None, description="Reason for which the card gateway refuses")
    carta_volte: int = Field(default=0, description="How many flows are refused; 0 = all")
    appio: Literal["SI", "ASSENTE", "NON_CONSENTITO", "FALLITO"] = "SI"
    ritardi: dict[str, int] = Field(default_factory=dict, description="By system: first answers that fail")
    atteso: SpecAtteso = SpecAtteso()

    def componenti(self) -> tuple[SpecPersona, ...]:
        """Give every member in the long form."""
        return tuple(SpecPersona(chi=p) if isinstance(p, str) else p for p in self.persone)


def leggi_storie() -> tuple[SpecNucleo, ...]:
    """Read every story and template, in the order of the files."""
    righe = [r for file in STORIE for r in tomllib.loads((DATI / f"{file}.toml").read_text(encoding="utf-8"))["nucleo"]]
    return tuple(SpecNucleo.model_validate(riga) for riga in righe)
