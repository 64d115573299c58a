# SPDX-License-Identifier: EUPL-1.2
"""Parked messages: operators list them, look inside (without the sealed parts) and send them again."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from pydantic import Field

from shared.db.pagine import Elenco, Filtro, Ordine, pagina
from shared.errors import Conflict, NotFound
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Intero, Istante, Limite, Out

PERMESSI: Matrice = {
    "list_scarti": {Ruolo.INPS: Ambito.TUTTO},
    "show_scarto": {Ruolo.INPS: Ambito.TUTTO},
    "create_rielaborazione": {Ruolo.INPS: Ambito.TUTTO},
}
INTEGRITA = frozenset({"create_rielaborazione"})

Stato = Literal["DA_RITENTARE", "PARCHEGGIATO", "RIELABORATO"]
_CAMPI = "id, tipo, soggetto, stato, tentativi, motivo, traccia, creato_il, prossimo_il"
_SCARTI = Elenco(_CAMPI, "scarto", Ordine((("creato_il", datetime.fromisoformat), ("id", UUID))))


class ScartoOut(Out):
    """Un messaggio che non è stato possibile applicare."""

    id: UUID
    tipo: str = Field(examples=["domande.domanda_presentata.v1"])
    domanda_id: UUID
    stato: Stato
    tentativi: Intero
    motivo: str
    traccia: UUID = Field(description="Codice da cercare nei log")
    creato_il: Istante
    prossimo_il: Istante


class ScartoDettaglioOut(ScartoOut):
    """Un messaggio con il corpo, senza le parti sigillate."""

    corpo: dict[str, Any]


class ScartiOut(Out):
    """Una pagina di messaggi non applicati."""

    items: list[ScartoOut]
    next_cursor: str | None = None


def _leggi(riga: Any) -> ScartoOut:
    return ScartoOut(**{k: v for k, v in riga.items() if k not in ("soggetto", "corpo")}, domanda_id=riga["soggetto"])


def _senza_sigilli(corpo: bytes) -> dict[str, Any]:
    try:
        valori = orjson.loads(corpo)
    except orjson.JSONDecodeError:
        return {"illeggibile": f"{len(corpo)} byte"}
    if not isinstance(valori, dict):
        return {"illeggibile": type(valori).__name__}
    return {k: "(sigillato)" if isinstance(v, str) and v.startswith("s1.") else v for k, v in valori.items()}


def router() -> APIRouter:
    """Build the routes of the parked messages; each service has its own."""
    rotte = APIRouter(prefix="/v1/scarti", tags=["scarti"], route_class=RottaSevera)

    @rotte.get("", operation_id="list_scarti", summary="Elenca i messaggi non applicati")
    async def list_scarti(
        ctx: Ctx,
        stato: Annotated[Stato | None, Query(description="Solo i messaggi in questo stato.")] = None,
        cursor: Cursore = None,
        limit: Limite = 50,
    ) -> ScartiOut:
        """Elenca i messaggi ricevuti dal bus che il servizio non è riuscito ad applicare, i più recenti per primi."""
        filtro = Filtro().uno_di("stato", [stato] if stato else get_args(Stato))
        esito = await pagina(ctx.session, _SCARTI, filtro, cursore=cursor, limite=limit, leggi=_leggi)
        return ScartiOut(items=esito.items, next_cursor=esito.next_cursor)

    @rotte.get("/{scarto_id}", operation_id="show_scarto", summary="Mostra un messaggio non applicato")
    async def show_scarto(
        ctx: Ctx, scarto_id: Annotated[UUID, Path(description="Identificativo del messaggio")]
    ) -> ScartoDettaglioOut:
        """Mostra il messaggio con il motivo; le parti con dati personali restano sigillate."""
        riga = await ctx.session.fetchrow(f"SELECT {_CAMPI}, corpo FROM scarto WHERE id = $1", scarto_id)
        if riga is None:
            raise NotFound("Il messaggio non esiste")
        return ScartoDettaglioOut(**_leggi(riga).model_dump(), corpo=_senza_sigilli(riga["corpo"]))

    @rotte.post(
        "/{scarto_id}/rielaborazione",
        operation_id="create_rielaborazione",
        summary="Rielabora un messaggio",
        status_code=202,
    )
    async def create_rielaborazione(
        ctx: Ctx, scarto_id: Annotated[UUID, Path(description="Identificativo del messaggio")]
    ) -> ScartoOut:
        """Rimette il messaggio tra quelli da applicare subito: l'esito si legge con la consultazione."""
        riga = await ctx.session.fetchrow(
            f"UPDATE scarto SET stato = 'DA_RITENTARE', tentativi = 0, prossimo_il = clock_timestamp() "
            f"WHERE id = $1 AND stato <> 'RIELABORATO' RETURNING {_CAMPI}",
            scarto_id,
        )
        if riga is None and await ctx.session.fetchval("SELECT 1 FROM scarto WHERE id = $1", scarto_id):
            raise Conflict("Il messaggio è già stato rielaborato")
        if riga is None:
            raise NotFound("Il messaggio non esiste")
        return _leggi(riga)

    return rotte
