# SPDX-License-Identifier: EUPL-1.2
"""PRA, Ministero della Giustizia, UNILAV: shapes of ours (reconstructed), no public contract was found.

One POST each with the codice fiscale in the body; the answer is `{id_operazione, items}`, empty when nothing is known.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.requests import Request

from deploy.sandbox.eservizi import GIUSTIZIA, PRA, UNILAV, EServizio
from deploy.sandbox.modello import Nucleo, Persona
from deploy.sandbox.modi import verifica_voucher
from deploy.sandbox.rifiuti import leggi, problema
from deploy.sandbox.stato import annota, sandbox_di, soggetto_servito
from shared.kernel.codice_fiscale import valida

rotte = APIRouter(tags=["Registri"])

Voci = list[dict[str, Any]]


class Ricerca(BaseModel):
    """Whom to look for, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codice_fiscale: Annotated[str, AfterValidator(valida)]
    motivo: str = Field(min_length=1, max_length=100, description="Number of the file")
    data_riferimento: date | None = None


@rotte.post("/pra/v1/ricerche-veicoli", summary="Veicoli di una persona (forma ricostruita)")
async def veicoli(request: Request) -> dict[str, Any]:
    """Elenca i veicoli e le imbarcazioni di una persona, anche ceduti, con le date."""
    return await _rispondi(request, PRA, "ricerche-veicoli", veicoli_di)


@rotte.post("/giustizia/v1/carichi", summary="Misure e condanne di una persona (forma ricostruita)")
async def carichi(request: Request) -> dict[str, Any]:
    """Elenca misure cautelari, misure di prevenzione e condanne di una persona."""
    return await _rispondi(request, GIUSTIZIA, "carichi", carichi_di)


@rotte.post("/unilav/v1/rapporti", summary="Rapporti di lavoro di una persona (forma ricostruita)")
async def rapporti(request: Request) -> dict[str, Any]:
    """Elenca i rapporti di lavoro comunicati per una persona."""
    return await _rispondi(request, UNILAV, "rapporti", rapporti_di)


async def _rispondi(
    request: Request, eservizio: EServizio, operazione: str, voci: Callable[[Nucleo, Persona], Voci]
) -> dict[str, Any]:
    voucher = verifica_voucher(request, eservizio)
    ricerca = leggi(Ricerca, await request.body(), status=422)
    sandbox = sandbox_di(request)
    trovata = sandbox.mondo.trova(soggetto_servito(request, ricerca.codice_fiscale))
    annota(request, operazione, soggetto=ricerca.codice_fiscale, client=voucher.client_id)
    if sandbox.in_ritardo(eservizio.sistema, trovata[0] if trovata else None):
        raise problema(503, "Service Unavailable", "Archivio non disponibile", {"Retry-After": "1"})
    numero = str(sandbox.numero(eservizio.sistema, da=700_001))
    annota(request, operazione, id=numero)
    return {
        "id_operazione": f"{eservizio.sistema.upper()}-{numero}",
        "codice_fiscale": trovata[1].codice_fiscale if trovata else ricerca.codice_fiscale,
        "items": voci(*trovata) if trovata else [],
    }


def veicoli_di(nucleo: Nucleo, persona: Persona) -> Voci:
    """Give the vehicles and boats of a person."""
    return [
        {
            "targa": _targa(nucleo.numero, n), "categoria": v.categoria,
            "data_prima_immatricolazione": v.immatricolato_il.isoformat(), "cilindrata_cc": v.cilindrata,
            "potenza_kw": v.cilindrata // 18, "agevolazione_disabili": v.agevolazione_disabili,
            "intestatari": [{"codice_fiscale": persona.codice_fiscale, "titolo": "PROPRIETA",
                             "dal": v.immatricolato_il.isoformat(), "al": _giorno(v.venduto_il)}],
        }
        for n, v in enumerate(nucleo.storia.veicoli) if nucleo.persone[v.di] == persona
    ]  # fmt: skip


def carichi_di(nucleo: Nucleo, persona: Persona) -> Voci:
    """Give the judicial measures and sentences of a person."""
    return [
        {"classe": c.classe, "dal": c.dal.isoformat(), "al": _giorno(c.al), "doloso": c.doloso, "pena_mesi": c.pena_mesi,
         "reato_art8": c.reato_art8, "autorita": f"Tribunale di {nucleo.comune.nome.title()}"}
        for c in nucleo.storia.carichi if nucleo.persone[c.di] == persona
    ]  # fmt: skip


def rapporti_di(nucleo: Nucleo, persona: Persona) -> Voci:
    """Give the employment relations of a person."""
    return [
        {"codice_comunicazione": f"{2_000_000 + nucleo.numero * 10 + n}", "data_inizio": r.dal.isoformat(),
         "data_fine": _giorno(r.al), "causa_cessazione": r.cessazione, "retribuzione_annua": _importo(r.retribuzione)}
        for n, r in enumerate(nucleo.storia.rapporti) if nucleo.persone[r.di] == persona
    ]  # fmt: skip


def _targa(numero: int, posto: int) -> str:
    return f"ZZ{numero:03d}Z{chr(65 + posto)}"


def _giorno(giorno: date | None) -> str | None:
    return giorno.isoformat() if giorno else None


def _importo(valore: Decimal) -> dict[str, str]:
    return {"amount": f"{valore:.2f}", "currency": "EUR"}
