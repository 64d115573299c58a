# SPDX-License-Identifier: EUPL-1.2
"""Explain an acceptance to who reads it: what would raise the importo, by the rules and the parametri of then."""

from services.domande import store
from services.domande.commands.fascicolo import spiega
from services.domande.domain.domanda import EsitoDecisione
from shared.db.session import Session
from shared.misure.archivio import versione_regole
from shared.misure.catalogo import get_misura


async def spiega_decisione(session: Session, decisione: store.Decisione) -> list[dict[str, object]]:
    """Give the controfattuali that the dossier does not hold; none when it holds them, or the rules have changed since."""
    ingresso = decisione.ingresso
    if ingresso is None or decisione.esito is not EsitoDecisione.ACCOLTA:
        return []
    misura = get_misura(ingresso.misura)
    if versione_regole(misura.cartella) != ingresso.regole:
        return []
    parametri = await store.parametri_archiviati(session, misura.parametri.misura, ingresso.parametri)
    return spiega(ingresso, parametri=parametri)
