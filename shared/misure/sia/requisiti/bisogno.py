# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on the need of the nucleo: who is in it (R05), pregnancy (R06), valutazione multidimensionale (R12)."""

from shared.kernel.mese import aggiungi_mesi
from shared.misure.esito import Regola, Requisito
from shared.misure.formato import giorno, numero
from shared.misure.sia.famiglia import genitori
from shared.misure.sia.fatti import Gravidanza
from shared.misure.sia.punteggio import punteggio
from shared.misure.sia.quadro import Quadro
from shared.misure.sia.requisiti.esame import Esame

R05 = Regola("SIA-R05", "D.M. 26/5/2016, art. 4, c. 3, lett. a)")
R06 = Regola("SIA-R06", "D.M. 26/5/2016, art. 4, c. 3, lett. a), punto iii")
R12 = Regola("SIA-R12", "D.M. 26/5/2016, art. 4, c. 3, lett. c)")


def sia_r05_composizione(e: Esame) -> Requisito:
    """In the ISEE nucleo there is a minor, a disabled person with a parent, or a certified pregnancy.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. a).
    """
    q, gravidanza = e.q, _in_corso(e)
    if q.minori:
        return R05.ok("Nel nucleo c'è almeno un minorenne.", valore="minorenne")
    if _disabile_con_genitore(q):
        return R05.ok("Nel nucleo c'è una persona con disabilità con almeno un suo genitore.", valore="disabilità")
    if gravidanza is not None and gravidanza.struttura_pubblica is not False:
        return _gravidanza(e, gravidanza)
    if e.sia.gravidanza is not None and e.sia.gravidanza.parto_previsto_il < e.al:
        return R05.da_completare("Il giorno previsto per il parto è passato: serve una D.S.U. con chi è nato.")
    if q.isee is None or _da_sapere(q):
        return e.manca(R05, "Non è noto se nel nucleo ci sia una persona con disabilità con un suo genitore")
    return R05.ko(
        "Nel nucleo dell'ISEE non c'è un minorenne, né una persona con disabilità con un suo genitore, né una donna in "
        "gravidanza accertata."
    )


def sia_r06_gravidanza(e: Esame) -> Requisito:
    """Where pregnancy is the only ground, the domanda comes in the last 4 months before the expected birth.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. a).
    """
    q, gravidanza = e.domanda, e.sia.gravidanza
    if gravidanza is None or q.minori or _disabile_con_genitore(q):
        return R06.non_applicabile("La domanda non si fonda solo sulla gravidanza.")
    mesi = q.p.intero("gravidanza_mesi")
    dal = aggiungi_mesi(gravidanza.parto_previsto_il, -mesi)
    figure = {"valore": e.fatti.presentata_il.isoformat(), "soglia": dal.isoformat()}
    if e.fatti.presentata_il >= dal:
        return R06.ok(f"La domanda è negli ultimi {mesi} mesi prima del parto previsto.", **figure)
    return R06.ko(f"Per la sola gravidanza la domanda si presenta dal {giorno(dal)}, {mesi} mesi prima.", **figure)


def sia_r12_valutazione_multidimensionale(e: Esame) -> Requisito:
    """On the day of the domanda, and only then, the points reach the threshold in force that day.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. c); D.M. 16/3/2017, art. 2, c. 1, lett. e).
    """
    q = e.domanda
    soglia, fonte = q.p.intero("punteggio_minimo"), q.p.fonte("punteggio_minimo")
    if q.isee is None:
        return R12.da_completare(
            "Il punteggio non si può calcolare senza un ISEE valido.", soglia=str(soglia), fonte=fonte
        )
    punti = punteggio(q)
    if punti.minimo >= soglia:
        testo = f"La valutazione del bisogno dà {numero(punti.minimo)} punti: ne servono almeno {soglia}."
        return R12.ok(testo, valore=f"{punti.minimo:.2f}", soglia=str(soglia), fonte=fonte)
    if punti.massimo >= soglia:
        testo = f"Servono {soglia} punti: non è noto se chi è in età attiva ha dichiarato la disoccupazione."
        return R12.da_completare(testo, valore=f"{punti.minimo:.2f}", soglia=str(soglia), fonte=fonte)
    testo = f"La valutazione del bisogno dà {numero(punti.massimo)} punti: ne servono almeno {soglia}."
    return R12.ko(testo, valore=f"{punti.massimo:.2f}", soglia=str(soglia), fonte=fonte)


def _gravidanza(e: Esame, gravidanza: Gravidanza) -> Requisito:
    if gravidanza.certificata_il is not None and gravidanza.struttura_pubblica:
        return R05.ok("Nel nucleo c'è una gravidanza accertata da una struttura pubblica.", valore="gravidanza")
    return e.manca(R05, "Serve il certificato di gravidanza di una struttura pubblica")


def _disabile_con_genitore(q: Quadro) -> bool:
    """Whether a disabled member, of any age or marital status, is in the nucleo with a parent."""
    return any(q.disabile(c) and genitori(q, c) for c in q.presenti)


def _da_sapere(q: Quadro) -> bool:
    """Whether an answer that is missing could still give the ground of disability."""
    forse = [c for c in q.presenti if c.disabile is None or q.disabile(c)]
    return any(q.sia.filiazioni is None or genitori(q, c) for c in forse) and len(q.presenti) > 1


def _in_corso(e: Esame) -> Gravidanza | None:
    """Give the pregnancy of a member until the expected birth: afterwards the DSU must hold the child."""
    g = e.sia.gravidanza
    return g if g is not None and g.codice_fiscale in e.q.codici and e.al <= g.parto_previsto_il else None
