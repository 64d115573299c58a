# SPDX-License-Identifier: EUPL-1.2
"""Routes: verifiche to be followed, accertamenti to be answered, questions to be repeated."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from services.verifiche_anagrafiche import queries
from services.verifiche_anagrafiche.commands.chiudi_accertamento import registra_esito
from services.verifiche_anagrafiche.commands.ripeti_interrogazione import ripeti_interrogazione
from services.verifiche_anagrafiche.domain.accertamento import ControlloComune, StatoAccertamento
from services.verifiche_anagrafiche.domain.verifica import StatoVerifica
from services.verifiche_anagrafiche.schemas import (
    ESITO_CITTADINANZA,
    ESITO_NUCLEO,
    ESITO_RESIDENZA,
    ESITO_SVANTAGGIO,
    AccertamentiOut,
    AccertamentoDettaglioOut,
    AccertamentoOut,
    EsitoIn,
    VerificaDettaglioOut,
    VerificheOut,
)
from shared.kernel.calendario import giorno_legale
from shared.web.contesto import Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Giorno, Limite

rotte_verifiche = APIRouter(prefix="/v1/verifiche", tags=["verifiche"], route_class=RottaSevera)
rotte_accertamenti = APIRouter(prefix="/v1/accertamenti", tags=["accertamenti"], route_class=RottaSevera)
rotte_interrogazioni = APIRouter(prefix="/v1/interrogazioni", tags=["verifiche"], route_class=RottaSevera)
ROTTE = (rotte_verifiche, rotte_accertamenti, rotte_interrogazioni)

_SEGUE = {
    Ruolo.CITTADINO: Ambito.PROPRIO,
    Ruolo.CAF: Ambito.MANDATO,
    Ruolo.PATRONATO: Ambito.MANDATO,
    Ruolo.INPS: Ambito.TUTTO,
}
_ACCERTA = {
    Ruolo.COMUNE: Ambito.TERRITORIO,
    Ruolo.AMBITO: Ambito.TERRITORIO,
    Ruolo.INPS: Ambito.TUTTO,
}
PERMESSI: Matrice = {
    "list_verifiche": _SEGUE,
    "show_verifica": _SEGUE,
    "list_accertamenti": _ACCERTA,
    "show_accertamento": _ACCERTA,
    "create_esito": _ACCERTA,
    "create_ripetizione": {Ruolo.INPS: Ambito.TUTTO},
}

# An esito is an act of the Comune, a repetition makes us ask a registry again: both are signed.
INTEGRITA = frozenset({"create_esito", "create_ripetizione"})
_DELLA_VERIFICA = "(SELECT v.richiedente FROM verifica v WHERE v.id = interrogazione.verifica_id)"

VerificaIdPath = Annotated[UUID, Path(description="Identificativo della verifica")]
AccertamentoIdPath = Annotated[UUID, Path(description="Identificativo dell'accertamento")]


@rotte_verifiche.get("", operation_id="list_verifiche", summary="Elenca le verifiche")
async def list_verifiche(
    ctx: Ctx,
    stato: Annotated[StatoVerifica | None, Query(description="Solo le verifiche in questo stato.")] = None,
    attesa: Annotated[
        str | None,
        Query(
            description="Solo quelle che attendono questo, per esempio `REGISTRO:ANPR`.",
            pattern=r"^[A-Z]+(:[A-Z]+)?$",
            max_length=40,
        ),
    ] = None,
    domanda_id: Annotated[UUID | None, Query(description="Solo quella di questa domanda.")] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> VerificheOut:
    """Elenca a che punto sono i controlli delle domande visibili a chi chiama, le più recenti per prime.

    Un registro che non risponde lascia la verifica in attesa: non diventa mai un esito negativo.
    """
    filtro = ctx.filtro().uno_di("stato", [stato] if stato else StatoVerifica)
    if attesa:
        filtro.aggiungi("attesa = ?", attesa)
    if domanda_id:
        filtro.aggiungi("domanda_id = ?", domanda_id)
    trovate = await queries.list_verifiche(ctx.session, filtro, cursore=cursor, limite=limit)
    await ctx.mostrati("verifica", (verifica.id for verifica in trovate.items))
    return trovate


@rotte_verifiche.get("/{verifica_id}", operation_id="show_verifica", summary="Mostra una verifica")
async def show_verifica(ctx: Ctx, verifica_id: VerificaIdPath) -> VerificaDettaglioOut:
    """Mostra lo stato della verifica e di ogni interrogazione ai registri; le risposte non si mostrano."""
    await ctx.visibile("verifica", verifica_id)
    return await queries.show_verifica(ctx.session, verifica_id)


@rotte_accertamenti.get("", operation_id="list_accertamenti", summary="Elenca gli accertamenti richiesti ai Comuni")
async def list_accertamenti(
    ctx: Ctx,
    stato: Annotated[StatoAccertamento | None, Query(description="Solo gli accertamenti in questo stato.")] = None,
    controllo: Annotated[
        ControlloComune | None, Query(description="Solo quelli che chiedono questo controllo.")
    ] = None,
    scadenza_entro: Annotated[
        Giorno | None, Query(description="Solo quelli con il termine entro questo giorno.")
    ] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> AccertamentiOut:
    """Elenca gli accertamenti del territorio di chi chiama con i giorni che restano, i più recenti per primi."""
    filtro = ctx.filtro().uno_di("stato", [stato] if stato else StatoAccertamento)
    if controllo:
        filtro.aggiungi(f"controlli @> '{{{controllo.value}}}'")  # written out, for the index of this controllo
    if scadenza_entro:
        filtro.aggiungi("scadenza <= ?", scadenza_entro)
    oggi = giorno_legale(ctx.now)
    trovati = await queries.list_accertamenti(ctx.session, filtro, oggi=oggi, cursore=cursor, limite=limit)
    await ctx.mostrati("accertamento", (accertamento.id for accertamento in trovati.items))
    return trovati


@rotte_accertamenti.get("/{accertamento_id}", operation_id="show_accertamento", summary="Mostra un accertamento")
async def show_accertamento(ctx: Ctx, accertamento_id: AccertamentoIdPath) -> AccertamentoDettaglioOut:
    """Mostra che cosa va controllato e le persone interessate. Sono dati personali: la lettura si registra."""
    await ctx.visibile("accertamento", accertamento_id)
    return await queries.show_accertamento(ctx.session, accertamento_id, oggi=giorno_legale(ctx.now))


@rotte_accertamenti.post(
    "/{accertamento_id}/esito",
    operation_id="create_esito",
    summary="Registra l'esito di un accertamento",
    response_model=AccertamentoOut,
    response_description="Accertamento concluso",
)
async def create_esito(
    ctx: Ctx,
    accertamento_id: AccertamentoIdPath,
    chiave: Chiave,
    esito: Annotated[EsitoIn, Body(examples=[ESITO_RESIDENZA, ESITO_NUCLEO, ESITO_CITTADINANZA, ESITO_SVANTAGGIO])],
) -> Response:
    """Registra l'esito per tutti e soli i controlli richiesti; la domanda prosegue con quanto accertato.

    La stessa richiesta ripetuta con la stessa `Idempotency-Key` riceve la stessa risposta. [BLOCK_REST]
    """
    await ctx.visibile("accertamento", accertamento_id)

    async def esegui() -> Risposta:
        chiuso = await registra_esito(
            ctx.session, accertamento_id, esito.in_dominio(), operatore=ctx.chiamante.operatore, now=ctx.now
        )
        corpo = queries.accertamento_out(chiuso, oggi=giorno_legale(ctx.now))
        return Risposta(200, "", corpo.model_dump_json().encode())

    return await una_volta(ctx, chiave, esito, esegui)


@rotte_interrogazioni.post(
    "/{interrogazione_id}/ripetizione", operation_id="create_ripetizione", summary="Ripete un'interrogazione"
)
async def create_ripetizione(
    ctx: Ctx, interrogazione_id: Annotated[UUID, Path(description="Identificativo dell'interrogazione")]
) -> VerificaDettaglioOut:
    """Rimette tra quelle da fare un'interrogazione che attende un operatore.

    Se il registro aveva risposto, la nuova richiesta porta un nuovo identificativo di operazione.
    """
    await ctx.visibile("interrogazione", interrogazione_id, interessato=_DELLA_VERIFICA)
    verifica_id = await ripeti_interrogazione(ctx.session, interrogazione_id)
    return await queries.show_verifica(ctx.session, verifica_id)
