# SPDX-License-Identifier: EUPL-1.2
"""Months and members of the SIA, in the shape that the catalogue of the misure asks for."""

from datetime import date
from decimal import Decimal

from shared.kernel.bimestre import MESI_BIMESTRE, Bimestre
from shared.kernel.mese import Mese, mesi_da
from shared.misure.nucleo import Fatti
from shared.misure.parametri import Parametri
from shared.misure.sia.importo import contati
from shared.misure.sia.isee import scadenza_dsu
from shared.misure.sia.punteggio import in_eta_attiva
from shared.misure.sia.quadro import quadro_del_giorno
from shared.misure.sia.termini import primo_bimestre


def decorrenza(pad_il: date, *, parametri: Parametri) -> Mese:
    """Give the first month due after a domanda of the day `pad_il`: the SIA has no PAD, the bimestre after it counts.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 3, c. 1, lett. c).
    """
    return primo_bimestre(pad_il, parametri=parametri).mesi[0]


def mesi_spettanti(decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0) -> tuple[Mese, ...]:
    """List the months of a SIA: six bimestri; a new domanda after the waiting time gives as many.

    :raises ParametroMancante: if no value is in force in `decorrenza`.
    :source: D.M. 26/5/2016, art. 5, c. 2.
    """
    del numero_rinnovo
    quanti = parametri.al(decorrenza.primo_giorno).intero("durata_bimestri")
    return tuple(mesi_da(decorrenza, quanti * MESI_BIMESTRE))


def ultimo_mese_coperto(anno: int, *, parametri: Parametri) -> Mese:
    """Give the last month that the ISEE of a year covers: the bimestre in which the DSU expires is whole.

    :raises ParametroMancante: if no value is in force in the year.
    :source: D.P.C.M. 159/2013, art. 10, c. 1; Ministero del lavoro, FAQ SIA.
    """
    dicembre = (Mese(anno + 1, 1) + -1).primo_giorno
    return Bimestre.di(scadenza_dsu(dicembre, parametri=parametri)).mesi[1]


def scala(fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:
    """Give how many members the importo counts: the SIA has no scala di equivalenza of its own.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 5.
    """
    return Decimal(contati(quadro_del_giorno(fatti, parametri=parametri, al=al)))


def nella_scala(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the nucleo of the DSU on the day `al`.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 4.
    """
    return quadro_del_giorno(fatti, parametri=parametri, al=al).codici


def attivabili(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members of working age on the day `al`: the progetto binds them to look for work.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 26/5/2016, art. 7, c. 2.
    """
    quadro = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return frozenset(c.codice_fiscale for c in quadro.presenti if in_eta_attiva(quadro, c))
