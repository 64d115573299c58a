# SPDX-License-Identifier: EUPL-1.2
"""After the twelfth month: more months only to finish the training course already running, with the PSP updated."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.kernel.mese import Mese
from shared.misure.parametri import Parametri
from shared.misure.sfl.fatti import Attivita, PercorsoSfl


@dataclass(frozen=True, slots=True)
class Proroga:
    """What follows the twelfth month: the course to finish and the last month, both None where there is no proroga.

    `psp_entro` is the last day for the update of the PSP, `limite` the last day of the suspension that follows.
    """

    corso: Attivita | None = None
    ultimo: Mese | None = None
    psp_entro: date | None = None
    limite: date | None = None
    psp_il: date | None = None

    def comprende(self, mese: Mese) -> bool:
        """Tell whether a month may still be due, or waits for the PSP."""
        if self.ultimo is None or self.limite is None or mese > self.ultimo:
            return False
        if self.psp_il is not None:
            return self.psp_il <= self.limite
        return mese.primo_giorno <= self.limite

    def sospesa(self, mese: Mese) -> bool:
        """Tell whether a month waits for the update of the PSP, which has not come in time."""
        return self.psp_il is None and self.psp_entro is not None and mese.ultimo_giorno > self.psp_entro


def proroga(percorso: PercorsoSfl, *, ultimo: Mese, parametri: Parametri) -> Proroga:
    """Say what follows `ultimo`, the twelfth month: terms in months and days from its end.

    Only a training course that runs beyond it counts, and only until its end: no other course takes its place.

    :raises ParametroMancante: if no value is in force in `ultimo`.
    :source: L. 207/2024, art. 1, c. 198-199; messaggi INPS 595/2025 e 765/2025.
    """
    p = parametri.al(ultimo.primo_giorno)
    in_piu, corso = p.intero("proroga_mesi_max"), _corso(percorso, ultimo, formazione=p.elenco("attivita_formazione"))
    if corso is None or not in_piu:
        return Proroga()
    psp_entro = (ultimo + p.intero("proroga_psp_mesi")).ultimo_giorno
    fine = ultimo + in_piu
    return Proroga(
        corso=corso,
        ultimo=fine if corso.al is None else min(fine, Mese.di(corso.al)),
        psp_entro=psp_entro,
        limite=psp_entro + timedelta(days=p.intero("proroga_psp_sosp_max")),
        psp_il=min((giorno for giorno in percorso.psp_aggiornato if giorno >= corso.dal), default=None),
    )


def _corso(percorso: PercorsoSfl, ultimo: Mese, *, formazione: frozenset[str]) -> Attivita | None:
    """Give the training course that runs beyond the end of the twelfth month, the longest if there are more."""
    fine = ultimo.ultimo_giorno
    in_corso = [
        a for a in percorso.attivita or () if a.tipo in formazione and a.dal <= fine and (a.al is None or fine < a.al)
    ]
    return max(in_corso, key=lambda a: (a.al or date.max, a.dal, a.tipo), default=None)
