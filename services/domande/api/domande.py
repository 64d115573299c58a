# SPDX-License-Identifier: EUPL-1.2
"""Routes of the domande: present, read, search, complete, renounce, and read the decision."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request, Response

from services.domande import queries
from services.domande.api.accoglienza import Accoglienza
from services.domande.clients.tipografia import Tipografia
from services.domande.commands import chiudi_domanda, integra_domanda
from services.domande.commands.spiega_decisione import spiega_decisione
from services.domande.domain.domanda import Stato
from services.domande.schemas.esempi import DOMANDA, INTEGRAZIONE
from services.domande.schemas.modulo import DomandaIn, IntegrazioneIn
from services.domande.schemas.risposte import (
    DecisioneOut,
    DecisioniOut,
    DomandaDettaglioOut,
    DomandaOut,
    DomandeOut,
    RicercaIn,
    RicevutaOut,
    RinunciaIn,
    SpettanzeOut,
)  # fmt: skip
from shared.web.contesto import Chi, Contesto, Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, ripetibile, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Giorno, Limite

rotte = APIRouter(prefix="/v1/domande", tags=["domande"], route_class=RottaSevera)

_PRESENTA = {
    Ruolo.CAF: Ambito.MANDATO,
    Ruolo.PATRONATO: Ambito.MANDATO,
    Ruolo.CITTADINO: Ambito.PROPRIO,
}
_LEGGE = {
    **_PRESENTA,
    Ruolo.COMUNE: Ambito.TERRITORIO,
    Ruolo.AMBITO: Ambito.TERRITORIO,
    Ruolo.INPS: Ambito.TUTTO,
}
PERMESSI: Matrice = {
    "create_domanda": _PRESENTA,
    "list_domande": _LEGGE,
    "search_domande": _LEGGE,
    "show_domanda": _LEGGE,
    "show_decisione": {**_PRESENTA, Ruolo.INPS: Ambito.TUTTO},
    "show_fascicolo": {**_PRESENTA, Ruolo.INPS: Ambito.TUTTO},
    "list_decisioni": {**_PRESENTA, Ruolo.INPS: Ambito.TUTTO},
    "list_spettanze": {**_PRESENTA, Ruolo.INPS: Ambito.TUTTO},
    "create_integrazione": _PRESENTA,
    "create_rinuncia": _PRESENTA,
}

_JSON, _PDF = "application/json", "application/pdf"
_ANCHE_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "La decisione",
        "content": {_PDF: {"schema": {"type": "string", "format": "binary", "maxLength": 5_000_000}}},
    }
}
_FASCICOLO: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Il fascicolo in JSON canonico, come è sigillato",
        "content": {_JSON: {"schema": {"type": "object"}}},
    }
}
DomandaIdPath = Annotated[UUID, Path(description="Identificativo della domanda")]


@rotte.post(
    "",
    operation_id="create_domanda",
    summary="Presenta una domanda",
    status_code=201,
    response_model=RicevutaOut,
    response_description="Domanda acquisita: la ricevuta porta protocollo, istante e ordine di arrivo nel giorno",
)
async def create_domanda(chi: Chi, chiave: Chiave, domanda: Annotated[DomandaIn, Body(examples=[DOMANDA])]) -> Response:
    """Presenta una domanda completa: da un CAF o un patronato con mandato, oppure dal cittadino.

    I termini di legge decorrono dal giorno della ricevuta. La stessa richiesta ripetuta con la stessa
    `Idempotency-Key` riceve la stessa ricevuta e non crea una seconda domanda. [BLOCK_REST]
    """
    accoglienza: Accoglienza = chi.risorse.altro["accoglienza"]
    contenuto = domanda.model_dump_json().encode()
    richiesta = ripetibile(chi, chiave, contenuto)
    return (await accoglienza.accogli(chi, domanda, richiesta, contenuto=contenuto)).in_http()


@rotte.get("", operation_id="list_domande", summary="Elenca le domande")
async def list_domande(
    ctx: Ctx,
    stato: Annotated[Stato | None, Query(description="Solo le domande in questo stato.")] = None,
    presentata_dal: Annotated[Giorno | None, Query(description="Presentate da questo giorno in poi.")] = None,
    presentata_al: Annotated[Giorno | None, Query(description="Presentate fino a questo giorno.")] = None,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> DomandeOut:
    """Elenca le domande visibili a chi chiama, le più recenti per prime."""
    filtro = ctx.filtro().uno_di("stato", [stato] if stato else Stato)
    if presentata_dal:
        filtro.aggiungi("giorno >= ?", presentata_dal)
    if presentata_al:
        filtro.aggiungi("giorno <= ?", presentata_al)
    trovate = await queries.list_domande(ctx.session, filtro, cursore=cursor, limite=limit)
    await ctx.mostrati("domanda", (domanda.id for domanda in trovate.items))
    return trovate


@rotte.post(
    "/ricerche",
    operation_id="search_domande",
    summary="Cerca le domande di una persona",
)
async def search_domande(ctx: Ctx, ricerca: RicercaIn, cursor: Cursore = None, limit: Limite = 50) -> DomandeOut:
    """Cerca le domande per codice fiscale del richiedente, che viaggia nel corpo e mai nell'indirizzo."""
    cercato = ctx.session.cifrario.impronta(ricerca.codice_fiscale)
    filtro = ctx.filtro().aggiungi("richiedente = ?", cercato)
    trovate = await queries.list_domande(ctx.session, filtro, cursore=cursor, limite=limit)
    await ctx.mostrati("domanda", (domanda.id for domanda in trovate.items), cercato=cercato)
    return trovate


@rotte.get("/{domanda_id}", operation_id="show_domanda", summary="Mostra una domanda")
async def show_domanda(ctx: Ctx, domanda_id: DomandaIdPath) -> DomandaDettaglioOut:
    """Mostra la domanda con il suo stato, che cosa attende, e il modulo presentato."""
    await ctx.visibile("domanda", domanda_id)
    return await queries.show_domanda(ctx.session, domanda_id)


@rotte.get("/{domanda_id}/decisione", operation_id="show_decisione", summary="Mostra la decisione",
           response_model=DecisioneOut, responses=_ANCHE_PDF)  # fmt: skip
async def show_decisione(chi: Chi, domanda_id: DomandaIdPath, richiesta: Request) -> DecisioneOut | Response:
    """Mostra l'ultima decisione: requisiti, norme, parametri, provenienza dei fatti e calcolo dell'importo.

    Con `Accept: application/pdf` è un documento accessibile (PDF/UA-1) per il cittadino e per chi lo assiste.
    """
    async with chi.risorse.database.transaction() as session:
        ctx = Contesto(session, chi)
        await ctx.visibile("domanda", domanda_id)
        decisa = await queries.get_decisione(session, domanda_id)
        spiegazione = await spiega_decisione(session, decisa)
    decisione = queries.decisione_out(decisa, controfattuali=spiegazione)
    if _PDF not in richiesta.headers.get("accept", ""):
        return decisione
    tipografia: Tipografia = chi.risorse.altro["tipografia"]
    nome = f'inline; filename="decisione-{decisione.protocollo}.pdf"'
    return Response(await tipografia.stampa(decisione), media_type=_PDF, headers={"Content-Disposition": nome})


@rotte.get("/{domanda_id}/decisione/fascicolo", operation_id="show_fascicolo", summary="Scarica il fascicolo sigillato",
           response_class=Response, responses=_FASCICOLO)  # fmt: skip
async def show_fascicolo(ctx: Ctx, domanda_id: DomandaIdPath) -> Response:
    """Dà i byte esatti del fascicolo in JSON canonico: il loro SHA-256 è l'impronta della decisione."""
    await ctx.visibile("domanda", domanda_id)
    decisione = await queries.get_decisione(ctx.session, domanda_id)
    return Response(decisione.dossier, media_type=_JSON)


@rotte.get("/{domanda_id}/decisioni", operation_id="list_decisioni", summary="Elenca le decisioni")
async def list_decisioni(ctx: Ctx, domanda_id: DomandaIdPath) -> DecisioniOut:
    """Elenca tutte le decisioni prese sulla domanda, la più recente per prima, ciascuna con il suo fascicolo."""
    await ctx.visibile("domanda", domanda_id)
    return await queries.list_decisioni(ctx.session, domanda_id)


@rotte.get(
    "/{domanda_id}/spettanze",
    operation_id="list_spettanze",
    summary="Elenca quanto spetta",
)
async def list_spettanze(ctx: Ctx, domanda_id: DomandaIdPath) -> SpettanzeOut:
    """Elenca gli importi spettanti mese per mese; l'elenco è vuoto finché il patto di attivazione non è firmato."""
    await ctx.visibile("domanda", domanda_id)
    return await queries.list_spettanze(ctx.session, domanda_id)


@rotte.post("/{domanda_id}/integrazione", operation_id="create_integrazione", summary="Integra una domanda in evidenza",
            response_model=DomandaOut)  # fmt: skip
async def create_integrazione(
    ctx: Ctx,
    domanda_id: DomandaIdPath,
    chiave: Chiave,
    integrazione: Annotated[IntegrazioneIn, Body(examples=[INTEGRAZIONE])],
) -> Response:
    """Completa o corregge una domanda in evidenza entro il termine: le verifiche ripartono sui dati nuovi."""
    await ctx.visibile("domanda", domanda_id)

    async def integra() -> Risposta:
        domanda = await integra_domanda.integra_domanda(ctx.session, domanda_id, integrazione, now=ctx.now)
        return Risposta(200, "", queries.domanda_out(domanda).model_dump_json().encode())

    return await una_volta(ctx, chiave, integrazione, integra, oggetto=domanda_id)


@rotte.post("/{domanda_id}/rinuncia", operation_id="create_rinuncia", summary="Rinuncia alla domanda",
            response_model=DomandaOut)  # fmt: skip
async def create_rinuncia(ctx: Ctx, domanda_id: DomandaIdPath, chiave: Chiave, rinuncia: RinunciaIn) -> Response:
    """Registra la rinuncia: prima dell'accoglimento la domanda è annullata, dopo cessa dal mese successivo."""
    await ctx.visibile("domanda", domanda_id)

    async def rinunciata() -> Risposta:
        domanda = await chiudi_domanda.rinuncia(ctx.session, domanda_id, now=ctx.now)
        return Risposta(200, "", queries.domanda_out(domanda).model_dump_json().encode())

    return await una_volta(ctx, chiave, rinuncia, rinunciata, oggetto=domanda_id)
