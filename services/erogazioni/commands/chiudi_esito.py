# SPDX-License-Identifier: EUPL-1.2
"""Close an outcome set aside: try again what could not be applied, or put it away with a reason."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.commands.registra_esiti import applica
from services.erogazioni.domain.erogazione import smista
from services.erogazioni.domain.quarantena import (
    PERCHE,
    CosaDecidere,
    Decisione,
    EsitoGiaChiuso,
    EsitoNonApplicabile,
    Messo,
    StatoQuarantena,
)
from services.erogazioni.store import erogazioni, preparazione, quarantena, restituzioni
from shared.db.session import Session
from shared.errors import NotFound


async def chiudi_esito(session: Session, esito_id: UUID, decisione: Decisione, *, now: datetime) -> None:
    """Decide about an outcome set aside; the decision stays beside it for ever.

    :raises NotFound: if it is not there.
    :raises EsitoGiaChiuso: if somebody has decided before.
    :raises EsitoNonApplicabile: if it is to be tried again and still cannot be applied.
    """
    await preparazione.apri_ai_fatti(session)
    visto = await quarantena.carica(session, esito_id)
    if visto is None:
        raise NotFound("L'esito in quarantena non esiste")
    # The file first, as everybody does: the outcome is then looked at again.
    await restituzioni.blocca_flussi(session, [visto.flusso_id])
    messo = await quarantena.carica(session, esito_id, blocca=True)
    if messo is None or messo.stato != StatoQuarantena.APERTO:
        raise EsitoGiaChiuso("L'esito è già stato chiuso da un'altra decisione")
    if decisione.cosa is CosaDecidere.RIESAMINA:
        await _riesamina(session, messo, now=now)
    await quarantena.chiudi(session, esito_id, decisione, now=now)


async def _riesamina(session: Session, messo: Messo, *, now: datetime) -> None:
    """Apply it now; what was applied in the meantime has no effect."""
    noti = await erogazioni.stati(session, messo.flusso_id, [messo.riga.id_disposizione])
    smistati = smista([messo.riga], noti)
    for _, causa in smistati.in_quarantena:
        raise EsitoNonApplicabile(f"L'esito non si può ancora applicare: {PERCHE[causa]}")
    await applica(session, messo.flusso_id, smistati.da_applicare, now=now)
    await restituzioni.completa(session, messo.flusso_id, smistati.tardivi)
