# SPDX-License-Identifier: EUPL-1.2
"""The in-process bus: same guarantees as the broker, because a message is confirmed only when its consumer has it."""

import asyncio
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

import structlog

from shared.messaging.bus import SENZA_ASCOLTATORI, BusNonDisponibile, EsitoPubblicazione, Messaggio, Pronto, Ricevi

log = structlog.get_logger("bus")


@dataclass
class _Coda:
    nome: str
    tipi: frozenset[str]
    consumatori: list["_Consumatore"] = field(default_factory=list)
    in_viaggio: int = 0
    turno: int = 0


class _Consumatore:
    def __init__(self, coda: _Coda, ricevi: Ricevi, *, lotto: int) -> None:
        self._coda = coda
        self._ricevi = ricevi
        self._lotto = lotto
        self._in_corso: set[asyncio.Task[None]] = set()

    async def consegna(self, messaggi: Sequence[Messaggio]) -> None:
        for inizio in range(0, len(messaggi), self._lotto):
            compito = asyncio.create_task(self._consegna_lotto(messaggi[inizio : inizio + self._lotto]))
            self._in_corso.add(compito)
            compito.add_done_callback(self._in_corso.discard)
            await asyncio.shield(compito)

    async def _consegna_lotto(self, messaggi: Sequence[Messaggio]) -> None:
        await self._ricevi(messaggi)

    def attiva(self) -> bool:
        return self in self._coda.consumatori

    async def ferma(self) -> None:
        if self.attiva():
            self._coda.consumatori.remove(self)
        if self._in_corso:
            await asyncio.wait(self._in_corso, timeout=20)


class BusInterno:
    """Calls the consumers of the same process; nothing is kept here, the outbox row is the message until it is safe."""

    def __init__(self, *, capienza: int = 10_000, senza_ascoltatori: Container[str] = SENZA_ASCOLTATORI) -> None:
        self._senza_ascoltatori = senza_ascoltatori
        self._code: dict[str, _Coda] = {}
        self._capienza = capienza
        self._aperto = False

    async def open(self) -> None:
        """Start accepting messages."""
        self._aperto = True

    async def close(self) -> None:
        """Stop accepting messages."""
        self._aperto = False

    async def consuma(
        self,
        coda: str,
        tipi: Sequence[str],
        ricevi: Ricevi,
        *,
        pronto: Pronto,  # noqa: ARG002 - of the broker
        lotto: int,
    ) -> _Consumatore:
        """Add a consumer; several on one queue share the messages."""
        stato = self._code.setdefault(coda, _Coda(coda, frozenset(tipi)))
        consumatore = _Consumatore(stato, ricevi, lotto=lotto)
        stato.consumatori.append(consumatore)
        return consumatore

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        """Hand the messages to every queue that wants them; confirmed only if all of them have them safe."""
        if not self._aperto:
            raise BusNonDisponibile("Il bus è fermo")
        esiti = {m.id: self._instradamento(m) for m in messaggi}
        destinati = [(coda, [m for m in messaggi if m.tipo in coda.tipi]) for coda in self._code.values()]
        presi = await asyncio.gather(*(self._consegna(coda, suoi) for coda, suoi in destinati))
        for (_, suoi), preso in zip(destinati, presi, strict=True):
            if not preso:
                esiti.update((m.id, EsitoPubblicazione.RIFIUTATO) for m in suoi)
        return [esiti[m.id] for m in messaggi]

    def _instradamento(self, messaggio: Messaggio) -> EsitoPubblicazione:
        ascoltato = any(messaggio.tipo in coda.tipi for coda in self._code.values())
        return (
            EsitoPubblicazione.CONFERMATO
            if ascoltato or messaggio.tipo in self._senza_ascoltatori
            else EsitoPubblicazione.NON_INSTRADABILE
        )

    async def _consegna(self, coda: _Coda, messaggi: Sequence[Messaggio]) -> bool:
        if not messaggi:
            return True
        if not coda.consumatori or coda.in_viaggio + len(messaggi) > self._capienza:
            return False
        coda.turno += 1
        consumatore = coda.consumatori[coda.turno % len(coda.consumatori)]
        coda.in_viaggio += len(messaggi)
        try:
            await consumatore.consegna(messaggi)
        except Exception as errore:  # the consumer's database is down: the rows stay in the outbox
            log.warning("consegna_non_riuscita", coda=coda.nome, errore=type(errore).__name__)
            return False
        finally:
            coda.in_viaggio -= len(messaggi)
        return True
