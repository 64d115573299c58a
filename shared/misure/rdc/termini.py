# SPDX-License-Identifier: EUPL-1.2
"""Days and limits of the RdC: domanda, transmission, decision, communications, card."""

from datetime import date, timedelta
from decimal import Decimal

from shared.kernel.calendario import aggiungi_giorni_lavorativi
from shared.kernel.mese import Mese, aggiungi_mesi
from shared.misure.parametri import Valori


def domanda_ricevibile(giorno: date, *, p: Valori) -> bool:
    """Tell whether a domanda is received on a day: after the fifth of the month.

    :source: D.L. 4/2019, art. 5, c. 1.
    """
    return p.logico("in_vigore") and giorno.day >= p.intero("domanda_dal_giorno")


def trasmissione_entro(domanda_il: date, *, p: Valori) -> date:
    """Give the last day for CAF and Poste to send a domanda to INPS, in working days.

    :source: Circolare INPS 100/2019.
    """
    return aggiungi_giorni_lavorativi(domanda_il, p.intero("trasmissione_giorni"))


def verifica_entro(ricevuta_il: date, *, p: Valori) -> date:
    """Give the last day for INPS to check the requisiti, in working days from the receipt.

    :source: Circolare INPS 100/2019.
    """
    return aggiungi_giorni_lavorativi(ricevuta_il, p.intero("verifica_inps_giorni"))


def decisione_entro(trasmessa_il: date, *, p: Valori) -> date:
    """Give the last day of the decision: the end of the month after the transmission.

    :source: Circolare INPS 100/2019.
    """
    return (Mese.di(trasmessa_il) + p.intero("decisione_mesi")).ultimo_giorno


def convocazione_entro(riconosciuto_il: date, *, p: Valori) -> date:
    """Give the last day for CPI or Comune to convene the nucleo.

    :source: D.L. 4/2019, art. 4.
    """
    return riconosciuto_il + timedelta(days=p.intero("convocazione_giorni"))


def did_entro(domanda_il: date, riconosciuto_il: date, *, p: Valori) -> date:
    """Give the last day of the DID: some days after the recognition or, later, the day of the domanda itself.

    :source: D.L. 4/2019, art. 4; L. 234/2021.
    """
    return domanda_il if p.logico("did_nella_domanda") else riconosciuto_il + timedelta(days=p.intero("did_giorni"))


def comunicazione_lavoro_entro(inizio: date, *, autonomo: bool, p: Valori) -> date:
    """Give the last day to tell INPS of a new job; from 2022, for self-employment, the day before it begins.

    :source: Messaggio INPS 625/2022.
    """
    nome = "comunicazione_lavoro_autonomo" if autonomo else "comunicazione_lavoro_dipendente"
    return inizio + timedelta(days=p.intero(nome))


def nuova_dsu_entro(variazione_il: date, *, p: Valori) -> date:
    """Give the last day of the DSU after a change of the nucleo.

    :source: D.L. 4/2019, art. 3.
    """
    return aggiungi_mesi(variazione_il, p.intero("nuova_dsu_mesi"))


def carta_disattivata_dal(ultimo_accredito_il: date, *, p: Valori) -> date:
    """Give the day on which the card stops after the last credit.

    :source: D.L. 4/2019, art. 5.
    """
    return aggiungi_mesi(ultimo_accredito_il, p.intero("carta_disattivata_mesi"))


def contante_del_mese(scala: Decimal, *, p: Valori) -> Decimal:
    """Give the cash that may be drawn in a month, EUR.

    :source: D.L. 4/2019, art. 5.
    """
    return p.decimale("prelievo_contante") * scala
