# SPDX-License-Identifier: EUPL-1.2
"""What a route works with: one transaction, the caller with its permission, the instant. Closed before the response."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from shared.db.pagine import Filtro
from shared.db.session import Accesso, Database, Session
from shared.errors import NotFound
from shared.kernel.calendario import Orologio
from shared.web.limiti import Limitatore
from shared.web.permessi import Matrice, Permesso, permesso
from shared.web.token import Autenticatore, Chiamante

VOUCHER = HTTPBearer(
    scheme_name="Voucher",
    bearerFormat="JWT",
    auto_error=False,
    description="Voucher PDND (RS256, `typ` `at+jwt`) oppure token OIDC dell'operatore o del cittadino.",
)


@dataclass(frozen=True, slots=True)
class Risorse:
    """What the application of a service holds while it runs."""

    servizio: str
    database: Database
    autenticatore: Autenticatore
    matrice: Matrice
    orologio: Orologio
    url_pubblico: str
    limiti: Limitatore
    altro: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ingresso:
    """A caller that was recognised and may do the operation; no transaction is open yet."""

    permesso: Permesso
    now: datetime
    risorse: Risorse

    @property
    def chiamante(self) -> Chiamante:
        """Who calls."""
        return self.permesso.chiamante

    def accesso(self, oggetto: UUID | None, *, esito: str = "CONSENTITO") -> Accesso:
        """Build the row of the access log for this caller."""
        chi = self.chiamante
        return Accesso(
            self.now, chi.codice_ente, chi.ruolo, chi.operatore, chi.finalita, self.permesso.operazione, oggetto, esito
        )


@dataclass(frozen=True, slots=True)
class Contesto:
    """One request in its transaction: everything a route passes on to a command or a query."""

    session: Session
    ingresso: Ingresso

    @property
    def permesso(self) -> Permesso:
        """What this caller may do."""
        return self.ingresso.permesso

    @property
    def chiamante(self) -> Chiamante:
        """Who calls."""
        return self.ingresso.permesso.chiamante

    @property
    def now(self) -> datetime:
        """Instant of the request, in UTC."""
        return self.ingresso.now

    @property
    def url_base(self) -> str:
        """Public address of the service, for `Location` and links."""
        return self.ingresso.risorse.url_pubblico

    def filtro(self, *, prefisso: str = "") -> Filtro:
        """Condition that keeps only the rows this caller may see."""
        return self.permesso.filtro(self.session.cifrario, prefisso=prefisso)

    def registra(self, oggetto: UUID | None, *, esito: str = "CONSENTITO") -> None:
        """Write in the access log that this caller read or wrote personal data."""
        self.session.registra(self.ingresso.accesso(oggetto, esito=esito))

    async def visibile(self, tabella: str, oggetto: UUID, *, chiave: str = "id") -> None:
        """Make sure the caller may see the row, and log the access.

        :raises NotFound: if it is not there or not for this caller; the refused read is logged all the same.
        """
        filtro = self.filtro().aggiungi(f"{chiave} = ?", oggetto)
        trovato = await self.session.fetchval(f"SELECT 1 FROM {tabella} {filtro.where}", *filtro.valori)
        self.registra(oggetto, esito="CONSENTITO" if trovato else "NEGATO")
        if not trovato:
            raise NotFound("La risorsa non esiste o non è visibile a chi chiama")


def risorse_di(request: Request) -> Risorse:
    """Give the resources of the application that serves the request."""
    risorse: Risorse = request.app.state.risorse
    return risorse


async def _ingresso(request: Request, _credenziali: Annotated[Any, Depends(VOUCHER)]) -> Ingresso:
    risorse = risorse_di(request)
    chiamante = await risorse.autenticatore.autentica(request.headers.get("authorization"))
    request.scope["residuo"] = risorse.limiti.consuma(chiamante.soggetto)
    concesso = permesso(risorse.matrice, request.scope["route"].operation_id, chiamante)
    return Ingresso(concesso, risorse.orologio(), risorse)


# For the routes whose transaction is not their own: the caller only.
Chi = Annotated[Ingresso, Depends(_ingresso)]


async def _contesto(ingresso: Chi) -> AsyncIterator[Contesto]:
    async with ingresso.risorse.database.transaction() as session:
        yield Contesto(session, ingresso)


# scope="function": the transaction is committed before the response leaves, or a failed commit would go out as a 201.
Ctx = Annotated[Contesto, Depends(_contesto, scope="function")]
