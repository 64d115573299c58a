# SPDX-License-Identifier: EUPL-1.2
"""Open the lotto of a misura for a month, on the facts of this moment: the job prepares it. Asked twice, it is the same."""

from datetime import datetime

from services.erogazioni.domain.lotto import Lotto, LottoInPreparazione, MeseFuturo, id_lotto
from services.erogazioni.store import lotti, preparazione
from shared.db.session import Session
from shared.errors import Difetto
from shared.kernel.calendario import giorno_legale
from shared.kernel.mese import Mese


async def apri_lotto(session: Session, misura: str, mese: Mese, *, now: datetime) -> Lotto:
    """Open the lotto, or give the one that is already there.

    :raises MeseFuturo: if the month has not begun.
    :raises LottoInPreparazione: if a lotto of the same misura is looking for what is due right now.
    """
    if mese > Mese.di(giorno_legale(now)):
        raise MeseFuturo(
            "Il lotto si apre dal primo giorno del mese", (Difetto("/mese", "il mese non è ancora iniziato"),)
        )
    lotto_id = id_lotto(misura, mese)
    await preparazione.chiudi_ai_fatti(session)
    await lotti.crea(session, lotto_id, misura=misura, mese=mese, now=now)
    lotto = await lotti.carica(session, lotto_id)
    if lotto is None:
        raise LottoInPreparazione(f"È in preparazione un altro lotto {misura}: riprovare quando è disposto")
    return lotto
