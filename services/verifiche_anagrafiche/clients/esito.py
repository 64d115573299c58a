# SPDX-License-Identifier: EUPL-1.2
"""How a call to a registry ended, and how an HTTP answer is read before its body is."""

from dataclasses import dataclass
from datetime import date, timedelta

import httpx

from services.verifiche_anagrafiche.domain.interrogazione import Classe
from services.verifiche_anagrafiche.domain.risposte import Risposta
from shared.errors import InclusioneError, RateLimited, UpstreamRejected
from shared.web.pdnd import secondi_di_attesa


@dataclass(frozen=True, slots=True)
class Quesito:
    """What a client needs to ask: the person, the legal day, our file and the operation id that every attempt bears."""

    soggetto: str
    giorno: date
    pratica: str
    numero: int


@dataclass(frozen=True, slots=True)
class Esito:
    """Outcome of one call; `motivo` is a code, never a text of the registry, which may quote personal data."""

    classe: Classe
    risposta: Risposta | None = None
    operazione: str | None = None
    motivo: str | None = None
    attesa: timedelta | None = None


class RispostaIllegibile(Exception):
    """The registry answered in a shape that is not the agreed one."""


class AltraPersona(Exception):
    """The registry answered about somebody who was not asked about."""


def da_status(risposta: httpx.Response) -> Esito | None:
    """Classify an answer by its status; None when its body tells (200 and 404)."""
    status = risposta.status_code
    secondi = secondi_di_attesa(risposta)
    attesa = timedelta(seconds=secondi) if secondi is not None else None
    motivo = f"HTTP_{status}"
    match status:
        case 200 | 404:
            return None
        case 401 | 403:
            return Esito(Classe.NON_AUTORIZZATO, motivo=motivo)
        case 408 | 425:
            return Esito(Classe.TRANSITORIO, motivo=motivo)
        case 429:
            return Esito(Classe.LIMITE, motivo=motivo, attesa=attesa)
        case _ if status >= 500:
            return Esito(Classe.TRANSITORIO, motivo=motivo, attesa=attesa)
        case _:
            return Esito(Classe.RICHIESTA_ERRATA, motivo=motivo)


_TRANSITORI: tuple[tuple[type[Exception], str], ...] = (
    (InclusioneError, "PDND_NON_DISPONIBILE"),
    (httpx.TimeoutException, "TEMPO_SCADUTO"),
    (httpx.HTTPError, "NON_RAGGIUNGIBILE"),
    (RispostaIllegibile, "RISPOSTA_ILLEGGIBILE"),
)


def da_errore(errore: Exception) -> Esito:
    """Classify a call that gave no usable answer.

    :raises Exception: the same, if it is a defect of ours.
    """
    match errore:
        case RateLimited():
            attesa = timedelta(seconds=errore.retry_after_seconds or 60)
            return Esito(Classe.LIMITE, motivo="PDND_LIMITE", attesa=attesa)
        case UpstreamRejected():
            return Esito(Classe.NON_AUTORIZZATO, motivo="PDND_RIFIUTO")
        case AltraPersona():
            return Esito(Classe.ALTRA_PERSONA, motivo="RISPOSTA_SU_ALTRA_PERSONA")
    motivo = next((motivo for tipo, motivo in _TRANSITORI if isinstance(errore, tipo)), None)
    if motivo is None:
        raise errore
    return Esito(Classe.TRANSITORIO, motivo=motivo)
