# SPDX-License-Identifier: EUPL-1.2
"""Requisiti on measures, sentences and earlier decadenze: R12, R19."""

from shared.kernel.mese import MESI_ANNO, aggiungi_mesi
from shared.misure.adi.condizionalita import nuova_domanda_dal
from shared.misure.adi.requisiti.esame import Esame
from shared.misure.esito import EsitoRequisito, Regola, Requisito
from shared.misure.nucleo import ClasseGiudiziaria, MisuraGiudiziaria, Precedente

R12 = Regola("ADI-R12", "D.L. 48/2023, art. 2, c. 2, e art. 8, c. 3")
R19 = Regola("ADI-R19", "D.L. 48/2023, art. 8")


def adi_r12_misure_e_condanne(e: Esame) -> Requisito:
    """No beneficiary is under a measure, or was finally convicted in the 10 years before of an offence that excludes.

    Other offences than those of art. 8 count when intentional and punished with a year or more; where the class is
    not known a person must look.

    :source: D.L. 48/2023, art. 2, c. 2, e art. 8, c. 3.
    """
    if e.fatti.misure_giudiziarie is None:
        return R12.da_completare("Il Ministero della Giustizia non ha ancora risposto.")
    giudizi = {_giudizio(e, m) for m in e.fatti.misure_giudiziarie if m.codice_fiscale in e.beneficiari}
    anni = e.p.intero("condanne_anni")
    if EsitoRequisito.KO in giudizi:
        return R12.ko(
            "Per un beneficiario risulta una misura cautelare personale, una misura di prevenzione o una condanna "
            f"definitiva nei {anni} anni precedenti la domanda che esclude dal beneficio.",
            soglia=str(anni),
        )
    if EsitoRequisito.DA_COMPLETARE in giudizi:
        return R12.da_completare("Una condanna deve essere esaminata: non è nota la natura del reato o la pena.")
    return R12.ok("Non risultano misure o condanne che escludono dal beneficio.", soglia=str(anni))


def adi_r19_precedenti(e: Esame) -> Requisito:
    """Enough time has passed since a decadenza or a revoca of any member: months, or years after a conviction.

    :source: D.L. 48/2023, art. 8.
    """
    if e.fatti.precedenti is None:
        return R19.da_completare("Non è noto se un componente sia decaduto da una misura precedente.")
    if any(_ancora_escluso(e, p) for p in e.fatti.precedenti if p.codice_fiscale in e.q.eta):
        mesi, anni = e.p.intero("riammissione_dopo_decadenza"), e.p.intero("riammissione_dopo_condanna")
        return R19.ko(
            f"Non sono ancora passati {mesi} mesi dalla decadenza o dalla revoca di un beneficio precedente, "
            f"o {anni} anni in caso di condanna."
        )
    return R19.ok("Nessuna decadenza o revoca impedisce una nuova domanda.")


def _giudizio(e: Esame, m: MisuraGiudiziaria) -> EsitoRequisito:
    """Judge one measure or sentence; a non-final one does not refuse a domanda."""
    match m.classe:
        case ClasseGiudiziaria.MISURA_CAUTELARE | ClasseGiudiziaria.MISURA_PREVENZIONE:
            in_corso = m.dal <= e.al and (m.al is None or e.al <= m.al)
            return EsitoRequisito.KO if in_corso else EsitoRequisito.OK
        case ClasseGiudiziaria.CONDANNA_NON_DEFINITIVA:
            return EsitoRequisito.OK
        case ClasseGiudiziaria.CONDANNA_DEFINITIVA:
            return _condanna(e, m)


def _condanna(e: Esame, m: MisuraGiudiziaria) -> EsitoRequisito:
    inizio = aggiungi_mesi(e.fatti.presentata_il, -e.p.intero("condanne_anni") * MESI_ANNO)
    if not inizio <= m.dal <= e.al:
        return EsitoRequisito.OK
    if m.reato_art8:
        return EsitoRequisito.KO
    pena_lieve = m.pena_mesi is not None and m.pena_mesi < e.p.intero("condanne_pena_minima")
    if m.doloso is False or pena_lieve:
        return EsitoRequisito.OK
    return EsitoRequisito.DA_COMPLETARE if m.doloso is None or m.pena_mesi is None else EsitoRequisito.KO


def _ancora_escluso(e: Esame, precedente: Precedente) -> bool:
    return precedente.il <= e.fatti.presentata_il < nuova_domanda_dal(precedente, p=e.p)
