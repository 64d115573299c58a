# SPDX-License-Identifier: EUPL-1.2
"""Routes of the bozze: work in progress, with the list of what is missing, then presented as it is."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Body, Path, Response
from pydantic import ValidationError

from services.domande.api.accoglienza import Accoglienza
from services.domande.schemas.esempi import DOMANDA
from services.domande.schemas.modulo import DomandaIn
from services.domande.schemas.risposte import (
    BozzaOut,
    BozzeOut,
    MancanzaOut,
    RicevutaOut,
)
from shared.db.pagine import Elenco, pagina
from shared.errors import DatiNonValidi, Difetto, InclusioneError, NotFound
from shared.kernel.identita import nuovo_id
from shared.web.contesto import Chi, Contesto, Ctx
from shared.web.enti import Ruolo
from shared.web.idempotenza import Chiave, leggi_risposte, ripetibile
from shared.web.permessi import Ambito, Matrice
from shared.web.problemi import difetti_di
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, Limite

rotte = APIRouter(prefix="/v1/bozze", tags=["bozze"], route_class=RottaSevera)

_PRESENTA = {
    Ruolo.CAF: Ambito.MANDATO,
    Ruolo.PATRONATO: Ambito.MANDATO,
    Ruolo.CITTADINO: Ambito.PROPRIO,
}
PERMESSI: Matrice = dict.fromkeys(
    ("create_bozza", "list_bozze", "show_bozza", "edit_bozza", "remove_bozza", "create_presentazione"), _PRESENTA
)
_CAMPI = "id, version, creata_il, aggiornata_il, contenuto"
_BOZZE = Elenco(_CAMPI, "bozza")
_INSERT = f"""
INSERT INTO bozza (id, ente, richiedente, contenuto, creata_il, aggiornata_il, version, interessato)
VALUES ($1, $2, $3, $4, $5, $5, 1, $6)
RETURNING {_CAMPI}
"""
_UPDATE = f"""
UPDATE bozza SET contenuto = $2, aggiornata_il = $3, version = version + 1, interessato = $4
WHERE id = $1 RETURNING {_CAMPI}
"""
_INTERESSATO = "coalesce(interessato, richiedente)"

BozzaId = Annotated[UUID, Path(description="Identificativo della bozza")]
Contenuto = Annotated[
    dict[str, Any],
    Body(
        description="Il modulo della domanda, anche incompleto",
        examples=[{"richiedente": DOMANDA["richiedente"]}],
    ),
]


@rotte.post("", operation_id="create_bozza", summary="Crea una bozza", status_code=201)
async def create_bozza(ctx: Ctx, contenuto: Contenuto, risposta: Response) -> BozzaOut:
    """Conserva un modulo anche incompleto e dice che cosa manca per presentarlo."""
    proprio = ctx.chiamante.codice_fiscale
    richiedente = ctx.session.cifrario.impronta(proprio) if proprio else None
    riga = await ctx.session.fetchrow(
        _INSERT,
        nuovo_id(),
        ctx.chiamante.codice_ente,
        richiedente,
        _cifrata(ctx, contenuto),
        ctx.now,
        _interessato(ctx, contenuto),
    )
    ctx.registra(riga["id"], interessato=_interessato(ctx, contenuto) or richiedente)
    risposta.headers["Location"] = f"{ctx.url_base}/v1/bozze/{riga['id']}"
    return _out(ctx, riga)


@rotte.get("", operation_id="list_bozze", summary="Elenca le bozze")
async def list_bozze(ctx: Ctx, cursor: Cursore = None, limit: Limite = 50) -> BozzeOut:
    """Elenca le bozze di chi chiama, le più recenti per prime."""
    esito = await pagina(
        ctx.session, _BOZZE, ctx.filtro(), cursore=cursor, limite=limit, leggi=lambda riga: _out(ctx, riga)
    )
    await ctx.mostrati("bozza", (bozza.id for bozza in esito.items), interessato=_INTERESSATO)
    return BozzeOut(items=esito.items, next_cursor=esito.next_cursor)


@rotte.get("/{bozza_id}", operation_id="show_bozza", summary="Mostra una bozza")
async def show_bozza(ctx: Ctx, bozza_id: BozzaId) -> BozzaOut:
    """Mostra la bozza e che cosa manca per presentarla."""
    return _out(ctx, await _visibile(ctx, bozza_id))


@rotte.put("/{bozza_id}", operation_id="edit_bozza", summary="Sostituisce una bozza")
async def edit_bozza(ctx: Ctx, bozza_id: BozzaId, contenuto: Contenuto) -> BozzaOut:
    """Sostituisce per intero il contenuto della bozza."""
    await _visibile(ctx, bozza_id)
    return _out(
        ctx,
        await ctx.session.fetchrow(_UPDATE, bozza_id, _cifrata(ctx, contenuto), ctx.now, _interessato(ctx, contenuto)),
    )


@rotte.delete("/{bozza_id}", operation_id="remove_bozza", summary="Elimina una bozza")
async def remove_bozza(ctx: Ctx, bozza_id: BozzaId) -> BozzaOut:
    """Elimina la bozza e la restituisce un'ultima volta."""
    riga = await _visibile(ctx, bozza_id)
    await ctx.session.execute("DELETE FROM bozza WHERE id = $1", bozza_id)
    return _out(ctx, riga)


@rotte.post("/{bozza_id}/presentazione", operation_id="create_presentazione", summary="Presenta una bozza",
            status_code=201, response_model=RicevutaOut)  # fmt: skip
async def create_presentazione(chi: Chi, bozza_id: BozzaId, chiave: Chiave) -> Response:
    """Presenta la domanda così com'è nella bozza, che cessa di esistere."""
    richiesta = ripetibile(chi, chiave, bozza_id.bytes)
    async with chi.risorse.database.transaction() as session:
        (nota,) = await leggi_risposte(session, [richiesta])
        if isinstance(nota, InclusioneError):
            raise nota
        if nota is not None:
            return nota.in_http()
        ctx = Contesto(session, chi)
        contenuto = _aperta(ctx, await _visibile(ctx, bozza_id))
    try:
        modulo = DomandaIn.model_validate_json(orjson.dumps(contenuto))
    except ValidationError as errore:
        raise DatiNonValidi("La bozza non è completa", difetti_di(errore.errors(include_input=False))) from None
    accoglienza: Accoglienza = chi.risorse.altro["accoglienza"]
    scritto = modulo.model_dump_json().encode()
    return (await accoglienza.accogli(chi, modulo, richiesta, contenuto=scritto, bozza_id=bozza_id)).in_http()


async def _visibile(ctx: Contesto, bozza_id: UUID) -> Any:
    await ctx.visibile("bozza", bozza_id, interessato=_INTERESSATO)
    riga = await ctx.session.fetchrow(f"SELECT {_CAMPI} FROM bozza WHERE id = $1", bozza_id)
    if riga is None:
        raise NotFound("La bozza non esiste o non è visibile a chi chiama")
    return riga


def _cifrata(ctx: Contesto, contenuto: dict[str, Any]) -> bytes:
    return ctx.session.cifrario.cifra(orjson.dumps(contenuto))


def _interessato(ctx: Contesto, contenuto: dict[str, Any]) -> bytes | None:
    """Hash the codice fiscale that the form names, if it already names one."""
    richiedente = contenuto.get("richiedente")
    codice = richiedente.get("codice_fiscale") if isinstance(richiedente, dict) else None
    return ctx.session.cifrario.impronta(codice) if isinstance(codice, str) else None


def _aperta(ctx: Contesto, riga: Any) -> dict[str, Any]:
    contenuto: dict[str, Any] = orjson.loads(ctx.session.cifrario.decifra(riga["contenuto"]))
    return contenuto


def _out(ctx: Contesto, riga: Any) -> BozzaOut:
    contenuto = _aperta(ctx, riga)
    return BozzaOut(
        id=riga["id"],
        versione=riga["version"],
        creata_il=riga["creata_il"],
        aggiornata_il=riga["aggiornata_il"],
        contenuto=contenuto,
        mancanze=[MancanzaOut(pointer=d.puntatore, code=d.codice, detail=d.dettaglio) for d in _mancanze(contenuto)],
    )


def _mancanze(contenuto: dict[str, Any]) -> tuple[Difetto, ...]:
    try:
        DomandaIn.model_validate_json(orjson.dumps(contenuto))
    except ValidationError as errore:
        return difetti_di(errore.errors(include_input=False))
    return ()
