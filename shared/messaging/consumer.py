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
from shared.db.prenotazione import FINO
from shared.db.session import CONNESSIONE_PERSA, Database
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
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + $12::interval
WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE id = $1)
ON CONFLICT (id) DO UPDATE SET
    tentativi = greatest(scarto.tentativi, excluded.tentativi), stato = excluded.stato, motivo = excluded.motivo, traccia = excluded.traccia,
    prossimo_il = excluded.prossimo_il
"""
_DA_RITENTARE = f"""
UPDATE scarto SET tentativi = tentativi + 1, prossimo_il = {FINO}
WHERE id = (SELECT id FROM scarto WHERE stato = 'DA_RITENTARE' AND prossimo_il <= clock_timestamp()
            ORDER BY prossimo_il LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, tipo, soggetto, versione, corpo, correlazione, istante, tentativi
"""

_CHIUDI_SCARTI = "UPDATE scarto SET stato = 'RIELABORATO' WHERE id = ANY($1::uuid[]) AND stato <> 'RIELABORATO'"


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
        unici = {messaggio.id: messaggio for messaggio in messaggi}
        # In order of id, so that two replicas with the same messages wait for each other instead of locking up.
        await self._applica_o_dividi([unici[chiave] for chiave in sorted(unici)])

    async def _applica_o_dividi(self, messaggi: list[Messaggio], *, tentativo: int | None = None) -> None:
        errore = await self._prova(messaggi)
        if errore is None:
            return
        if len(messaggi) == 1:
            await self._metti_da_parte(messaggi[0], errore, tentativo=tentativo)
            return
        meta = len(messaggi) // 2
        await self._applica_o_dividi(messaggi[:meta])
        await self._applica_o_dividi(messaggi[meta:])

    async def _prova(self, messaggi: list[Messaggio]) -> Exception | None:
        """Apply the batch and give what went wrong, unless it is the database that does not answer."""
        try:
            await self._applica(messaggi)
        except (UpstreamUnavailable, *CONNESSIONE_PERSA) as errore:
            # A handler may raise these too: if the database answers, the fault lies with a message.
            if not await self._database.pronto():
                raise UpstreamUnavailable("Archivio non disponibile") from None
            return errore
        except Exception as errore:  # any failure of a handler concerns its own message only
            return errore
        return None

    async def _applica(self, messaggi: list[Messaggio]) -> None:
        eventi = {messaggio.id: self._leggi(messaggio) for messaggio in messaggi}
        async with self._database.transaction() as session:
            righe = await session.fetch(_INSERT_INBOX, [m.id for m in messaggi], [m.tipo for m in messaggi])
            nuovi = {riga["id"] for riga in righe}
            session.fili = {m.soggetto: m.correlazione for m in messaggi}
            per_tipo: dict[str, list[Evento]] = {}
            for messaggio in messaggi:
                if messaggio.id in nuovi:
                    per_tipo.setdefault(messaggio.tipo, []).append(eventi[messaggio.id])
            for tipo, gruppo in per_tipo.items():
                await self._handlers.applica(session, tipo, gruppo, now=self._orologio())
            session.rimanda(_CHIUDI_SCARTI, [m.id for m in messaggi])

    def _leggi(self, messaggio: Messaggio) -> Evento:
        classe = self._handlers.classe(messaggio.tipo)
        if classe is None:
            raise MessaggioIllegibile(f"Tipo di evento sconosciuto: {messaggio.tipo}")
        try:
            return classe.model_validate_json(messaggio.corpo)
        except ValidationError as errore:
            luoghi = ", ".join("/".join(map(str, e["loc"])) for e in errore.errors(include_input=False)[:5])
            raise MessaggioIllegibile(f"Corpo non conforme al contratto in: {luoghi or '/'}") from None

    async def _metti_da_parte(self, messaggio: Messaggio, errore: Exception, *, tentativo: int | None = None) -> None:
        """Record the failed attempt: another one later, or parked when it would not help."""
        traccia = nuovo_id()
        async with self._database.transaction(silenziosa=True) as session:
            if tentativo is None:
                gia_fatti = await session.fetchval("SELECT tentativi FROM scarto WHERE id = $1", messaggio.id)
                tentativo = (gia_fatti or 0) + 1
            stato = self._destino(errore, tentativo=tentativo)
            await session.execute(
                _METTI_DA_PARTE, messaggio.id, messaggio.tipo, messaggio.soggetto, messaggio.versione, messaggio.corpo,
                messaggio.correlazione, messaggio.istante, stato, tentativo, motivo(errore), traccia,
                self._politica.ritardo(tentativo),
            )  # fmt: skip
        log.warning("messaggio_non_applicato", tipo=messaggio.tipo, id=str(messaggio.id), stato=stato, tentativo=tentativo,
                    motivo=motivo(errore), traccia=str(traccia), **dove(errore))  # fmt: skip

    def _destino(self, errore: Exception, *, tentativo: int) -> str:
        if isinstance(errore, InclusioneError) and not errore.ritentabile:
            return "PARCHEGGIATO"
        if isinstance(errore, SigilloNonValido):
            return "PARCHEGGIATO"
        limite = self._politica.tentativi if isinstance(errore, _PASSEGGERI) else self._politica.tentativi_imprevisti
        return "PARCHEGGIATO" if tentativo >= limite else "DA_RITENTARE"

    async def riprova(self, quanti: int = 50) -> int:
        """Try again the messages whose time has come; give how many.

        Each is claimed alone and the attempt is counted before it begins: one that kills the process is parked in the
        end, and takes no other with it.
        """
        for fatti in range(quanti):
            async with self._database.transaction(silenziosa=True) as session:
                riga = await session.fetchrow(_DA_RITENTARE)
            if riga is None:
                return fatti
            messaggio, tentativo = messaggio_da_riga(riga), riga["tentativi"]
            if tentativo > self._politica.tentativi:
                await self._metti_da_parte(
                    messaggio, TroppeInterruzioni("il processo è caduto a ogni tentativo"), tentativo=tentativo
                )
            else:
                await self._applica_o_dividi([messaggio], tentativo=tentativo)
        return quanti

    async def restituiti(self, messaggi: Sequence[Messaggio]) -> None:
        """Take back what the broker gave up on: each gets its attempts, alone, so that the innocent ones are applied.

        Given back once more, because the process died before the acknowledgement, it keeps the attempts already made.
        """
        for messaggio in messaggi:
            await self._metti_da_parte(messaggio, RestituitoDalBus("sarà ritentato da solo"), tentativo=0)


class MessaggioIllegibile(InclusioneError):
    """A message that no attempt can make readable."""

    status = 422
    tipo = "messaggio-illeggibile"
    titolo = "Messaggio illeggibile"


class RestituitoDalBus(InclusioneError):
    """The broker delivered the message too many times without an answer."""

    titolo = "Restituito dal bus dopo troppe consegne"
    ritentabile = True


class TroppeInterruzioni(InclusioneError):
    """Each attempt ended without an outcome: the process died in the middle."""

    titolo = "Elaborazione interrotta troppe volte"


# What may go better next time through no merit of ours.
_PASSEGGERI = (
    InclusioneError, asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError,
    *CONNESSIONE_PERSA,
)  # fmt: skip


def messaggio_da_riga(riga: Any) -> Messaggio:
    """Read a message back from a row of outbox or scarto."""
    campi = ("id", "tipo", "soggetto", "versione", "corpo", "correlazione", "istante")
    return Messaggio(*(riga[campo] for campo in campi))
