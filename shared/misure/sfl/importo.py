# SPDX-License-Identifier: EUPL-1.2
"""The indennità of the SFL for one month: a fixed sum, only for participation, exempt from IRPEF."""

from dataclasses import dataclass
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import Mese
from shared.misure.formato import euro
from shared.misure.formato import mese as mese_scritto
from shared.misure.nucleo import ZERO, Fatti
from shared.misure.parametri import Parametri, Valori
from shared.misure.sfl.fatti import PercorsoSfl
from shared.misure.sfl.mensilita import Mensilita, StatoMese, mensilita

_PERCHE = {
    StatoMese.SENZA_ATTIVITA: "Nel mese non c'è partecipazione ad attività: non spetta alcun importo.",
    StatoMese.SOSPESO_CONFERMA: "Manca la conferma della partecipazione: il pagamento è sospeso.",
    StatoMese.SOSPESO_CONTRATTO: "Il beneficio è sospeso per un rapporto di lavoro da uno a sei mesi: il mese resta da fruire.",
    StatoMese.SOSPESO_PSP: "Il patto di servizio personalizzato non è aggiornato: il pagamento è sospeso.",
    StatoMese.DECADUTO: "Il beneficio è decaduto: non spetta alcun importo.",
    StatoMese.TERMINATO: "Le mensilità previste sono finite: non spetta alcun importo.",
}


@dataclass(frozen=True, slots=True)
class ImportoSfl:
    """What is due for a month, EUR/month: one sum, all in quota A. `stato` is None where no path is known yet."""

    mese: Mese
    spetta: bool
    totale: Decimal
    stato: StatoMese | None
    righe: tuple[str, ...]

    @property
    def quota_a(self) -> Decimal:
        """The whole indennità."""
        return self.totale

    @property
    def quota_b(self) -> Decimal:
        """Nothing: the SFL has no share for the rent."""
        return arrotonda(ZERO)


def importo_mensile(fatti: Fatti, *, parametri: Parametri, mese: Mese) -> ImportoSfl:
    """Compute the SFL due for `mese`, in EUR/month.

    Where the activities are not known yet it is what a month of participation is worth. The requisiti are not
    verified here.

    :raises ParametroMancante: if no value is in force in `mese`.
    :source: D.L. 48/2023, art. 12, c. 7.
    """
    percorso, p = fatti.propri_di(PercorsoSfl), parametri.al(mese.primo_giorno)
    intero = arrotonda(p.decimale("importo_mensile"))
    if percorso.attivita is None:
        vale = f"Un mese di partecipazione alle attività vale {euro(intero)}."
        return ImportoSfl(mese, True, intero, None, (vale, _irpef(p)))
    del_mese = [m for m in mensilita(percorso, parametri=parametri, fino_al=mese) if m.mese == mese]
    stato = del_mese[0].stato if del_mese else StatoMese.SENZA_ATTIVITA
    if not del_mese or stato is not StatoMese.SPETTA:
        return ImportoSfl(mese, False, arrotonda(ZERO), stato, (_PERCHE[stato],))
    totale = indennita(del_mese[0], parametri=parametri)
    righe = (
        f"Mensilità {del_mese[0].numero}, {mese_scritto(mese)}: {del_mese[0].giorni} giorni di partecipazione.",
        f"Indennità di partecipazione: {euro(totale)}.",
        _irpef(p),
    )
    return ImportoSfl(mese, True, totale, stato, righe)


def indennita(mensilita_: Mensilita, *, parametri: Parametri) -> Decimal:
    """Compute the sum of a month that is due, in EUR: whole, or by days if the parametro says so.

    :raises ParametroMancante: if no value is in force in the month.
    :source: D.L. 48/2023, art. 12, c. 7.
    """
    mese = mensilita_.mese
    p = parametri.al(mese.primo_giorno)
    intero = p.decimale("importo_mensile")
    if p.testo("mese_parziale") == "MESE_INTERO":
        return arrotonda(intero)
    return arrotonda(intero * mensilita_.giorni / mese.ultimo_giorno.day)


def _irpef(p: Valori) -> str:
    return "L'importo è esente da IRPEF." if p.logico("esente_irpef") else "L'importo è soggetto a IRPEF."
