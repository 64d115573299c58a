# SPDX-License-Identifier: EUPL-1.2
"""The bimestri of one SIA, one by one: what is due, what waits, what is lost, and when it is paid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.kernel.bimestre import MESI_BIMESTRE, Bimestre
from shared.kernel.importo import arrotonda
from shared.misure.nucleo import ZERO, Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.condizionalita import fine_sospensione, percento_decurtato, revoche, sospeso_dal
from shared.misure.sia.fatti import FattiSia
from shared.misure.sia.importo import importo_bimestre
from shared.misure.sia.isee import isee_del_bimestre
from shared.misure.sia.termini import primo_bimestre

_CENTO = 100


class StatoRata(StrEnum):
    """What becomes of a bimestre: paid in its turn or later, waiting, lost."""

    DOVUTA = "DOVUTA"
    SOSPESA = "SOSPESA"
    REVOCATA = "REVOCATA"


@dataclass(frozen=True, slots=True)
class Rata:
    """A bimestre of competence: `importo` in EUR for the whole of it, paid in `pagata_nel` (None: not yet, or never).

    `regionale` is the part of it that a Regione pays by protocollo.
    """

    bimestre: Bimestre
    stato: StatoRata
    importo: Decimal
    pagata_nel: Bimestre | None = None
    regionale: Decimal = ZERO

    @property
    def arretrata(self) -> bool:
        """Whether it is paid in a later bimestre than its own."""
        return self.pagata_nel is not None and self.pagata_nel > self.bimestre


@dataclass(frozen=True, slots=True)
class _Sospensione:
    """Bimestri stopped from `dal`, paid in `fino`; None: nobody knows when, or never."""

    dal: Bimestre
    fino: Bimestre | None


def piano(fatti: Fatti, *, parametri: Parametri, al: date, primo: Bimestre | None = None) -> tuple[Rata, ...]:
    """List the bimestri of a SIA, at most six, with the facts known on the day `al`.

    The first one follows the domanda, unless `primo` says otherwise. Sanctions and losses act from the bimestre after
    the fact; what was already due stays.

    :raises ParametroMancante: if no value is in force in one of the bimestri.
    :source: D.M. 26/5/2016, art. 5, c. 2; Ministero del lavoro, FAQ SIA.
    """
    inizio = primo or primo_bimestre(fatti.presentata_il, parametri=parametri)
    quanti = parametri.al(fatti.presentata_il).intero("durata_bimestri")
    sospensioni = tuple(_sospensioni(fatti, parametri, al))
    fine = min((Bimestre.di(giorno) for giorno in revoche(fatti, parametri=parametri, al=al)), default=None)
    return tuple(
        Rata(b, StatoRata.REVOCATA, arrotonda(ZERO))
        if fine is not None and b > fine
        else _rata(fatti, b, sospensioni, parametri=parametri, al=al)
        for b in (inizio + n for n in range(quanti))
    )


def da_pagare(rate: Iterable[Rata], bimestre: Bimestre) -> Decimal:
    """Sum what is paid in a bimestre, arrears included, in EUR."""
    return sum((r.importo for r in rate if r.pagata_nel == bimestre), arrotonda(ZERO))


def da_restituire(fatti: Fatti, rate: Iterable[Rata], *, al: date) -> Decimal:
    """Give what must be paid back on a day, in EUR: all of it after a false declaration, nothing in other cases.

    :source: D.L. 78/2010, art. 38; D.M. 26/5/2016, art. 7; Ministero del lavoro, FAQ SIA.
    """
    mendace = fatti.propri_di(FattiSia).dichiarazione_mendace_il
    if mendace is None or mendace > al:
        return arrotonda(ZERO)
    oggi = Bimestre.di(al)
    return sum((r.importo for r in rate if r.pagata_nel is not None and r.pagata_nel < oggi), arrotonda(ZERO))


def _rata(fatti: Fatti, b: Bimestre, sospensioni: Iterable[_Sospensione], *, parametri: Parametri, al: date) -> Rata:
    """Pay a bimestre in its turn or, when something stops it, in the first one in which nothing does."""
    isee = isee_del_bimestre(fatti, b, parametri=parametri, conosciuto_al=al)
    if isee is None:
        return Rata(b, StatoRata.SOSPESA, arrotonda(ZERO))
    quando = max(b, Bimestre.di(isee.presentata_il))
    for s in sospensioni:
        if s.dal <= b and (s.fino is None or b < s.fino):
            if s.fino is None:
                return Rata(b, StatoRata.SOSPESA, arrotonda(ZERO))
            quando = max(quando, s.fino)
    intero = importo_bimestre(fatti, parametri=parametri, bimestre=b)
    pieno = _CENTO - percento_decurtato(fatti, b, parametri=parametri)
    importo, regionale = (
        arrotonda(mensile * MESI_BIMESTRE * pieno / _CENTO) for mensile in (intero.totale, intero.regionale)
    )
    return Rata(b, StatoRata.DOVUTA, importo, quando, regionale)


def _sospensioni(fatti: Fatti, parametri: Parametri, al: date) -> Iterator[_Sospensione]:
    """Requisiti found missing, until they are cleared; a progetto not signed, until it is, or the rule changes."""
    for perdita in fatti.propri_di(FattiSia).perdite:
        if perdita.accertata_il <= al:
            recupera = parametri.al(perdita.accertata_il).logico("sospensione_superata_recuperata")
            superata = perdita.superata_il if recupera else None
            yield _Sospensione(Bimestre.di(perdita.accertata_il) + 1, _bimestre(superata, al))
    dal = sospeso_dal(fatti, parametri=parametri)
    if dal is not None and dal <= al:
        fine = fine_sospensione(fatti, parametri=parametri)
        yield _Sospensione(Bimestre.di(dal - date.resolution) + 1, _bimestre(fine, al))


def _bimestre(giorno: date | None, al: date) -> Bimestre | None:
    return None if giorno is None or giorno > al else Bimestre.di(giorno)
