# SPDX-License-Identifier: EUPL-1.2
"""Outcomes of the payer that could not be applied: list them, look into one, decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from services.erogazioni.commands.chiudi_esito import chiudi_esito
from services.erogazioni.domain.erogazione import CausaQuarantena
from services.erogazioni.domain.quarantena import CosaDecidere, Decisione, StatoQuarantena
from services.erogazioni.queries import quarantena as letture
from services.erogazioni.schemas import ChiusuraIn, EsitiInQuarantenaOut, EsitoInQuarantenaDettaglioOut
from shared.db.pagine import Filtro
from shared.errors import DatiNonValidi, Difetto
from shared.web.contesto import Contesto, Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/esiti-in-quarantena", tags=["esiti in quarantena"], route_class=RottaSevera)

PERMESSI: Matrice = {
    "list_esiti_in_quarantena": {Ruolo.INPS: Ambito.TUTTO},
    "show_esito_in_quarantena": {Ruolo.INPS: Ambito.TUTTO},
    "create_chiusura": {Ruolo.INPS: Ambito.TUTTO},
}
# An outcome applied moves money in the ledger, and may make a month due again.
INTEGRITA = frozenset({"create_chiusura"})
EsitoId = Annotated[UUID, Path(description="Identificativo dell'esito in quarantena")]


@rotte.get("", operation_id="list_esiti_in_quarantena", summary="Elenca gli esiti in quarantena")
async def list_esiti_in_quarantena(
    ctx: Ctx,
    stato: Annotated[StatoQuarantena | None, Query(description="Solo gli esiti in questo stato.")] = None,
    causa: Annotated[CausaQuarantena | None, Query(description="Solo gli esiti con questa causa.")] = None,
    flusso_id: Annotated[UUID | None, Query(description="Solo gli esiti di questo flusso.")] = None,
    lotto_id: Annotated[UUID | None, Query(description="Solo gli esiti dei flussi di questo lotto.")] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> EsitiInQuarantenaOut:
    """Elenca gli esiti del pagatore che non è stato possibile applicare, i più recenti per primi, senza dati personali."""
    filtro = Filtro().uno_di("stato", [stato] if stato else StatoQuarantena)
    filtro.uno_di("causa", [causa] if causa else CausaQuarantena)
    if flusso_id:
        filtro.aggiungi("flusso_id = ?", flusso_id)
    if lotto_id:
        filtro.aggiungi("flusso_id IN (SELECT f.id FROM flusso f WHERE f.lotto_id = ?)", lotto_id)
    trovata = await letture.list_esiti(ctx.session, filtro, cursore=cursor, limite=limit)
    return EsitiInQuarantenaOut(items=trovata.items, next_cursor=trovata.next_cursor)


@rotte.get(
    "/{esito_in_quarantena_id}", operation_id="show_esito_in_quarantena", summary="Mostra un esito in quarantena"
)
async def show_esito_in_quarantena(ctx: Ctx, esito_in_quarantena_id: EsitoId) -> EsitoInQuarantenaDettaglioOut:
    """Mostra l'esito con il flusso, la disposizione e i suoi movimenti, se risultano. La lettura è registrata."""
    return await _mostra(ctx, esito_in_quarantena_id)


@rotte.post(
    "/{esito_in_quarantena_id}/chiusura",
    operation_id="create_chiusura",
    summary="Chiude un esito in quarantena",
    status_code=200,
    response_model=EsitoInQuarantenaDettaglioOut,
    response_description="L'esito, chiuso",
)
async def create_chiusura(ctx: Ctx, esito_in_quarantena_id: EsitoId, corpo: ChiusuraIn, chiave: Chiave) -> Response:
    """Applica l'esito adesso (`RIESAMINA`), o lo chiude senza applicarlo (`ARCHIVIA`, con la motivazione).

    La decisione resta accanto all'esito, con chi l'ha presa e quando, e non si cambia. Se l'esito non si può ancora
    applicare la risposta è 409 e l'esito resta aperto. [BLOCK_REST]
    """
    if corpo.decisione is CosaDecidere.ARCHIVIA and corpo.motivazione is None:
        raise DatiNonValidi(
            "Per archiviare un esito serve la motivazione",
            (Difetto("/motivazione", "scrivere perché l'esito si chiude senza applicarlo", "obbligatorio"),),
        )
    chi = ctx.chiamante
    decisione = Decisione(corpo.decisione, chi.codice_ente, chi.operatore, corpo.motivazione)

    async def esegui() -> Risposta:
        await chiudi_esito(ctx.session, esito_in_quarantena_id, decisione, now=ctx.now)
        letto = await _mostra(ctx, esito_in_quarantena_id)
        return Risposta(200, "", letto.model_dump_json().encode())

    return await una_volta(ctx, chiave, corpo, esegui, oggetto=esito_in_quarantena_id)


async def _mostra(ctx: Contesto, esito_id: UUID) -> EsitoInQuarantenaDettaglioOut:
    letto = await letture.get_esito(ctx.session, esito_id)
    if letto.disposizione is not None:
        await ctx.mostrati("posizione", [letto.disposizione.posizione_id])
    return letto
