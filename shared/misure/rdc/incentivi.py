# SPDX-License-Identifier: EUPL-1.2
"""What the law gives to who hires a beneficiary of the RdC, and to the beneficiary who starts an activity."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import Mese, mesi_da
from shared.misure.comuni import assunzioni
from shared.misure.comuni.assunzioni import CausaLicenziamento, Contratto, Esonero, esonero, tetto_mensile
from shared.misure.formato import giorno
from shared.misure.nucleo import ZERO
from shared.misure.parametri import Parametri, ParametroMancante, Valori

_ART_8 = "D.L. 4/2019, art. 8, c. 1"
_FINO = "D.L. 48/2023, art. 13, c. 1"
_DEL_2023 = "L. 197/2022, art. 1, c. 294-296"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assunzione:
    """A beneficiary hired by a private employer on the day `il`; amounts in EUR/month.

    `rdc_mensile` is the RdC of that month, `mensilita_godute` the months received by then. `contributi` are those of
    employer and worker, `contributi_datore` those of the employer alone, INAIL left out of both. `mesi_contratto` is the
    length of a DETERMINATO.
    """

    il: date
    contratto: Contratto
    rdc_mensile: Decimal
    mensilita_godute: int
    contributi: Decimal
    contributi_datore: Decimal = ZERO
    in_rinnovo: bool = False
    posto_comunicato: bool = True
    mesi_contratto: int | None = None


def esonero_assunzione(a: Assunzione, *, parametri: Parametri) -> Esonero:
    """Compute the exemption of who hires a beneficiary, from the month of the hiring, EUR/month.

    As much as the RdC of the worker, within the limit and the contributions due; as many months as are left of the 18,
    never fewer than 5, and 5 in a renewal. Whoever was hired by 31 December 2023 keeps it for all its months.

    :source: D.L. 4/2019, art. 8, c. 1; L. 234/2021, art. 1, c. 74, lett. g); D.L. 48/2023, art. 13, c. 1.
    """
    p = parametri.al(a.il)
    if not _logico(p, "incentivi_in_vigore"):
        return Esonero(_FINO, motivo=f"Nessun esonero per le assunzioni del {giorno(a.il)}.")
    if a.contratto.value not in p.elenco("incentivo_assunzione_contratti"):
        return Esonero(_ART_8, motivo="Il contratto non è tra quelli che danno l'esonero.")
    if p.logico("incentivo_assunzione_posto_comunicato") and not a.posto_comunicato:
        return Esonero(_ART_8, motivo="Il posto vacante non era stato comunicato alla piattaforma.")
    return esonero(_ART_8, _mesi(a, p), a.rdc_mensile, p.decimale("incentivo_assunzione_tetto"), a.contributi)


def esonero_indeterminato(a: Assunzione, *, parametri: Parametri) -> Esonero:
    """Compute the exemption that in 2023 may take the place of the other: the contributions of the employer, EUR/month.

    The limit is yearly, applied month by month; a contract made permanent in 2023 counts as a hiring of that day.

    :source: L. 197/2022, art. 1, c. 294-296.
    """
    p = parametri.al(a.il)
    if not _logico(p, "esonero_indeterminato_in_vigore"):
        return Esonero(_DEL_2023, motivo=f"Nessun esonero per le assunzioni del {giorno(a.il)}.")
    if a.contratto.value not in p.elenco("esonero_indeterminato_contratti"):
        return Esonero(_DEL_2023, motivo="Il contratto non è tra quelli che danno l'esonero.")
    tetto = tetto_mensile(p.decimale("esonero_indeterminato_annuo"))
    return esonero(
        _DEL_2023, mesi_da(Mese.di(a.il), p.intero("esonero_indeterminato_mesi")), tetto, a.contributi_datore
    )


def da_restituire(
    fruito: Decimal, *, assunto_il: date, licenziato_il: date, causa: CausaLicenziamento, parametri: Parametri
) -> Decimal:
    """Give what the employer gives back for a dismissal in the 36 months after the hiring, civil penalties apart, EUR.

    :raises ParametroMancante: if no value is in force on the day of the hiring.
    :source: D.L. 4/2019, art. 8, c. 1.
    """
    mesi = parametri.al(assunto_il).intero("incentivo_assunzione_restituzione")
    return assunzioni.da_restituire(fruito, assunto_il=assunto_il, licenziato_il=licenziato_il, causa=causa, mesi=mesi)


def beneficio_addizionale(
    rdc_mensile: Decimal, *, avvio: date, mese_di_fruizione: int, gia_avuto: bool, parametri: Parametri
) -> Decimal:
    """Compute what is paid at once to who starts self-employment, a business or a cooperative, EUR.

    Six times the RdC of the month of `avvio`, each up to the limit, if the activity begins within the first twelve
    months of fruition; the first is 1. Once for each nucleo.

    :source: D.L. 4/2019, art. 8, c. 4; D.M. 12/2/2021, artt. 1 e 3; D.L. 48/2023, art. 13, c. 1.
    """
    p = parametri.al(avvio)
    if not _logico(p, "incentivi_in_vigore") or gia_avuto:
        return arrotonda(ZERO)
    if not 1 <= mese_di_fruizione <= p.intero("beneficio_addizionale_finestra"):
        return arrotonda(ZERO)
    return arrotonda(
        min(rdc_mensile, p.decimale("beneficio_addizionale_tetto")) * p.intero("beneficio_addizionale_mensilita")
    )


def beneficio_addizionale_entro(avvio: date, *, p: Valori) -> date:
    """Give the last day to ask for the beneficio addizionale.

    :source: D.M. 12/2/2021; messaggio INPS 3212/2021.
    """
    return avvio + timedelta(days=p.intero("beneficio_addizionale_domanda"))


def _mesi(a: Assunzione, p: Valori) -> tuple[Mese, ...]:
    if a.in_rinnovo:
        quanti = p.intero("incentivo_assunzione_mensilita_rinnovo")
    else:
        rimasti = p.intero("incentivo_assunzione_mensilita") - a.mensilita_godute
        quanti = max(rimasti, p.intero("incentivo_assunzione_mensilita_minime"))
    if a.contratto is Contratto.DETERMINATO and a.mesi_contratto is not None:
        quanti = min(quanti, a.mesi_contratto)
    return tuple(mesi_da(Mese.di(a.il), quanti))


def _logico(p: Valori, nome: str) -> bool:
    """Read whether an incentive is in force: before its first day it is not."""
    try:
        return p.logico(nome)
    except ParametroMancante:
        return False
