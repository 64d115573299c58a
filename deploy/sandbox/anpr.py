# SPDX-License-Identifier: EUPL-1.2
"""ANPR on PDND: C018 cittadinanza, C020 residenza, C021 stato di famiglia, one operation each."""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from deploy.sandbox import anpr_schede as schede
from deploy.sandbox.eservizi import ANPR_C018, ANPR_C020, ANPR_C021, EServizio
from deploy.sandbox.modello import Nucleo, Persona
from deploy.sandbox.modi import verifica_modi, verifica_voucher
from deploy.sandbox.rifiuti import PROBLEMA, Rifiuto, gateway, troppe
from deploy.sandbox.stato import Sandbox, annota, sandbox_di, soggetto_servito

rotte = APIRouter(prefix="/anpr", tags=["ANPR"])

Scheda = Callable[[Nucleo, Persona, date], list[dict[str, Any]]]
_SERVIZI: dict[str, tuple[str, EServizio, Scheda]] = {
    "C018-servizioAccertamentoCittadinanza": ("C018", ANPR_C018, schede.cittadinanza),
    "C020-servizioAccertamentoResidenza": ("C020", ANPR_C020, schede.residenza),
    "C021-servizioAccertamentoStatoFamiglia": ("C021", ANPR_C021, schede.famiglia),
}
_MEMORIA = 50_000


class _Parte(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Criteri(_Parte):
    """Search criteria: the sandbox searches by codice fiscale or idANPR."""

    codice_fiscale: str | None = Field(default=None, alias="codiceFiscale", pattern=r"^([A-Z0-9]{16}|[0-9]{11})$")
    id_anpr: str | None = Field(default=None, alias="idANPR", max_length=9)


class DatiRichiesta(_Parte):
    """Why and as of when."""

    data_riferimento: date = Field(alias="dataRiferimentoRichiesta")
    motivo: str = Field(alias="motivoRichiesta", min_length=1, max_length=100)
    caso_uso: str = Field(alias="casoUso")


class Richiesta(_Parte):
    """Request of the e002 operation."""

    id_operazione: str = Field(alias="idOperazioneClient", pattern=r"^[A-Za-z0-9]{1,40}$")
    criteri: Criteri = Field(alias="criteriRicerca")
    dati: DatiRichiesta = Field(alias="datiRichiesta")


@rotte.get("/{servizio}/v1/status", summary="Stato del servizio")
async def status(servizio: str) -> Response:
    """Dice se il servizio risponde."""
    _servizio(servizio)
    return Response(orjson.dumps({"title": "OK", "status": 200}), media_type=PROBLEMA)


@rotte.post("/{servizio}/v1/anpr-service-e002", summary="Consultazione di ANPR")
async def consultazione(servizio: str, request: Request) -> Response:
    """Risponde alla consultazione C018, C020 o C021; lo stesso `idOperazioneClient` riceve la stessa risposta."""
    codice, eservizio, scheda = _servizio(servizio)
    corpo, sandbox = await request.body(), sandbox_di(request)
    voucher = verifica_voucher(request, eservizio)
    verifica_modi(request, corpo, eservizio, voucher)
    richiesta = _leggi(corpo, codice)
    annota(request, codice, id=richiesta.id_operazione, soggetto=_codice(sandbox, richiesta) or "")
    chiave = (voucher.client_id, codice, richiesta.id_operazione)
    stato, contenuto = sandbox.risposte_anpr.get(chiave) or _rispondi(request, richiesta, scheda)
    if request.state.guasto is None or request.state.guasto.tipo != "ALTRA_PERSONA":
        sandbox.risposte_anpr[chiave] = stato, contenuto
        if len(sandbox.risposte_anpr) > _MEMORIA:
            sandbox.risposte_anpr.popitem(last=False)
    return Response(contenuto, stato, media_type="application/json" if stato == 200 else PROBLEMA)


def _servizio(nome: str) -> tuple[str, EServizio, Scheda]:
    if nome not in _SERVIZI:
        raise gateway(404, "NotFound", "Unknown API requested")
    return _SERVIZI[nome]


def _leggi(corpo: bytes, codice: str) -> Richiesta:
    try:
        grezzo = orjson.loads(corpo)
        richiesta = Richiesta.model_validate(grezzo, strict=False)
    except ValueError:
        raise _contenuto_errato() from None
    criteri = richiesta.criteri
    nulli = any(v is None for parte in ("criteriRicerca", "datiRichiesta") for v in grezzo[parte].values())
    if nulli or richiesta.dati.caso_uso != codice or not (criteri.codice_fiscale or criteri.id_anpr):
        raise _contenuto_errato()
    return richiesta


def _contenuto_errato() -> Rifiuto:
    return gateway(400, "InvalidRequestContent", "Request content not conform to API specification")


def _codice(sandbox: Sandbox, richiesta: Richiesta) -> str | None:
    criteri = richiesta.criteri
    return criteri.codice_fiscale or sandbox.mondo.codice_da_id_anpr(criteri.id_anpr or "")


def _rispondi(request: Request, richiesta: Richiesta, scheda: Scheda) -> tuple[int, bytes]:
    sandbox = sandbox_di(request)
    trovata = sandbox.mondo.trova(soggetto_servito(request, _codice(sandbox, richiesta) or ""))
    if sandbox.in_ritardo("anpr", trovata[0] if trovata else None):
        raise troppe("anpr")
    operazione = str(sandbox.numero("anpr", da=58_370_927))
    if trovata is None:
        errore = {"codiceErroreAnomalia": "EN122", "tipoErroreAnomalia": "E",
                  "testoErroreAnomalia": "La richiesta effettuata non produce alcun risultato"}  # fmt: skip
        return 404, orjson.dumps({"idOperazioneANPR": operazione, "listaErrori": [errore]})
    soggetti = scheda(*trovata, richiesta.dati.data_riferimento)
    risposta = {"idOperazioneANPR": operazione, "listaSoggetti": {"datiSoggetto": soggetti}, "listaAnomalie": []}
    return 200, orjson.dumps(risposta)
