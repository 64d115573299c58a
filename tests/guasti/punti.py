# SPDX-License-Identifier: EUPL-1.2
"""Places where a process dies by its own SIGKILL if the plan asks for it: on both sides of every effect.

The harness arms a place by writing a file; the first process of the service that gets there removes it and dies.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from services.erogazioni.clients import PagatoreClient
from services.notifiche.clients.appio import AppIo
from services.notifiche.clients.posta import Posta
from shared.db.session import Session
from shared.messaging.bus import EsitoPubblicazione, Messaggio
from shared.messaging.rabbitmq import BusRabbit
from shared.servizio import Motore

PRIMA_DEL_COMMIT = "prima_del_commit"
DOPO_IL_COMMIT = "dopo_il_commit"
PRIMA_DI_PUBBLICARE = "prima_di_pubblicare"
PUBBLICATO = "pubblicato_prima_di_segnare"
CONSEGNATO = "consegnato_prima_del_lavoro"
REGISTRATO = "registrato_prima_della_conferma"
PRIMA_DEL_PAGATORE = "prima_del_pagatore"
PAGATO = "pagatore_prima_di_registrare"
AVVISATO = "avviso_prima_di_registrare"

OVUNQUE = (PRIMA_DEL_COMMIT, DOPO_IL_COMMIT, PRIMA_DI_PUBBLICARE, PUBBLICATO, CONSEGNATO, REGISTRATO)
PROPRI = {"erogazioni": (PRIMA_DEL_PAGATORE, PAGATO), "notifiche": (AVVISATO,)}
ANNULLATO = "gestore-annullato"


def sostituisci(dove: object, nome: str, con: object) -> None:
    """Put something of ours in the place of a function, in this process only."""
    assert hasattr(dove, nome)
    setattr(dove, nome, con)


def arma(cartella: Path, servizio: str, punto: str) -> Path:
    """Ask that the first process of the service that gets to a place dies there."""
    percorso = cartella / f"{servizio}@{punto}"
    percorso.touch()
    return percorso


class Punti:
    """The places of one process."""

    def __init__(self, cartella: Path, servizio: str) -> None:
        self._cartella = cartella
        self._servizio = servizio

    def __call__(self, punto: str) -> None:
        """Die here, if the place is armed."""
        try:
            (self._cartella / f"{self._servizio}@{punto}").unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def annota_annullato(self) -> None:
        """Say that a handler was cut in the middle: nobody may do it, not even a stop."""
        (self._cartella / f"{ANNULLATO}-{self._servizio}-{os.getpid()}").touch()

    def semina(self) -> None:
        """Put the places in the code of this process."""
        self._nel_bus()
        self._nelle_transazioni()
        self._attorno(PagatoreClient, "invia", prima=PRIMA_DEL_PAGATORE, dopo=PAGATO)
        self._attorno(AppIo, "invia", dopo=AVVISATO)
        self._attorno(Posta, "invia", dopo=AVVISATO)

    def _nel_bus(self) -> None:
        consuma, pubblica = BusRabbit.consuma, BusRabbit.pubblica

        async def consuma_con_punti(
            bus: BusRabbit, coda: str, tipi: Sequence[str], ricevi: Callable[..., Awaitable[None]], **altro: Any
        ) -> Any:
            async def ricevi_con_punti(messaggi: Sequence[Messaggio]) -> None:
                self(CONSEGNATO)
                try:
                    await ricevi(messaggi)
                except asyncio.CancelledError:
                    self.annota_annullato()
                    raise
                self(REGISTRATO)

            return await consuma(bus, coda, tipi, ricevi_con_punti, **altro)

        async def pubblica_con_punti(bus: BusRabbit, messaggi: Sequence[Messaggio]) -> list[EsitoPubblicazione]:
            self(PRIMA_DI_PUBBLICARE)
            esiti = await pubblica(bus, messaggi)
            self(PUBBLICATO)
            return esiti

        sostituisci(BusRabbit, "consuma", consuma_con_punti)
        sostituisci(BusRabbit, "pubblica", pubblica_con_punti)

    def _nelle_transazioni(self) -> None:
        flush, sveglia = Session.flush, Motore._sveglia

        async def flush_con_punto(session: Session) -> bool:
            annunciati = await flush(session)
            self(PRIMA_DEL_COMMIT)
            return annunciati

        def sveglia_con_punto(motore: Motore, annunciati: bool) -> None:
            self(DOPO_IL_COMMIT)
            sveglia(motore, annunciati)

        sostituisci(Session, "flush", flush_con_punto)
        sostituisci(Motore, "_sveglia", sveglia_con_punto)

    def _attorno(self, classe: type, nome: str, *, prima: str = "", dopo: str) -> None:
        vero = getattr(classe, nome)

        async def con_punti(*argomenti: Any, **altri: Any) -> Any:
            self(prima)
            esito = await vero(*argomenti, **altri)
            self(dopo)
            return esito

        sostituisci(classe, nome, con_punti)
