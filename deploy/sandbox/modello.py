# SPDX-License-Identifier: EUPL-1.2
"""The invented people as the registries know them: frozen data, no behaviour beyond look-ups."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.sandbox.spec import SpecNucleo


@dataclass(frozen=True, slots=True)
class Comune:
    """A Comune with its codes."""

    belfiore: str
    nome: str
    istat: str
    cap: str
    provincia: str
    strade: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatoEstero:
    """A state: ISO code, name and three-digit code as ANPR writes them."""

    iso: str
    nome: str
    istat: str
    belfiore: str = ""
    ue: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    """A person. `ruolo`: R richiedente, C coniuge, F figlio, G genitore, A altro."""

    codice_fiscale: str
    cognome: str
    nome: str
    sesso: str
    data_nascita: date
    luogo_nascita: str
    ruolo: str
    cittadinanza: str
    id_anpr: str
    titolo_soggiorno: str | None = None
    disabilita: str = "NO"
    cura: bool = False
    genitore: bool = False
    occupato: bool = False
    studente: bool = False
    in_struttura: bool = False
    deceduto_il: date | None = None
    in_anpr: bool = True
    in_dsu: bool = True


@dataclass(frozen=True, slots=True)
class Dsu:
    """An ISEE attestation: EUR/year and EUR; `immobiliare` is what the nucleo owns besides the home."""

    protocollo: str
    presentata_il: date
    valida_fino: date
    minorenni: bool
    reddito: Decimal
    trattamenti: Decimal
    canone: Decimal
    mobiliare: Decimal
    franchigia_mobiliare: Decimal
    immobiliare: Decimal
    casa: Decimal
    detrazione_affitto: Decimal
    isr: Decimal
    isp: Decimal
    ise: Decimal
    parametro: Decimal
    maggiorazioni: Decimal
    isee: Decimal
    difformita: tuple[str, ...] = ()
    corrente: bool = False

    @property
    def scala(self) -> Decimal:
        """Scala di equivalenza of the ISEE."""
        return self.parametro + self.maggiorazioni


@dataclass(frozen=True, slots=True)
class Nucleo:
    """A household, its registries and its story (`storia` keeps what the TOML says)."""

    nome: str
    numero: int
    storia: SpecNucleo
    comune: Comune
    via: str
    civico: str
    persone: tuple[Persona, ...]
    residente_dal: date
    in_italia_dal: date
    continuativa_dal: date
    canone: Decimal | None
    dsu: Dsu | None
    importo: Decimal | None

    @property
    def richiedente(self) -> Persona:
        """The member who presents the domanda."""
        return self.persone[0]

    @property
    def dichiarati(self) -> tuple[Persona, ...]:
        """Members of the nucleo as declared (DSU and form)."""
        return tuple(p for p in self.persone if p.in_dsu)

    @property
    def famiglia_anagrafica(self) -> tuple[Persona, ...]:
        """Members of the family as ANPR holds it."""
        return tuple(p for p in self.persone if p.in_anpr)

    @property
    def email(self) -> str | None:
        """Declared e-mail, on a domain that does not exist."""
        match self.storia.email:
            case "SI":
                return f"persona{self.numero:03d}@posta.example"
            case "INESISTENTE":
                return f"casella-inesistente{self.numero:03d}@posta.example"
            case "NO":
                return None
