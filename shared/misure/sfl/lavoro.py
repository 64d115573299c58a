# SPDX-License-Identifier: EUPL-1.2
"""The offer of a job that must be accepted, and the incentive of who hires: the same for SFL and ADI."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.kernel.mese import Mese, mesi_da
from shared.misure.comuni import assunzioni
from shared.misure.comuni.assunzioni import CausaLicenziamento, Contratto, Esonero, esonero, tetto_mensile
from shared.misure.formato import giorno
from shared.misure.parametri import Parametri, Valori

_ART_10 = "D.L. 48/2023, art. 10"
_CENTO = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Offerta:
    """An offer of a job: its hours in percent of full time, and where it is; `minuti` None: no public transport."""

    a_tempo_indeterminato: bool
    orario_pct: int
    paga_dei_contratti: bool
    km: int
    minuti: int | None = None


def va_accettata(offerta: Offerta, *, eta_dei_figli: tuple[int, ...], p: Valori) -> bool:
    """Tell whether an offer must be accepted: hours and pay for every contract, the place for some.

    A permanent job anywhere in Italy or, with children below the age, as a fixed-term one: within the km or the minutes.

    :source: D.L. 48/2023, art. 9, c. 1; D.M. 108/2023, art. 5.
    """
    if offerta.orario_pct < p.intero("offerta_orario_minimo_pct") or not offerta.paga_dei_contratti:
        return False
    con_figli = any(eta < p.intero("offerta_eta_figli") for eta in eta_dei_figli)
    return (offerta.a_tempo_indeterminato and not con_figli) or _vicina(offerta, p)


def esonero_assunzione(
    contratto: Contratto, *, il: date, contributi: Decimal, mesi_contratto: int | None = None, parametri: Parametri
) -> Esonero:
    """Compute the exemption of who hires a beneficiary on the day `il`, from that month; EUR/month.

    All the `contributi` of the employer (EUR/month, INAIL left out) for a permanent contract or an apprenticeship, half
    of them for a fixed-term one and no longer than it, within the yearly limit.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 10, c. 1 e 2; circolare INPS 111/2023.
    """
    p = parametri.al(il)
    if not p.logico("incentivo_assunzione_in_vigore"):
        return Esonero(_ART_10, motivo=f"Nessun esonero per le assunzioni del {giorno(il)}.")
    a_termine = contratto.value in p.elenco("incentivo_assunzione_contratti_a_termine")
    if not a_termine and contratto.value not in p.elenco("incentivo_assunzione_contratti"):
        return Esonero(_ART_10, motivo="Il contratto non è tra quelli che danno l'esonero.")
    quanti = p.intero("incentivo_assunzione_mesi")
    if a_termine and mesi_contratto is not None:
        quanti = min(quanti, mesi_contratto)
    suffisso = "_a_termine" if a_termine else ""
    tetto = tetto_mensile(p.decimale(f"incentivo_assunzione_annuo{suffisso}"))
    parte = contributi * p.intero(f"incentivo_assunzione_pct{suffisso}") / _CENTO
    return esonero(_ART_10, mesi_da(Mese.di(il), quanti), tetto, parte)


def mesi_dopo_trasformazione(trasformato_il: date, *, gia_fruiti: int, parametri: Parametri) -> tuple[Mese, ...]:
    """List the months of the exemption of a contract made permanent: with those already had, 24 at most.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 10, c. 1; circolare INPS 111/2023.
    """
    p = parametri.al(trasformato_il)
    rimasti = p.intero("incentivo_assunzione_mesi_con_trasformazione") - gia_fruiti
    quanti = max(0, min(rimasti, p.intero("incentivo_assunzione_mesi")))
    return tuple(mesi_da(Mese.di(trasformato_il), quanti))


def da_restituire(
    fruito: Decimal, *, assunto_il: date, licenziato_il: date, causa: CausaLicenziamento, parametri: Parametri
) -> Decimal:
    """Give what the employer gives back for a dismissal in the 24 months after the hiring, civil penalties apart, EUR.

    :raises ParametroMancante: if no value is in force on the day of the hiring.
    :source: D.L. 48/2023, art. 10.
    """
    mesi = parametri.al(assunto_il).intero("incentivo_assunzione_restituzione")
    return assunzioni.da_restituire(fruito, assunto_il=assunto_il, licenziato_il=licenziato_il, causa=causa, mesi=mesi)


def _vicina(offerta: Offerta, p: Valori) -> bool:
    minuti = offerta.minuti
    return offerta.km <= p.intero("offerta_km") or (minuti is not None and minuti <= p.intero("offerta_minuti"))
