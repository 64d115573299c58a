# SPDX-License-Identifier: EUPL-1.2
"""What the registries say, in our words: the shape of each registry ends in its client."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Decesso:
    """ANPR says that the person is dead; `il` None when it does not say since when."""

    codice_fiscale: str
    il: date | None = None


@dataclass(frozen=True, slots=True)
class Famiglia:
    """The registry family of the richiedente (C021)."""

    componenti: tuple[str, ...]
    decessi: tuple[Decesso, ...] = ()


@dataclass(frozen=True, slots=True)
class Residenza:
    """Present residence (C020). `comune` is a Belfiore code, `provincia` its sigla; None and None abroad (AIRE).

    `dal` is the start of the present address: what came before is not told.
    """

    comune: str | None
    provincia: str | None = None
    dal: date | None = None
    decesso: Decesso | None = None

    @property
    def in_italia(self) -> bool:
        """Whether the person lives in Italy, also when the Comune could not be recognised."""
        return self.comune is not None or self.provincia is not None


@dataclass(frozen=True, slots=True)
class Cittadinanze:
    """Citizenships of a person (C018): ISO code, or None when the registry's code is not known to us, and since when."""

    stati: tuple[tuple[str | None, date | None], ...]


@dataclass(frozen=True, slots=True)
class ComponenteDsu:
    """Member of the nucleo in the DSU, with the INPS code of the relation."""

    codice_fiscale: str
    rapporto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestazione:
    """The ISEE attestation valid on the day of reference; amounts in EUR/year, patrimoni in EUR."""

    indicatore: str
    protocollo_dsu: str
    presentata_il: date
    valida_al: date
    isee: Decimal
    ise: Decimal
    isr: Decimal
    isp: Decimal
    scala: Decimal
    componenti: tuple[ComponenteDsu, ...]
    reddito: Decimal
    trattamenti: Decimal = ZERO
    patrimonio_mobiliare: Decimal = ZERO
    patrimonio_immobiliare: Decimal = ZERO
    valore_casa: Decimal = ZERO
    canone_annuo: Decimal = ZERO
    difformita: tuple[str, ...] = ()
    disabili: tuple[str, ...] = ()
    disabili_gravi: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Veicolo:
    """A vehicle that the person holds, from `dal` to `al`."""

    categoria: str
    prima_immatricolazione: date
    cilindrata_cc: int = 0
    agevolazione_disabili: bool = False
    dal: date | None = None
    al: date | None = None


@dataclass(frozen=True, slots=True)
class Veicoli:
    """Vehicles of a person (PRA)."""

    veicoli: tuple[Veicolo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carico:
    """A measure in force from `dal` to `al`, or a sentence of the day `dal`."""

    classe: str
    dal: date
    al: date | None = None
    reato_art8: bool = False
    doloso: bool | None = None
    pena_mesi: int | None = None


@dataclass(frozen=True, slots=True)
class Carichi:
    """Measures and sentences of a person (Ministero della Giustizia)."""

    carichi: tuple[Carico, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rapporto:
    """An employment relation; `cessazione` None when it goes on or the communication does not say why it ended."""

    dal: date
    al: date | None = None
    cessazione: str | None = None
    retribuzione_annua: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Rapporti:
    """Employment relations of a person (UNILAV)."""

    rapporti: tuple[Rapporto, ...]


Risposta = Famiglia | Residenza | Cittadinanze | Attestazione | Veicoli | Carichi | Rapporti
