# SPDX-License-Identifier: EUPL-1.2
"""Record what happened on the day of the meeting, and announce what follows from it."""

from datetime import date, datetime
from typing import Literal, cast
from uuid import UUID

from services.presa_in_carico import store
from services.presa_in_carico.domain.caso import Caso
from services.presa_in_carico.domain.incontro import (
    DECADENZA_PER_ASSENZA,
    SVOLTI,
    Convocazione,
    EsitoConvocazione,
    Incontro,
    Operatore,
    TipoIncontro,
    applica,
    controlla_incontro,
    gia_registrato,
)
from services.presa_in_carico.domain.sospensione import Sospensione
from services.presa_in_carico.domain.termini import termini
from shared.contracts.presa_in_carico import DecadenzaPropostaV1, NucleoPresoInCaricoV1, SospensioneRevocataV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale

_Annunciato = Literal["INCONTRO", "PRESENTAZIONE_SPONTANEA", "GIUSTIFICATO_MOTIVO"]


async def registra_incontro(
    session: Session, caso_id: UUID, incontro: Incontro, *, convocazione_id: UUID | None, da: Operatore, now: datetime
) -> bool:
    """Record a meeting or an absence; tell whether it is a new one.

    :raises AttoPrematuro: if the PAD is not signed.
    :raises AttoContraddittorio: if what is recorded excludes it.
    """
    prima = await store.carica_uno(session, caso_id)
    if gia_registrato(incontro, await store.incontri(session, prima.id, il=incontro.data)):
        return False
    convocazione = await store.convocazione(session, prima.id, convocazione_id) if convocazione_id else None

    controlla_incontro(prima, incontro, convocazione, oggi=giorno_legale(now))
    dopo = applica(prima, incontro, termini=termini(prima.misura))

    await store.inserisci_incontro(session, prima.id, incontro, convocazione_id=convocazione_id, da=da, now=now)
    await _chiudi_convocazione(session, prima, incontro, convocazione)
    if dopo != prima:
        await store.salva(session, [dopo])
        _annuncia(session, prima, incontro, now=now)
    if prima.sospensione and not dopo.sospensione:
        await _revoca(session, dopo, prima.sospensione, now=now)
    return True


async def _chiudi_convocazione(
    session: Session, caso: Caso, incontro: Incontro, convocazione: Convocazione | None
) -> None:
    """Write the outcome of the convocazione; a meeting held outside it makes an open one pointless."""
    if convocazione is not None:
        await store.chiudi_convocazione(session, convocazione, EsitoConvocazione(incontro.tipo.value))
    elif incontro.tipo in SVOLTI and (aperta := await store.convocazione_aperta(session, caso.id)):
        await store.chiudi_convocazione(session, aperta, EsitoConvocazione.SOSTITUITA)


def _annuncia(session: Session, prima: Caso, incontro: Incontro, *, now: datetime) -> None:
    versione = prima.versione + 1
    match incontro.tipo:
        case TipoIncontro.ASSENZA_INGIUSTIFICATA:
            session.emit(_decadenza(prima, incontro.data, versione=versione), now=now)
        case TipoIncontro.INCONTRO | TipoIncontro.PRESENTAZIONE_SPONTANEA | TipoIncontro.GIUSTIFICATO_MOTIVO as tipo:
            evento = NucleoPresoInCaricoV1(
                domanda_id=prima.domanda_id,
                versione=versione,
                caso_id=prima.id,
                incontro_il=incontro.data,
                tipo_incontro=cast("_Annunciato", tipo.value),
            )
            session.emit(evento, now=now)


def _decadenza(caso: Caso, fatto_il: date, *, versione: int) -> DecadenzaPropostaV1:
    return DecadenzaPropostaV1(
        domanda_id=caso.domanda_id,
        versione=versione,
        caso_id=caso.id,
        causa=DECADENZA_PER_ASSENZA,
        fatto_il=fatto_il,
    )


async def _revoca(session: Session, caso: Caso, sospensione: Sospensione, *, now: datetime) -> None:
    """Lift the sospensione: the suspended months are due, from the month that the day of recording unlocks."""
    oggi = giorno_legale(now)
    sblocca = termini(caso.misura).sbloccato_dal(oggi, sospeso_dal=sospensione.dal_mese)
    await store.salva_revoca(session, sospensione.revoca(oggi=oggi, sblocca_mese=sblocca))
    evento = SospensioneRevocataV1(
        domanda_id=caso.domanda_id,
        versione=caso.versione,
        caso_id=caso.id,
        sospensione_id=sospensione.id,
        revocata_il=oggi,
    )
    session.emit(evento, now=now)
