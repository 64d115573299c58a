# SPDX-License-Identifier: EUPL-1.2
"""Requisiti of the richiedente as a person: age (R01), obbligo di istruzione (R11), diritto-dovere (R14)."""

from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import Regola, Requisito
from shared.misure.nucleo import Componente, Istruzione
from shared.misure.parametri import Valori
from shared.misure.sfl.fatti import PercorsoSfl

R01 = Regola("SFL-R01", "D.L. 48/2023, art. 12, c. 2; D.M. 108/2023, art. 2")
R11 = Regola("SFL-R11", "D.L. 48/2023, art. 12")
R14 = Regola("SFL-R14", "D.M. 108/2023, art. 2, c. 4")


def sfl_r01_eta(e: Esame) -> Requisito:
    """The richiedente is from 18 to 59 years old, until the day before the sixtieth birthday.

    :source: D.M. 108/2023, art. 2.
    """
    minima, massima = e.p.intero("eta_minima"), e.p.intero("eta_massima")
    limiti = f"da {minima} a {massima}"
    eta = e.q.eta.get(e.fatti.richiedente)
    if eta is None:
        return R01.da_completare("Chi ha presentato la domanda non fa più parte del nucleo.", soglia=limiti)
    figure = {"valore": str(eta), "soglia": limiti}
    if in_eta(eta, p=e.p):
        return R01.ok(f"Chi presenta la domanda ha {eta} anni, tra {minima} e {massima}.", **figure)
    return R01.ko(f"Chi presenta la domanda ha {eta} anni: devono essere tra {minima} e {massima}.", **figure)


def sfl_r11_istruzione(e: Esame) -> Requisito:
    """From 18 to 29 years, without the obbligo di istruzione, the enrolment in a path for adults must be proved.

    Nothing is paid until then, but the domanda is not refused.

    :source: D.L. 48/2023, art. 12; D.M. 108/2023, art. 2.
    """
    dal, al = e.p.intero("istruzione_adulti_eta_minima"), e.p.intero("istruzione_adulti_eta_massima")
    persona = richiedente(e)
    if persona is None or not dal <= e.q.eta[persona.codice_fiscale] <= al:
        return R11.non_applicabile(f"Chi presenta la domanda non ha tra {dal} e {al} anni.")
    match persona.istruzione:
        case Istruzione.OBBLIGO_ASSOLTO | Istruzione.IN_CORSO:
            return R11.ok("L'obbligo di istruzione è assolto, o è provata l'iscrizione a un percorso per adulti.")
        case Istruzione.NON_ASSOLTO:
            return R11.da_completare(
                "Occorre provare l'iscrizione a un percorso di istruzione per adulti: fino ad allora non si paga nulla."
            )
        case None:
            return R11.da_completare("Non è noto se l'obbligo di istruzione sia assolto.")


def sfl_r14_diritto_dovere(e: Esame) -> Requisito:
    """The diritto-dovere di istruzione e formazione is fulfilled, or the richiedente is exempt.

    :source: D.M. 108/2023, art. 2, c. 4.
    """
    match e.fatti.propri_di(PercorsoSfl).diritto_dovere_assolto:
        case True:
            return R14.ok("Il diritto-dovere di istruzione e formazione è assolto, o c'è un esonero.")
        case False:
            return R14.ko("Il diritto-dovere di istruzione e formazione non è assolto e non c'è un esonero.")
        case None:
            return R14.da_completare("Non è noto se il diritto-dovere di istruzione e formazione sia assolto.")


def in_eta(eta: int | None, *, p: Valori) -> bool:
    """Tell whether an age in completed years, if any, is one of the SFL.

    :source: D.M. 108/2023, art. 2.
    """
    return eta is not None and p.intero("eta_minima") <= eta <= p.intero("eta_massima")


def richiedente(e: Esame) -> Componente | None:
    """Give the richiedente, if still in the nucleo."""
    return next((c for c in e.q.presenti if c.codice_fiscale == e.fatti.richiedente), None)
