# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on time: the months of 2023 (R14), and the wait after a decadenza, a revoca or a sentence (R15)."""

from datetime import date

from shared.kernel.mese import MESI_ANNO, Mese
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.nucleo import Precedente
from shared.misure.rdc.presa_in_carico import caso_del_mese
from shared.misure.rdc.requisiti.esame import Esame
from shared.misure.rdc.sanzioni import nuova_domanda_dal
from shared.misure.rdc.transizione import Decisione, decidi, esimenti

R14 = Regola("RDC-R14", "L. 197/2022, art. 1, c. 313")
R15 = Regola("RDC-R15", "D.L. 4/2019, art. 7")


def rdc_r14_mesi_del_2023(e: Esame) -> Requisito:
    """The misura is in force and, in 2023, the months paid are within the limit, or a fact lifts it.

    :source: L. 197/2022, art. 1, c. 313 e 318; D.L. 145/2023, art. 19.
    """
    massimo = e.p.intero("mesi_massimi_anno")
    if not e.p.logico("in_vigore"):
        return R14.ko("Il Reddito di cittadinanza non è più in vigore.", fonte=e.p.fonte("in_vigore"))
    if massimo >= MESI_ANNO:
        return R14.non_applicabile("In questo anno non c'è un limite di mensilità.")
    usati = len({m.mese for m in e.propri.storico if m.mese.anno == e.al.year and m.mese.ultimo_giorno < e.al})
    caso = caso_del_mese(e.propri, Mese.di(e.al), parametri=e.parametri)
    figure = {"valore": str(usati), "soglia": str(massimo)}
    match decidi(mesi_usati=usati, esente=bool(esimenti(e.q)), caso=caso, p=e.p):
        case Decisione.PAGA | Decisione.PAGA_SENZA_RECUPERO:
            return R14.ok(f"Il limite di {massimo} mensilità nell'anno è rispettato, o non si applica.", **figure)
        case Decisione.SOSPENDI:
            testo = f"Le {massimo} mensilità dell'anno sono fruite: occorre la presa in carico dei servizi sociali."
            return R14.da_completare(testo, **figure)
        case Decisione.CESSA:
            return R14.ko(f"Le {massimo} mensilità dell'anno sono fruite e i bisogni sono solo di lavoro.", **figure)


def rdc_r15_attesa(e: Esame) -> Requisito:
    """Enough time has passed since a decadenza, a revoca or a sentence: less with minori or disability.

    :source: D.L. 4/2019, art. 7.
    """
    if e.fatti.precedenti is None:
        return R15.da_completare("Non è noto se un componente sia decaduto da un beneficio precedente.")
    agevolato = bool(e.q.minori) or any(e.q.disabile(c) for c in e.q.presenti)
    attese = [_attesa(e, p, agevolato) for p in e.fatti.precedenti if p.codice_fiscale in e.q.eta]
    ultima = max((il for il in attese if il is not None), default=None)
    if ultima is not None and e.fatti.presentata_il < ultima:
        return R15.ko(
            f"Una nuova domanda si può presentare dal {giorno(ultima)}.",
            valore=e.fatti.presentata_il.isoformat(),
            soglia=ultima.isoformat(),
        )
    return R15.ok("Nessuna decadenza o revoca impedisce una nuova domanda.")


def _attesa(e: Esame, precedente: Precedente, agevolato: bool) -> date | None:
    if precedente.il > e.fatti.presentata_il:
        return None
    return nuova_domanda_dal(precedente.tipo, precedente.il, agevolato=agevolato, p=e.p)
