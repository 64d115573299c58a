# SPDX-License-Identifier: EUPL-1.2
"""What the progetto and the duties do to the benefit: suspensions, exclusions, cuts, each with its dates."""

from collections.abc import Iterator
from datetime import date, timedelta

from shared.kernel.bimestre import Bimestre
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.termini import comunicazione_reddito_entro, firma_entro


def rifiutato_il(fatti: Fatti, *, parametri: Parametri) -> date | None:
    """Give the day on which the nucleo refused the progetto, where the duties bind it.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 7, c. 1; D.M. 26/7/2017, art. 6, c. 1.
    """
    progetto = fatti.propri_di(FattiSia).progetto
    if progetto is None or progetto.rifiutato_il is None or not vincolato(fatti, progetto.rifiutato_il, parametri):
        return None
    return progetto.rifiutato_il


def escluso_il(fatti: Fatti, *, parametri: Parametri) -> date | None:
    """Give the day of the repeated breach for which the Comune asks the revoca.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 7, c. 4.
    """
    violazioni = (v.il for v in fatti.propri_di(FattiSia).violazioni if v.esclusione)
    return min((il for il in violazioni if vincolato(fatti, il, parametri)), default=None)


def sospeso_dal(fatti: Fatti, *, parametri: Parametri) -> date | None:
    """Give the day after the term of a progetto that was not signed, while that still suspended the benefit.

    None also while nobody has said whether there is a progetto.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 7, c. 1; D.M. 26/7/2017, art. 6, c. 2.
    """
    progetto = fatti.propri_di(FattiSia).progetto
    termine = firma_entro(fatti.presentata_il, parametri=parametri)
    if progetto is None or not progetto.chiamato or (progetto.firmato_il or date.max) <= termine:
        return None
    dal = termine + timedelta(days=1)
    return dal if parametri.al(dal).logico("progetto_sospensione") and vincolato(fatti, dal, parametri) else None


def fine_sospensione(fatti: Fatti, *, parametri: Parametri) -> date | None:
    """Give the day from which a suspension for want of signature ends: signature, or the change of the rule.

    :raises ParametroMancante: if the parametro does not exist.
    :source: D.M. 26/7/2017, art. 6, c. 2; messaggio INPS 3613/2017.
    """
    termine = firma_entro(fatti.presentata_il, parametri=parametri)
    progetto = fatti.propri_di(FattiSia).progetto
    cambi = [v.dal for v in parametri.storia("progetto_sospensione") if v.dal > termine and not v.valore]
    firme = [] if progetto is None or progetto.firmato_il is None else [progetto.firmato_il]
    return min(firme + cambi, default=None)


def decaduto_il(fatti: Fatti, *, parametri: Parametri, al: date) -> date | None:
    """Give the day after the term to tell INPS a new income, where it passed in vain by the day `al`.

    :raises ParametroMancante: if no value is in force on the day of the job.
    :source: D.M. 26/5/2016, art. 4, c. 3, lett. b), punto i.
    """
    redditi = fatti.propri_di(FattiSia).redditi_nuovi or ()
    termini = ((comunicazione_reddito_entro(r.dal, parametri=parametri), r.comunicato_il or al) for r in redditi)
    return min((termine + timedelta(days=1) for termine, detto in termini if min(detto, al) > termine), default=None)


def percento_decurtato(fatti: Fatti, bimestre: Bimestre, *, parametri: Parametri) -> int:
    """Give the share, per cent, cut from a bimestre for breaches of the one before: what was paid stays.

    :raises ParametroMancante: if no value is in force on the day of the breach.
    :source: D.M. 26/5/2016, art. 7, c. 4.
    """
    violazioni = (v.il for v in fatti.propri_di(FattiSia).violazioni if Bimestre.di(v.il) + 1 == bimestre)
    vincolanti = (il for il in violazioni if vincolato(fatti, il, parametri))
    return max((parametri.al(il).intero("decurtazione_pct") for il in vincolanti), default=0)


def revoche(fatti: Fatti, *, parametri: Parametri, al: date) -> Iterator[date]:
    """Give the days of the facts that end the benefit: it stops from the bimestre after.

    :raises ParametroMancante: if no value is in force on one of those days.
    :source: D.M. 26/5/2016, artt. 3, c. 1, lett. e), e 7.
    """
    confermate = (p.confermata_il for p in fatti.propri_di(FattiSia).perdite)
    altre = (
        rifiutato_il(fatti, parametri=parametri),
        escluso_il(fatti, parametri=parametri),
        decaduto_il(fatti, parametri=parametri, al=al),
    )
    return (giorno for giorno in (*confermate, *altre) if giorno is not None and giorno <= al)


def vincolato(fatti: Fatti, giorno: date, parametri: Parametri) -> bool:
    """Tell whether the duties bind the nucleo on a day: from 17 August 2017, not in the Comuni of the earthquakes.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/7/2017, art. 6, c. 1.
    """
    progetto = fatti.propri_di(FattiSia).progetto
    sisma = progetto is not None and progetto.comune_del_sisma
    return not sisma or parametri.al(giorno).logico("progetto_nei_comuni_del_sisma")
