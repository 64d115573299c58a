# SPDX-License-Identifier: EUPL-1.2
"""Reads of `domande`, from the database to the schemas."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.domande import store
from services.domande.domain.domanda import Domanda, DomandaId
from services.domande.schemas.risposte import (
    DecisioneOut,
    DecisioniOut,
    DomandaDettaglioOut,
    DomandaOut,
    DomandeOut,
    SpettanzaOut,
    SpettanzeOut,
)  # fmt: skip
from shared.db.pagine import Elenco, Filtro, Ordine, pagina
from shared.db.session import Session
from shared.errors import NotFound

# By day and then by id, which is an UUIDv7: so a range of days is a range of the index.
_DOMANDE = Elenco(store.CAMPI, "domanda", Ordine((("giorno", date.fromisoformat), ("id", UUID))))


def domanda_out(domanda: Domanda) -> DomandaOut:
    """Turn the domanda into its HTTP shape."""
    return DomandaOut.model_validate(_campi(domanda))


def _campi(domanda: Domanda) -> dict[str, Any]:
    return {nome: getattr(domanda, nome) for nome in DomandaOut.model_fields}


async def list_domande(session: Session, filtro: Filtro, *, cursore: str | None, limite: int) -> DomandeOut:
    """Read a page of domande, the newest first."""
    esito = await pagina(
        session, _DOMANDE, filtro, cursore=cursore, limite=limite, leggi=lambda riga: domanda_out(store.da_riga(riga))
    )
    return DomandeOut(items=esito.items, next_cursor=esito.next_cursor)


async def show_domanda(session: Session, domanda_id: UUID) -> DomandaDettaglioOut:
    """Read a domanda with its form.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {store.CAMPI}, modulo FROM domanda WHERE id = $1", domanda_id)
    if riga is None:
        raise NotFound("La domanda non esiste o non è visibile a chi chiama")
    return DomandaDettaglioOut(**_campi(store.da_riga(riga)), modulo=store.apri_modulo(session, riga["modulo"]))


async def get_decisione(session: Session, domanda_id: UUID) -> store.Decisione:
    """Read the last decision as it is kept.

    :raises NotFound: if nothing was decided yet.
    """
    decisione = (await store.ultime_decisioni(session, [domanda_id])).get(DomandaId(domanda_id))
    if decisione is None:
        raise NotFound("La domanda non è ancora stata decisa")
    return decisione


async def list_decisioni(session: Session, domanda_id: UUID) -> DecisioniOut:
    """Read every decision, the last first."""
    return DecisioniOut(items=[decisione_out(d) for d in await store.decisioni(session, domanda_id)])


def decisione_out(decisione: store.Decisione, *, controfattuali: Sequence[Mapping[str, object]] = ()) -> DecisioneOut:
    """Turn a decision into its HTTP shape: the dossier, what is kept beside it, the controfattuali worked out now."""
    contenuto = orjson.loads(decisione.dossier)
    contenuto["controfattuali"] = [*contenuto.get("controfattuali", ()), *controfattuali]
    accanto = {
        "domanda_id": decisione.domanda_id,
        "versione": decisione.versione,
        "esito": decisione.esito,
        "decisa_il": decisione.decisa_il,
        "impronta": decisione.impronta,
    }
    return DecisioneOut.model_validate(contenuto | accanto)


async def list_spettanze(session: Session, domanda_id: UUID) -> SpettanzeOut:
    """Read what is due, month by month."""
    mesi = await store.spettanze(session, domanda_id)
    return SpettanzeOut(items=[SpettanzaOut(**mese.model_dump()) for mese in mesi])
