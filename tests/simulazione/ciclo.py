# SPDX-License-Identifier: EUPL-1.2
"""An event loop where nobody really waits: one seed chooses who goes next, and the dead do not run."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import Random
from typing import Any

PASSI_MASSIMI = 400_000


@dataclass(eq=False)
class Processo:
    """One life of a service: its tasks carry it in their context, and stop for good when it dies."""

    servizio: str
    vita: int
    morto: bool = False
    # What callers are waiting for: at its death they learn that nobody answers.
    richieste: set["asyncio.Future[Any]"] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.servizio}/{self.vita}"


PROCESSO: ContextVar[Processo | None] = ContextVar("processo", default=None)


class TroppiPassi(Exception):
    """The run does not end."""


class CicloSimulato(asyncio.SelectorEventLoop):
    """Virtual time; the next callback is drawn among those that are ready; a killed process has its own dropped."""

    adesso = 0.0

    def __init__(self, dado: Random) -> None:
        super().__init__()
        self._dado = dado
        self._compiti: list[asyncio.Task[Any]] = []
        self.passi = 0
        # Asked at each step of a process; if it says so, the step does not happen.
        self.prima_del_passo: Callable[[Processo], bool] = lambda _: False
        self.set_task_factory(self._nuovo_compito)  # type: ignore[arg-type]

    def _nuovo_compito(
        self, ciclo: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **altro: Any
    ) -> "asyncio.Task[Any]":
        compito = asyncio.Task(coro, loop=ciclo, **altro)
        # Of the dead nothing may be collected, or their `finally` would run in the middle of the life of others.
        self._compiti.append(compito)
        if len(self._compiti) > 1000:
            self._compiti = [c for c in self._compiti if not c.done()]
        return compito

    def time(self) -> float:
        """Seconds since the beginning of the run."""
        return self.adesso

    def run_in_executor(  # type: ignore[override]
        self, _esecutore: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Do at once, in this thread, what was meant for another."""
        futuro = self.create_future()
        try:
            futuro.set_result(func(*args))
        except Exception as errore:
            futuro.set_exception(errore)
        return futuro

    def abbandonati(self) -> list["asyncio.Task[Any]"]:
        """Give the tasks that will never end: who wants no surprise keeps them as long as the interpreter lives."""
        rimasti = [c for c in self._compiti if not c.done()]
        for compito in rimasti:
            compito._log_destroy_pending = False  # type: ignore[attr-defined]
        return rimasti

    def _run_once(self) -> None:
        pronti, sveglie = self._ready, self._scheduled  # type: ignore[attr-defined]
        if not pronti and not sveglie:
            self._stopping = True
            return
        if not pronti:
            self.adesso = max(self.adesso, sveglie[0]._when)
        while sveglie and sveglie[0]._when <= self.adesso:
            sveglia = heapq.heappop(sveglie)
            sveglia._scheduled = False
            pronti.append(sveglia)
        posto = self._dado.randrange(len(pronti))
        scelto = pronti[posto]
        del pronti[posto]
        if not scelto._cancelled and self._puo(scelto._context.get(PROCESSO)):
            self.passi += 1
            if self.passi > PASSI_MASSIMI:
                raise TroppiPassi(f"{self.passi} passi in {self.adesso:.0f} s")
            scelto._run()

    def _puo(self, processo: Processo | None) -> bool:
        """Tell whether a process is alive, and stays so."""
        return processo is None or not (processo.morto or self.prima_del_passo(processo))
