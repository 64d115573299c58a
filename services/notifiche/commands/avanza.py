# SPDX-License-Identifier: EUPL-1.2
"""What follows from the deliveries of a notice: another channel, delivered, nobody reachable."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.notifiche import store
from services.notifiche.domain.consegna import Canale, Consegna, StatoConsegna, StatoNotifica, prossimo_passo
from shared.contracts.notifiche import NotificaConsegnataV1, NotificaNonRecapitataV1
from shared.db.session import Session
from shared.kernel.identita import id_deterministico


async def avanza(
    session: Session,
    notifica: store.Notifica,
    consegne: dict[Canale, Consegna],
    *,
    cambiate: Iterable[Consegna],
    now: datetime,
) -> None:
    """Save the changed deliveries of a locked notice, take the next step and announce what happened."""
    da_salvare = {consegna.canale: consegna for consegna in cambiate}
    tutte = consegne | da_salvare

    passo = prossimo_passo({canale: consegna.stato for canale, consegna in tutte.items()})
    if passo.attiva is not None and passo.come is not None:
        da_salvare[passo.attiva] = replace(tutte[passo.attiva], stato=passo.come, prossimo_il=now)
    nuova = replace(notifica, stato=passo.stato, versione=notifica.versione + 1)

    await store.salva_consegne(session, da_salvare.values())
    await store.salva_notifica(session, nuova, ferma=_ferma(tutte | da_salvare), now=now)

    for consegna in da_salvare.values():
        if consegna.stato is StatoConsegna.CONSEGNATA:
            _annuncia_consegna(session, nuova, consegna, now=now)
    if nuova.stato is StatoNotifica.NON_RECAPITATA and notifica.stato is not nuova.stato:
        session.emit(
            NotificaNonRecapitataV1(
                domanda_id=nuova.domanda_id, versione=nuova.versione, notifica_id=nuova.id, avviso=nuova.avviso.value
            ),
            now=now,
        )


def _ferma(consegne: dict[Canale, Consegna]) -> bool:
    """Tell whether every attempt so far certainly reached nobody."""
    return all(c.stato in (StatoConsegna.DA_INVIARE, StatoConsegna.IN_RISERVA) for c in consegne.values())


def _annuncia_consegna(session: Session, notifica: store.Notifica, consegna: Consegna, *, now: datetime) -> None:
    evento = NotificaConsegnataV1(
        domanda_id=notifica.domanda_id,
        versione=notifica.versione,
        notifica_id=notifica.id,
        avviso=notifica.avviso.value,
        canale=consegna.canale.value,
        consegnata_il=now,
    )
    session.emit(evento, now=now, id_evento=id_deterministico("notifica_consegnata", consegna.id, consegna.giro))
