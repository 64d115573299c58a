# SPDX-License-Identifier: EUPL-1.2
"""Letters as accessible PDF (PDF/UA-1), set by typst with its own fonts: no network, no fonts of the system."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from pathlib import Path

import orjson
import typst

from services.notifiche.clients.testi import MODELLI
from services.notifiche.schemas.scheda import Scheda

_FILI = 2


class Tipografia:
    """Sets letters in a few threads; each thread keeps its compiler, whose caches make the next letter faster."""

    def __init__(self, cartella: Path = MODELLI) -> None:
        self._cartella = cartella
        self._propri = threading.local()
        self._fili = ThreadPoolExecutor(_FILI, thread_name_prefix="tipografia")

    async def stampa(self, modello: str, scheda: Scheda, *, data: date) -> bytes:
        """Set the letter of a notice away from the event loop; the same sheet gives the same bytes."""
        return await asyncio.get_running_loop().run_in_executor(self._fili, self.componi, modello, scheda, data)

    def componi(self, modello: str, scheda: Scheda, data: date) -> bytes:
        """Set the letter in the calling thread. Data travel as JSON: typst never reads them as markup."""
        pdf = self._compilatore().compile(
            self._cartella / f"{modello}.typ",
            format="pdf",
            sys_inputs={"dati": orjson.dumps(scheda).decode()},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(data, time(12), tzinfo=UTC),
        )
        if not isinstance(pdf, bytes):
            raise TypeError("typst has not given one PDF")
        return pdf

    async def chiudi(self) -> None:
        """Let the letters in hand finish."""
        self._fili.shutdown(wait=False, cancel_futures=True)

    def _compilatore(self) -> typst.Compiler:
        """A compiler cannot be lent to two threads at once."""
        if not hasattr(self._propri, "compilatore"):
            self._propri.compilatore = typst.Compiler(root=self._cartella, ignore_system_fonts=True)
        compilatore: typst.Compiler = self._propri.compilatore
        return compilatore
