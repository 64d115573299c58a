# SPDX-License-Identifier: EUPL-1.2
"""The point of no return: what is not due any more is cancelled, the bytes of the file are fixed, the orders announced."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import StatoErogazione
from services.erogazioni.domain.file_pagamento import Riga, componi
from services.erogazioni.domain.lotto import StatoFlusso
from services.erogazioni.store import erogazioni, flussi, lotti, preparazione
from services.erogazioni.store.erogazioni import DaInviare
from services.erogazioni.store.flussi import Flusso
from shared.contracts.erogazioni import ErogazioneDispostaV1
from shared.db.session import Session
from shared.kernel.importo import da_centesimi


async def manda_in_invio(session: Session, flusso_id: UUID, *, now: datetime) -> bytes | None:
    """Take the flow from DA_INVIARE to IN_INVIO and give its bytes; None if it has already gone or is empty.

    From the commit of this transaction on, only the payer can say that the money has not left.
    """
    await preparazione.apri_ai_fatti(session)
    flusso = await flussi.carica(session, flusso_id)
    if flusso.stato is not StatoFlusso.DA_INVIARE:
        return None
    await erogazioni.annulla_non_dovute(session, flusso_id, now=now)
    ordini = await erogazioni.da_inviare(session, flusso_id)
    contenuto = _file(flusso, ordini)
    cent = sum(o.importo_cent for o in ordini)
    await flussi.fissa(session, flusso_id, contenuto, inviate=len(ordini), cent=cent, now=now)
    await erogazioni.segna(session, flusso_id, da=(StatoErogazione.DA_INVIARE,), a=StatoErogazione.IN_INVIO)
    await lotti.segna_in_invio(session, flusso.lotto_id)
    if not ordini:
        await lotti.concludi(session, flusso.lotto_id, now=now)
    _annuncia(session, ordini, now=now)
    return contenuto if ordini else None


def _file(flusso: Flusso, ordini: list[DaInviare]) -> bytes:
    righe = [
        Riga(o.id, o.beneficiario.codice_fiscale, o.beneficiario.strumento, _conto(o), o.importo_cent) for o in ordini
    ]
    return componi(flusso.id, misura=flusso.misura, mese=flusso.mese, righe=righe)


def _conto(ordine: DaInviare) -> str | None:
    return ordine.beneficiario.iban if ordine.beneficiario.strumento == "BONIFICO" else None


def _annuncia(session: Session, ordini: list[DaInviare], *, now: datetime) -> None:
    for o in ordini:
        evento = ErogazioneDispostaV1.model_construct(
            domanda_id=o.domanda_id,
            versione=o.version,
            erogazione_id=o.id,
            mese=o.mese,
            importo=da_centesimi(o.importo_cent),
        )
        session.emit(evento, now=now)
