# SPDX-License-Identifier: EUPL-1.2
"""One notice on one channel: how an attempt ends, when the next one is, when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.notifiche.domain.avviso import Avviso
from shared.kernel.identita import id_deterministico

TENTATIVI_MASSIMI = 12
TENTATIVI_IGNOTI = 3
CONTROLLI_MASSIMI = 24
_PRIMO_RITARDO = timedelta(seconds=30)
_RITARDO_MASSIMO = timedelta(hours=2)
_PRIMO_CONTROLLO = timedelta(seconds=5)


class Canale(StrEnum):
    """Where a notice goes."""

    APP_IO = "APP_IO"
    EMAIL = "EMAIL"
    LETTERA = "LETTERA"


class StatoConsegna(StrEnum):
    """Where a delivery is. IN_RISERVA waits for the other channels to fail; INCERTA had no answer."""

    IN_RISERVA = "IN_RISERVA"
    DA_INVIARE = "DA_INVIARE"
    IN_INVIO = "IN_INVIO"
    INCERTA = "INCERTA"
    INVIATA = "INVIATA"
    CONSEGNATA = "CONSEGNATA"
    FALLITA = "FALLITA"
    DA_STAMPARE = "DA_STAMPARE"
    ANNULLATA = "ANNULLATA"


class StatoNotifica(StrEnum):
    """Where a notice is. SUPERATA: a later fact made it useless before anything was sent."""

    IN_ATTESA_RECAPITI = "IN_ATTESA_RECAPITI"
    DA_INVIARE = "DA_INVIARE"
    CONSEGNATA = "CONSEGNATA"
    NON_RECAPITATA = "NON_RECAPITATA"
    SUPERATA = "SUPERATA"


IN_CORSO = frozenset({StatoConsegna.DA_INVIARE, StatoConsegna.IN_INVIO, StatoConsegna.INCERTA, StatoConsegna.INVIATA})


class Risultato(StrEnum):
    """What a channel answered. IGNOTO: the call may have been served, nobody knows."""

    CONSEGNATA = "CONSEGNATA"
    ACCETTATA = "ACCETTATA"
    RIFIUTATA = "RIFIUTATA"
    NON_DISPONIBILE = "NON_DISPONIBILE"
    IGNOTO = "IGNOTO"


@dataclass(frozen=True, slots=True)
class Esito:
    """Outcome of one call: result, code of the reason, id given by the channel, seconds it asked to wait.

    `subito`: who did not answer was not the channel, and there is no reason to wait before the next attempt.
    """

    risultato: Risultato
    codice: str = ""
    id_esterno: str | None = None
    riprova_seconds: int = 0
    subito: bool = False


@dataclass(frozen=True, slots=True)
class Consegna:
    """One notice on one channel. `giro` grows when an operator asks to try again from the beginning."""

    id: UUID
    notifica_id: UUID
    canale: Canale
    stato: StatoConsegna
    prossimo_il: datetime
    tentativi: int = 0
    controlli: int = 0
    giro: int = 0
    id_esterno: str | None = None
    esito: str = ""
    consegnata_il: datetime | None = None

    @property
    def token(self) -> UUID:
        """Same token for every attempt of one round: Message-ID of the e-mail, Idempotency-Key of the call."""
        return id_deterministico("consegna", self.notifica_id, self.canale, self.giro)

    def registra(self, esito: Esito, *, dovuto: bool, now: datetime) -> "Consegna":
        """Apply the outcome of an attempt, or of a question about the state of what was accepted.

        App IO has no idempotency key: after an attempt without answer only a notice that the law wants is repeated
        (the same text twice is better than no act); the others take the next channel. An e-mail can always be repeated.
        """
        match esito.risultato:
            case Risultato.CONSEGNATA:
                return replace(self, stato=StatoConsegna.CONSEGNATA, consegnata_il=now, esito=esito.codice)
            case Risultato.ACCETTATA:
                return self._accettata(esito, now=now)
            case Risultato.RIFIUTATA:
                return replace(self, stato=StatoConsegna.FALLITA, esito=esito.codice)
            case Risultato.NON_DISPONIBILE:
                return self._rimanda(StatoConsegna.DA_INVIARE, esito, massimo=TENTATIVI_MASSIMI, now=now)
            case Risultato.IGNOTO if self.canale is Canale.EMAIL:
                return self._rimanda(StatoConsegna.INCERTA, esito, massimo=TENTATIVI_MASSIMI, now=now)
            case Risultato.IGNOTO:
                massimo = TENTATIVI_IGNOTI if dovuto else 1
                return self._rimanda(StatoConsegna.INCERTA, esito, massimo=massimo, now=now)

    def _accettata(self, esito: Esito, *, now: datetime) -> "Consegna":
        if self.stato is not StatoConsegna.INVIATA:
            return replace(
                self, stato=StatoConsegna.INVIATA, id_esterno=esito.id_esterno, esito=esito.codice, prossimo_il=now, controlli=0
            )  # fmt: skip
        if self.controlli >= CONTROLLI_MASSIMI:
            return replace(self, stato=StatoConsegna.FALLITA, esito="STATO_MAI_DEFINITIVO")
        attesa = max(self._ritardo(_PRIMO_CONTROLLO, self.controlli), timedelta(seconds=esito.riprova_seconds))
        return replace(self, esito=esito.codice, prossimo_il=now + attesa)

    def _rimanda(self, stato: StatoConsegna, esito: Esito, *, massimo: int, now: datetime) -> "Consegna":
        if self.stato is StatoConsegna.INVIATA:  # only the question failed: the message itself was accepted
            return self._accettata(esito, now=now)
        if self.tentativi >= massimo:
            return replace(self, stato=StatoConsegna.FALLITA, esito=esito.codice)
        ritardo = timedelta(0) if esito.subito else self._ritardo(_PRIMO_RITARDO, self.tentativi)
        attesa = max(ritardo, timedelta(seconds=esito.riprova_seconds))
        return replace(self, stato=stato, esito=esito.codice, prossimo_il=now + attesa)

    def _ritardo(self, primo: timedelta, fatti: int) -> timedelta:
        """Double each time up to a limit; the id spreads the attempts over a quarter of the delay."""
        pieno = min(primo * (1 << max(0, fatti - 1)), _RITARDO_MASSIMO)
        return pieno + pieno * (self.id.int % 25) / 100

    def ricomincia(self, *, now: datetime) -> "Consegna":
        """Start a new round of attempts after a failure."""
        return replace(
            self, stato=StatoConsegna.DA_INVIARE, tentativi=0, controlli=0, giro=self.giro + 1, id_esterno=None,
            esito="", prossimo_il=now,
        )  # fmt: skip


def canali_iniziali(avviso: Avviso, *, app_io: bool, email: bool) -> dict[Canale, StatoConsegna]:
    """Choose the channels: an act goes on all of them with the letter in reserve, the rest on one at a time."""
    elettronici = [Canale.APP_IO] * app_io + [Canale.EMAIL] * email
    if avviso.dovuto:
        return dict.fromkeys(elettronici, StatoConsegna.DA_INVIARE) | {Canale.LETTERA: StatoConsegna.IN_RISERVA}
    return {c: StatoConsegna.IN_RISERVA if i else StatoConsegna.DA_INVIARE for i, c in enumerate(elettronici)}


@dataclass(frozen=True, slots=True)
class Passo:
    """What follows from the state of the deliveries: state of the notice, and a channel to take out of reserve."""

    stato: StatoNotifica
    attiva: Canale | None = None
    come: StatoConsegna | None = None


def prossimo_passo(stati: Mapping[Canale, StatoConsegna]) -> Passo:
    """Decide from the deliveries: delivered on one channel is delivered; nobody reachable leaves the letter to print."""
    if StatoConsegna.CONSEGNATA in stati.values():
        return Passo(StatoNotifica.CONSEGNATA)
    if IN_CORSO & set(stati.values()):
        return Passo(StatoNotifica.DA_INVIARE)
    for canale in (Canale.APP_IO, Canale.EMAIL):
        if stati.get(canale) is StatoConsegna.IN_RISERVA:
            return Passo(StatoNotifica.DA_INVIARE, canale, StatoConsegna.DA_INVIARE)
    if stati.get(Canale.LETTERA) is StatoConsegna.IN_RISERVA:
        return Passo(StatoNotifica.NON_RECAPITATA, Canale.LETTERA, StatoConsegna.DA_STAMPARE)
    return Passo(StatoNotifica.NON_RECAPITATA)
