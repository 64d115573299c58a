# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of the misure: one row each, so that the services never name a misura in their code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from shared.errors import NotFound
from shared.kernel.mese import Mese
from shared.misure.adi import durata as adi_durata
from shared.misure.adi import importo as adi_importo
from shared.misure.adi import requisiti as adi_requisiti
from shared.misure.adi import scala as adi_scala
from shared.misure.esito import Esito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, carica


class MisuraSconosciuta(NotFound):
    """The catalogue has no such misura."""

    tipo = "misura-sconosciuta"
    titolo = "Misura sconosciuta"


class Importo(Protocol):
    """What every misura says of a month: EUR/month, with the lines that explain it."""

    @property
    def totale(self) -> Decimal:
        """Sum of the two quote."""
        ...

    @property
    def quota_a(self) -> Decimal:
        """Income supplement."""
        ...

    @property
    def quota_b(self) -> Decimal:
        """Share for the rent."""
        ...

    @property
    def righe(self) -> tuple[str, ...]:
        """The computation, line by line, in Italian."""
        ...


class VerificaRequisiti(Protocol):
    """Judges all the requisiti on a day."""

    def __call__(self, fatti: Fatti, *, parametri: Parametri, al: date) -> Esito:
        """Judge the facts."""
        ...


class CalcoloImporto(Protocol):
    """Computes the importo of a month of competence."""

    def __call__(self, fatti: Fatti, *, parametri: Parametri, mese: Mese) -> Importo:
        """Compute the importo."""
        ...


class CalcoloScala(Protocol):
    """Computes the scala di equivalenza on a day."""

    def __call__(self, fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:
        """Compute the scala."""
        ...


class Persone(Protocol):
    """Chooses some of the members on a day, by their codici fiscali."""

    def __call__(self, fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
        """Choose the members."""
        ...


class MesiSpettanti(Protocol):
    """Lists the months of a period from its first one."""

    def __call__(self, decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0) -> tuple[Mese, ...]:
        """List the months."""
        ...


class Decorrenza(Protocol):
    """Gives the first month due after the PAD."""

    def __call__(self, pad_il: date, *, parametri: Parametri) -> Mese:
        """Give the month."""
        ...


class UltimoMeseCoperto(Protocol):
    """Gives the last month that the ISEE of a year covers."""

    def __call__(self, anno: int, *, parametri: Parametri) -> Mese:
        """Give the month."""
        ...


@dataclass(frozen=True, slots=True)
class Misura:
    """A misura: its code in the events, its Italian name, the folder of its parametri and its functions."""

    codice: str
    nome: str
    cartella: str
    verifica_requisiti: VerificaRequisiti
    importo_mensile: CalcoloImporto
    scala: CalcoloScala
    nella_scala: Persone
    attivabili: Persone
    decorrenza: Decorrenza
    mesi_spettanti: MesiSpettanti
    ultimo_mese_coperto: UltimoMeseCoperto

    @property
    def parametri(self) -> Parametri:
        """The dated values of the misura, loaded once."""
        return carica(self.cartella)


CATALOGO: Mapping[str, Misura] = {
    misura.codice: misura
    for misura in (
        Misura(
            codice="ADI",
            nome="Assegno di inclusione",
            cartella="adi",
            verifica_requisiti=adi_requisiti.verifica_requisiti,
            importo_mensile=adi_importo.importo_mensile,
            scala=adi_scala.scala,
            nella_scala=adi_scala.nella_scala,
            attivabili=adi_durata.attivabili,
            decorrenza=adi_durata.decorrenza,
            mesi_spettanti=adi_durata.mesi_spettanti,
            ultimo_mese_coperto=adi_durata.ultimo_mese_coperto,
        ),
    )
}


def get_misura(codice: str) -> Misura:
    """Give a misura by its code.

    :raises MisuraSconosciuta: if the catalogue does not have it.
    """
    try:
        return CATALOGO[codice]
    except KeyError:
        raise MisuraSconosciuta("La misura non è nel catalogo") from None
