# SPDX-License-Identifier: EUPL-1.2
"""Record the appointment that the social services gave to the nucleo."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.presa_in_carico import store
from services.presa_in_carico.domain.incontro import (
    Convocazione,
    ConvocazioneId,
    EsitoConvocazione,
    Operatore,
    controlla_convocazione,
)
from shared.db.session import Session
from shared.kernel.identita import nuovo_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Appuntamento:
    """When and where, and how the nucleo was told."""

    appuntamento_il: datetime
    sede: str
    canale: str
    comunicata_il: date


async def convoca_nucleo(
    session: Session, caso_id: UUID, appuntamento: Appuntamento, *, da: Operatore, now: datetime
) -> tuple[ConvocazioneId, bool]:
    """Record a convocazione, in the place of the one still open; tell whether it is a new one.

    :raises AttoPrematuro: if the PAD is not signed, or the outcome of a past convocazione is missing.
    """
    caso = await store.carica_uno(session, caso_id)
    aperta = await store.convocazione_aperta(session, caso.id)
    nuova = Convocazione(
        id=ConvocazioneId(nuovo_id()),
        appuntamento_il=appuntamento.appuntamento_il,
        sede=appuntamento.sede,
        canale=appuntamento.canale,
        comunicata_il=appuntamento.comunicata_il,
    )

    if aperta is not None and aperta.stesso_appuntamento(nuova):
        return aperta.id, False
    controlla_convocazione(caso, nuova, aperta, now=now)

    if aperta is not None:
        await store.chiudi_convocazione(session, aperta, EsitoConvocazione.SOSTITUITA)
    await store.inserisci_convocazione(session, caso.id, nuova, da=da, now=now)
    return nuova.id, True
