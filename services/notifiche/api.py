# SPDX-License-Identifier: EUPL-1.2
"""Routes of the notices: list, read, fetch the letter, try again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response

from services.notifiche import queries
from services.notifiche.commands.ripeti_notifica import ripeti_notifica
from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import StatoNotifica
from services.notifiche.schemas.risposte import NotificaDettaglioOut, NotificheOut, RichiestaRipetizione, RipetizioneIn
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/notifiche", tags=["notifiche"], route_class=RottaSevera)

_PERSONA = {
    Ruolo.CITTADINO: Ambito.PROPRIO, Ruolo.CAF: Ambito.MANDATO, Ruolo.PATRONATO: Ambito.MANDATO, Ruolo.INPS: Ambito.TUTTO,
}  # fmt: skip
_LEGGE = {**_PERSONA, Ruolo.COMUNE: Ambito.TERRITORIO}
PERMESSI: Matrice = {
    "list_notifiche": _LEGGE,
    "show_notifica": _LEGGE,
    # A letter tells the reasons of the decision: who may not read the decision does not read it here.
    "show_lettera": _PERSONA,
    "create_ripetizione": {Ruolo.INPS: Ambito.TUTTO, Ruolo.COMUNE: Ambito.TERRITORIO},
}
# It makes a letter leave again: who wanted it signs.
INTEGRITA = frozenset({"create_ripetizione"})

NotificaIdPath = Annotated[UUID, Path(description="Identificativo della notifica")]
_PDF = {
    200: {
        "description": "La lettera in PDF accessibile (PDF/UA-1)",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary", "maxLength": 5_000_000}}},
    }
}


@rotte.get("", operation_id="list_notifiche", summary="Elenca le notifiche")
async def list_notifiche(
    ctx: Ctx,
    domanda_id: Annotated[UUID | None, Query(description="Solo le notifiche di questa domanda.")] = None,
    avviso: Annotated[Avviso | None, Query(description="Solo le notifiche di questo tipo.")] = None,
    stato: Annotated[StatoNotifica | None, Query(description="Solo le notifiche in questo stato.")] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> NotificheOut:
    """Elenca le notifiche visibili a chi chiama, le più recenti per prime.

    Profilo di interoperabilità: [BLOCK_REST].
    """
    filtro = ctx.filtro().uno_di("stato", [stato] if stato else StatoNotifica)
    filtro.uno_di("avviso", [avviso] if avviso else Avviso)
    if domanda_id:
        filtro.aggiungi("domanda_id = ?", domanda_id)
    trovate = await queries.list_notifiche(ctx.session, filtro, cursore=cursor, limite=limit)
    await ctx.mostrati("notifica", (notifica.id for notifica in trovate.items))
    return trovate


@rotte.get("/{notifica_id}", operation_id="show_notifica", summary="Mostra una notifica")
async def show_notifica(ctx: Ctx, notifica_id: NotificaIdPath) -> NotificaDettaglioOut:
    """Mostra la notifica e, per ogni canale, a che punto è la consegna.

    Profilo di interoperabilità: [BLOCK_REST].
    """
    await ctx.visibile("notifica", notifica_id)
    return await queries.get_notifica(ctx.session, notifica_id)


@rotte.get(
    "/{notifica_id}/lettera",
    operation_id="show_lettera",
    summary="Scarica la lettera",
    response_class=Response,
    responses=_PDF,  # type: ignore[arg-type]
)
async def show_lettera(ctx: Ctx, notifica_id: NotificaIdPath) -> Response:
    """Scarica la lettera in PDF. Contiene dati personali: ogni lettura è registrata.

    Profilo di interoperabilità: [BLOCK_REST].
    """
    await ctx.visibile("notifica", notifica_id)
    pdf = await queries.get_lettera(ctx.session, notifica_id)
    nome = f"lettera-{notifica_id}.pdf"
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{nome}"'})


@rotte.post(
    "/{notifica_id}/ripetizione",
    operation_id="create_ripetizione",
    summary="Prova di nuovo una notifica non recapitata",
    status_code=202,
    response_model=NotificaDettaglioOut,
    response_description="La notifica torna tra quelle da inviare",
)
async def create_ripetizione(
    ctx: Ctx, notifica_id: NotificaIdPath, chiave: Chiave,
    ripetizione: Annotated[RipetizioneIn, Body(examples=[{"motivo": "La casella di posta ora funziona"}])],
) -> Response:  # fmt: skip
    """Rimette tra quelle da inviare, sui canali elettronici che non sono riusciti, una notifica `NON_RECAPITATA`.

    La lettera già messa in stampa resta. L'esito si legge consultando la notifica. [BLOCK_REST]
    """
    await ctx.visibile("notifica", notifica_id)

    async def esegui() -> Risposta:
        await ripeti_notifica(ctx.session, notifica_id, now=ctx.now)
        notifica = await queries.get_notifica(ctx.session, notifica_id)
        return Risposta(202, f"{ctx.url_base}/v1/notifiche/{notifica_id}", notifica.model_dump_json().encode())

    richiesta = RichiestaRipetizione(notifica_id=notifica_id, motivo=ripetizione.motivo)
    return await una_volta(ctx, chiave, richiesta, esegui)
