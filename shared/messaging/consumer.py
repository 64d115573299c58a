# SPDX-License-Identifier: EUPL-1.2
"""Inbox: a batch in one transaction, each message once; what fails is split, retried later, or parked."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import structlog
from pydantic import ValidationError

from shared.contracts.evento import Evento
from shared.db.diagnosi import dove, motivo
from shared.db.session import CONNESSIONE_PERSA, Database, Session, correlazione
from shared.errors import InclusioneError, UpstreamUnavailable
from shared.kernel.calendario import Orologio
from shared.kernel.identita import nuovo_id
from shared.kernel.sigillo import SigilloNonValido
from shared.messaging.bus import Messaggio
from shared.messaging.handlers import Handlers

log = structlog.get_logger("consumer")

_INSERT_INBOX = """
INSERT INTO inbox (id, tipo) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING RETURNING id
"""
_METTI_DA_PARTE = """
INSERT INTO scarto (id, tipo, soggetto, versione, corpo, correlazione, istante, stato, tentativi, motivo, traccia, prossimo_il)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, clock_timestamp() + $11)
ON CONFLICT (id) DO UPDATE SET
    tentativi = scarto.tentativi + 1, stato = excluded.stato, motivo = excluded.motivo, traccia = excluded.traccia,
    prossimo_il = excluded.prossimo_il
RETURNING tentativi
"""
_DA_RITENTARE = """
UPDATE scarto SET prossimo_il = clock_timestamp() + interval '60 seconds'
WHERE id IN (SELECT id FROM scarto WHERE stato = 'DA_RITENTARE' AND prossimo_il <= clock_timestamp()
             ORDER BY prossimo_il LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, tipo, soggetto, versione, corpo, correlazione, istante, tentativi
"""


@dataclass(frozen=True, slots=True)
class Politica:
    """How often a failed message is tried again, and when it is parked."""

    tentativi: int = 8
    tentativi_imprevisti: int = 3
    primo_ritardo_seconds: float = 0.5
    ritardo_massimo_seconds: float = 300.0

    def ritardo(self, tentativo: int) -> timedelta:
        """Delay before the next attempt, doubled each time, with a quarter of jitter."""
        secondi = min(self.primo_ritardo_seconds * 2 ** (tentativo - 1), self.ritardo_massimo_seconds)
        return timedelta(seconds=secondi * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret


class Consumer:
    """Turns messages into effects: at most one committed effect per message id."""

    def __init__(
        self, database: Database, handlers: Handlers, *, orologio: Orologio, politica: Politica | None = None
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._orologio = orologio
        self._politica = politica or Politica()

    async def ricevi(self, messaggi: Sequence[Messaggio]) -> None:
        """Apply the messages; on return each one is committed, waiting for another attempt, or parked.

        :raises UpstreamUnavailable: if the database does not answer: nothing may be acknowledged.
        """
        unici = list({messaggio.id: messaggio for messaggio in messaggi}.values())
        try:
            await self._applica(unici)
        except CONNESSIONE_PERSA:
            raise UpstreamUnavailable("Archivio non disponibile") from None
        except UpstreamUnavailable:
            if not await self._database.pronto():
                raise
            await self._dividi(unici)
        except Exception as errore:  # any failure of a handler concerns its own message only
            await self._dividi(unici, errore)

    async def _dividi(self, messaggi: list[Messaggio], errore: Exception | None = None) -> None:
        if len(messaggi) == 1:
            await self._metti_da_parte(messaggi[0], errore or UpstreamUnavailable("Dipendenza non disponibile"))
            return
        meta = len(messaggi) // 2
        await self.ricevi(messaggi[:meta])
        await self.ricevi(messaggi[meta:])

    async def _applica(self, messaggi: list[Messaggio]) -> None:
        eventi = {messaggio.id: self._leggi(messaggio) for messaggio in messaggi}
        async with self._database.transaction() as session:
            righe = await session.fetch(_INSERT_INBOX, [m.id for m in messaggi], [m.tipo for m in messaggi])
            nuovi = {riga["id"] for riga in righe}
            per_tipo: dict[str, list[Messaggio]] = {}
            for messaggio in messaggi:
                if messaggio.id in nuovi:
                    per_tipo.setdefault(messaggio.tipo, []).append(messaggio)
            for tipo, gruppo in per_tipo.items():
                correlazione.set(gruppo[0].correlazione)
                await self._handlers.applica(session, tipo, [eventi[m.id] for m in gruppo], now=self._orologio())
            await _chiudi_scarti(session, [m.id for m in messaggi])

    def _leggi(self, messaggio: Messaggio) -> Evento:
        classe = self._handlers.classe(messaggio.tipo)
        if classe is None:
            raise MessaggioIllegibile(f"Tipo di evento sconosciuto: {messaggio.tipo}")
        try:
            return classe.model_validate_json(messaggio.corpo)
        except ValidationError as errore:
            luoghi = ", ".join("/".join(map(str, e["loc"])) for e in errore.errors(include_input=False)[:5])
            raise MessaggioIllegibile(f"Corpo non conforme al contratto in: {luoghi or '/'}") from None

    async def _metti_da_parte(self, messaggio: Messaggio, errore: Exception) -> None:
        """Record the failed attempt: another one later, or parked when it would not help."""
        traccia = nuovo_id()
        async with self._database.transaction() as session:
            fatti = await session.fetchval("SELECT tentativi FROM scarto WHERE id = $1", messaggio.id) or 0
            stato = self._destino(errore, tentativo=fatti + 1)
            await session.execute(
                _METTI_DA_PARTE, messaggio.id, messaggio.tipo, messaggio.soggetto, messaggio.versione, messaggio.corpo,
                messaggio.correlazione, messaggio.istante, stato, motivo(errore), traccia,
                self._politica.ritardo(fatti + 1),
            )  # fmt: skip
        log.warning("messaggio_non_applicato", tipo=messaggio.tipo, id=str(messaggio.id), stato=stato, tentativo=fatti + 1,
                    motivo=motivo(errore), traccia=str(traccia), **dove(errore))  # fmt: skip

    def _destino(self, errore: Exception, *, tentativo: int) -> str:
        if isinstance(errore, InclusioneError) and not errore.ritentabile:
            return "PARCHEGGIATO"
        if isinstance(errore, SigilloNonValido):
            return "PARCHEGGIATO"
        previsto = isinstance(errore, InclusioneError | asyncpg.TransactionRollbackError)
        limite = self._politica.tentativi if previsto else self._politica.tentativi_imprevisti
        return "PARCHEGGIATO" if tentativo >= limite else "DA_RITENTARE"

    async def riprova(self, quanti: int = 50) -> int:
        """Try again the messages whose time has come; give how many."""
        async with self._database.transaction() as session:
            righe = await session.fetch(_DA_RITENTARE, quanti)
        for riga in righe:
            await self.ricevi([messaggio_da_riga(riga)])
        return len(righe)

    async def parcheggia(self, messaggi: Sequence[Messaggio]) -> None:
        """Keep for the operators what the broker itself gave up on."""
        for messaggio in messaggi:
            await self._metti_da_parte(messaggio, MessaggioIllegibile("Restituito dal bus dopo troppe consegne"))


class MessaggioIllegibile(InclusioneError):
    """A message that no attempt can make readable."""

    status = 422
    tipo = "messaggio-illeggibile"
    titolo = "Messaggio illeggibile"


async def _chiudi_scarti(session: Session, ids: list[Any]) -> None:
    await session.execute(
        "UPDATE scarto SET stato = 'RIELABORATO' WHERE id = ANY($1::uuid[]) AND stato <> 'RIELABORATO'", ids
    )


def messaggio_da_riga(riga: Any) -> Messaggio:
    """Read a message back from a row of outbox or scarto."""
    campi = ("id", "tipo", "soggetto", "versione", "corpo", "correlazione", "istante")
    return Messaggio(*(riga[campo] for campo in campi))
