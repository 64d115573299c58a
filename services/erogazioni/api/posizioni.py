# SPDX-License-Identifier: EUPL-1.2
"""Posizioni: what is due to a nucleo and what was paid, for who may see it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.erogazioni.domain.posizione import StatoPosizione
from services.erogazioni.queries import posizioni as letture
from services.erogazioni.schemas import ErogazioniOut, PosizioneDettaglioOut, PosizioniOut
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/posizioni", tags=["posizioni"], route_class=RottaSevera)

_CHI = {Ruolo.CITTADINO: Ambito.PROPRIO, Ruolo.COMUNE: Ambito.TERRITORIO, Ruolo.INPS: Ambito.TUTTO}
PERMESSI: Matrice = {"list_posizioni": _CHI, "show_posizione": _CHI, "list_erogazioni": _CHI}
PosizioneId = Annotated[UUID, Path(description="Identificativo della posizione")]


@rotte.get("", operation_id="list_posizioni", summary="Elenca le posizioni di pagamento")
async def list_posizioni(
    ctx: Ctx,
    stato: Annotated[StatoPosizione | None, Query(description="Solo le posizioni in questo stato.")] = None,
    domanda_id: Annotated[UUID | None, Query(description="Solo la posizione di questa domanda.")] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> PosizioniOut:
    """Elenca le posizioni visibili a chi chiama: le proprie, quelle del territorio, tutte per INPS."""
    filtro = ctx.filtro().uno_di("stato", [stato] if stato else StatoPosizione)
    if domanda_id:
        filtro.aggiungi("domanda_id = ?", domanda_id)
    trovata = await letture.list_posizioni(ctx.session, filtro, cursore=cursor, limite=limit)
    await ctx.mostrati("posizione", (posizione.id for posizione in trovata.items))
    return PosizioniOut(items=trovata.items, next_cursor=trovata.next_cursor)


@rotte.get("/{posizione_id}", operation_id="show_posizione", summary="Mostra una posizione di pagamento")
async def show_posizione(ctx: Ctx, posizione_id: PosizioneId) -> PosizioneDettaglioOut:
    """Mostra la posizione, i mesi spettanti con gli importi e le somme da recuperare."""
    await ctx.visibile("posizione", posizione_id)
    return await letture.get_posizione(ctx.session, posizione_id)


@rotte.get("/{posizione_id}/erogazioni", operation_id="list_erogazioni", summary="Elenca i pagamenti di una posizione")
async def list_erogazioni(
    ctx: Ctx, posizione_id: PosizioneId, cursor: Cursore = None, limit: Limite = 50
) -> ErogazioniOut:
    """Elenca i pagamenti disposti, mese per mese, con lo stato e la data di valuta."""
    await ctx.visibile("posizione", posizione_id)
    trovata = await letture.list_erogazioni(ctx.session, posizione_id, cursore=cursor, limite=limit)
    return ErogazioniOut(items=trovata.items, next_cursor=trovata.next_cursor)
