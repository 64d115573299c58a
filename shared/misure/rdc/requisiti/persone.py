# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on the people: citizenship (R01), residence (R02), PdC (R08), measures and sentences (R09)."""

from shared.kernel.mese import MESI_ANNO, aggiungi_mesi
from shared.misure.comuni.residenza import maturata
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno
from shared.misure.nucleo import ClasseGiudiziaria, MisuraGiudiziaria
from shared.misure.rdc.requisiti.esame import Esame

R01 = Regola("RDC-R01", "D.L. 4/2019, art. 2, c. 1, lett. a), n. 1")
R02 = Regola("RDC-R02", "D.L. 4/2019, art. 2, c. 1, lett. a), n. 2")
R08 = Regola("RDC-R08", "D.L. 4/2019, art. 1, c. 2")
R09 = Regola("RDC-R09", "D.L. 4/2019, art. 2, c. 1, lett. c-bis), e art. 7, c. 3")


def rdc_r01_cittadinanza(e: Esame) -> Requisito:
    """The richiedente is an EU citizen or a family member of one, a long-term resident, or under protection.

    :source: D.L. 4/2019, art. 2, c. 1, lett. a), n. 1.
    """
    cittadinanza = e.fatti.cittadinanza
    if cittadinanza is None:
        return R01.da_completare("La cittadinanza di chi presenta la domanda non è ancora nota.")
    if cittadinanza.stato in e.p.elenco("paesi_ue"):
        return R01.ok("Chi presenta la domanda è cittadino dell'Unione europea.", valore=cittadinanza.stato)
    titolo, scadenza = cittadinanza.titolo, cittadinanza.titolo_valido_al
    if titolo is None:
        return R01.da_completare("Il titolo di soggiorno di chi presenta la domanda non è ancora noto.")
    if titolo not in e.p.elenco("titoli_soggiorno_ammessi"):
        return R01.ko(
            "Il titolo di soggiorno di chi presenta la domanda non è tra quelli ammessi.", valore=titolo.value
        )
    if scadenza is not None and scadenza < e.al:
        return R01.da_completare(f"Il titolo di soggiorno risulta scaduto il {giorno(scadenza)}.", valore=titolo.value)
    return R01.ok("Chi presenta la domanda ha un titolo di soggiorno ammesso.", valore=titolo.value)


def rdc_r02_residenza(e: Esame) -> Requisito:
    """The richiedente has lived in Italy for the years asked for, the last 2 without breaks, and still does.

    The years are 10, as the misura was applied; 5 for decisions and re-examinations after the Corte costituzionale.

    :source: D.L. 4/2019, art. 2, c. 1, lett. a), n. 2; Corte costituzionale, sentenza 31/2025.
    """
    nome, residenza = _anni_di_residenza(e), e.fatti.residenza
    anni, ultimi, fonte = e.p.intero(nome), e.p.intero("residenza_anni_continuativi"), e.p.fonte(nome)
    regola = f"almeno {anni} anni di residenza in Italia, gli ultimi {ultimi} continuativi"
    if residenza is None:
        return R02.da_completare(f"Non sono ancora noti i periodi di residenza: servono {regola}.", soglia=str(anni))
    dal, raggiunta = maturata(residenza.periodi, e.fatti.presentata_il, anni=anni, ultimi=ultimi)
    figure = {"valore": dal.isoformat() if dal else None, "soglia": str(anni), "fonte": fonte}
    if raggiunta and any(p.contiene(e.al) for p in residenza.periodi):
        return R02.ok(f"Chi presenta la domanda ha {regola}.", **figure)
    if not residenza.completa:
        return R02.da_completare(f"Il Comune deve accertare la residenza: servono {regola}.", **figure)
    return R02.ko(f"Chi presenta la domanda non ha {regola}, o non risiede più in Italia.", **figure)


def rdc_r08_pensione_di_cittadinanza(e: Esame) -> Requisito:
    """All are at least 67, or live only with people with a grave disability: then it is a PdC, else an RdC.

    :source: D.L. 4/2019, art. 1, c. 2.
    """
    eta = e.p.intero("eta_soglia_anziani")
    if e.q.nucleo_67:
        return R08.ok(f"Tutti hanno almeno {eta} anni o una disabilità grave: spetta la Pensione di cittadinanza.")
    return R08.non_applicabile(f"Non tutti hanno almeno {eta} anni: si tratta del Reddito di cittadinanza.")


def rdc_r09_misure_e_condanne(e: Esame) -> Requisito:
    """The richiedente is not under a misura cautelare, nor finally convicted in 10 years of an offence of art. 7.

    :source: D.L. 4/2019, art. 2, c. 1, lett. c-bis), e art. 7, c. 3.
    """
    if e.fatti.misure_giudiziarie is None:
        return R09.da_completare("Il Ministero della Giustizia non ha ancora risposto.")
    anni = e.p.intero("condanne_anni")
    if any(_esclude(e, m) for m in e.fatti.misure_giudiziarie if m.codice_fiscale == e.fatti.richiedente):
        return R09.ko(
            "Per chi presenta la domanda risulta una misura cautelare personale, o una condanna definitiva nei "
            f"{anni} anni precedenti per uno dei reati che escludono dal beneficio.",
            soglia=str(anni),
        )
    return R09.ok("Non risultano misure o condanne che escludono dal beneficio.", soglia=str(anni))


def _anni_di_residenza(e: Esame) -> str:
    """The regime is that of the day of the decision, or of the re-examination where there is one."""
    deciso_il = e.propri.riesame_il or e.al
    dopo = e.parametri.al(deciso_il).testo("regime_residenza") == "DOPO_CORTE_31_2025"
    return "residenza_anni_dopo_sentenza" if dopo else "residenza_anni"


def _esclude(e: Esame, m: MisuraGiudiziaria) -> bool:
    match m.classe:
        case ClasseGiudiziaria.MISURA_CAUTELARE:
            return m.dal <= e.al and (m.al is None or e.al <= m.al)
        case ClasseGiudiziaria.CONDANNA_DEFINITIVA:
            inizio = aggiungi_mesi(e.fatti.presentata_il, -e.p.intero("condanne_anni") * MESI_ANNO)
            return m.reato_rdc and inizio <= m.dal <= e.al
        case ClasseGiudiziaria.MISURA_PREVENZIONE | ClasseGiudiziaria.CONDANNA_NON_DEFINITIVA:
            return False
