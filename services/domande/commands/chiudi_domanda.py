# SPDX-License-Identifier: EUPL-1.2
"""End a domanda: rinuncia of the citizen, decadenza by law."""

from datetime import date, datetime
from uuid import UUID

from services.domande import store
from services.domande.domain.domanda import Domanda
from shared.contracts.domande import CausaCessazione, DomandaCessataV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.kernel.mese import Mese


async def rinuncia(session: Session, domanda_id: UUID, *, now: datetime) -> Domanda:
    """Close the domanda at the citizen's request; months from the next one on are not due.

    :raises DomandaChiusa: if it has already ended.
    """
    caricata = await store.carica_una(session, domanda_id)
    giorno = giorno_legale(now)
    domanda = caricata.domanda.rinuncia(now=now)
    await store.salva(session, [domanda])
    causa = CausaCessazione(domanda.causa_cessazione or "")
    session.emit(_cessata(domanda, causa, dal_mese=Mese.di(giorno) + 1, giorno=giorno), now=now)
    return domanda


async def dichiara_decadenza(
    session: Session,
    domanda_id: UUID,
    *,
    causa: str,
    fatto_il: date,
    dedotta_da: UUID,
    now: datetime,
) -> None:
    """End the right from the month after the fact; a domanda that had ended before it stays as it is."""
    trovate = await store.carica(session, [domanda_id])
    for caricata in trovate.values():
        if caricata.domanda.decade(giorno=fatto_il):
            domanda = caricata.domanda.dichiara_decadenza(causa=causa, giorno=fatto_il)
            await store.salva(session, [domanda])
            evento = _cessata(
                domanda,
                CausaCessazione.DECADENZA,
                dal_mese=Mese.di(fatto_il) + 1,
                giorno=fatto_il,
            )
            session.emit(
                evento.model_copy(
                    update={
                        "dedotta_da": dedotta_da,
                        "spiegazione": _SPIEGAZIONI.get(causa, ""),
                    }
                ),
                now=now,
            )


def riannuncia_cessazione(session: Session, domanda: Domanda, *, now: datetime) -> None:
    """Say again how a domanda ended, after a decision that came late has changed the name of its ending."""
    assert domanda.cessata_il is not None
    causa = CausaCessazione(domanda.causa_cessazione or "")
    mese = Mese.di(domanda.cessata_il) + 1
    session.emit(_cessata(domanda, causa, dal_mese=mese, giorno=domanda.cessata_il), now=now)


def _cessata(domanda: Domanda, causa: CausaCessazione, *, dal_mese: Mese, giorno: date) -> DomandaCessataV1:
    return DomandaCessataV1(
        domanda_id=domanda.id,
        versione=domanda.versione,
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        causa=causa,
        dal_mese=dal_mese,
        giorno=giorno,
    )


_SPIEGAZIONI = {
    "PRIMO_INCONTRO_ASSENZA": "Il nucleo, convocato dai servizi sociali, non si è presentato al primo incontro senza un giustificato motivo.",
}
