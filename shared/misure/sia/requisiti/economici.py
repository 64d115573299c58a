# SPDX-License-Identifier: EUPL-1.2
"""Economic requisiti: ISEE (R07), treatments (R08), incompatible supports (R09), new incomes (R13)."""

from datetime import date, timedelta

from shared.misure.esito import Regola, Requisito
from shared.misure.formato import euro
from shared.misure.formato import mese as mese_scritto
from shared.misure.sia.fatti import RedditoNuovo
from shared.misure.sia.quadro import isee_aggiornato
from shared.misure.sia.requisiti.esame import Esame
from shared.misure.sia.trattamenti import computo, limite, mese_di_riferimento

R07 = Regola("SIA-R07", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i")
R08 = Regola("SIA-R08", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto ii")
R09 = Regola("SIA-R09", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iii")
R13 = Regola("SIA-R13", "D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i; D.Lgs. 22/2015, artt. 9 e 10")


def sia_r07_isee(e: Esame) -> Requisito:
    """A valid ISEE of the right kind, with the income of new jobs, does not exceed the threshold.

    While the benefit runs, an ISEE that is not renewed suspends: the right is kept.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i; Ministero del lavoro, FAQ SIA.
    """
    isee, soglia = e.q.isee, e.q.p.decimale("isee_max")
    if isee is None:
        testo = "Manca un ISEE valido" if e.alla_domanda else "L'ISEE non è stato rinnovato e il beneficio è sospeso"
        return R07.da_completare(f"{testo}: serve una nuova D.S.U.", soglia=f"{soglia:.2f}")
    valore = isee_aggiornato(e.q, isee)
    figure = {"valore": f"{valore:.2f}", "soglia": f"{soglia:.2f}"}
    if not e.q.isee_adatto:
        return R07.da_completare(f"L'ISEE {isee.indicatore.value} non è quello richiesto per questo nucleo.", **figure)
    if valore > soglia:
        return R07.ko(f"L'ISEE del nucleo è di {euro(valore)} e supera il limite di {euro(soglia)}.", **figure)
    if isee.difformita:
        return R07.da_completare("L'ISEE riporta omissioni o difformità da giustificare o correggere.", **figure)
    return R07.ok(f"L'ISEE del nucleo è di {euro(valore)}, entro il limite di {euro(soglia)}.", **figure)


def sia_r08_trattamenti(e: Esame) -> Requisito:
    """The treatments of all the members, in the month before the domanda or the payment, stay below the limit.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto ii; D.M. 16/3/2017, art. 2, c. 1, lett. c).
    """
    mese, (soglia, fonte) = mese_di_riferimento(e.q), limite(e.q)
    if e.sia.trattamenti is None:
        return e.manca(R08, f"Non sono ancora noti i trattamenti economici di {mese_scritto(mese)}")
    totale = computo(e.q, mese).totale
    figure = {"valore": f"{totale:.2f}", "soglia": f"{soglia:.2f}", "fonte": fonte}
    testo = f"Nel mese di {mese_scritto(mese)} il nucleo ha avuto trattamenti economici per {euro(totale)}"
    if totale < soglia:
        return R08.ok(f"{testo}, meno del limite di {euro(soglia)}.", **figure)
    return R08.ko(f"{testo}: devono essere inferiori a {euro(soglia)}.", **figure)


def sia_r09_sostegni(e: Esame) -> Requisito:
    """No member receives NASpI, ASDI, another unemployment support or the Carta acquisti sperimentale.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto iii.
    """
    if e.sia.sostegni is None:
        return e.manca(R09, "Non è noto se un componente riceva sostegni per la disoccupazione")
    incompatibili = e.q.p.elenco("sostegni_incompatibili")
    validi = (s for s in e.sia.sostegni if s.tipo in incompatibili and s.codice_fiscale in e.q.codici)
    trovati = sorted(s.tipo.value for s in validi if s.in_corso(e.al))
    if trovati:
        return R09.ko("Un componente riceve un sostegno incompatibile con il beneficio.", valore=trovati[0])
    return R09.ok("Nessun componente riceve sostegni per la disoccupazione o la Carta acquisti sperimentale.")


def sia_r13_redditi_comunicati(e: Esame) -> Requisito:
    """Who started to work after the DSU told INPS the expected yearly income in 30 days from the start.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i; D.Lgs. 22/2015, artt. 9 e 10.
    """
    if e.sia.redditi_nuovi is None:
        return e.manca(R13, "Non è noto se un componente abbia iniziato a lavorare dopo la D.S.U.")
    iniziati = [r for r in e.sia.redditi_nuovi if r.dal <= e.al and r.codice_fiscale in e.q.codici]
    if not iniziati:
        return R13.non_applicabile("Nessun componente ha iniziato a lavorare dopo la D.S.U.")
    giorni = e.q.p.intero("comunicazione_reddito")
    if any(scaduta(r, giorni=giorni, al=e.al) for r in iniziati):
        return R13.ko(f"Il reddito di una nuova attività non è stato comunicato all'INPS entro {giorni} giorni.")
    if any(_non_comunicato(r, e.al) for r in iniziati):
        return R13.da_completare(f"Il reddito della nuova attività va comunicato all'INPS entro {giorni} giorni.")
    return R13.ok("I redditi delle nuove attività sono stati comunicati all'INPS nei termini.")


def scaduta(reddito: RedditoNuovo, *, giorni: int, al: date) -> bool:
    """Tell whether the term to tell INPS a new income has passed, or was missed, on a day."""
    termine = reddito.dal + timedelta(days=giorni)
    return min(al, reddito.comunicato_il or al) > termine


def _non_comunicato(r: RedditoNuovo, al: date) -> bool:
    return r.comunicato_il is None or r.comunicato_il > al
