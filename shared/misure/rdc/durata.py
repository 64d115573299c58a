# SPDX-License-Identifier: EUPL-1.2
"""Months of the RdC: when a period begins, how long it lasts, how far an ISEE reaches."""

from datetime import date

from shared.kernel.mese import Mese, mesi_da
from shared.misure.adi.durata import ultimo_mese_coperto
from shared.misure.parametri import Parametri

__all__ = ["decorrenza", "decorrenza_rinnovo", "mesi_spettanti", "ultimo_mese_coperto"]


def decorrenza(pad_il: date, *, parametri: Parametri) -> Mese:
    """Give the first month due: the one after the domanda; the RdC has no PAD, so the day given is the domanda's.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 4/2019, art. 3, c. 5.
    """
    return Mese.di(pad_il) + parametri.al(pad_il).intero("decorrenza_mesi_dopo_domanda")


def decorrenza_rinnovo(domanda_il: date | None, *, ultimo_mese: Mese, pdc: bool, parametri: Parametri) -> Mese | None:
    """Give the first month of a renewal after the last one of the period: one month stays empty, none for the PdC.

    The RdC asks for a new domanda, and is paid from the month after it; None when there is none.

    :raises ParametroMancante: if no value is in force after `ultimo_mese`.
    :source: D.L. 4/2019, art. 3.
    """
    successivo = ultimo_mese + 1
    vuoti = parametri.al(successivo.primo_giorno).intero(f"rinnovo_mese_sospensione{'_67' if pdc else ''}")
    if pdc:
        return successivo + vuoti
    return None if domanda_il is None else max(successivo + vuoti, decorrenza(domanda_il, parametri=parametri))


def mesi_spettanti(decorrenza: Mese, *, parametri: Parametri, numero_rinnovo: int = 0) -> tuple[Mese, ...]:  # noqa: ARG001
    """List the months of the period that begins with `decorrenza`, first or renewed, while the misura is in force.

    The limit of 2023 depends on the nucleo and on its case: it is in `calendario`.

    :raises ParametroMancante: if no value is in force in `decorrenza`.
    :source: D.L. 4/2019, art. 3; L. 197/2022, art. 1, c. 318.
    """
    quanti = parametri.al(decorrenza.primo_giorno).intero("durata_periodo")
    return tuple(m for m in mesi_da(decorrenza, quanti) if parametri.al(m.primo_giorno).logico("in_vigore"))
