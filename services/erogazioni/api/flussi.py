# SPDX-License-Identifier: EUPL-1.2
"""Payment files: personal data, for INPS only, every read logged: one row for each posizione that is shown."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from services.erogazioni.queries import lotti as letture
from services.erogazioni.schemas import FlussoDettaglioOut
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/flussi", tags=["flussi"], route_class=RottaSevera)

PERMESSI: Matrice = {
    "show_flusso": {Ruolo.INPS: Ambito.TUTTO},
    "show_file_flusso": {Ruolo.INPS: Ambito.TUTTO},
}
FlussoId = Annotated[UUID, Path(description="Identificativo del flusso")]
_FILE = {"type": "object", "description": "File di pagamento, come lo riceve il pagatore"}


@rotte.get("/{flusso_id}", operation_id="show_flusso", summary="Mostra un flusso di pagamento")
async def show_flusso(ctx: Ctx, flusso_id: FlussoId, cursor: Cursore = None, limit: Limite = 50) -> FlussoDettaglioOut:
    """Mostra lo stato del flusso e una pagina delle disposizioni, con i beneficiari. La lettura è registrata."""
    flusso = await letture.get_flusso(ctx.session, flusso_id, cursore=cursor, limite=limit)
    await ctx.mostrati("posizione", (disposizione.posizione_id for disposizione in flusso.items))
    return flusso


@rotte.get(
    "/{flusso_id}/file",
    operation_id="show_file_flusso",
    summary="Scarica il file di un flusso di pagamento",
    response_class=Response,
    responses={200: {"description": "I byte inviati al pagatore", "content": {"application/json": {"schema": _FILE}}}},
)
async def show_file_flusso(ctx: Ctx, flusso_id: FlussoId) -> Response:
    """Restituisce i byte esatti inviati al pagatore. La lettura è registrata."""
    contenuto = await letture.get_file(ctx.session, flusso_id)
    await ctx.mostrati("posizione", await letture.posizioni_del_flusso(ctx.session, flusso_id))
    return Response(
        contenuto,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{flusso_id}.json"'},
    )
