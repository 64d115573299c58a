# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on work and duties: resignations (R10), unemployment benefits (R11), DID and patto (R12), PUC (R13)."""

from datetime import date

from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import CessazioneLavoro, Componente
from shared.misure.rdc.fatti import FattoSanzionabile, Percorso
from shared.misure.rdc.obblighi import obbligati
from shared.misure.rdc.quadro import dimissionario, dimissioni_recenti
from shared.misure.rdc.requisiti.esame import Esame
from shared.misure.rdc.termini import did_entro

R10 = Regola("RDC-R10", "D.L. 4/2019, art. 2")
R11 = Regola("RDC-R11", "D.L. 4/2019, art. 2, c. 8")
R12 = Regola("RDC-R12", "D.L. 4/2019, art. 4, c. 1-2")
R13 = Regola("RDC-R13", "D.L. 4/2019, art. 4, c. 15")


def rdc_r10_dimissioni(e: Esame) -> Requisito:
    """Who resigned in the last 12 months leaves the scala, not the nucleo: the domanda is not refused for it.

    :source: D.L. 4/2019, art. 2.
    """
    if e.fatti.cessazioni is None:
        return R10.da_completare("Le comunicazioni obbligatorie di lavoro non sono ancora note.")
    mesi = e.p.intero("dimissioni_mesi")
    senza_lavoro = {c.codice_fiscale for c in e.q.presenti if not c.occupato}
    if any(d.causa is None and d.codice_fiscale in senza_lavoro for d in _recenti(e)):
        return R10.da_completare("Non è noto perché è finito un rapporto di lavoro.", soglia=str(mesi))
    usciti = sum(dimissionario(e.q, c) for c in e.q.presenti)
    if usciti:
        testo = f"Chi si è dimesso negli ultimi {mesi} mesi non si conta nella scala di equivalenza."
        return R10.ok(testo, valore=str(usciti), soglia=str(mesi))
    return R10.ok(f"Nessun componente si è dimesso negli ultimi {mesi} mesi.", valore="0", soglia=str(mesi))


def rdc_r11_disoccupazione(e: Esame) -> Requisito:
    """NASpI and the other benefits for involuntary unemployment are compatible.

    :source: D.L. 4/2019, art. 2, c. 8.
    """
    ricevono = len(e.propri.percettori_naspi & set(e.q.eta))
    if not ricevono:
        return R11.ok("Nessun componente riceve indennità di disoccupazione.")
    if e.p.logico("compatibile_con_naspi"):
        return R11.ok("Le indennità di disoccupazione sono compatibili con il beneficio.", valore=str(ricevono))
    return R11.ko("Un componente riceve un'indennità di disoccupazione incompatibile.", valore=str(ricevono))


def rdc_r12_did_e_patto(e: Esame) -> Requisito:
    """All the members bound give the DID in time and do not refuse the patto; from 2022 the domanda is the DID.

    :source: D.L. 4/2019, art. 4, c. 1-2; L. 234/2021.
    """
    tenuti = obbligati(e.q)
    if not tenuti:
        return R12.non_applicabile("Nessun componente è tenuto agli obblighi.")
    percorsi = {p.codice_fiscale: p for p in e.propri.percorsi}
    if any(_ha_rifiutato(e, percorsi.get(c.codice_fiscale)) for c in tenuti):
        return R12.ko("Un componente ha rifiutato il patto per il lavoro o per l'inclusione sociale.")
    if e.parametri.al(e.fatti.presentata_il).logico("did_nella_domanda"):
        return R12.ok("La dichiarazione di immediata disponibilità è resa con la domanda.", valore=str(len(tenuti)))
    if e.propri.riconosciuto_il is None:
        return R12.non_applicabile("La dichiarazione di immediata disponibilità si rende dopo il riconoscimento.")
    return _did(e, tenuti, percorsi, did_entro(e.fatti.presentata_il, e.propri.riconosciuto_il, p=e.p))


def rdc_r13_puc(e: Esame) -> Requisito:
    """The members bound join the projects of their Comune.

    :source: D.L. 4/2019, art. 4, c. 15.
    """
    tenuti = {c.codice_fiscale for c in obbligati(e.q)}
    if not tenuti:
        return R13.non_applicabile("Nessun componente è tenuto ai progetti utili alla collettività.")
    if any(
        i.fatto is FattoSanzionabile.PUC and not i.giustificata and i.codice_fiscale in tenuti and i.il <= e.al
        for i in e.propri.inadempienze
    ):
        return R13.ko("Un componente non ha aderito ai progetti utili alla collettività del suo Comune.")
    return R13.ok("Nessun rifiuto di partecipare ai progetti utili alla collettività.")


def _did(e: Esame, tenuti: tuple[Componente, ...], percorsi: dict[str, Percorso], termine: date) -> Requisito:
    date_ = [percorsi[c.codice_fiscale].did_il if c.codice_fiscale in percorsi else None for c in tenuti]
    rese = sum(d is not None and d <= min(e.al, termine) for d in date_)
    figure = {"valore": f"{rese} su {len(tenuti)}", "soglia": termine.isoformat()}
    if rese == len(tenuti):
        return R12.ok("Tutti i componenti tenuti hanno dichiarato la disponibilità al lavoro nel termine.", **figure)
    if e.al <= termine:
        return R12.ok("Il termine per dichiarare la disponibilità al lavoro non è ancora passato.", **figure)
    return R12.ko("Un componente non ha dichiarato nel termine la disponibilità al lavoro.", **figure)


def _ha_rifiutato(e: Esame, percorso: Percorso | None) -> bool:
    rifiuto = percorso.patto_rifiutato_il if percorso else None
    return rifiuto is not None and rifiuto <= e.al


def _recenti(e: Esame) -> tuple[CessazioneLavoro, ...]:
    return dimissioni_recenti(e.fatti, p=e.p, al=e.al)
