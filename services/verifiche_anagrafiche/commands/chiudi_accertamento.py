# SPDX-License-Identifier: EUPL-1.2
"""Close an accertamento, with the answer of the Comune or by silence, and with it the verifica that waited for it."""

from datetime import datetime
from uuid import UUID

from services.verifiche_anagrafiche.commands.concludi_verifica import concludi_verifica
from services.verifiche_anagrafiche.commands.fatti import RispostaComune
from services.verifiche_anagrafiche.domain.accertamento import Accertamento, EsitoComune, StatoAccertamento
from services.verifiche_anagrafiche.domain.verifica import StatoVerifica, Verifica
from services.verifiche_anagrafiche.store import accertamenti, interrogazioni, verifiche
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.calendario import giorno_legale


async def registra_esito(
    session: Session, accertamento_id: UUID, esito: EsitoComune, *, operatore: str, now: datetime
) -> Accertamento:
    """Record what the Comune has ascertained.

    :raises NotFound: if the accertamento is not there.
    :raises AccertamentoChiuso: if it has already an outcome.
    :raises DatiNonValidi: if the answer is not about exactly what was asked.
    """
    verifica_id = await accertamenti.verifica_di(session, accertamento_id)
    if verifica_id is None:
        raise NotFound("L'accertamento non esiste o non è visibile a chi chiama")
    verifica = (await verifiche.blocca(session, [verifica_id]))[verifica_id]
    (aperto,) = await accertamenti.blocca(session, [accertamento_id])
    dati = (await verifiche.dati(session, [verifica_id])).get(verifica_id)
    svantaggi = frozenset(s.codice_fiscale for s in dati.svantaggi) if dati else frozenset()
    chiuso = aperto.rispondi(esito, svantaggi=svantaggi, operatore=operatore, now=now)
    await accertamenti.salva(session, chiuso, esito)
    await _concludi(session, verifica, RispostaComune(chiuso, esito), now=now)
    return chiuso


async def applica_silenzio(session: Session, *, now: datetime, quanti: int) -> int:
    """Close the accertamenti whose term is over, up to `quanti`; give how many."""
    scaduti = await accertamenti.scaduti(session, giorno_legale(now), quanti)
    bloccate = await verifiche.blocca(session, [verifica_id for _, verifica_id in scaduti])
    chiusi = 0
    for aperto in await accertamenti.blocca(session, [accertamento_id for accertamento_id, _ in scaduti]):
        if aperto.stato is not StatoAccertamento.APERTO:
            continue
        chiuso = aperto.taci(now=now)
        await accertamenti.salva(session, chiuso, None)
        await _concludi(session, bloccate[aperto.verifica_id], RispostaComune(chiuso, None), now=now)
        chiusi += 1
    return chiusi


async def _concludi(session: Session, verifica: Verifica, comune: RispostaComune, *, now: datetime) -> None:
    if verifica.stato is not StatoVerifica.IN_ATTESA_COMUNE:
        return
    ricevute = await interrogazioni.ricevute(session, [verifica.id])
    dati = await verifiche.dati(session, [verifica.id])
    conclusa = concludi_verifica(session, verifica, ricevute[verifica.id], comune, dati=dati[verifica.id], now=now)
    await verifiche.salva(session, [conclusa])
