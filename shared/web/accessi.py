# SPDX-License-Identifier: EUPL-1.2
"""Who has seen my data: the access log of one person, for the person and for who answers on the person's behalf."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field

from shared.db.pagine import Elenco, Filtro, Ordine, Pagina, pagina, progressivo
from shared.kernel.codice_fiscale import CodiceFiscaleIn
from shared.web.contesto import Contesto, Ctx
from shared.web.enti import Ruolo
from shared.web.permessi import Ambito, Matrice
from shared.web.rotte import RottaSevera
from shared.web.schemi import Cursore, In, Istante, Limite, Out

PERMESSI: Matrice = {
    "list_accessi": {Ruolo.CITTADINO: Ambito.PROPRIO},
    "search_accessi": {Ruolo.INPS: Ambito.TUTTO},
}
_CAMPI = "id, istante, ente, ruolo, operatore, finalita, operazione, oggetto, esito, correlazione"
_ACCESSI = Elenco(_CAMPI, "accesso", Ordine((("id", progressivo),)))


class AccessoOut(Out):
    """Un accesso ai dati di una persona."""

    istante: Istante
    ente: str = Field(description="Codice dell'ente, o CITTADINO", examples=["c_h501"])
    ruolo: Ruolo = Field(description="Ruolo in cui l'ente ha agito")
    finalita: str = Field(
        description="Finalità dichiarata: quella del voucher PDND, SPORTELLO, oppure ISTANZA_INTERESSATO",
        examples=["SPORTELLO"],
    )
    operazione: str = Field(description="Operazione di questo servizio", examples=["show_domanda"])
    oggetto: UUID | None = Field(description="Che cosa è stato visto; assente se la ricerca non ha trovato nulla")
    esito: Literal["CONSENTITO", "NEGATO"]


class AccessoDettaglioOut(AccessoOut):
    """Un accesso, con chi lo ha fatto dentro l'ente."""

    operatore: str = Field(description="Operatore o client, come l'ente lo identifica", examples=["op-000001"])
    correlazione: str = Field(description="Identificativo della richiesta, da cercare nei log")


class AccessiOut(Out):
    """Una pagina degli accessi ai dati di chi chiama."""

    items: list[AccessoOut]
    next_cursor: str | None = None


class AccessiDettaglioOut(Out):
    """Una pagina degli accessi ai dati di una persona."""

    items: list[AccessoDettaglioOut]
    next_cursor: str | None = None


class RicercaAccessiIn(In):
    """La persona di cui si cercano gli accessi: nel corpo, mai nell'indirizzo."""

    codice_fiscale: Annotated[CodiceFiscaleIn, Field(examples=["RSSMRA85T10A562S"])]


def router() -> APIRouter:
    """Build the routes of the access log; each service has its own."""
    rotte = APIRouter(prefix="/v1/accessi", tags=["accessi"], route_class=RottaSevera)

    @rotte.get("", operation_id="list_accessi", summary="Elenca chi ha visto i miei dati")
    async def list_accessi(ctx: Ctx, cursor: Cursore = None, limit: Limite = 50) -> AccessiOut:
        """Elenca gli accessi ai dati di chi chiama, anche quelli negati, i più recenti per primi.

        Riguarda i dati conservati da questo servizio. Gli operatori non sono nominati: ne risponde il loro ente.
        """
        letta = await _accessi(ctx, ctx.chiamante.codice_fiscale or "", cursor, limit)
        return AccessiOut(
            items=[AccessoOut(**riga.model_dump()) for riga in letta.items], next_cursor=letta.next_cursor
        )

    @rotte.post("/ricerche", operation_id="search_accessi", summary="Cerca chi ha visto i dati di una persona")
    async def search_accessi(
        ctx: Ctx,
        ricerca: Annotated[RicercaAccessiIn, Body(examples=[{"codice_fiscale": "RSSMRA85T10A562S"}])],
        cursor: Cursore = None,
        limit: Limite = 50,
    ) -> AccessiDettaglioOut:
        """Cerca gli accessi ai dati di un richiedente, per rispondere a una sua istanza: anche la ricerca è registrata."""
        letta = await _accessi(ctx, ricerca.codice_fiscale, cursor, limit)
        return AccessiDettaglioOut(items=letta.items, next_cursor=letta.next_cursor)

    return rotte


async def _accessi(ctx: Contesto, codice_fiscale: str, cursore: str | None, limite: int) -> Pagina[AccessoDettaglioOut]:
    interessato = ctx.session.cifrario.impronta(codice_fiscale)
    ctx.registra(None, interessato=interessato)
    return await pagina(
        ctx.session, _ACCESSI, Filtro().aggiungi("interessato = ?", interessato),
        cursore=cursore, limite=limite, leggi=_leggi,
    )  # fmt: skip


def _leggi(riga: Any) -> AccessoDettaglioOut:
    return AccessoDettaglioOut(**{nome: valore for nome, valore in riga.items() if nome != "id"})
