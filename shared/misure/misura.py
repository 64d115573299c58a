# SPDX-License-Identifier: EUPL-1.2
"""What a misura is to the rest of the system: its code, its parametri, the functions that judge and compute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Protocol

from shared.kernel.mese import Mese
from shared.misure import predefinite
from shared.misure.comuni.argomenti import Argomenti
from shared.misure.esito import Esito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, ParametroMancante, carica, leggi_cartella


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Misura:
    """A misura: its code in the events, its Italian name, where its parametri are, and its functions.

    Only the first five fields are needed. `cartella` is a folder of `shared/misure`, or the path of one elsewhere;
    `fatti_propri` is a frozen dataclass, all defaults, for the facts that only this misura looks at: for who fills in
    a simulation `descrizioni` says in Italian what its fields are, and `fatti_presunti` what is presumed on the day of
    the domanda of who says nothing. `argomenti` says which facts each requisito looks at, by its code: one that is not
    there is shown with all of them.
    """

    codice: str
    nome: str
    cartella: str | Path
    verifica_requisiti: VerificaRequisiti
    importo_mensile: CalcoloImporto
    scala: CalcoloScala = predefinite.scala
    nella_scala: Persone = predefinite.nella_scala
    attivabili: Persone = predefinite.attivabili
    decorrenza: Decorrenza = predefinite.decorrenza
    mesi_spettanti: MesiSpettanti = predefinite.mesi_spettanti
    ultimo_mese_coperto: UltimoMeseCoperto = predefinite.ultimo_mese_coperto
    fatti_propri: type | None = None
    fatti_presunti: Callable[[date], object] | None = None
    descrizioni: Mapping[str, str] = field(default_factory=dict)
    argomenti: Argomenti = field(default_factory=dict)

    @property
    def parametri(self) -> Parametri:
        """The dated values of the misura, loaded once."""
        return carica(self.cartella) if isinstance(self.cartella, str) else _carica_da(self.codice, self.cartella)

    def in_vigore(self, giorno: date) -> bool:
        """Tell whether a domanda can be presented on a day: what the parametro `in_vigore` says, from its first value.

        Without that parametro, from the first day on which any value holds.
        """
        parametri = self.parametri
        if predefinite.IN_VIGORE not in parametri.nomi:
            return min(parametri.storia(nome)[0].dal for nome in parametri.nomi) <= giorno
        try:
            return parametri.al(giorno).logico(predefinite.IN_VIGORE)
        except ParametroMancante:
            return False


@cache
def _carica_da(codice: str, cartella: Path) -> Parametri:
    return leggi_cartella(codice.lower(), cartella)
