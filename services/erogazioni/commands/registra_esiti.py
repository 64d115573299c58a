# SPDX-License-Identifier: EUPL-1.2
"""Apply the outcomes of a flow, page by page: states only move forward, what cannot be applied is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import Applicabile, RigaEsito, StatoErogazione, smista
from services.erogazioni.domain.lotto import StatoFlusso
from services.erogazioni.store import erogazioni, flussi, lotti, posizioni, preparazione
from services.erogazioni.store.erogazioni import Esitata
from shared.contracts.erogazioni import ErogazioneEseguitaV1, ErogazioneScartataV1
from shared.db.session import Session
from shared.kernel.importo import da_centesimi


@dataclass(frozen=True, slots=True)
class PaginaEsiti:
    """A page of outcomes; `successivo` is the cursor of the next one, `conclusa` says that the payer has no more to say."""

    righe: Sequence[RigaEsito]
    successivo: str | None
    conclusa: bool


async def registra_esiti(session: Session, flusso_id: UUID, pagina: PaginaEsiti, *, now: datetime) -> StatoFlusso:
    """Apply a page and move the cursor with it; on the last one close the flow, if every row has its outcome."""
    await preparazione.apri_ai_fatti(session)
    flusso = await flussi.carica(session, flusso_id)
    if flusso.stato is not StatoFlusso.INVIATO:
        return flusso.stato
    noti = await erogazioni.stati(session, flusso_id, [r.id_disposizione for r in pagina.righe])
    smistati = smista(pagina.righe, noti)
    await applica(session, flusso_id, smistati.da_applicare, now=now)
    if smistati.in_quarantena:
        await erogazioni.metti_in_quarantena(session, flusso_id, smistati.in_quarantena, now=now)
    if pagina.successivo:
        await flussi.segna_cursore(session, flusso_id, pagina.successivo)
        return StatoFlusso.INVIATO
    return await _chiudi(session, flusso, conclusa=pagina.conclusa, now=now)


async def _chiudi(session: Session, flusso: flussi.Flusso, *, conclusa: bool, now: datetime) -> StatoFlusso:
    """Close the flow, or come back later: to the last page, or to the first if rows are missing at the end."""
    if conclusa and not await erogazioni.senza_esito(session, flusso.id):
        await flussi.concludi(session, flusso.id, now=now)
        await lotti.concludi(session, flusso.lotto_id, now=now)
        return StatoFlusso.CONCLUSO
    if conclusa:
        await flussi.segna_cursore(session, flusso.id, None)
    await flussi.rimanda(session, flusso.id, StatoFlusso.INVIATO)
    return StatoFlusso.INVIATO


async def applica(session: Session, flusso_id: UUID, esiti: Sequence[Applicabile], *, now: datetime) -> None:
    """Write outcomes, ledger and events; a refused payment also lowers the sum to recover of its month, if there is one."""
    if not esiti:
        return
    cambiate = await erogazioni.applica_esiti(session, flusso_id, esiti, now=now)
    scartate = [c.posizione_id for c in cambiate if c.stato is StatoErogazione.SCARTATO]
    if scartate:
        await posizioni.blocca(session, scartate)
        await erogazioni.ricalcola_recuperi(session, scartate, now=now)
    for cambiata in cambiate:
        session.emit(_evento(cambiata), now=now)


def _evento(e: Esitata) -> ErogazioneEseguitaV1 | ErogazioneScartataV1:
    importo = da_centesimi(e.importo_cent)
    if e.data_valuta is not None:
        return ErogazioneEseguitaV1(
            domanda_id=e.domanda_id,
            versione=e.version,
            erogazione_id=e.id,
            mese=e.mese,
            importo=importo,
            valuta=e.data_valuta,
        )
    return ErogazioneScartataV1(
        domanda_id=e.domanda_id,
        versione=e.version,
        erogazione_id=e.id,
        mese=e.mese,
        importo=importo,
        motivo=e.motivo or "NON_INDICATO",
    )
