# SPDX-License-Identifier: EUPL-1.2
"""Terms of the SIA: what the Comune, the nucleo and the services must do, and by which day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.kernel.bimestre import Bimestre
from shared.kernel.calendario import aggiungi_giorni_lavorativi, fine_giorno, giorno_legale, inizio_giorno, lavorativo
from shared.misure.parametri import Parametri

_CENTO = 100
_ORA = timedelta(hours=1)


def trasmissione_entro(presentata_il: date, *, parametri: Parametri, provincia: str | None = None) -> date:
    """Give the last day for the Comune to check and send the domanda to INPS: 15 working days.

    Answers awaited from others do not stop the term: what is not checked by then is checked afterwards.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 3, c. 1, lett. b).
    """
    giorni = parametri.al(presentata_il).intero("trasmissione_giorni_lavorativi")
    return aggiungi_giorni_lavorativi(presentata_il, giorni, provincia=provincia)


def primo_bimestre(presentata_il: date, *, parametri: Parametri) -> Bimestre:
    """Give the first bimestre due, credited by its last day: the one after the domanda.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 3, c. 1, lett. c); Ministero del lavoro, nota 629/2017.
    """
    return Bimestre.di(presentata_il) + parametri.al(presentata_il).intero("decorrenza_bimestri")


def firma_entro(presentata_il: date, *, parametri: Parametri) -> date:
    """Give the last day to sign the progetto: 60 days from the end of the first bimestre, 90 for the first domande.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, artt. 6, c. 1, e 11, c. 3; Ministero del lavoro, nota 629/2017.
    """
    return _dopo_il_primo(presentata_il, "progetto_firma", parametri)


def informazioni_entro(presentata_il: date, *, parametri: Parametri) -> date:
    """Give the last day to send INPS the information on the progetto: 90 days, 120 for the first domande.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, artt. 6, c. 2, e 11, c. 3.
    """
    return _dopo_il_primo(presentata_il, "progetto_informazioni", parametri)


def comunicazione_reddito_entro(inizio: date, *, parametri: Parametri) -> date:
    """Give the last day to tell INPS the expected yearly income of a job that began on `inizio`: 30 days.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i; D.Lgs. 22/2015, artt. 9 e 10.
    """
    return inizio + timedelta(days=parametri.al(inizio).intero("comunicazione_reddito"))


def progetti_minimi(nuclei: int, *, presentate_il: date, parametri: Parametri) -> int:
    """Give how many nuclei must have a progetto: all, but half of those that asked in the first weeks.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, artt. 6 e 11, c. 3.
    """
    percento = parametri.al(presentate_il).intero("progetto_quota_minima_pct")
    return -(-nuclei * percento // _CENTO)


def preavviso_regolare(avviso: datetime, incontro: datetime, *, parametri: Parametri) -> bool:
    """Tell whether a call gives the notice due: between 24 and 72 hours, without those of days off.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 7, c. 2, lett. a).
    """
    p = parametri.al(giorno_legale(avviso))
    durata = sum(_quote(avviso, incontro), timedelta())
    return p.intero("convocazione_preavviso_min") * _ORA <= durata <= p.intero("convocazione_preavviso_max") * _ORA


def _dopo_il_primo(presentata_il: date, nome: str, parametri: Parametri) -> date:
    fine = primo_bimestre(presentata_il, parametri=parametri).ultimo_giorno
    return fine + timedelta(days=parametri.al(presentata_il).intero(nome))


def _quote(dal: datetime, al: datetime) -> Iterator[timedelta]:
    """Cut the time between two instants by legal day, and keep the working ones."""
    giorno = giorno_legale(dal)
    while giorno <= giorno_legale(al):
        if lavorativo(giorno):
            yield max(timedelta(), min(al, fine_giorno(giorno)) - max(dal, inizio_giorno(giorno)))
        giorno += timedelta(days=1)
