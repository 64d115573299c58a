# SPDX-License-Identifier: EUPL-1.2
"""HTTP face of the card gateway."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from deploy.sandbox.carte import PAGINA, EsitoDisposizione, Flusso, FlussoRicevuto, IdRiusato, Restituzione
from deploy.sandbox.eservizi import POSTE_CARTE
from deploy.sandbox.modi import verifica_integrita, verifica_voucher
from deploy.sandbox.rifiuti import leggi, problema
from deploy.sandbox.stato import annota, sandbox_di

rotte = APIRouter(prefix="/poste/carte/v1", tags=["Poste"])


@rotte.post("/flussi", summary="Riceve un flusso di disposizioni (forma ricostruita)", status_code=202)
async def ricevi(request: Request) -> JSONResponse:
    """Prende in carico un flusso: lo stesso flusso ripetuto non paga due volte."""
    voucher = verifica_voucher(request, POSTE_CARTE)
    corpo, sandbox = await request.body(), sandbox_di(request)
    verifica_integrita(request, corpo, POSTE_CARTE, voucher)
    flusso = leggi(Flusso, corpo, status=422)
    annota(request, "flusso", id=flusso.id_flusso, client=voucher.client_id)
    if difetto := flusso.difetto():
        raise problema(422, "Flusso non quadrato", difetto)
    try:
        sandbox.carte.ricevi(flusso, corpo)
    except IdRiusato:
        raise problema(409, "Flusso già ricevuto", "Lo stesso id_flusso è arrivato con un contenuto diverso") from None
    posizione = f"{POSTE_CARTE.audience(sandbox.impostazioni.url_pubblico)}/flussi/{flusso.id_flusso}"
    return JSONResponse({"id_flusso": flusso.id_flusso, "stato": "RICEVUTO"}, 202, {"Location": posizione})


@rotte.get("/flussi/{id_flusso}", summary="Stato di un flusso (forma ricostruita)")
async def stato(id_flusso: str, request: Request) -> dict[str, Any]:
    """Dice a che punto è un flusso."""
    flusso = _trova(request, id_flusso, "stato-flusso")
    flusso.letture += 1
    return {"id_flusso": id_flusso, "stato": flusso.stato(), "numero_disposizioni": len(flusso.esiti)}


@rotte.get("/flussi/{id_flusso}/esiti", summary="Esiti di un flusso, a pagine (forma ricostruita)")
async def esiti(id_flusso: str, request: Request, cursor: str = "") -> dict[str, Any]:
    """Elenca gli esiti di un flusso concluso; prima di allora risponde 409."""
    flusso = _trova(request, id_flusso, "esiti-flusso")
    if flusso.stato() != "CONCLUSO":
        raise problema(409, "Flusso in lavorazione", "Gli esiti non sono ancora disponibili")
    da = _posto(cursor)
    successivo = str(da + PAGINA) if da + PAGINA < len(flusso.esiti) else None
    return {"items": [_in_json(e) for e in flusso.esiti[da : da + PAGINA]], "next_cursor": successivo}


@rotte.get("/restituzioni", summary="Pagamenti tornati indietro, a pagine (forma ricostruita)")
async def restituzioni(request: Request, cursor: str = "") -> dict[str, Any]:
    """Elenca i pagamenti restituiti dopo l'accredito, di ogni flusso, dal cursore in poi: l'elenco cresce soltanto.

    `next_cursor` c'è sempre: una pagina vuota dice che per ora non c'è altro.
    """
    voucher = verifica_voucher(request, POSTE_CARTE)
    annota(request, "restituzioni", client=voucher.client_id)
    tutte = list(sandbox_di(request).carte.restituzioni.values())
    da = min(_posto(cursor), len(tutte))
    pagina = tutte[da : da + PAGINA]
    return {"items": [_restituita(r) for r in pagina], "next_cursor": str(da + len(pagina))}


def _posto(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise problema(422, "Cursore non valido", "Usare il valore di next_cursor della pagina precedente")
    return int(cursor or "0")


def _restituita(restituzione: Restituzione) -> dict[str, str]:
    return {
        "id_flusso": restituzione.id_flusso, "id_disposizione": restituzione.id_disposizione, "esito": "RESTITUITO",
        "motivo": restituzione.motivo, "data_valuta": restituzione.data_valuta.isoformat(),
    }  # fmt: skip


def _trova(request: Request, id_flusso: str, operazione: str) -> FlussoRicevuto:
    voucher = verifica_voucher(request, POSTE_CARTE)
    annota(request, operazione, id=id_flusso, client=voucher.client_id)
    flusso = sandbox_di(request).carte.flussi.get(id_flusso)
    if flusso is None:
        raise problema(404, "Flusso sconosciuto", "Nessun flusso con questo id_flusso")
    return flusso


def _in_json(esito: EsitoDisposizione) -> dict[str, str | None]:
    valuta = esito.data_valuta.isoformat() if esito.data_valuta else None
    return {
        "id_disposizione": esito.id_disposizione,
        "esito": esito.esito,
        "motivo": esito.motivo,
        "data_valuta": valuta,
    }
