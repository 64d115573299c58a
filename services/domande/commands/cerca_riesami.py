# SPDX-License-Identifier: EUPL-1.2
"""Find the refusals that other parametri would not have given: what is due is determined again only to who was accepted."""

from dataclasses import dataclass
from uuid import UUID

from services.domande import store
from services.domande.commands.ridetermina import Ricalcolo
from services.domande.domain.domanda import DomandaId, EsitoDecisione
from shared.db.session import Session
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura

_PRIMA = UUID(int=0)
_RESPINTE = "SELECT id FROM domanda WHERE misura = $1 AND stato = 'RESPINTA' AND id > $2 ORDER BY id LIMIT $3"


@dataclass(frozen=True, slots=True)
class Riesami:
    """Some refusals examined: those to decide again, and the mark from which to go on; None when they were the last."""

    domande: tuple[DomandaId, ...]
    ultima: UUID | None


async def cerca_riesami(session: Session, ricalcolo: Ricalcolo, *, dopo: UUID | None, quante: int) -> Riesami:
    """Judge the next refusals again, on the facts and the day of each; nothing is written, and none is reopened.

    A value with a date of the past may make wrong a refusal that was right. To accept it is a decision of its own, with
    its dossier and its letter: whoever runs this orders the riesame. Those for an integrazione never sent stay so.
    """
    righe = await session.fetch(_RESPINTE, ricalcolo.misura, dopo or _PRIMA, quante)
    ids = [riga["id"] for riga in righe]
    decisioni = await store.ultime_decisioni(session, ids)
    trovate = tuple(i for i in ids if (d := decisioni.get(i)) and _sarebbe_accolta(ricalcolo, d))
    return Riesami(trovate, ids[-1] if len(ids) == quante else None)


def _sarebbe_accolta(ricalcolo: Ricalcolo, decisione: store.Decisione) -> bool:
    ingresso = decisione.ingresso
    if ingresso is None or decisione.esito is not EsitoDecisione.RESPINTA or ingresso.scaduta_il is not None:
        return False
    if Mese.di(ingresso.al) < ricalcolo.dal:
        return False
    regole = get_misura(ricalcolo.misura)
    return regole.verifica_requisiti(ingresso.fatti, parametri=ricalcolo.parametri, al=ingresso.al).accolta
