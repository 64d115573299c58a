# SPDX-License-Identifier: EUPL-1.2
"""Where an SFL stands: from the domanda to the end, as requisiti and months say."""

from datetime import date
from enum import StrEnum

from shared.kernel.mese import Mese
from shared.misure.esito import Esito, EsitoRequisito, Requisito
from shared.misure.parametri import Parametri
from shared.misure.sfl.fatti import PercorsoSfl
from shared.misure.sfl.mensilita import StatoMese, mensilita
from shared.misure.sfl.requisiti import DI_ATTIVAZIONE
from shared.misure.sfl.requisiti.percorso import R12, R13


class StatoSfl(StrEnum):
    """The states of the SFL, in the words of INPS where it has them."""

    RESPINTA = "RESPINTA"
    ISTRUTTORIA = "ISTRUTTORIA"
    VERIFICATA_SUC = "VERIFICATA_SUC"
    ACCOLTA_SUC = "ACCOLTA_SUC"
    ATTIVA = "ATTIVA"
    SOSPESA = "SOSPESA"
    PROROGATA = "PROROGATA"
    TERMINATA = "TERMINATA"
    DECADUTA = "DECADUTA"


def stato_della_domanda(esito: Esito) -> StatoSfl:
    """Say how far the requisiti bring a domanda: the PAD and the PSP come after it is verified, and never refuse it.

    :source: messaggio INPS 3379/2023.
    """
    accesso = [r for r in esito.requisiti if r.codice not in DI_ATTIVAZIONE]
    if any(r.esito is EsitoRequisito.KO for r in accesso):
        return StatoSfl.RESPINTA
    if any(r.esito is EsitoRequisito.DA_COMPLETARE for r in accesso):
        return StatoSfl.ISTRUTTORIA
    if not _vale(esito.requisito(R12.codice)):
        return StatoSfl.VERIFICATA_SUC
    return StatoSfl.ATTIVA if _vale(esito.requisito(R13.codice)) else StatoSfl.ACCOLTA_SUC


def stato_del_beneficio(percorso: PercorsoSfl, *, parametri: Parametri, al: date) -> StatoSfl:
    """Say how an accepted SFL stands in the month of the day `al`; before the first activity it is only accepted.

    :raises ParametroMancante: if no value is in force in a month.
    :source: D.L. 48/2023, art. 12; messaggio INPS 765/2025.
    """
    mesi = list(mensilita(percorso, parametri=parametri, fino_al=Mese.di(al)))
    if not mesi:
        return StatoSfl.ACCOLTA_SUC
    match mesi[-1].stato:
        case StatoMese.SPETTA:
            return StatoSfl.PROROGATA if mesi[-1].in_proroga else StatoSfl.ATTIVA
        case StatoMese.DECADUTO:
            return StatoSfl.DECADUTA
        case StatoMese.TERMINATO:
            return StatoSfl.TERMINATA
        case (
            StatoMese.SENZA_ATTIVITA | StatoMese.SOSPESO_CONFERMA | StatoMese.SOSPESO_CONTRATTO | StatoMese.SOSPESO_PSP
        ):
            return StatoSfl.SOSPESA


def _vale(requisito: Requisito) -> bool:
    return requisito.esito in (EsitoRequisito.OK, EsitoRequisito.NON_APPLICABILE)
