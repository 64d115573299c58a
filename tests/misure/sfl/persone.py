# SPDX-License-Identifier: EUPL-1.2
"""Invented people who ask for the SFL: a single adult with every requisito, and his path."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from shared.kernel.mese import Mese, Periodo
from shared.misure.comuni.trattamenti import Sostegno
from shared.misure.esito import EsitoRequisito, Requisito
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri, Valore, ValoreDatato, carica
from shared.misure.sfl.fatti import Attivita, PercorsoSfl, TipoAttivita
from shared.misure.sfl.requisiti import verifica_requisiti
from tests.misure.nuclei import FattiIn, sola

SFL = carica("sfl")
OK, KO = EsitoRequisito.OK, EsitoRequisito.KO
DA_COMPLETARE, NON_APPLICABILE = EsitoRequisito.DA_COMPLETARE, EsitoRequisito.NON_APPLICABILE
IL_2023, IL_2024, IL_2025 = date(2023, 9, 1), date(2024, 12, 31), date(2025, 1, 1)
IL = date(2025, 3, 10)
MAGGIO_24 = date(2024, 5, 2)
LUNGO = Attivita(tipo=TipoAttivita.FORMAZIONE, dal=date(2025, 1, 7), al=date(2025, 8, 20))


class PercorsoIn(TypedDict, total=False):
    """What a test may change of the path."""

    nucleo_percepisce_adi: bool | None
    sostegni: tuple[Sostegno, ...] | None
    diritto_dovere_assolto: bool | None
    did_il: date | None
    accolta_il: date | None
    pad_il: date | None
    agenzie: int
    psp_il: date | None
    psp_aggiornato: tuple[date, ...]
    attivita: tuple[Attivita, ...] | None
    conferme: tuple[date, ...]
    contratti: tuple[Periodo, ...]
    decaduta_il: date | None


def corso(dal: date, al: date | None = None, tipo: TipoAttivita = TipoAttivita.FORMAZIONE) -> Attivita:
    """Make an activity, a training course unless told otherwise."""
    return Attivita(tipo=tipo, dal=dal, al=al)


def percorso(il: date, **campi: Unpack[PercorsoIn]) -> PercorsoSfl:
    """Make the path of who did everything on one day: the course already running lifts the confirmations."""
    ordinario: PercorsoIn = {
        "sostegni": (),
        "diritto_dovere_assolto": True,
        "did_il": il,
        "accolta_il": il,
        "pad_il": il,
        "agenzie": 3,
        "psp_il": il,
        "attivita": (corso(il),),
    }
    tutti: PercorsoIn = {**ordinario, **campi}
    return PercorsoSfl(**tutti)


def adulto(il: date, *, anni: int = 40, reddito: Decimal | int = 0, **campi: Unpack[FattiIn]) -> Fatti:
    """Make the facts of a single adult with every requisito."""
    return con_percorso(sola(anni, il, reddito=reddito, **campi), il)


def con_percorso(fatti: Fatti, il: date, **campi: Unpack[PercorsoIn]) -> Fatti:
    """Give the facts a path, with some changes."""
    return replace(fatti, propri=(percorso(il, **campi),))


def requisito(fatti: Fatti, codice: str, *, al: date | None = None, parametri: Parametri = SFL) -> Requisito:
    """Judge one requisito, on the day of the domanda unless told otherwise."""
    return verifica_requisiti(fatti, parametri=parametri, al=al or fatti.presentata_il).requisito(codice)


def sfl_con(**valori: Valore) -> Parametri:
    """Make the parametri of the SFL with some values changed from the beginning."""
    serie = {nome: SFL.storia(nome) for nome in SFL.nomi}
    serie |= {nome: (ValoreDatato(date(2023, 9, 1), valore, "prova"),) for nome, valore in valori.items()}
    return Parametri("sfl", serie)


def mesi(dal: Mese, al: Mese) -> list[Mese]:
    """List the months from one to the other, both included."""
    return [dal + n for n in range(al - dal + 1)]


def percorso_s3(**campi: Unpack[PercorsoIn]) -> PercorsoSfl:
    """Make the path of case S3: twelfth month in April 2025, course until August, PSP updated in April."""
    base = percorso(
        MAGGIO_24,
        attivita=(corso(MAGGIO_24, date(2024, 12, 31)), LUNGO),
        conferme=tuple(date(2025, m, 5) for m in (2, 4, 6, 8)),
        psp_aggiornato=(date(2025, 4, 15),),
    )
    return replace(base, **campi)
