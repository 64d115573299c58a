# SPDX-License-Identifier: EUPL-1.2
"""Convocazioni and incontri: what the social services record, and what it does to the caso."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.presa_in_carico.domain.caso import AttoContraddittorio, AttoPrematuro, Caso, Stato
from services.presa_in_carico.domain.termini import Termini, in_cifre
from shared.errors import DatiNonValidi, Difetto
from shared.kernel.calendario import giorno_legale

ConvocazioneId = NewType("ConvocazioneId", UUID)
DECADENZA_PER_ASSENZA = "PRIMO_INCONTRO_ASSENZA"


class TipoIncontro(StrEnum):
    """What happened on the day: a meeting, or the reason why there was none."""

    INCONTRO = "INCONTRO"
    PRESENTAZIONE_SPONTANEA = "PRESENTAZIONE_SPONTANEA"
    GIUSTIFICATO_MOTIVO = "GIUSTIFICATO_MOTIVO"
    ASSENZA_INGIUSTIFICATA = "ASSENZA_INGIUSTIFICATA"

    @property
    def in_parole(self) -> str:
        """The words for people."""
        return _IN_PAROLE[self]


_IN_PAROLE = {
    TipoIncontro.INCONTRO: "incontro svolto",
    TipoIncontro.PRESENTAZIONE_SPONTANEA: "presentazione spontanea",
    TipoIncontro.GIUSTIFICATO_MOTIVO: "assenza per giustificato motivo",
    TipoIncontro.ASSENZA_INGIUSTIFICATA: "assenza ingiustificata",
}
SVOLTI = frozenset({TipoIncontro.INCONTRO, TipoIncontro.PRESENTAZIONE_SPONTANEA})


class EsitoConvocazione(StrEnum):
    """How a convocazione ended."""

    INCONTRO = "INCONTRO"
    GIUSTIFICATO_MOTIVO = "GIUSTIFICATO_MOTIVO"
    ASSENZA_INGIUSTIFICATA = "ASSENZA_INGIUSTIFICATA"
    SOSTITUITA = "SOSTITUITA"


@dataclass(frozen=True, slots=True)
class Operatore:
    """Who records an act: the ente and its operator."""

    ente: str
    codice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Convocazione:
    """An appointment told to the nucleo; the last one takes the place of the one that was still open."""

    id: ConvocazioneId
    appuntamento_il: datetime
    sede: str
    canale: str
    comunicata_il: date
    esito: EsitoConvocazione | None = None

    @property
    def giorno(self) -> date:
        """Legal day of the appointment."""
        return giorno_legale(self.appuntamento_il)

    def stesso_appuntamento(self, altra: "Convocazione") -> bool:
        """Whether another convocazione says the same thing."""
        return replace(self, id=altra.id, esito=altra.esito) == altra


@dataclass(frozen=True, slots=True)
class Incontro:
    """What happened on a day."""

    data: date
    tipo: TipoIncontro


def controlla_convocazione(caso: Caso, nuova: Convocazione, aperta: Convocazione | None, *, now: datetime) -> None:
    """Make sure that the nucleo can be convened for that moment, in the place of the convocazione still `aperta`.

    :raises CasoChiuso: if the domanda ended.
    :raises AttoPrematuro: if the PAD is not signed, or the outcome of a past convocazione is missing.
    :raises DatiNonValidi: if the appointment is not in the future, or was told before the PAD or in the future.
    """
    caso.richiedi_aperto()
    pad_il = caso.richiedi_pad()
    if aperta is not None and aperta.appuntamento_il <= now:
        quando = in_cifre(aperta.giorno)
        raise AttoPrematuro(
            f"La convocazione del {quando} non ha ancora un esito: registrarlo prima di convocare di nuovo"
        )
    if nuova.appuntamento_il <= now:
        raise _non_valida("/appuntamento_il", "l'appuntamento deve essere nel futuro", "appuntamento-passato")
    if nuova.comunicata_il > giorno_legale(now):
        raise _non_valida("/comunicata_il", "la data non può essere futura", "data-futura")
    if nuova.comunicata_il < pad_il:
        raise _non_valida("/comunicata_il", f"non può precedere il PAD, del {in_cifre(pad_il)}", "data-precoce")


def gia_registrato(incontro: Incontro, precedenti: Sequence[Incontro]) -> bool:
    """Tell whether this very act is already recorded.

    :raises AttoContraddittorio: if something else is recorded for the same day.
    """
    for precedente in precedenti:
        if precedente.data == incontro.data and precedente.tipo is not incontro.tipo:
            quando, cosa = in_cifre(incontro.data), precedente.tipo.in_parole
            raise AttoContraddittorio(f"Per il giorno {quando} risulta già registrato: {cosa}")
    return incontro in precedenti


def controlla_incontro(caso: Caso, incontro: Incontro, convocazione: Convocazione | None, *, oggi: date) -> None:
    """Make sure that the act can be recorded on this caso.

    :raises CasoChiuso: if the domanda ended.
    :raises AttoPrematuro: if the PAD is not signed.
    :raises DatiNonValidi: if the day cannot be accepted, or the convocazione does not fit.
    :raises AttoContraddittorio: if what is recorded excludes it.
    """
    caso.richiedi_aperto()
    pad_il = caso.richiedi_pad()
    if incontro.data > oggi:
        raise _non_valida("/data", "la data non può essere futura", "data-futura")
    if incontro.data < pad_il:
        raise _non_valida("/data", f"non può precedere il PAD, del {in_cifre(pad_il)}", "data-precoce")
    _controlla_legame(incontro, convocazione)
    if caso.decadenza_proposta_il:
        quando = in_cifre(caso.decadenza_proposta_il)
        raise AttoContraddittorio(f"È già stata proposta la decadenza per l'assenza ingiustificata del {quando}")
    if caso.preso_in_carico_il and incontro.tipo not in SVOLTI:
        quando = in_cifre(caso.preso_in_carico_il)
        raise AttoContraddittorio(f"Il primo incontro risulta già svolto il {quando}: non si può registrare un'assenza")


def _controlla_legame(incontro: Incontro, convocazione: Convocazione | None) -> None:
    assente = incontro.tipo not in SVOLTI
    if incontro.tipo is TipoIncontro.ASSENZA_INGIUSTIFICATA and convocazione is None:
        raise _non_valida(
            "/convocazione_id", "l'assenza si registra rispetto a una convocazione", "convocazione-mancante"
        )
    if convocazione is None:
        return
    if incontro.tipo is TipoIncontro.PRESENTAZIONE_SPONTANEA:
        raise _non_valida(
            "/convocazione_id", "chi si presenta spontaneamente non è convocato", "convocazione-superflua"
        )
    if convocazione.esito is not None:
        raise AttoContraddittorio(
            f"La convocazione del {in_cifre(convocazione.giorno)} ha già un esito: {convocazione.esito}"
        )
    if assente and convocazione.giorno != incontro.data:
        quando = in_cifre(convocazione.giorno)
        raise _non_valida("/data", f"la convocazione era per il {quando}", "data-diversa-dalla-convocazione")


def applica(caso: Caso, incontro: Incontro, *, termini: Termini) -> Caso:
    """Apply the act to the caso: the first meeting, the term that starts again, or the fact that ends the right.

    :source: D.M. 154/2023, art. 9.
    """
    match incontro.tipo:
        case TipoIncontro.INCONTRO | TipoIncontro.PRESENTAZIONE_SPONTANEA:
            return _prendi_in_carico(caso, incontro.data)
        case TipoIncontro.GIUSTIFICATO_MOTIVO:
            return _riavvia_termine(caso, incontro.data, termini=termini)
        case TipoIncontro.ASSENZA_INGIUSTIFICATA:
            return replace(caso, decadenza_proposta_il=incontro.data, versione=caso.versione + 1)


def _prendi_in_carico(caso: Caso, il: date) -> Caso:
    if caso.stato is Stato.IN_CARICO:
        return caso
    return replace(caso, preso_in_carico_il=il, versione=caso.versione + 1).revoca_sospensione()


def _riavvia_termine(caso: Caso, il: date, *, termini: Termini) -> Caso:
    """Start the term again from the absence; an absence older than another one never shortens the term."""
    entro = termini.incontro_entro(il)
    if caso.incontro_entro is not None and entro <= caso.incontro_entro:
        return replace(caso, versione=caso.versione + 1)
    return replace(caso, incontro_entro=entro, versione=caso.versione + 1).revoca_sospensione()


def _non_valida(puntatore: str, dettaglio: str, codice: str) -> DatiNonValidi:
    return DatiNonValidi(f"{dettaglio[0].upper()}{dettaglio[1:]}", (Difetto(puntatore, dettaglio, codice),))
