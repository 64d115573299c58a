# SPDX-License-Identifier: EUPL-1.2
"""Duties towards INPS and their sanctions, ADI or SFL: changes to communicate, decadenza, revoca, return, waiting time.

The law of these misure has no decurtazioni: payments stop, the right ends, or it never was.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese, aggiungi_mesi
from shared.misure.comuni.effetti import Effetto, Evento, TipoEffetto, entro, giorno_dopo
from shared.misure.formato import giorno
from shared.misure.nucleo import ZERO, Precedente, TipoPrecedente
from shared.misure.parametri import Parametri, Valori

E07 = Evento("E07", "D.L. 48/2023, art. 8, c. 6; Ministero del lavoro, nota 7232/2024")
E14 = Evento("E14", "D.L. 48/2023, art. 3, c. 8")
E15 = Evento("E15", "D.L. 48/2023, art. 3, c. 10")


class CausaDecadenza(StrEnum):
    """Conducts and facts that end the right: art. 8, c. 3 and 6, and the incompatibility of SFL."""

    MANCATA_PRESENTAZIONE = "MANCATA_PRESENTAZIONE"
    PSP_NON_SOTTOSCRITTO = "PSP_NON_SOTTOSCRITTO"
    MANCATA_PARTECIPAZIONE = "MANCATA_PARTECIPAZIONE"
    ISTRUZIONE_ADULTI_NON_FREQUENTATA = "ISTRUZIONE_ADULTI_NON_FREQUENTATA"
    OFFERTA_RIFIUTATA = "OFFERTA_RIFIUTATA"
    VARIAZIONI_NON_COMUNICATE = "VARIAZIONI_NON_COMUNICATE"
    COMUNICAZIONI_MENDACI = "COMUNICAZIONI_MENDACI"
    DSU_NON_AGGIORNATA = "DSU_NON_AGGIORNATA"
    LAVORO_NON_DICHIARATO = "LAVORO_NON_DICHIARATO"
    PERDITA_DEI_REQUISITI = "PERDITA_DEI_REQUISITI"
    CONDANNA_DEFINITIVA = "CONDANNA_DEFINITIVA"
    SFL_INCOMPATIBILE = "SFL_INCOMPATIBILE"


_ART8 = "D.L. 48/2023, art. 8, c. 6"
# Event of the lifecycle, norm and what the letter says; a false domanda is no decadenza but a revoca.
_CAUSE: Mapping[CausaDecadenza, tuple[Evento, str]] = {
    CausaDecadenza.MANCATA_PRESENTAZIONE: (
        Evento("E03", f"{_ART8}; D.M. 154/2023, art. 9"),
        "Non ti sei presentato alla convocazione e non c'è un giustificato motivo.",
    ),
    CausaDecadenza.PSP_NON_SOTTOSCRITTO: (
        Evento("E07", _ART8),
        "Il patto di servizio personalizzato non è stato sottoscritto.",
    ),
    CausaDecadenza.MANCATA_PARTECIPAZIONE: (
        Evento("E21", _ART8),
        "Non hai partecipato alle attività previste dal patto e non c'è un giustificato motivo.",
    ),
    CausaDecadenza.ISTRUZIONE_ADULTI_NON_FREQUENTATA: (
        Evento("E21", _ART8),
        "Il percorso di istruzione degli adulti non è stato frequentato con regolarità.",
    ),
    CausaDecadenza.OFFERTA_RIFIUTATA: (
        Evento("E20", f"D.L. 48/2023, art. 9; {_ART8}"),
        "È stata rifiutata, senza giustificato motivo, un'offerta di lavoro da accettare.",
    ),
    CausaDecadenza.VARIAZIONI_NON_COMUNICATE: (
        Evento("E14", f"D.L. 48/2023, art. 3, c. 8; {_ART8}"),
        "Una variazione delle condizioni o dei requisiti non è stata comunicata nel termine.",
    ),
    CausaDecadenza.COMUNICAZIONI_MENDACI: (
        Evento("E14", _ART8),
        "È stata resa una comunicazione non vera che ha aumentato il beneficio.",
    ),
    CausaDecadenza.DSU_NON_AGGIORNATA: (
        Evento("E15", f"D.L. 48/2023, art. 3, c. 10; {_ART8}"),
        "Dopo la variazione del nucleo non è stata presentata nel termine una D.S.U. aggiornata.",
    ),
    CausaDecadenza.LAVORO_NON_DICHIARATO: (
        Evento("E22", _ART8),
        "Durante un'ispezione è stata accertata un'attività di lavoro non comunicata.",
    ),
    CausaDecadenza.PERDITA_DEI_REQUISITI: (
        Evento("E19", "D.L. 48/2023, art. 2, c. 2"),
        "Non ci sono più i requisiti del beneficio.",
    ),
    CausaDecadenza.CONDANNA_DEFINITIVA: (
        Evento("E25", "D.L. 48/2023, art. 8, c. 3"),
        "È intervenuta una condanna definitiva, o una misura di prevenzione, che esclude dal beneficio.",
    ),
    CausaDecadenza.SFL_INCOMPATIBILE: (
        Evento("E26", "D.L. 48/2023, art. 12; messaggio INPS 192/2026"),
        "Un componente contato nella scala, o con responsabilità genitoriale, riceve l'SFL.",
    ),
}


def effetto_variazione(evento_il: date, *, comunicata_il: date | None, parametri: Parametri, al: date) -> Effetto:
    """Say on the day `al` what follows from a change of requisiti, patrimonio or residence: term 15 days.

    :raises ParametroMancante: if no value is in force on the day of the change.
    :source: D.L. 48/2023, art. 3, c. 8, e art. 8, c. 6.
    """
    termine = evento_il + timedelta(days=parametri.al(evento_il).intero("com_variazioni"))
    if entro(comunicata_il, termine) or al <= termine:
        return E14.nessuno(f"La variazione va comunicata entro il {giorno(termine)}.", termine=termine)
    testo = f"La variazione non è stata comunicata entro il {giorno(termine)}."
    return E14.decadenza(testo, dal=giorno_dopo(termine), termine=termine)


def effetto_variazione_nucleo(variazione_il: date, *, dsu_il: date | None, parametri: Parametri, al: date) -> Effetto:
    """Say on the day `al` what follows from a change of the nucleo: a new DSU within one month.

    :raises ParametroMancante: if no value is in force on the day of the change.
    :source: D.L. 48/2023, art. 3, c. 10, e art. 8, c. 6.
    """
    termine = aggiungi_mesi(variazione_il, parametri.al(variazione_il).intero("com_nucleo_dsu"))
    if entro(dsu_il, termine) or al <= termine:
        return E15.nessuno(f"La D.S.U. aggiornata va presentata entro il {giorno(termine)}.", termine=termine)
    testo = f"La D.S.U. aggiornata non è stata presentata entro il {giorno(termine)}."
    return E15.decadenza(testo, dal=giorno_dopo(termine), termine=termine)


def effetto_psp(inviato_il: date, *, sottoscritto_il: date | None, parametri: Parametri, al: date) -> Effetto:
    """Say on the day `al` what follows for who was sent to the CPI on `inviato_il`: PSP in 60 days.

    Without it payments stop until the day it is signed, included, for 90 days at most; then the right ends.

    :raises ParametroMancante: if no value is in force on `inviato_il`.
    :source: D.L. 48/2023, art. 8, c. 6; Ministero del lavoro, nota 7232/2024.
    """
    p = parametri.al(inviato_il)
    termine = inviato_il + timedelta(days=p.intero("psp"))
    limite = termine + timedelta(days=p.intero("psp_sosp_max"))
    firmato = sottoscritto_il if entro(sottoscritto_il, al) else None
    if entro(firmato, termine) or (firmato is None and al <= termine):
        return E07.nessuno(f"Il patto di servizio va sottoscritto entro il {giorno(termine)}.", termine=termine)
    testo = f"Il patto di servizio non è stato sottoscritto entro il {giorno(termine)}"
    if min(firmato or al, al) <= limite:
        return E07.sospensione(
            f"{testo}: il beneficio è sospeso.", dal=giorno_dopo(termine), al=firmato, termine=termine
        )
    return E07.decadenza(f"{testo} né entro il {giorno(limite)}.", dal=giorno_dopo(limite), termine=limite)


def decadenza(causa: CausaDecadenza, *, il: date) -> Effetto:
    """Say that the right ends on the day `il` for one of the causes of the law.

    :source: D.L. 48/2023, art. 8, c. 3 e 6.
    """
    evento, testo = _CAUSE[causa]
    return evento.decadenza(testo, dal=il)


def revoca(*, presentata_il: date) -> Effetto:
    """Say that the right never was, for false or omitted data in the domanda of the day `presentata_il`.

    :source: D.L. 48/2023, art. 8.
    """
    testo = "La domanda conteneva dichiarazioni non vere o incomplete: il beneficio è revocato dall'inizio."
    return Evento("E23", "D.L. 48/2023, art. 8").revoca(testo, dal=presentata_il)


def da_restituire(pagati: Mapping[Mese, Decimal], *, effetto: Effetto) -> Decimal:
    """Sum what was paid without right, in EUR: after the month of a decadenza, everything for a revoca.

    :source: D.L. 48/2023, art. 8.
    """
    match effetto.tipo:
        case TipoEffetto.NESSUNO | TipoEffetto.SOSPENSIONE:
            indebiti: list[Decimal] = []
        case TipoEffetto.DECADENZA:
            indebiti = [v for m, v in pagati.items() if effetto.dal is not None and m > Mese.di(effetto.dal)]
        case TipoEffetto.REVOCA:
            indebiti = list(pagati.values())
    return arrotonda(sum(indebiti, ZERO))


def nuova_domanda_dal(precedente: Precedente, *, p: Valori) -> date:
    """Give the first day for a new domanda: after 6 months from a decadenza or revoca, 10 years from a conviction.

    :source: D.L. 48/2023, art. 8, c. 3 e 6.
    """
    mesi = p.intero("riammissione_dopo_decadenza")
    if precedente.tipo is TipoPrecedente.CONDANNA:
        mesi = p.intero("riammissione_dopo_condanna") * MESI_ANNO
    return giorno_dopo(aggiungi_mesi(precedente.il, mesi))
