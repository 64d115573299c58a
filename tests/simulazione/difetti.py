# SPDX-License-Identifier: EUPL-1.2
"""Bugs planted on purpose in the process of a control run: each breaks one promise, and some seed must show it.

Three are those of the harness of the kills; the others need virtual time to be seen soon, or every time.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.erogazioni import jobs as lavori_erogazioni
from services.erogazioni.commands.manda_in_invio import manda_in_invio
from services.erogazioni.jobs import Lavori
from services.erogazioni.store import restituzioni
from services.presa_in_carico import handlers as presa_in_carico
from services.presa_in_carico.commands.chiudi_casi import chiudi_casi
from shared.contracts.domande import DomandaCessataV1
from shared.db.session import Session
from tests.guasti.difetti import id_nuovi_al_pagatore, segna_prima, senza_inbox
from tests.guasti.punti import sostituisci
from tests.simulazione.bus import IscrizioneSimulata


def conferma_prima() -> None:
    """Acknowledge first, and work afterwards."""
    consegna = IscrizioneSimulata._consegna

    async def frettolosa(iscrizione: IscrizioneSimulata, copie: Sequence[Any]) -> None:
        iscrizione._broker.conferma(iscrizione._coda, copie)
        await consegna(iscrizione, copie)

    sostituisci(IscrizioneSimulata, "_consegna", frettolosa)


def senza_punto_di_non_ritorno() -> None:
    """Write the file and hand it over, and commit only afterwards that it has left."""

    class Ripensamento(Exception):
        pass

    async def senza_commit(lavori: Lavori, flusso_id: UUID, now: datetime) -> bytes | None:
        contenuto = None
        try:
            async with lavori._database.transaction() as session:
                contenuto = await manda_in_invio(session, flusso_id, now=now)
                raise Ripensamento
        except Ripensamento:
            return contenuto

    consegnato = Lavori._consegnato

    async def segna_e_consegna(lavori: Lavori, flusso_id: UUID, now: datetime) -> None:
        async with lavori._database.transaction() as session:
            await manda_in_invio(session, flusso_id, now=now)
        await consegnato(lavori, flusso_id, now)

    sostituisci(Lavori, "_manda_in_invio", senza_commit)
    sostituisci(Lavori, "_consegnato", segna_e_consegna)


def senza_lapide() -> None:
    """Forget a cancellation that overtakes what it cancels."""

    async def solo_i_noti(session: Session, eventi: Sequence[DomandaCessataV1], *, now: datetime) -> None:
        righe = await session.fetch("SELECT domanda_id FROM caso")
        noti = {riga["domanda_id"] for riga in righe}
        if rimasti := [e for e in eventi if e.domanda_id in noti]:
            await chiudi_casi(session, rimasti, now=now)

    sostituisci(presa_in_carico, "chiudi_casi", solo_i_noti)


def restituzioni_perse() -> None:
    """Move on in the payer's list of returns without taking them."""

    async def solo_il_cursore(session: Session, _righe: object, *, cursore: str, **_: object) -> None:
        await restituzioni.segna_cursore(session, cursore)

    sostituisci(lavori_erogazioni, "registra_restituzioni", solo_il_cursore)


DIFETTI: dict[str, Callable[[], None]] = {
    "senza-inbox": senza_inbox,
    "segna-prima": segna_prima,
    "conferma-prima": conferma_prima,
    "id-nuovi-al-pagatore": id_nuovi_al_pagatore,
    "senza-punto-di-non-ritorno": senza_punto_di_non_ritorno,
    "senza-lapide": senza_lapide,
    "restituzioni-perse": restituzioni_perse,
}
