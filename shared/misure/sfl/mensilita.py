# SPDX-License-Identifier: EUPL-1.2
"""The SFL month by month: what is due for participation, what stops it, and the months that the period still has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.kernel.mese import Mese, Periodo, mesi_da
from shared.misure.adi.lavoro import mesi_sospesi, sospende
from shared.misure.parametri import Parametri
from shared.misure.sfl.conferme import mesi_senza_conferma
from shared.misure.sfl.fatti import Attivita, PercorsoSfl
from shared.misure.sfl.proroga import Proroga, proroga
from shared.misure.sfl.requisiti.percorso import ammesse


class StatoMese(StrEnum):
    """What a month is: only the first kind is paid."""

    SPETTA = "SPETTA"
    SENZA_ATTIVITA = "SENZA_ATTIVITA"
    SOSPESO_CONFERMA = "SOSPESO_CONFERMA"
    SOSPESO_CONTRATTO = "SOSPESO_CONTRATTO"
    SOSPESO_PSP = "SOSPESO_PSP"
    DECADUTO = "DECADUTO"
    TERMINATO = "TERMINATO"


@dataclass(frozen=True, slots=True)
class Mensilita:
    """A month with its days of participation; `numero` counts the months consumed, this one included."""

    mese: Mese
    stato: StatoMese
    giorni: int
    numero: int
    in_proroga: bool = False


def primo_mese(percorso: PercorsoSfl) -> Mese | None:
    """Give the month of the first activity, as SIISL records it; one already begun counts from the acceptance.

    :source: messaggio INPS 3379/2023.
    """
    inizi = [max(a.dal, percorso.accolta_il or a.dal) for a in percorso.attivita or () if _utile(a, percorso)]
    return Mese.di(min(inizi)) if inizi else None


def mensilita(percorso: PercorsoSfl, *, parametri: Parametri, fino_al: Mese) -> Iterator[Mensilita]:
    """Give the months from the first one to `fino_al`, each with its state, as the facts known make it.

    Months without activity and months of a job of one to six months do not consume the twelve; months without
    confirmation are recovered when it comes.

    :raises ParametroMancante: if no value is in force in a month.
    :source: D.L. 48/2023, art. 12, c. 7; L. 207/2024, art. 1, c. 198-199; messaggi INPS 595/2025 e 765/2025.
    """
    primo = primo_mese(percorso)
    if primo is None or primo > fino_al:
        return
    brevi = [c for c in percorso.contratti if sospende(c, parametri=parametri)]
    contratti = mesi_sospesi(brevi, parametri=parametri)
    senza_conferma = mesi_senza_conferma(percorso, parametri=parametri, fino_al=fino_al)
    consumati: list[Mese] = []
    oltre: Proroga | None = None
    for mese in mesi_da(primo, fino_al - primo + 1):
        p = parametri.al(mese.primo_giorno)
        if len(consumati) >= p.intero("durata_mesi") and oltre is None:
            oltre = proroga(percorso, ultimo=consumati[-1], parametri=parametri)
        corso = None if oltre is None else oltre.corso
        attivita = ammesse(percorso.attivita or (), p=p) if corso is None else (corso,)
        giorni = giorni_di_attivita(attivita, brevi, mese=mese, dal=percorso.accolta_il)
        stato = _fine(percorso, oltre, mese) or _stato(mese, giorni, contratti, senza_conferma)
        pausa_consuma = stato is StatoMese.SENZA_ATTIVITA and p.logico("pausa_consuma_durata")
        if stato in (StatoMese.SPETTA, StatoMese.SOSPESO_CONFERMA) or pausa_consuma:
            consumati.append(mese)
        yield Mensilita(mese, stato, giorni, len(consumati), oltre is not None)


def giorni_di_attivita(
    attivita: Iterable[Attivita], brevi: Iterable[Periodo], *, mese: Mese, dal: date | None = None
) -> int:
    """Count the days of the month with at least one activity, from the day `dal`, those of the jobs `brevi` apart."""
    giorni: set[int] = set()
    inizio = max(mese.primo_giorno, dal or mese.primo_giorno)
    for a in attivita:
        giorni.update(_giorni(max(a.dal, inizio), min(a.al or mese.ultimo_giorno, mese.ultimo_giorno)))
    for contratto in brevi:
        giorni.difference_update(_giorni(contratto.dal, contratto.al or mese.ultimo_giorno))
    return len(giorni)


def _giorni(dal: date, al: date) -> range:
    return range(dal.toordinal(), al.toordinal() + 1)


def _utile(attivita: Attivita, percorso: PercorsoSfl) -> bool:
    return percorso.accolta_il is None or attivita.al is None or attivita.al >= percorso.accolta_il


def _fine(percorso: PercorsoSfl, oltre: Proroga | None, mese: Mese) -> StatoMese | None:
    """Whether something has ended the right, or stops it after the twelfth month."""
    if percorso.decaduta_il is not None and mese > Mese.di(percorso.decaduta_il):
        return StatoMese.DECADUTO
    if oltre is None:
        return None
    if not oltre.comprende(mese):
        return StatoMese.TERMINATO
    return StatoMese.SOSPESO_PSP if oltre.sospesa(mese) else None


def _stato(mese: Mese, giorni: int, contratti: frozenset[Mese], senza_conferma: frozenset[Mese]) -> StatoMese:
    if mese in contratti:
        return StatoMese.SOSPESO_CONTRATTO
    if not giorni:
        return StatoMese.SENZA_ATTIVITA
    return StatoMese.SOSPESO_CONFERMA if mese in senza_conferma else StatoMese.SPETTA
