# SPDX-License-Identifier: EUPL-1.2
"""Which ISEE attestation counts: on the day of the domanda, and month by month afterwards."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from shared.kernel.mese import Mese
from shared.misure.nucleo import ZERO, Fatti, Indicatore, Isee
from shared.misure.parametri import Parametri


def anno_redditi(isee: Isee, *, anni: int) -> int:
    """Give the year of the income in the attestation: as attested, or `anni` before the DSU.

    :source: D.P.C.M. 159/2013.
    """
    return isee.presentata_il.year - anni if isee.anno_redditi is None else isee.anno_redditi


def indicatori_ammessi(isee: Isee, *, minori: bool, parametri: Parametri) -> frozenset[str]:
    """Give the kinds of ISEE that a nucleo with or without minori may use, by the day of the DSU.

    From 2026 it is the ISEE per l'inclusione, for all.

    :source: D.P.C.M. 159/2013, art. 7; L. 199/2025, art. 1, c. 208-209.
    """
    nome = "isee_indicatori_minori" if minori else "isee_indicatori"
    return parametri.al(isee.presentata_il).elenco(nome)


def isee_del_giorno(fatti: Fatti, giorno: date, *, ammesso: Callable[[Isee], bool]) -> Isee | None:
    """Give the attestation in force on a day: an ISEE corrente first, else the one of the latest DSU.

    One DSU may give more indicators: the kind that is `ammesso` for the nucleo comes before the others.
    """
    validi = [i for i in fatti.isee or () if i.presentata_il <= giorno <= i.valido_al]
    if len(validi) <= 1:
        return validi[0] if validi else None
    return max(validi, key=lambda i: (i.indicatore is Indicatore.CORRENTE, i.presentata_il, ammesso(i), _figure(i)))


def isee_del_mese(fatti: Fatti, mese: Mese, *, parametri: Parametri, ammesso: Callable[[Isee], bool]) -> Isee | None:
    """Give the attestation that covers a month of competence.

    In the first months of a year (parametro `isee_ultimo_mese_isee_precedente`) it is the one in force at the end of
    the year before; later, the one in force on the first day or, for months recovered afterwards, the first of the
    year. None: the month waits for a new DSU.

    :raises ParametroMancante: if no value is in force in `mese`.
    :source: messaggio INPS 835/2024.
    """
    if mese.numero <= parametri.al(mese.primo_giorno).intero("isee_ultimo_mese_isee_precedente"):
        precedente = isee_del_giorno(fatti, Mese(mese.anno, 1).primo_giorno - date.resolution, ammesso=ammesso)
        if precedente is not None:
            return precedente
    in_vigore = isee_del_giorno(fatti, mese.primo_giorno, ammesso=ammesso)
    if in_vigore is not None:
        return in_vigore
    dell_anno = [i for i in fatti.isee or () if i.presentata_il.year == mese.anno and mese.primo_giorno <= i.valido_al]
    return min(dell_anno, key=lambda i: (i.presentata_il, not ammesso(i), _figure(i)), default=None)


def _figure(isee: Isee) -> tuple[tuple[Decimal, ...], str]:
    """The figures only keep the choice the same whatever the order of the facts."""
    patrimonio = (isee.patrimonio_mobiliare, isee.patrimonio_immobiliare, isee.valore_casa)
    redditi = (isee.isee, isee.reddito_familiare, *patrimonio, isee.canone_annuo or ZERO, isee.trattamenti)
    return redditi, isee.indicatore.value
