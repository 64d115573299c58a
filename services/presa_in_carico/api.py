# SPDX-License-Identifier: EUPL-1.2
"""HTTP -> command: the routes of the casi and who may call them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel

from services.presa_in_carico import queries
from services.presa_in_carico.commands.convoca_nucleo import Appuntamento, convoca_nucleo
from services.presa_in_carico.commands.registra_incontro import registra_incontro
from services.presa_in_carico.commands.registra_siisl import registra_siisl
from services.presa_in_carico.commands.sottoscrivi_pad import sottoscrivi_pad
from services.presa_in_carico.domain.caso import Dichiarazioni, Stato
from services.presa_in_carico.domain.incontro import Incontro, Operatore
from services.presa_in_carico.schemas import (
    CasiOut,
    CasoDettaglioOut,
    CasoOut,
    ConvocazioneIn,
    ConvocazioneOut,
    IncontroIn,
    PadIn,
    RegistrazioneSiislIn,
)
from shared.web.contesto import Contesto, Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, Risposta, una_volta
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Giorno, Limite

rotte = APIRouter(prefix="/v1/casi", tags=["casi"], route_class=RottaSevera)

_CITTADINO = {Ruolo.CITTADINO: Ambito.PROPRIO}
_SERVIZI_SOCIALI = {Ruolo.COMUNE: Ambito.TERRITORIO, Ruolo.AMBITO: Ambito.TERRITORIO}
_LEGGE = {**_CITTADINO, **_SERVIZI_SOCIALI, Ruolo.CPI: Ambito.TERRITORIO, Ruolo.INPS: Ambito.TUTTO}
PERMESSI: Matrice = {
    "list_casi": _LEGGE,
    "show_caso": _LEGGE,
    "create_registrazione_siisl": _CITTADINO,
    "create_pad": _CITTADINO,
    "create_convocazione": _SERVIZI_SOCIALI,
    "create_incontro": _SERVIZI_SOCIALI,
}
# What the social services write is an act of theirs; citizens have no PDND client and sign nothing.
INTEGRITA = frozenset({"create_convocazione", "create_incontro"})

CasoIdPath = Annotated[UUID, Path(description="Identificativo del caso")]
_REGISTRAZIONE = {"registrato_il": "2025-03-10"}
_PAD = {
    "sottoscritto_il": "2025-03-10",
    "recapiti_confermati": True,
    "consenso_trasmissione_dati": True,
    "impegno_primo_incontro": True,
}
_CONVOCAZIONE = {
    "appuntamento_il": "2025-04-15T08:30:00Z",
    "sede": "Servizi sociali, via Roma 1",
    "canale": "SMS",
    "comunicata_il": "2025-04-01",
}
_INCONTRO = {"data": "2025-04-15", "tipo": "INCONTRO"}


def _gia(modello: type[BaseModel], descrizione: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": modello, "description": descrizione}}


@rotte.get("", operation_id="list_casi", summary="Elenca i casi")
async def list_casi(
    ctx: Ctx,
    stato: Annotated[Stato | None, Query(description="Solo i casi in questo stato.")] = None,
    incontro_entro_il: Annotated[
        Giorno | None,
        Query(description="Solo i nuclei a rischio: senza incontro, non sospesi, con il termine entro questo giorno."),
    ] = None,
    sospesi: Annotated[
        bool | None, Query(description="Solo i nuclei sospesi adesso (true) o non sospesi (false).")
    ] = None,
    non_raggiunti: Annotated[
        bool, Query(description="Solo i nuclei a cui almeno un avviso non è stato recapitato.")
    ] = False,
    cursor: Cursore = None,
    limit: Limite = 50,
) -> CasiOut:
    """Elenca i casi visibili a chi chiama, a partire dalle domande accolte per ultime, senza dati personali.

    Con `incontro_entro_il` i servizi sociali trovano i nuclei da incontrare prima che siano sospesi: per primi quelli
    il cui termine scade prima.
    """
    scelta = queries.Scelta(stato, incontro_entro_il, sospesi, non_raggiunti)
    filtro = ctx.filtro(prefisso="c.")
    trovati = await queries.list_casi(ctx.session, filtro, scelta, cursore=cursor, limite=limit)
    await ctx.mostrati("caso", (caso.id for caso in trovati.items))
    return trovati


@rotte.get("/{caso_id}", operation_id="show_caso", summary="Mostra un caso")
async def show_caso(ctx: Ctx, caso_id: CasoIdPath) -> CasoDettaglioOut:
    """Mostra il caso con i componenti del nucleo, chi è attivabile al lavoro, convocazioni, incontri e sospensioni."""
    await ctx.visibile("caso", caso_id)
    return await queries.show_dettaglio(ctx.session, caso_id)


@rotte.post(
    "/{caso_id}/registrazione-siisl",
    operation_id="create_registrazione_siisl",
    status_code=201,
    summary="Registra il nucleo su SIISL",
    response_model=CasoOut,
    response_description="Registrazione avvenuta",
    responses=_gia(CasoOut, "La stessa registrazione era già avvenuta"),
)
async def create_registrazione_siisl(
    ctx: Ctx,
    caso_id: CasoIdPath,
    chiave: Chiave,
    corpo: Annotated[RegistrazioneSiislIn, Body(examples=[_REGISTRAZIONE])],
) -> Response:
    """Registra il nucleo sulla piattaforma SIISL.

    È il passo che precede il patto di attivazione digitale. [BLOCK_REST]
    """
    await ctx.visibile("caso", caso_id)

    async def registra() -> Risposta:
        nuova = await registra_siisl(ctx.session, caso_id, il=corpo.registrato_il, now=ctx.now)
        return await _stato(ctx, caso_id, nuovo=nuova)

    return await una_volta(ctx, chiave, corpo, registra, oggetto=caso_id)


@rotte.post(
    "/{caso_id}/pad",
    operation_id="create_pad",
    status_code=201,
    summary="Sottoscrive il patto di attivazione digitale",
    response_model=CasoOut,
    response_description="Patto sottoscritto",
    responses=_gia(CasoOut, "Lo stesso patto era già sottoscritto"),
)
async def create_pad(
    ctx: Ctx, caso_id: CasoIdPath, chiave: Chiave, corpo: Annotated[PadIn, Body(examples=[_PAD])]
) -> Response:
    """Sottoscrive il patto di attivazione digitale (PAD) del nucleo.

    Il beneficio decorre dal mese successivo; entro 120 giorni il nucleo si presenta ai servizi sociali per il primo
    incontro (DM 154/2023, art. 9). [BLOCK_REST]
    """
    await ctx.visibile("caso", caso_id)
    dichiarazioni = Dichiarazioni(
        recapiti_confermati=corpo.recapiti_confermati,
        consenso_trasmissione_dati=corpo.consenso_trasmissione_dati,
        impegno_primo_incontro=corpo.impegno_primo_incontro,
    )

    async def sottoscrivi() -> Risposta:
        nuovo = await sottoscrivi_pad(
            ctx.session, caso_id, il=corpo.sottoscritto_il, dichiarazioni=dichiarazioni, now=ctx.now
        )
        return await _stato(ctx, caso_id, nuovo=nuovo)

    return await una_volta(ctx, chiave, corpo, sottoscrivi, oggetto=caso_id)


@rotte.post(
    "/{caso_id}/convocazioni",
    operation_id="create_convocazione",
    status_code=201,
    summary="Convoca il nucleo",
    response_model=ConvocazioneOut,
    response_description="Convocazione registrata",
    responses=_gia(ConvocazioneOut, "La stessa convocazione era già registrata"),
)
async def create_convocazione(
    ctx: Ctx, caso_id: CasoIdPath, chiave: Chiave, corpo: Annotated[ConvocazioneIn, Body(examples=[_CONVOCAZIONE])]
) -> Response:
    """Registra l'appuntamento comunicato al nucleo.

    Sostituisce quello non ancora avvenuto, se c'è; di quello passato serve prima l'esito. [BLOCK_REST]
    """
    await ctx.visibile("caso", caso_id)

    async def convoca() -> Risposta:
        convocazione_id, nuova = await convoca_nucleo(
            ctx.session, caso_id, Appuntamento(**corpo.model_dump()), da=_operatore(ctx), now=ctx.now
        )
        mostrata = await queries.show_convocazione(ctx.session, convocazione_id)
        return _risposta(ctx, caso_id, mostrata, nuovo=nuova)

    return await una_volta(ctx, chiave, corpo, convoca, oggetto=caso_id)


@rotte.post(
    "/{caso_id}/incontri",
    operation_id="create_incontro",
    status_code=201,
    summary="Registra l'esito del primo incontro",
    response_model=CasoOut,
    response_description="Esito registrato",
    responses=_gia(CasoOut, "Lo stesso esito era già registrato"),
)
async def create_incontro(
    ctx: Ctx, caso_id: CasoIdPath, chiave: Chiave, corpo: Annotated[IncontroIn, Body(examples=[_INCONTRO])]
) -> Response:
    """Registra un incontro, una presentazione spontanea, un'assenza giustificata o ingiustificata.

    L'incontro prende in carico il nucleo e revoca la sospensione, con gli arretrati; il giustificato motivo fa
    ripartire i 120 giorni; l'assenza ingiustificata a una convocazione propone la decadenza. [BLOCK_REST]
    """
    await ctx.visibile("caso", caso_id)

    async def registra() -> Risposta:
        nuovo = await registra_incontro(
            ctx.session,
            caso_id,
            Incontro(corpo.data, corpo.tipo),
            convocazione_id=corpo.convocazione_id,
            da=_operatore(ctx),
            now=ctx.now,
        )
        return await _stato(ctx, caso_id, nuovo=nuovo)

    return await una_volta(ctx, chiave, corpo, registra, oggetto=caso_id)


def _operatore(ctx: Contesto) -> Operatore:
    return Operatore(ctx.chiamante.codice_ente, ctx.chiamante.operatore)


async def _stato(ctx: Contesto, caso_id: UUID, *, nuovo: bool) -> Risposta:
    return _risposta(ctx, caso_id, await queries.show_caso(ctx.session, caso_id), nuovo=nuovo)


def _risposta(ctx: Contesto, caso_id: UUID, corpo: BaseModel, *, nuovo: bool) -> Risposta:
    """Answer 201 to a new act and 200 to the repetition of one, with the present state."""
    posizione = f"{ctx.url_base}/v1/casi/{caso_id}" if nuovo else ""
    return Risposta(201 if nuovo else 200, posizione, corpo.model_dump_json().encode())
