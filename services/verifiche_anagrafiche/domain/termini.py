# SPDX-License-Identifier: EUPL-1.2
"""Dated terms of the accertamento, and what each misura asks of residence and citizenship."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from services.verifiche_anagrafiche.domain.accertamento import ControlloComune, Criteri
from services.verifiche_anagrafiche.domain.luoghi import provincia_di
from shared.kernel.calendario import aggiungi_giorni_lavorativi
from shared.misure.parametri import Parametri, ParametroMancante, carica, leggi

# Residence and citizenship of SFL are those of ADI (D.M. 108/2023, art. 2, c. 4).
_MISURA_DI_RIFERIMENTO = "adi"


def scadenza_comune(richiesto: date, *, comune: str) -> date:
    """Give the last day of the Comune: working days of its own calendar, patron included.

    :raises ParametroMancante: if no term is in force on that day.
    """
    giorni = _parametri().al(richiesto).intero("termine_comune")
    return aggiungi_giorni_lavorativi(richiesto, giorni, provincia=provincia_di(comune))


def scadenza_silenzio(richiesto: date, controlli: Iterable[ControlloComune]) -> date:
    """Give the last day on which an answer counts; from the next one silence has its effect.

    :raises ParametroMancante: if no term is in force on that day.
    """
    valori = _parametri().al(richiesto)
    return richiesto + timedelta(days=max(valori.intero(f"silenzio_{controllo.lower()}") for controllo in controlli))


@lru_cache(maxsize=256)
def criteri(misura: str, giorno: date) -> Criteri:
    """Read what a misura asks on a day.

    :raises ParametroMancante: if no value is in force.
    """
    try:
        valori = carica(misura.lower()).al(giorno)
        return Criteri(valori.intero("residenza_anni"), valori.elenco("paesi_ue"))
    except ParametroMancante:
        valori = carica(_MISURA_DI_RIFERIMENTO).al(giorno)
        return Criteri(valori.intero("residenza_anni"), valori.elenco("paesi_ue"))


@lru_cache(maxsize=1)
def _parametri() -> Parametri:
    testo = (resources.files("services.verifiche_anagrafiche") / "parametri.toml").read_text(encoding="utf-8")
    return leggi("verifiche_anagrafiche", testo)
