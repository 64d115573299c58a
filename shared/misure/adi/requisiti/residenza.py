# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on citizenship, residence and stays abroad: R02 to R05."""

from shared.misure.adi.assenze import residenza_interrotta
from shared.misure.adi.quadro import residente
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.comuni.residenza import maturata
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno

R02 = Regola("ADI-R02", "D.L. 48/2023, art. 2, c. 2")
R03 = Regola("ADI-R03", "D.L. 48/2023, art. 2, c. 2")
R04 = Regola("ADI-R04", "D.L. 48/2023, art. 2, c. 2")
R05 = Regola("ADI-R05", "D.L. 48/2023, art. 2; circolare INPS 105/2023")


def adi_r02_cittadinanza(e: Esame) -> Requisito:
    """The richiedente is an EU citizen or a family member of one, a long-term resident, or under protection.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    cittadinanza = e.fatti.cittadinanza
    if cittadinanza is None:
        return R02.da_completare("La cittadinanza di chi presenta la domanda non è ancora nota.")
    if cittadinanza.stato in e.p.elenco("paesi_ue"):
        return R02.ok("Chi presenta la domanda è cittadino dell'Unione europea.", valore=cittadinanza.stato)
    titolo, scadenza = cittadinanza.titolo, cittadinanza.titolo_valido_al
    if titolo is None:
        return R02.da_completare("Il titolo di soggiorno di chi presenta la domanda non è ancora noto.")
    if titolo not in e.p.elenco("titoli_soggiorno_ammessi"):
        return R02.ko(
            "Il titolo di soggiorno non è tra quelli ammessi: permesso UE per soggiornanti di lungo periodo, "
            "protezione internazionale, familiare di un cittadino dell'Unione europea.",
            valore=titolo.value,
        )
    if scadenza is not None and scadenza < e.al:
        return R02.da_completare(f"Il titolo di soggiorno risulta scaduto il {giorno(scadenza)}.", valore=titolo.value)
    return R02.ok("Chi presenta la domanda ha un titolo di soggiorno ammesso.", valore=titolo.value)


def adi_r03_residenza_del_richiedente(e: Esame) -> Requisito:
    """On the day of the domanda the richiedente has lived in Italy for 5 years, the last 2 without breaks.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    residenza, il = e.fatti.residenza, e.fatti.presentata_il
    anni, ultimi = e.p.intero("residenza_anni"), e.p.intero("residenza_anni_continuativi")
    regola = f"almeno {anni} anni di residenza in Italia, gli ultimi {ultimi} continuativi"
    if residenza is None:
        return R03.da_completare(f"Non sono ancora noti i periodi di residenza: servono {regola}.", soglia=str(anni))
    dal, raggiunta = maturata(residenza.periodi, il, anni=anni, ultimi=ultimi)
    valore = dal.isoformat() if dal else None
    if raggiunta:
        return R03.ok(f"Chi presenta la domanda ha {regola}.", valore=valore, soglia=str(anni))
    if not residenza.completa:
        return R03.da_completare(f"Il Comune deve accertare la residenza: servono {regola}.", valore=valore)
    return R03.ko(f"Chi presenta la domanda non ha {regola}.", valore=valore, soglia=str(anni))


def adi_r04_residenza_del_nucleo(e: Esame) -> Requisito:
    """The richiedente resides in Italy; a member who does not is left out of the scala, without refusing the domanda.

    :source: D.L. 48/2023, art. 2, c. 2.
    """
    risposte = {c.codice_fiscale: residente(c, e.al) for c in e.q.presenti}
    richiedente = risposte.get(e.fatti.richiedente)
    if e.fatti.richiedente not in risposte:
        return R04.da_completare("Chi ha presentato la domanda non fa più parte del nucleo.")
    if richiedente is False:
        return R04.ko("Chi presenta la domanda non risiede in Italia.", valore="no")
    if None in risposte.values():
        return R04.da_completare("La residenza in Italia di tutto il nucleo non è ancora accertata.")
    esclusi = sum(risposta is False for risposta in risposte.values())
    if esclusi:
        return R04.ok("Chi presenta la domanda risiede in Italia; chi non vi risiede non si conta nella scala.")
    return R04.ok("Tutto il nucleo risiede in Italia.", valore="sì")


def adi_r05_assenze(e: Esame) -> Requisito:
    """Stays abroad have not interrupted the residence of the richiedente; for a member they only change the scala.

    :source: D.L. 48/2023, art. 2.
    """
    if e.fatti.assenze is None:
        return R05.da_completare("Non è noto se ci siano state assenze dall'Italia.")
    if residenza_interrotta(e.fatti.richiedente, e.fatti, p=e.p, al=e.al):
        mesi, giorni = e.p.intero("assenza_continuativa"), e.p.intero("assenza_cumulata_giorni")
        finestra = e.p.intero("assenza_cumulata_mesi")
        return R05.ko(
            f"La residenza è interrotta da assenze dall'Italia di almeno {mesi} mesi di seguito, "
            f"o di almeno {giorni} giorni in {finestra} mesi, senza gravi motivi di salute documentati."
        )
    return R05.ok("Nessuna assenza ha interrotto la residenza in Italia di chi presenta la domanda.")
