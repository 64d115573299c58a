# SPDX-License-Identifier: EUPL-1.2
"""Reads: notices, their deliveries, their letter."""

from uuid import UUID

from services.notifiche.domain.consegna import IN_CORSO, StatoConsegna
from services.notifiche.domain.errori import LetteraAssente
from services.notifiche.schemas.risposte import ConsegnaOut, NotificaDettaglioOut, NotificaOut, NotificheOut
from services.notifiche.store import Riga
from shared.db.pagine import Elenco, Filtro, Ordine, pagina
from shared.db.session import Session
from shared.errors import NotFound

_CAMPI = """
id, ordine, domanda_id, avviso, stato, creata_il, chiusa_il, version,
EXISTS (SELECT 1 FROM lettera l WHERE l.notifica_id = notifica.id) AS lettera
"""
_NOTIFICHE = Elenco(_CAMPI, "notifica", Ordine((("ordine", UUID),)))
_CONSEGNE = """
SELECT canale, stato, tentativi, prossimo_il, esito, consegnata_il FROM consegna WHERE notifica_id = $1 ORDER BY canale
"""


async def list_notifiche(session: Session, filtro: Filtro, *, cursore: str | None, limite: int) -> NotificheOut:
    """Read one page of notices, the newest first."""
    letta = await pagina(session, _NOTIFICHE, filtro, cursore=cursore, limite=limite, leggi=_notifica)
    return NotificheOut(items=letta.items, next_cursor=letta.next_cursor)


async def get_notifica(session: Session, notifica_id: UUID) -> NotificaDettaglioOut:
    """Read a notice with its deliveries.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {_CAMPI} FROM notifica WHERE id = $1", notifica_id)
    if riga is None:
        raise NotFound("La notifica non esiste o non è visibile a chi chiama")
    consegne = [_consegna(r) for r in await session.fetch(_CONSEGNE, notifica_id)]
    return NotificaDettaglioOut(**_notifica(riga).model_dump(), consegne=consegne)


async def get_lettera(session: Session, notifica_id: UUID) -> bytes:
    """Read the letter of a notice.

    :raises LetteraAssente: if there is none.
    """
    pdf = await session.fetchval("SELECT pdf FROM lettera WHERE notifica_id = $1", notifica_id)
    if pdf is None:
        raise LetteraAssente("Questa notifica non ha una lettera, oppure la lettera non è ancora pronta")
    return session.cifrario.decifra(pdf)


def _notifica(riga: Riga) -> NotificaOut:
    return NotificaOut(
        id=riga["id"],
        domanda_id=riga["domanda_id"],
        avviso=riga["avviso"],
        stato=riga["stato"],
        creata_il=riga["creata_il"],
        chiusa_il=riga["chiusa_il"],
        lettera=riga["lettera"],
        versione=riga["version"],
    )


def _consegna(riga: Riga) -> ConsegnaOut:
    in_corso = StatoConsegna(riga["stato"]) in IN_CORSO
    return ConsegnaOut(
        canale=riga["canale"],
        stato=riga["stato"],
        tentativi=riga["tentativi"],
        prossimo_tentativo_il=riga["prossimo_il"] if in_corso else None,
        esito=riga["esito"],
        consegnata_il=riga["consegnata_il"],
    )
