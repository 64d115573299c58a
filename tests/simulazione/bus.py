# SPDX-License-Identifier: EUPL-1.2
"""A broker in virtual time: copies, overtaking, confirms that get lost; what a dead consumer held comes back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from deploy.locale.topologia import code
from shared.messaging.bus import (
    SENZA_ASCOLTATORI,
    BusNonDisponibile,
    EsitoPubblicazione,
    Messaggio,
    Pronto,
    Ricevi,
)
from tests.simulazione.ciclo import PROCESSO, Processo
from tests.simulazione.collegamento import Regia

DOPPIONI, SORPASSI, CONFERME_PERSE = 0.15, 0.30, 0.05
_PERSI_PRIMA, _GIU = 0.02, 0.01
_CONSEGNE_MASSIME = 20


@dataclass(eq=False)
class _Copia:
    messaggio: Messaggio
    pronta: float
    consegne: int = 0
    di: Processo | None = None


@dataclass
class _Coda:
    tipi: frozenset[str]
    copie: list[_Copia] = field(default_factory=list)
    novita: asyncio.Event = field(default_factory=asyncio.Event)


class Broker:
    """The queues; they outlive every process."""

    def __init__(self, regia: Regia, dado: Random) -> None:
        self.regia, self.dado = regia, dado
        self._code = {nome: _Coda(frozenset(tipi)) for nome, tipi in code().items()}
        self._code |= {f"{nome}.dead": _Coda(frozenset()) for nome in tuple(self._code)}

    def instrada(self, messaggio: Messaggio) -> EsitoPubblicazione:
        """Put a message in every queue that wants it, perhaps twice, perhaps to be overtaken."""
        ascoltato = messaggio.tipo in SENZA_ASCOLTATORI
        for coda in self._code.values():
            if messaggio.tipo in coda.tipi:
                ascoltato = True
                self._metti(coda, messaggio)
                if self.regia.capita(DOPPIONI):
                    self._metti(coda, messaggio)
        return EsitoPubblicazione.CONFERMATO if ascoltato else EsitoPubblicazione.NON_INSTRADABILE

    def _metti(self, coda: _Coda, messaggio: Messaggio) -> None:
        ritardo = self.dado.uniform(0.5, 40.0) if self.regia.capita(SORPASSI) else self.dado.uniform(0.001, 0.02)
        coda.copie.append(_Copia(messaggio, asyncio.get_running_loop().time() + ritardo))
        coda.novita.set()

    async def prendi(self, nome: str, massimo: int) -> list[_Copia]:
        """Give some of the messages that are there, in any order; wait if there are none."""
        coda, ciclo = self._code[nome], asyncio.get_running_loop()
        while True:
            libere = [c for c in coda.copie if c.di is None]
            pronte = [c for c in libere if c.pronta <= ciclo.time()]
            if pronte:
                prese = self.dado.sample(pronte, min(len(pronte), self.dado.randint(1, massimo)))
                for copia in prese:
                    copia.di, copia.consegne = PROCESSO.get(), copia.consegne + 1
                return prese
            coda.novita.clear()
            attesa = min((c.pronta for c in libere), default=None)
            try:
                async with asyncio.timeout_at(attesa):
                    await coda.novita.wait()
            except TimeoutError:
                continue

    def conferma(self, nome: str, copie: Sequence[_Copia]) -> None:
        """Forget what was acknowledged."""
        coda = self._code[nome]
        coda.copie = [c for c in coda.copie if c not in copie]

    def rendi(self, nome: str, copie: Sequence[_Copia], *, ritardo: float = 0.0) -> None:
        """Put back what was not; who was delivered too often goes to the dead letters."""
        for copia in copie:
            copia.di, copia.pronta = None, asyncio.get_event_loop().time() + ritardo
            if copia.consegne >= _CONSEGNE_MASSIME and not nome.endswith(".dead"):
                self.conferma(nome, [copia])
                self._code[f"{nome}.dead"].copie.append(_Copia(copia.messaggio, copia.pronta))
                self._code[f"{nome}.dead"].novita.set()
        self._code[nome].novita.set()

    def riprendi(self, processo: Processo) -> None:
        """Put back everything that a dead process had not acknowledged."""
        for nome, coda in self._code.items():
            sue = [c for c in coda.copie if c.di is processo]
            if sue:
                self.rendi(nome, sue)

    @property
    def in_viaggio(self) -> int:
        """Messages that somebody still has to take."""
        return sum(len(coda.copie) for coda in self._code.values())


class BusSimulato:
    """The bus as one process sees it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Disconnect."""

    async def pubblica(self, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
        """Publish; an outcome may get lost before the broker has the message, or after."""
        broker, regia = self._broker, self._broker.regia
        await regia.punto("pubblica", decisivo=True)
        if regia.capita(_GIU):
            raise BusNonDisponibile("Il bus non risponde")
        esiti = []
        for messaggio in messaggi:
            if regia.capita(_PERSI_PRIMA):
                esiti.append(EsitoPubblicazione.SCONOSCIUTO)
                continue
            esito = broker.instrada(messaggio)
            esiti.append(EsitoPubblicazione.SCONOSCIUTO if regia.capita(CONFERME_PERSE) else esito)
        regia.annota(f"pubblica {[m.tipo for m in messaggi]} {[e.value[:4] for e in esiti]}")
        await asyncio.sleep(broker.dado.uniform(0.001, 0.01))
        await regia.punto("pubblicato", decisivo=True)
        return esiti

    async def consuma(
        self, coda: str, tipi: Sequence[str], ricevi: Ricevi, *, pronto: Pronto, lotto: int
    ) -> "IscrizioneSimulata":
        """Take messages in batches, acknowledge each batch after its work."""
        return IscrizioneSimulata(self._broker, coda, ricevi, lotto=min(lotto, 6))


class IscrizioneSimulata:
    """A consumer of one process: it ends with it."""

    def __init__(self, broker: Broker, coda: str, ricevi: Ricevi, *, lotto: int) -> None:
        self._broker, self._coda, self._ricevi, self._lotto = broker, coda, ricevi, lotto
        self._compito = asyncio.create_task(self._consuma())

    async def _consuma(self) -> None:
        broker, regia = self._broker, self._broker.regia
        while True:
            copie = await broker.prendi(self._coda, self._lotto)
            regia.annota(f"consegna {self._coda} {[c.messaggio.tipo for c in copie]}")
            try:
                await self._consegna(copie)
            except Exception as errore:  # the consumer's database does not answer: later
                regia.annota(f"rifiuta {self._coda} {type(errore).__name__}")
                broker.rendi(self._coda, copie, ritardo=broker.dado.uniform(0.5, 2.0))
                continue
            broker.conferma(self._coda, copie)

    async def _consegna(self, copie: Sequence[_Copia]) -> None:
        await self._broker.regia.punto("consegnato", decisivo=True)
        await self._ricevi([c.messaggio for c in copie])
        await self._broker.regia.punto("da confermare", decisivo=True)

    async def ferma(self) -> None:
        """Stop taking."""
        self._compito.cancel()

    def attiva(self) -> bool:
        """Tell whether messages are being taken."""
        return not self._compito.done()
