# SPDX-License-Identifier: EUPL-1.2
"""Apply the outcomes of a flow, page by page: states only move forward, what cannot be applied is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import (
    CADUTE,
    STRUMENTO_PERSO,
    Applicabile,
    RigaEsito,
    Smistati,
    StatoErogazione,
    smista,
)
from services.erogazioni.domain.file_pagamento import leggi
from services.erogazioni.domain.lotto import StatoFlusso
from services.erogazioni.domain.posizione import chi_e_come
from services.erogazioni.store import erogazioni, flussi, lotti, posizioni, preparazione, quarantena, restituzioni
from services.erogazioni.store.erogazioni import Esitata
from shared.contracts.erogazioni import ErogazioneEseguitaV1, ErogazioneRestituitaV1, ErogazioneScartataV1
from shared.contracts.evento import Evento
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
    await smista_e_applica(session, flusso_id, pagina.righe, now=now)
    if pagina.successivo:
        await flussi.segna_cursore(session, flusso_id, pagina.successivo)
        return StatoFlusso.INVIATO
    return await _chiudi(session, flusso, conclusa=pagina.conclusa, now=now)


async def smista_e_applica(session: Session, flusso_id: UUID, righe: Sequence[RigaEsito], *, now: datetime) -> Smistati:
    """Apply what the orders of a flow can take, set the rest aside."""
    noti = await erogazioni.stati(session, flusso_id, [r.id_disposizione for r in righe])
    smistati = smista(righe, noti)
    await applica(session, flusso_id, smistati.da_applicare, now=now)
    await restituzioni.completa(session, flusso_id, smistati.tardivi)
    if smistati.in_quarantena:
        await quarantena.metti(session, flusso_id, smistati.in_quarantena, now=now)
    return smistati


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
    """Write outcomes, ledger and events; what did not stay with the person also lowers the sum to recover of its month."""
    ritorni = [e for e in esiti if e.stato is StatoErogazione.RESTITUITO]
    altri = [e for e in esiti if e.stato is not StatoErogazione.RESTITUITO]
    cambiate = await erogazioni.applica_esiti(session, flusso_id, altri, now=now) if altri else []
    # After the others: a row may be executed and given back in one page.
    cambiate += await restituzioni.applica(session, flusso_id, ritorni, now=now)
    cadute = [c for c in cambiate if c.stato in CADUTE]
    if cadute:
        suoi = [c.posizione_id for c in cadute]
        await posizioni.blocca(session, suoi)
        await _respingi_strumenti(session, flusso_id, cadute, now=now)
        await erogazioni.ricalcola_recuperi(session, suoi, now=now)
    for cambiata in cambiate:
        session.emit(_evento(cambiata), now=now)


async def _respingi_strumenti(session: Session, flusso_id: UUID, cadute: Sequence[Esitata], *, now: datetime) -> None:
    """Where the way of paying is lost for good, stop the payments until there is another one.

    The file says which it was: the posizione may have another one already.
    """
    perse = {str(c.id): c for c in cadute if c.stato is StatoErogazione.RESTITUITO and c.motivo in STRUMENTO_PERSO}
    contenuto = await flussi.contenuto(session, flusso_id) if perse else None
    if contenuto is None:
        return
    usati = [
        (perse[riga["id_disposizione"]].posizione_id, session.cifrario.impronta(chi_e_come(
            codice_fiscale=riga["codice_fiscale"], strumento=riga["strumento"], iban=riga["iban"])))
        for riga in leggi(contenuto)["disposizioni"] if riga["id_disposizione"] in perse
    ]  # fmt: skip
    await restituzioni.respingi(session, usati, now=now)
    note = await posizioni.carica(session, [c.domanda_id for c in perse.values()])
    respinti = await restituzioni.respinti(session, [p.id for p in note.values()])
    nuove = [p.con_strumenti_respinti(respinti[p.id]) for p in note.values()]
    await posizioni.salva(session, [p for p in nuove if p != note[p.domanda_id]])


def _evento(e: Esitata) -> Evento:
    importo = da_centesimi(e.importo_cent)
    comuni = {"domanda_id": e.domanda_id, "versione": e.version, "erogazione_id": e.id, "mese": e.mese}
    if e.stato is StatoErogazione.ESEGUITO:
        return ErogazioneEseguitaV1(**comuni, importo=importo, valuta=e.data_valuta)
    motivo = e.motivo or "NON_INDICATO"
    if e.stato is StatoErogazione.RESTITUITO:
        return ErogazioneRestituitaV1(**comuni, importo=importo, motivo=motivo, restituita_il=e.restituita_il)
    return ErogazioneScartataV1(**comuni, importo=importo, motivo=motivo)
