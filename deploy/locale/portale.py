# SPDX-License-Identifier: EUPL-1.2
"""The front page of the embedded system: the five APIs, a ready token, a first request, the simulated day."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
import jinja2
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from deploy.locale.configurazione import Indirizzi
from services.domande.schemas.esempi import DOMANDA
from shared.kernel.calendario import giorno_legale

_MODELLI = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True)
_MESI = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
         "novembre", "dicembre")  # fmt: skip
SERVIZI = (
    ("domande", "Domande", "presentare, seguire e integrare le domande; leggere la decisione e quanto spetta"),
    ("verifiche-anagrafiche", "Verifiche anagrafiche", "seguire i controlli sulle banche dati; gli accertamenti dei Comuni"),
    ("presa-in-carico", "Presa in carico", "patto di attivazione digitale, primo incontro, nuclei in scadenza"),
    ("erogazioni", "Erogazioni", "lotti mensili, pagamenti, quadratura"),
    ("notifiche", "Notifiche", "comunicazioni ai cittadini e lettere"),
)  # fmt: skip
CLIENT_DI_PROVA = "client-caf-aurora"


def data_estesa(istante: datetime) -> str:
    """Write a legal day in full: 3 marzo 2025."""
    giorno = giorno_legale(istante)
    return f"{giorno.day} {_MESI[giorno.month - 1]} {giorno.year}"


def rotte(indirizzi: Indirizzi, orologio: Callable[[], datetime]) -> APIRouter:
    """Build the routes of the front page."""
    pagine = APIRouter(include_in_schema=False)

    @pagine.get("/")
    async def portale() -> HTMLResponse:
        token = await token_di_prova(indirizzi.sandbox)
        pagina = _MODELLI.get_template("portale.html").render(
            servizi=SERVIZI, base=indirizzi.base, sandbox=indirizzi.sandbox, token=token, oggi=data_estesa(orologio())
        )
        return HTMLResponse(pagina, headers={"Cache-Control": "no-store"})

    @pagine.get("/esempio.json")
    async def esempio() -> Response:
        return Response(json.dumps(DOMANDA, ensure_ascii=False, indent=2), media_type="application/json")

    return pagine


async def token_di_prova(sandbox: str, client_id: str = CLIENT_DI_PROVA) -> str:
    """Ask the sandbox for a ready voucher."""
    async with httpx.AsyncClient(timeout=5) as client:
        risposta = await client.post(f"{sandbox}/pdnd/voucher-di-prova", data={"client_id": client_id})
        return str(risposta.raise_for_status().json()["access_token"])
