# SPDX-License-Identifier: EUPL-1.2
"""Lotti: open, follow, prove."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from services.erogazioni.commands.apri_lotto import apri_lotto
from services.erogazioni.queries import lotti as letture
from services.erogazioni.queries.quadratura import get_quadratura
from services.erogazioni.schemas import FlussiOut, LottiOut, LottoIn, LottoOut, QuadraturaOut
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/lotti", tags=["lotti"], route_class=RottaSevera)

PERMESSI: Matrice = {
    "create_lotto": {Ruolo.INPS: Ambito.TUTTO},
    "list_lotti": {Ruolo.INPS: Ambito.TUTTO},
    "show_lotto": {Ruolo.INPS: Ambito.TUTTO},
    "show_quadratura": {Ruolo.INPS: Ambito.TUTTO},
    "list_flussi": {Ruolo.INPS: Ambito.TUTTO},
}
# Who orders payments signs the order: the other operations only read.
INTEGRITA = frozenset({"create_lotto"})
LottoId = Annotated[UUID, Path(description="Identificativo del lotto")]


@rotte.post(
    "",
    operation_id="create_lotto",
    summary="Avvia il pagamento di una misura per un mese",
    status_code=202,
    response_model=LottoOut,
    responses={202: {"description": "Il lotto è in preparazione: `Location` dice dove seguirlo"}},
)
async def create_lotto(ctx: Ctx, corpo: LottoIn, chiave: Chiave) -> Response:
    """Avvia il lotto: dispone le mensilità dovute fino al mese indicato, arretrati compresi, e le invia al pagatore.

    Lo stesso mese chiesto due volte è lo stesso lotto: nessuna mensilità si paga due volte.
    """

    async def esegui() -> Risposta:
        lotto = await apri_lotto(ctx.session, corpo.misura, corpo.mese, now=ctx.now)
        letto = await letture.get_lotto(ctx.session, lotto.id)
        return Risposta(202, f"{ctx.url_base}/v1/lotti/{lotto.id}", letto.model_dump_json().encode())

    return await una_volta(ctx, chiave, corpo, esegui)


@rotte.get("", operation_id="list_lotti", summary="Elenca i lotti")
async def list_lotti(ctx: Ctx, cursor: Cursore = None, limit: Limite = 50) -> LottiOut:
    """Elenca i lotti, i più recenti per primi."""
    trovata = await letture.list_lotti(ctx.session, cursore=cursor, limite=limit)
    return LottiOut(items=trovata.items, next_cursor=trovata.next_cursor)


@rotte.get("/{lotto_id}", operation_id="show_lotto", summary="Mostra un lotto")
async def show_lotto(ctx: Ctx, lotto_id: LottoId) -> LottoOut:
    """Mostra lo stato del lotto e l'avanzamento della preparazione."""
    return await letture.get_lotto(ctx.session, lotto_id)


@rotte.get("/{lotto_id}/quadratura", operation_id="show_quadratura", summary="Mostra la quadratura di un lotto")
async def show_quadratura(ctx: Ctx, lotto_id: LottoId) -> QuadraturaOut:
    """Confronta al centesimo quanto deciso, disposto, inviato e ricevuto, con il registro contabile e la ricerca dei doppi.

    `quadra` è vero solo a lotto concluso; le differenze spiegate sono elencate con il loro motivo.
    """
    return await get_quadratura(ctx.session, lotto_id)


@rotte.get("/{lotto_id}/flussi", operation_id="list_flussi", summary="Elenca i flussi di pagamento di un lotto")
async def list_flussi(ctx: Ctx, lotto_id: LottoId, cursor: Cursore = None, limit: Limite = 50) -> FlussiOut:
    """Elenca i flussi in cui il lotto è diviso, in ordine di numero, senza dati personali."""
    trovata = await letture.list_flussi(ctx.session, lotto_id, cursore=cursor, limite=limit)
    return FlussiOut(items=trovata.items, next_cursor=trovata.next_cursor)
