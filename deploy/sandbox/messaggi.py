# SPDX-License-Identifier: EUPL-1.2
"""App IO: who has a profile, and the messages accepted. State in memory, bounded."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.persone import Mondo
from shared.kernel.calendario import Orologio

_MASSIMO = 20_000
CodiceIO = Annotated[
    str,
    Field(pattern=r"^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$"),
]
_ALFABETO = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class _Parte(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RichiestaProfilo(_Parte):
    """Body of POST /profiles."""

    fiscal_code: CodiceIO


class Pagamento(_Parte):
    """Payment notice of a message."""

    amount: Annotated[int, Field(ge=1, le=9_999_999_999)]
    notice_number: Annotated[str, Field(pattern=r"^[0123][0-9]{17}$")]
    invalid_after_due_date: bool = False


class Contenuto(_Parte):
    """Content of a message."""

    subject: Annotated[str, Field(min_length=10, max_length=120)]
    markdown: Annotated[str, Field(min_length=80, max_length=10_000)]
    due_date: datetime | None = None
    require_secure_channels: bool = False
    payment_data: Pagamento | None = None


class NuovoMessaggio(_Parte):
    """Body of POST /messages."""

    fiscal_code: CodiceIO
    content: Contenuto
    time_to_live: Annotated[int, Field(ge=3600, le=604_800)] = 3600
    feature_level_type: Literal["STANDARD", "ADVANCED"] = "STANDARD"


@dataclass(frozen=True, slots=True)
class Messaggio:
    """A message accepted for delivery."""

    id: str
    contenuto: NuovoMessaggio
    creato_il: datetime
    status: str
    webhook: str | None


@dataclass
class Messaggi:
    """Profiles and messages."""

    mondo: Mondo
    orologio: Orologio
    _messaggi: OrderedDict[tuple[str, str], Messaggio] = field(default_factory=OrderedDict)
    _ultimo: int = 0

    def profilo(self, codice_fiscale: str) -> str:
        """Tell how a person can be reached: SI, ASSENTE, NON_CONSENTITO, FALLITO."""
        trovata = self.mondo.trova(codice_fiscale)
        return trovata[0].storia.appio if trovata else "ASSENTE"

    def accetta(self, nuovo: NuovoMessaggio) -> Messaggio:
        """Accept a message: accepted does not mean delivered."""
        self._ultimo += 1
        esiti = {"SI": ("PROCESSED", "SENT"), "FALLITO": ("FAILED", "FAILED")}
        status, webhook = esiti.get(self.profilo(nuovo.fiscal_code), ("REJECTED", None))
        messaggio = Messaggio("01JNDEMO" + _base32(self._ultimo, 18), nuovo, self.orologio(), status, webhook)
        self._messaggi[nuovo.fiscal_code, messaggio.id] = messaggio
        if len(self._messaggi) > _MASSIMO:
            self._messaggi.popitem(last=False)
        return messaggio

    def trova(self, codice_fiscale: str, id_: str) -> Messaggio | None:
        """Find a message of a person."""
        return self._messaggi.get((codice_fiscale, id_))

    def azzera(self) -> None:
        """Forget the messages."""
        self._messaggi.clear()


def _base32(numero: int, lunghezza: int) -> str:
    cifre = ""
    for _ in range(lunghezza):
        numero, resto = divmod(numero, 32)
        cifre = _ALFABETO[resto] + cifre
    return cifre
