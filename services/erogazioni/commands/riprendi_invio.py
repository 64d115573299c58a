# SPDX-License-Identifier: EUPL-1.2
"""Give back to a restored database a payment file that the payer has: its orders, its bytes, its place in the lotto."""

from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.erogazione import StatoErogazione
from services.erogazioni.domain.invio import Invio
from services.erogazioni.domain.libro import Causale
from services.erogazioni.domain.lotto import StatoFlusso, StatoLotto
from services.erogazioni.store import erogazioni, fermi, flussi, lotti, posizioni, preparazione
from shared.db.session import Session
from shared.kernel.mese import Mese


async def riprendi_invio(session: Session, invio: Invio, *, now: datetime) -> None:
    """Write again what the journal says of a file, as sent: its outcomes will be read like those of any other.

    The lotto is closed to the preparation: what it had not ordered yet is paid by the next one.
    """
    await preparazione.apri_ai_fatti(session)
    lotto_id, flusso_id = UUID(invio.lotto_id), UUID(invio.flusso_id)
    mese = Mese.da_testo(invio.mese)
    await lotti.crea(session, lotto_id, misura=invio.misura, mese=mese, now=now, stato=StatoLotto.IN_INVIO)
    await lotti.carica(session, lotto_id, blocca=True)
    await posizioni.crea(session, [UUID(o.domanda_id) for o in invio.ordini])
    cent = sum(o.importo_cent for o in invio.ordini)
    await flussi.crea(session, flusso_id, lotto_id=lotto_id, numero=invio.numero, quante=len(invio.ordini), cent=cent)
    if (await flussi.carica(session, flusso_id)).stato is not StatoFlusso.DA_INVIARE:
        return  # another replica has done it
    nuove = await erogazioni.crea(session, invio)
    await erogazioni.registra(session, flusso_id, Causale.DISPOSTA, nuove, now=now)
    await erogazioni.annulla_fuori_dal_file(session, invio, now=now)
    await flussi.fissa(session, flusso_id, invio.contenuto.encode(), inviate=len(invio.ordini), cent=cent, now=now)
    await erogazioni.segna(session, flusso_id, da=(StatoErogazione.DA_INVIARE,), a=StatoErogazione.IN_INVIO)
    await flussi.segna_inviato(session, flusso_id, now=now)
    await lotti.riprendi(session, lotto_id, now=now)
    await preparazione.scongela(session, lotto_id)
    await fermi.conta(session, ritrovato=True)
