# SPDX-License-Identifier: EUPL-1.2
"""Sheets of every kind of notice, for the tests of letters and messages."""

from datetime import date

from services.notifiche.domain.avviso import Avviso
from services.notifiche.schemas.contenuto import Contenuto
from services.notifiche.schemas.scheda import Mandante, Pratica, Scheda, componi
from services.notifiche.settings import Ufficio
from tests.notifiche.fatti import MOTIVI, PROTOCOLLO, recapiti

DATA = date(2026, 2, 28)
CAUSE = ("ANNULLAMENTO", "RINUNCIA", "DECADENZA", "REVOCA", "SCADENZA")
_CONTENUTO = Contenuto.model_validate(
    {
        "giorno": date(2026, 2, 28), "entro": date(2026, 3, 30), "mese": "2026-04", "importo": "1780.50", "motivi": MOTIVI,
        "causa": "DECADENZA", "spiegazione": "Il nucleo non si è presentato al primo incontro",
    }
)  # fmt: skip


def scheda(avviso: Avviso, **diverso: object) -> Scheda:
    """Make the sheet of a notice to Maria Rossi."""
    contenuto = Contenuto.model_validate(_CONTENUTO.model_dump() | diverso)
    pratica = Pratica("ADI", PROTOCOLLO, date(2026, 2, 20), recapiti())
    mandante = Mandante(Ufficio(), {"H501": "ROMA"})
    return componi(avviso, contenuto, pratica, mandante=mandante, riferimento="4F2A91C0", data=DATA)
