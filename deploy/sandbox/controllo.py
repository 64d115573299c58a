# SPDX-License-Identifier: EUPL-1.2
"""Control of the sandbox: journal, faults, people, payments, mail, clock. None of it exists in the real systems."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request

from deploy.sandbox.guasti import CON_ALTRA_PERSONA, SISTEMI, Guasto, Tipo
from deploy.sandbox.impostazioni import OrologioRegolabile
from deploy.sandbox.rifiuti import leggi, problema
from deploy.sandbox.stato import sandbox_di
from deploy.sandbox.tabella import righe

rotte = APIRouter(prefix="/sandbox/v1", tags=["Controllo"])


class NuovoGuasto(BaseModel):
    """A fault to switch on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tipo: Tipo
    volte: Annotated[int, Field(ge=1)] | None = 1
    secondi: Annotated[float, Field(ge=0, le=120)] = 1.0


class NuovoIstante(BaseModel):
    """Where the clock must go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    istante: AwareDatetime


class NuovaRestituzione(BaseModel):
    """Whose payments come back, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codice_fiscale: str
    motivo: Annotated[str, Field(pattern=r"^[A-Z_]{1,40}$")] = "CARTA_NON_RITIRATA"
    mese: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None


@rotte.get("/giornale", summary="Che cosa hanno ricevuto i sistemi simulati")
async def giornale(
    request: Request, sistema: str = "", limit: Annotated[int, Query(ge=1, le=20_000)] = 100
) -> dict[str, Any]:
    """Elenca le ultime richieste ricevute, dalla più vecchia."""
    return {"items": [v.in_json() for v in sandbox_di(request).giornale.leggi(sistema=sistema, limite=limit)]}


@rotte.delete("/giornale", summary="Svuota il giornale", status_code=204)
async def svuota_giornale(request: Request) -> Response:
    """Dimentica le richieste ricevute."""
    sandbox_di(request).giornale.svuota()
    return Response(status_code=204)


@rotte.get("/guasti", summary="Guasti attivi")
async def guasti(request: Request) -> dict[str, Any]:
    """Elenca i guasti attivi per sistema."""
    attivi = sandbox_di(request).guasti.attivi()
    return {
        "items": [{"sistema": s, "tipo": g.tipo, "volte": g.volte, "secondi": g.secondi} for s, g in attivi.items()]
    }


@rotte.put("/guasti/{sistema}", summary="Accende un guasto", status_code=204)
async def accendi_guasto(sistema: str, request: Request) -> Response:
    """Accende un guasto: LIMITE, ERRORE, TIMEOUT, RISPOSTA_PERSA, ALTRA_PERSONA, RITARDO; `volte` nullo: fino a che si toglie."""
    _conosciuto(sistema)
    nuovo = leggi(NuovoGuasto, await request.body(), status=422)
    if nuovo.tipo == "ALTRA_PERSONA" and sistema not in CON_ALTRA_PERSONA:
        raise problema(422, "Guasto non previsto", "Questo sistema non risponde su una persona")
    sandbox_di(request).guasti.imposta(sistema, Guasto(nuovo.tipo, nuovo.volte, nuovo.secondi))
    return Response(status_code=204)


@rotte.delete("/guasti/{sistema}", summary="Spegne il guasto di un sistema", status_code=204)
async def spegni_guasto(sistema: str, request: Request) -> Response:
    """Spegne il guasto di un sistema."""
    _conosciuto(sistema)
    sandbox_di(request).guasti.togli(sistema)
    return Response(status_code=204)


@rotte.get("/persone", summary="Le persone inventate e le loro storie")
async def persone(request: Request) -> dict[str, Any]:
    """Elenca i nuclei, la loro storia e l'esito atteso."""
    return {"items": [riga.in_json() for riga in righe(sandbox_di(request).mondo)]}


@rotte.get("/accrediti", summary="Quanto ha ricevuto ogni persona")
async def accrediti(request: Request) -> dict[str, Any]:
    """Elenca, per persona, il numero e la somma degli accrediti eseguiti da Poste e non tornati indietro."""
    totali = sandbox_di(request).carte.totali()
    voci = [
        {"codice_fiscale": c, "numero": n, "totale": {"amount": f"{s:.2f}", "currency": "EUR"}}
        for c, (n, s) in totali.items()
    ]
    return {"items": voci}


@rotte.post("/restituzioni", summary="Fa tornare indietro i pagamenti di una persona", status_code=201)
async def restituisci(request: Request) -> dict[str, Any]:
    """Restituisce quanto la persona ha ricevuto, per un mese o per tutti: chi paga lo elenca da adesso tra le restituzioni.

    Motivi: CARTA_NON_RITIRATA, CONTO_CHIUSO, CONTO_INESISTENTE, BENEFICIARIO_DECEDUTO, o un altro codice.
    """
    nuova = leggi(NuovaRestituzione, await request.body(), status=422)
    fatte = sandbox_di(request).carte.restituisci(nuova.codice_fiscale, nuova.motivo, mese=nuova.mese)
    if not fatte:
        raise problema(404, "Niente da restituire", "La persona non ha accrediti, o sono già tornati indietro")
    return {"items": [{"id_disposizione": r.id_disposizione, "motivo": r.motivo} for r in fatte]}


@rotte.get("/posta", summary="Le e-mail ricevute")
async def posta(request: Request, limit: Annotated[int, Query(ge=1, le=5_000)] = 100) -> dict[str, Any]:
    """Elenca le ultime e-mail ricevute, con il testo e i nomi degli allegati."""
    ultime = list(sandbox_di(request).posta.messaggi)[-limit:]
    return {"items": [
        {"destinatari": m.destinatari, "oggetto": m.oggetto, "ricevuta_il": m.ricevuta_il, "testo": m.testo, "allegati": m.allegati}
        for m in ultime
    ]}  # fmt: skip


@rotte.get("/finalita", summary="Client, chiavi e finalità della PDND simulata")
async def finalita(request: Request) -> dict[str, Any]:
    """Elenca i client con il kid della chiave e le finalità con cui chiedere i voucher."""
    return {"items": list(sandbox_di(request).finalita())}


@rotte.get("/orologio", summary="L'ora della sandbox")
async def orologio(request: Request) -> dict[str, datetime]:
    """Dice l'ora con cui i sistemi simulati datano ciò che scrivono."""
    return {"istante": sandbox_di(request).impostazioni.orologio()}


@rotte.put("/orologio", summary="Sposta l'orologio", status_code=204)
async def sposta_orologio(request: Request) -> Response:
    """Sposta l'orologio, se quello dato alla sandbox lo permette."""
    attuale = sandbox_di(request).impostazioni.orologio
    if not isinstance(attuale, OrologioRegolabile):
        raise problema(409, "Orologio non regolabile", "La sandbox segue l'orologio della macchina")
    try:
        attuale.imposta(leggi(NuovoIstante, await request.body(), status=422).istante)
    except ValueError as errore:
        raise problema(422, "Istante non ammesso", str(errore)) from None
    return Response(status_code=204)


@rotte.post("/azzeramento", summary="Dimentica tutto ciò che è stato ricevuto", status_code=204)
async def azzera(request: Request) -> Response:
    """Svuota giornale, guasti, accrediti, messaggi e posta; chiavi e persone restano."""
    sandbox_di(request).azzera()
    return Response(status_code=204)


def _conosciuto(sistema: str) -> None:
    if sistema not in SISTEMI:
        raise problema(404, "Sistema sconosciuto", "Sistemi: " + ", ".join(SISTEMI))
