# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on work, education, consents and incompatible measures: R13, R14, R17, R18, R20."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from shared.kernel.mese import aggiungi_mesi
from shared.misure.adi.attivazione import non_esonerato
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import BeneficioInCorso, CausaFineLavoro, CessazioneLavoro, Componente, Istruzione

R13 = Regola("ADI-R13", "D.L. 48/2023, art. 2, c. 3")
R14 = Regola("ADI-R14", "D.L. 48/2023, art. 2, c. 3-bis")
R17 = Regola("ADI-R17", "L. 85/2023, allegato")
R18 = Regola("ADI-R18", "D.L. 48/2023, art. 4")
R20 = Regola("ADI-R20", "D.L. 48/2023, art. 12; messaggio INPS 192/2026")


def adi_r13_dimissioni(e: Esame) -> Requisito:
    """No member bound by the duties is unemployed after resigning in the last 12 months: the whole nucleo is out.

    :source: D.L. 48/2023, art. 2, c. 3.
    """
    return dimissioni(R13, e, frozenset(c.codice_fiscale for c in e.vincolati if not c.occupato))


def dimissioni(regola: Regola, e: Esame, tenuti: AbstractSet[str]) -> Requisito:
    """Look for resignations of the last 12 months among the people bound to look for work, who have no job.

    :source: D.L. 48/2023, art. 2, c. 3.
    """
    if e.fatti.cessazioni is None:
        return regola.da_completare("Le comunicazioni obbligatorie di lavoro non sono ancora note.")
    mesi = e.p.intero("dimissioni_mesi")
    recenti = [c for c in e.fatti.cessazioni if c.il <= e.al <= aggiungi_mesi(c.il, mesi)]
    if any(c.causa is CausaFineLavoro.DIMISSIONI and c.codice_fiscale in tenuti for c in recenti):
        return regola.ko(
            f"Un componente tenuto agli obblighi di attivazione è disoccupato per dimissioni volontarie negli ultimi "
            f"{mesi} mesi.",
            soglia=str(mesi),
        )
    if any(_da_chiarire(e, c, tenuti) for c in recenti):
        return regola.da_completare("Non è noto perché è finito un rapporto di lavoro, o se l'interessato ha obblighi.")
    testo = f"Nessun componente tenuto agli obblighi si è dimesso negli ultimi {mesi} mesi."
    return regola.ok(testo, soglia=str(mesi))


def adi_r14_istruzione_dei_minori(e: Esame) -> Requisito:
    """The minori comply with the obbligo di istruzione; the rule waits for its decree behind a switch.

    :source: D.L. 48/2023, art. 2, c. 3-bis.
    """
    if not e.p.logico("obbligo_istruzione_attivo"):
        return R14.non_applicabile("La verifica dell'obbligo di istruzione dei minorenni non è ancora in vigore.")
    dal, al = e.p.intero("obbligo_istruzione_eta_minima"), e.p.intero("obbligo_istruzione_eta_massima")
    tenuti = [c for c in e.q.minori if dal <= e.q.eta[c.codice_fiscale] <= al]
    if not tenuti:
        return R14.non_applicabile("Nel nucleo non ci sono minorenni in età di obbligo di istruzione.")
    return _istruzione(R14, tenuti, "I minorenni del nucleo")


def adi_r17_istruzione_degli_adulti(e: Esame) -> Requisito:
    """The members from 18 to 29 bound by the duties have fulfilled the obbligo di istruzione, or attend a path.

    :source: L. 85/2023, allegato.
    """
    dal, al = e.p.intero("istruzione_adulti_eta_minima"), e.p.intero("istruzione_adulti_eta_massima")
    tenuti = [c for c in e.vincolati if dal <= e.q.eta[c.codice_fiscale] <= al]
    if not tenuti:
        return R17.non_applicabile(f"Nessun componente tra {dal} e {al} anni è tenuto agli obblighi di attivazione.")
    return _istruzione(R17, tenuti, f"I componenti tra {dal} e {al} anni tenuti agli obblighi")


def adi_r18_trasmissione_dei_dati(e: Esame) -> Requisito:
    """The richiedente authorises the transmission of data; the PAD comes after and opens the right.

    :source: D.L. 48/2023, art. 4.
    """
    match e.fatti.autorizza_trasmissione_dati:
        case True:
            return R18.ok("È autorizzata la trasmissione dei dati ai centri per l'impiego e agli altri soggetti.")
        case False:
            return R18.ko("Non è autorizzata la trasmissione dei dati ai centri per l'impiego e agli altri soggetti.")
        case None:
            return R18.da_completare("Manca la risposta sulla trasmissione dei dati ai centri per l'impiego.")


def adi_r20_sfl(e: Esame) -> Requisito:
    """No member with responsabilità genitoriale, or counted in the scala, has an accepted SFL.

    :source: D.L. 48/2023, art. 12; messaggio INPS 192/2026.
    """
    if e.fatti.sfl_accolti is None:
        return R20.da_completare("Non è noto se un componente riceva il Supporto per la formazione e il lavoro.")
    genitori = {c.codice_fiscale for c in e.q.presenti if c.responsabilita_genitoriale}
    if any(b.codice_fiscale in e.nella_scala | genitori and _in_corso(e, b) for b in e.fatti.sfl_accolti):
        return R20.ko("Un componente contato nella scala riceve il Supporto per la formazione e il lavoro.")
    return R20.ok("Nessun componente contato nella scala riceve il Supporto per la formazione e il lavoro.")


def _da_chiarire(e: Esame, cessazione: CessazioneLavoro, tenuti: AbstractSet[str]) -> bool:
    """Whether an answer that is missing could turn the end of this job into a resignation that excludes."""
    if cessazione.causa not in (None, CausaFineLavoro.DIMISSIONI):
        return False
    if cessazione.codice_fiscale in tenuti:
        return True
    return any(
        c.codice_fiscale == cessazione.codice_fiscale
        and c.responsabilita_genitoriale is None
        and not c.occupato
        and non_esonerato(e.q, e.scala, c)
        for c in e.q.adulti
    )


def _istruzione(regola: Regola, tenuti: Iterable[Componente], soggetto: str) -> Requisito:
    risposte = {c.istruzione for c in tenuti}
    if Istruzione.NON_ASSOLTO in risposte:
        return regola.ko(f"{soggetto} non hanno tutti assolto l'obbligo di istruzione né frequentano un percorso.")
    if None in risposte:
        return regola.da_completare(f"{soggetto} devono dichiarare se hanno assolto l'obbligo di istruzione.")
    return regola.ok(f"{soggetto} hanno assolto l'obbligo di istruzione o frequentano un percorso.")


def _in_corso(e: Esame, beneficio: BeneficioInCorso) -> bool:
    return beneficio.dal <= e.al and (beneficio.al is None or e.al <= beneficio.al)
