# SPDX-License-Identifier: EUPL-1.2
"""Requisiti of the path: DID (R10), PAD with the agenzie (R12), PSP with an activity begun (R13)."""

from collections.abc import Iterable
from datetime import date

from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.parametri import Valori
from shared.misure.sfl.fatti import Attivita, PercorsoSfl

R10 = Regola("SFL-R10", "D.L. 48/2023, art. 12; messaggio INPS 3379/2023")
R12 = Regola("SFL-R12", "D.L. 48/2023, art. 12; messaggio INPS 3379/2023")
R13 = Regola("SFL-R13", "D.M. 108/2023, art. 4; messaggio INPS 3379/2023")


def sfl_r10_did(e: Esame) -> Requisito:
    """The richiedente has given the declaration of immediate availability, and authorises the transmission of data.

    :source: D.L. 48/2023, art. 12; messaggio INPS 3379/2023.
    """
    if e.fatti.autorizza_trasmissione_dati is False:
        return R10.ko("Non è autorizzata la trasmissione dei dati ai servizi per il lavoro.")
    if not _gia(e.fatti.propri_di(PercorsoSfl).did_il, e.al):
        return R10.da_completare("Manca la dichiarazione di immediata disponibilità al lavoro.")
    if e.fatti.autorizza_trasmissione_dati is None:
        return R10.da_completare("Manca la risposta sulla trasmissione dei dati ai servizi per il lavoro.")
    return R10.ok("La dichiarazione di immediata disponibilità al lavoro è attiva.")


def sfl_r12_pad(e: Esame) -> Requisito:
    """The PAD is signed and names at least three agenzie per il lavoro.

    :source: D.L. 48/2023, art. 12; messaggio INPS 3379/2023.
    """
    percorso, minimo = e.fatti.propri_di(PercorsoSfl), e.p.intero("pad_agenzie_min")
    if not _gia(percorso.pad_il, e.al):
        return R12.da_completare("Il patto di attivazione digitale non è ancora firmato.", soglia=str(minimo))
    figure = {"valore": str(percorso.agenzie), "soglia": str(minimo)}
    if percorso.agenzie < minimo:
        return R12.da_completare(f"Nel patto di attivazione digitale servono almeno {minimo} agenzie.", **figure)
    return R12.ok("Il patto di attivazione digitale è firmato, con le agenzie richieste.", **figure)


def sfl_r13_psp_e_attivita(e: Esame) -> Requisito:
    """The PSP is signed and at least one eligible activity has begun.

    :source: D.M. 108/2023, art. 4; messaggio INPS 3379/2023.
    """
    percorso = e.fatti.propri_di(PercorsoSfl)
    if not _gia(percorso.psp_il, e.al):
        return R13.da_completare("Il patto di servizio personalizzato non è ancora firmato.")
    if percorso.attivita is None or not any(a.dal <= e.al for a in ammesse(percorso.attivita, p=e.p)):
        return R13.da_completare("Non è ancora iniziata un'attività tra quelle ammesse.")
    return R13.ok("Il patto di servizio personalizzato è firmato e un'attività è iniziata.")


def ammesse(attivita: Iterable[Attivita], *, p: Valori) -> tuple[Attivita, ...]:
    """Keep the activities that give right to the indennità.

    :source: D.L. 48/2023, art. 12, c. 1; D.M. 108/2023, art. 3.
    """
    tipi = p.elenco("attivita_ammesse")
    return tuple(a for a in attivita if a.tipo in tipi)


def _gia(giorno: date | None, al: date) -> bool:
    return giorno is not None and giorno <= al
