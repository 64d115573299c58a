# SPDX-License-Identifier: EUPL-1.2
"""One tree of errors: each class knows its HTTP status, its Italian title and whether a message deserves another try."""

from dataclasses import dataclass
from typing import ClassVar


class InclusioneError(Exception):
    """Root of the errors that the system raises on purpose; the message is Italian and carries no personal data."""

    status: ClassVar[int] = 500
    tipo: ClassVar[str] = "errore-interno"
    titolo: ClassVar[str] = "Errore interno"
    ritentabile: ClassVar[bool] = False
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Difetto:
    """One place of the input that cannot be accepted: JSON pointer, code and Italian sentence, never the value."""

    puntatore: str
    dettaglio: str
    codice: str = "non-valido"


class DatiNonValidi(InclusioneError):
    """The data are readable but cannot be accepted."""

    status = 422
    tipo = "dati-non-validi"
    titolo = "Dati non accettabili"

    def __init__(self, dettaglio: str, difetti: tuple[Difetto, ...] = ()) -> None:
        super().__init__(dettaglio)
        self.difetti = difetti


class IntestazioneMancante(DatiNonValidi):
    """A header that the operation needs is missing or has another shape."""

    status = 400
    tipo = "intestazione-mancante"
    titolo = "Intestazione mancante o non valida"


class RichiestaIllegibile(InclusioneError):
    """The request cannot be read at all."""

    status = 400
    tipo = "richiesta-illeggibile"
    titolo = "Richiesta illeggibile"


class RichiestaTroppoGrande(InclusioneError):
    """The body is larger than what is read."""

    status = 413
    tipo = "richiesta-troppo-grande"
    titolo = "Richiesta troppo grande"


class FormatoNonAccettato(InclusioneError):
    """The body is of a type, or coded in a way, that is not read."""

    status = 415
    tipo = "formato-non-accettato"
    titolo = "Formato non accettato"


class Unauthenticated(InclusioneError):
    """The caller has not proved who it is."""

    status = 401
    tipo = "non-autenticato"
    titolo = "Credenziali assenti o non valide"


class Forbidden(InclusioneError):
    """The caller is known but may not do this."""

    status = 403
    tipo = "non-autorizzato"
    titolo = "Operazione non consentita"


class NotFound(InclusioneError):
    """The thing is not there, or not for this caller."""

    status = 404
    tipo = "non-trovato"
    titolo = "Risorsa non trovata"


class Conflict(InclusioneError):
    """The state of the thing does not allow the act."""

    status = 409
    tipo = "conflitto"
    titolo = "Operazione in conflitto con lo stato attuale"


class NonAncoraNoto(InclusioneError):
    """A message speaks of something whose own message has not arrived yet: try again later."""

    status = 409
    tipo = "non-ancora-noto"
    titolo = "Risorsa non ancora nota"
    ritentabile = True


class RateLimited(InclusioneError):
    """Too many requests: ours towards others, or others' towards us."""

    status = 429
    tipo = "troppe-richieste"
    titolo = "Troppe richieste"
    ritentabile = True

    def __init__(self, dettaglio: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__(dettaglio)
        self.retry_after_seconds = retry_after_seconds


class UpstreamRejected(InclusioneError):
    """The other system understood and refused."""

    status = 502
    tipo = "rifiuto-sistema-esterno"
    titolo = "Richiesta rifiutata da un sistema esterno"


class UpstreamUnavailable(InclusioneError):
    """The other system does not answer, or answers that it cannot: the outcome is unknown."""

    status = 503
    tipo = "sistema-esterno-non-disponibile"
    titolo = "Sistema esterno non disponibile"
    ritentabile = True

    def __init__(self, dettaglio: str, *, retry_after_seconds: int = 30) -> None:
        super().__init__(dettaglio)
        self.retry_after_seconds = retry_after_seconds
