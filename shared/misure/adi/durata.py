# SPDX-License-Identifier: EUPL-1.2
"""Months of the ADI: when a period begins, how long it lasts, how far an ISEE reaches, and who is bound meanwhile."""

from collections.abc import Set as AbstractSet
from datetime import date
from itertools import count, islice

from shared.kernel.mese import Mese
from shared.misure.adi.attivazione import vincolati
from shared.misure.adi.quadro import quadro_del_giorno
from shared.misure.adi.scala import componi
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri


def decorrenza(pad_il: date, *, parametri: Parametri) -> Mese:
    """Give the first month due: the one after the PAD of the nucleo.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 4; Ministero del lavoro, FAQ ADI n. 4.
    """
    return Mese.di(pad_il) + parametri.al(pad_il).intero("decorrenza_mesi_dopo_pad")


def decorrenza_rinnovo(
    domanda_il: date, *, ultimo_mese: Mese, parametri: Parametri, pad_il: date | None = None
) -> Mese:
    """Give the first month of a renewal asked on `domanda_il` after the last month paid.

    Up to a last month of November 2025 one month stays empty; later, none. `pad_il` is the day of the new PAD, where
    the nucleo has changed. A late domanda loses months, it does not shorten the renewal.

    :raises ParametroMancante: if no value is in force after `ultimo_mese`.
    :source: D.L. 48/2023, art. 3, c. 2; L. 199/2025, art. 1, c. 158.
    """
    successivo = ultimo_mese + 1
    vuoti = parametri.al(successivo.primo_giorno).intero("rinnovo_mese_sospensione")
    return max(successivo, Mese.di(domanda_il if pad_il is None else pad_il)) + vuoti


def mesi_spettanti(
    decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0, sospesi: AbstractSet[Mese] = frozenset()
) -> tuple[Mese, ...]:
    """List the months of the period that begins with `decorrenza`: 18 for the first one, 12 for each renewal.

    `sospesi` are the months of a job of one to six months: they are skipped and do not consume the period.

    :raises ParametroMancante: if no value is in force in `decorrenza`.
    :source: D.L. 48/2023, art. 3, c. 2, e art. 9, c. 2.
    """
    nome = "durata_rinnovo" if numero_rinnovo else "durata_primo_periodo"
    quanti = parametri.al(decorrenza.primo_giorno).intero(nome)
    mesi = (decorrenza + n for n in count())
    return tuple(islice((mese for mese in mesi if mese not in sospesi), quanti))


def ultimo_mese_coperto(anno: int, *, parametri: Parametri) -> Mese:
    """Give the last month that the ISEE of a year covers: one of the first of the year after.

    :raises ParametroMancante: if no value is in force in the year after.
    :source: messaggio INPS 835/2024.
    """
    gennaio = Mese(anno + 1, 1)
    mesi = parametri.al(gennaio.primo_giorno).intero("isee_ultimo_mese_isee_precedente")
    return gennaio + (mesi - 1)


def attivabili(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members bound by the duties of activation to work on the day `al`.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 48/2023, art. 6; D.M. 154/2023, art. 8.
    """
    quadro = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return frozenset(c.codice_fiscale for c in vincolati(quadro, componi(quadro)))
