# SPDX-License-Identifier: EUPL-1.2
"""Repeated requests: the same key and body get the stored answer; nothing happens twice. Keys are kept 90 days."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header
from fastapi.responses import Response
from pydantic import BaseModel

from shared.db.session import Session
from shared.errors import Conflict, DatiNonValidi, Difetto, InclusioneError
from shared.web.contesto import Contesto, Ingresso

Chiave = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="Chiave scelta da chi chiama: la stessa richiesta ripetuta con la stessa chiave riceve la stessa risposta, per 90 giorni.",
        examples=["caf-uno-2024-000123"],
    ),
]

# Two statements, the lock first: who gets it after another has committed must read what the other has written, and a
# statement sees only what was committed when it began. LIMIT keeps the lookup by key: joined as a whole, a table that
# nobody has analysed since it was empty would be read from end to end for each batch.
_PRENOTA = """
SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws(E'\x1f', r.soggetto, r.operazione, r.chiave), 0)) AS libera
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r (soggetto, operazione, chiave, n) ORDER BY r.n
"""
_LEGGI = """
SELECT i.*
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r (soggetto, operazione, chiave, n)
LEFT JOIN LATERAL (
    SELECT impronta, status, posizione, corpo FROM idempotenza
    WHERE (soggetto, operazione, chiave) = (r.soggetto, r.operazione, r.chiave) LIMIT 1
) AS i ON true ORDER BY r.n
"""
# By the clock of the database, which also decides when a key is old enough to be forgotten.
_SCRIVI = """
INSERT INTO idempotenza (soggetto, operazione, chiave, impronta, status, posizione, corpo, creato_il)
SELECT r.*, clock_timestamp()
FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::int[], $6::text[], $7::bytea[]) AS r
"""


class RichiestaInCorso(Conflict):
    """The first request with this key has not finished yet."""

    tipo = "richiesta-in-corso"
    titolo = "Richiesta già in corso"
    retry_after_seconds = 1


@dataclass(frozen=True, slots=True)
class Ripetibile:
    """One request under an idempotency key: who, which operation, which key, and the hash of what was asked."""

    soggetto: str
    operazione: str
    chiave: str
    impronta: bytes


@dataclass(frozen=True, slots=True)
class Risposta:
    """The answer to a repeatable request, as it is stored and given again."""

    status: int
    posizione: str
    corpo: bytes

    def in_http(self) -> Response:
        """Turn it into the HTTP response."""
        intestazioni = {"Location": self.posizione} if self.posizione else {}
        return Response(self.corpo, status_code=self.status, media_type="application/json", headers=intestazioni)


def ripetibile(ingresso: Ingresso, chiave: str, corpo: bytes) -> Ripetibile:
    """Bind a request to its key; `corpo` is the body in canonical form."""
    impronta = hashlib.sha256(corpo).digest()
    return Ripetibile(ingresso.chiamante.soggetto, ingresso.permesso.operazione, chiave, impronta)


async def leggi_risposte(session: Session, richieste: Sequence[Ripetibile]) -> list[Risposta | InclusioneError | None]:
    """Give, for each request, the stored answer, None if it is new, or why it cannot be served.

    DatiNonValidi: the key was used with another body. RichiestaInCorso: the first request is still running.
    """
    chiavi = ([r.soggetto for r in richieste], [r.operazione for r in richieste], [r.chiave for r in richieste])
    prenotate = await session.fetch(_PRENOTA, *chiavi)
    righe = await session.fetch(_LEGGI, *chiavi)
    return [
        _gia_risposto(session, richiesta, riga, libera=prenotata["libera"])
        for richiesta, riga, prenotata in zip(richieste, righe, prenotate, strict=True)
    ]


def _gia_risposto(
    session: Session, richiesta: Ripetibile, riga: Any, *, libera: bool
) -> Risposta | InclusioneError | None:
    if riga["impronta"] is None:
        in_corso = "Una richiesta con la stessa Idempotency-Key è in corso: riprovare tra poco"
        return None if libera else RichiestaInCorso(in_corso)
    if riga["impronta"] != richiesta.impronta:
        return chiave_riusata()
    return Risposta(riga["status"], riga["posizione"], session.cifrario.decifra(riga["corpo"]))


def chiave_riusata() -> DatiNonValidi:
    """Build the refusal of a key that was used with another body."""
    return DatiNonValidi(
        "La Idempotency-Key è già stata usata con un corpo diverso",
        (Difetto("/Idempotency-Key", "usare una chiave nuova per una richiesta nuova", "chiave-riusata"),),
    )


def conserva_risposte(session: Session, coppie: Sequence[tuple[Ripetibile, Risposta]]) -> None:
    """Store the answers, sealed, in the same transaction as their effects, just before COMMIT."""
    session.rimanda(
        _SCRIVI,
        [r.soggetto for r, _ in coppie],
        [r.operazione for r, _ in coppie],
        [r.chiave for r, _ in coppie],
        [r.impronta for r, _ in coppie],
        [risposta.status for _, risposta in coppie],
        [risposta.posizione for _, risposta in coppie],
        [session.cifrario.cifra(risposta.corpo) for _, risposta in coppie],
    )


async def una_volta(
    ctx: Contesto,
    chiave: str,
    corpo: BaseModel,
    esegui: Callable[[], Awaitable[Risposta]],
    *,
    oggetto: UUID | None = None,
) -> Response:
    """Serve a repeatable request in the transaction of its context: run `esegui` only if the key is new.

    `oggetto` is the thing named in the path, when there is one: it belongs to what was asked.

    :raises DatiNonValidi: if the key was used with another body.
    :raises RichiestaInCorso: if the first request is still running.
    """
    richiesta = ripetibile(ctx.ingresso, chiave, f"{oggetto}{corpo.model_dump_json()}".encode())
    (nota,) = await leggi_risposte(ctx.session, [richiesta])
    if isinstance(nota, InclusioneError):
        raise nota
    if nota is None:
        nota = await esegui()
        conserva_risposte(ctx.session, [(richiesta, nota)])
    return nota.in_http()
