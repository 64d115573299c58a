# SPDX-License-Identifier: EUPL-1.2
"""What a route works with: one transaction, the caller with its permission, the instant. Closed before the response."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared.db.pagine import Filtro
from shared.db.session import Accesso, Database, Session
from shared.errors import NotFound
from shared.kernel.calendario import Orologio
from shared.web.integrita import Integrita
from shared.web.limiti import Limitatore
from shared.web.permessi import Matrice, Permesso, permesso
from shared.web.token import Autenticatore, Chiamante


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
    integrita: Integrita
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

    def accesso(self, oggetto: UUID | None, *, esito: str = "CONSENTITO", interessato: bytes | None = None) -> Accesso:
        """Build the row of the access log for this caller; `interessato` is the keyed hash of whose data it touches."""
        chi, operazione = self.chiamante, self.permesso.operazione
        return Accesso(
            self.now, chi.codice_ente, chi.ruolo, chi.operatore, chi.finalita, operazione, oggetto, esito, interessato
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

    def registra(self, oggetto: UUID | None, *, esito: str = "CONSENTITO", interessato: bytes | None = None) -> None:
        """Write in the access log that this caller read or wrote personal data."""
        self.session.registra(self.ingresso.accesso(oggetto, esito=esito, interessato=interessato))

    async def visibile(self, tabella: str, oggetto: UUID, *, interessato: str = "richiedente") -> None:
        """Make sure the caller may see the row, and log the access; `interessato` is the column that says whose it is.

        :raises NotFound: if it is not there or not for this caller; the refused read is logged all the same.
        """
        filtro = self.filtro().aggiungi("id = ?", oggetto)
        select = f"SELECT {interessato} AS interessato FROM {tabella}"
        trovato = await self.session.fetchrow(f"{select} {filtro.where}", *filtro.valori)
        if trovato is None:
            suo = await self.session.fetchval(f"{select} WHERE id = $1", oggetto)
            self.registra(oggetto, esito="NEGATO", interessato=suo)
            raise NotFound("La risorsa non esiste o non è visibile a chi chiama")
        self.registra(oggetto, interessato=trovato["interessato"])

    async def mostrati(
        self,
        tabella: str,
        oggetti: Iterable[UUID],
        *,
        interessato: str = "richiedente",
        cercato: bytes | None = None,
    ) -> None:
        """Log one row for each object that a list is about to show; a list of nothing leaves one row, without object.

        `cercato` is whose data were looked for, when the caller has named a person.
        """
        mostrati = list(oggetti)
        righe = await self.session.fetch(
            f"SELECT id, {interessato} AS interessato FROM {tabella} WHERE id = ANY($1::uuid[])", mostrati
        ) if mostrati else ()  # fmt: skip
        suoi = {riga["id"]: riga["interessato"] for riga in righe}
        for oggetto in mostrati:
            self.registra(oggetto, interessato=suoi.get(oggetto))
        if not mostrati:
            self.registra(None, interessato=cercato)


def risorse_di(request: Request) -> Risorse:
    """Give the resources of the application that serves the request."""
    risorse: Risorse = request.app.state.risorse
    return risorse


class _Voucher(SecurityBase):
    """The security scheme of the OpenAPI document, and the dependency that applies it."""

    scheme_name = "Voucher"
    model = HTTPBearer(
        bearerFormat="JWT",
        description="Voucher PDND (RS256, `typ` `at+jwt`) oppure token OIDC dell'operatore o del cittadino.",
    )

    async def __call__(self, request: Request) -> Ingresso:
        risorse = risorse_di(request)
        chiamante = await risorse.autenticatore.autentica(request.headers.get("authorization"))
        request.scope["residuo"] = risorse.limiti.consuma(chiamante.soggetto)
        concesso = permesso(risorse.matrice, request.scope["route"].operation_id, chiamante)
        concesso = await risorse.integrita.verifica(request, concesso)
        return Ingresso(concesso, risorse.orologio(), risorse)


# For the routes whose transaction is not their own: the caller only.
Chi = Annotated[Ingresso, Depends(_Voucher())]


async def _contesto(ingresso: Chi) -> AsyncIterator[Contesto]:
    async with ingresso.risorse.database.transaction() as session:
        yield Contesto(session, ingresso)


# scope="function": the transaction is committed before the response leaves, or a failed commit would go out as a 201.
Ctx = Annotated[Contesto, Depends(_contesto, scope="function")]
