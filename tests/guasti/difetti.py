# SPDX-License-Identifier: EUPL-1.2
"""Bugs planted on purpose in the processes of a control run: each breaks one promise, and the accounts must show it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from services.domande.commands import presenta_domande
from services.erogazioni.jobs import Lavori
from services.erogazioni.store import flussi
from shared.db.session import Database, Session
from shared.kernel.identita import nuovo_id
from shared.messaging import consumer
from shared.messaging.bus import Messaggio
from shared.messaging.consumer import messaggio_da_riga
from shared.messaging.rabbitmq import BusRabbit
from shared.messaging.relay import _PRENDI, Relay
from tests.guasti.punti import sostituisci

_FINESTRA_SECONDS = 0.3
_compiti: set["asyncio.Task[None]"] = set()


def senza_inbox() -> None:
    """Take every copy of a message for a new one."""
    consumer._INSERT_INBOX = consumer._INSERT_INBOX.replace("DO NOTHING", "(id) DO UPDATE SET tipo = excluded.tipo")


def conferma_prima() -> None:
    """Acknowledge first, and work afterwards."""
    consuma = BusRabbit.consuma

    async def frettolosa(
        bus: BusRabbit, coda: str, tipi: Sequence[str], ricevi: Callable[..., Awaitable[None]], **altro: Any
    ) -> Any:
        async def subito(messaggi: Sequence[Messaggio]) -> None:
            compito = asyncio.create_task(dopo(messaggi))
            _compiti.add(compito)
            compito.add_done_callback(_compiti.discard)

        async def dopo(messaggi: Sequence[Messaggio]) -> None:
            await asyncio.sleep(_FINESTRA_SECONDS)
            await ricevi(messaggi)

        return await consuma(bus, coda, tipi, subito, **altro)

    sostituisci(BusRabbit, "consuma", frettolosa)


def segna_prima() -> None:
    """Take the rows out of the outbox, commit, and only then publish them."""

    async def passata(relay: Relay) -> bool:
        async with relay._database.transaction(silenziosa=True) as session:
            righe = await session.fetch(_PRENDI, relay._lotto)
            await session.execute("DELETE FROM outbox WHERE id = ANY($1::uuid[])", [riga["id"] for riga in righe])
        if righe:
            await relay._pubblica([messaggio_da_riga(riga) for riga in righe])
        return len(righe) == relay._lotto

    sostituisci(Relay, "passata", passata)


def senza_chiave() -> None:
    """Forget the answers that were given: a repeated request is a new one."""

    async def nessuna(_session: Session, richieste: Sequence[Any]) -> list[None]:
        return [None] * len(richieste)

    sostituisci(presenta_domande, "leggi_risposte", nessuna)


def id_nuovi_al_pagatore() -> None:
    """Send again under other ids what may have arrived already: the payer cannot tell that it has paid."""

    async def da_rimandare(lavori: Lavori, flusso_id: UUID) -> bytes:
        async with lavori._database.transaction() as session:
            righe = await session.fetch("SELECT id FROM erogazione WHERE flusso_id = $1", flusso_id)
            contenuto = await flussi.contenuto(session, flusso_id) or b""
        for vecchio in (flusso_id, *(riga["id"] for riga in righe)):
            contenuto = contenuto.replace(str(vecchio).encode(), str(nuovo_id()).encode())
        return contenuto

    sostituisci(Lavori, "_da_rimandare", da_rimandare)


def archivio_subito() -> None:
    """Want the database at once, or leave."""
    apri = Database.open

    async def subito(database: Database) -> None:
        await apri(database)
        async with database.connection():
            pass

    sostituisci(Database, "open", subito)


DIFETTI: dict[str, Callable[[], None]] = {
    "senza-inbox": senza_inbox,
    "conferma-prima": conferma_prima,
    "segna-prima": segna_prima,
    "senza-chiave": senza_chiave,
    "id-nuovi-al-pagatore": id_nuovi_al_pagatore,
    "archivio-subito": archivio_subito,
}
