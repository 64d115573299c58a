# SPDX-License-Identifier: EUPL-1.2
"""The decision as an accessible PDF (PDF/UA-1), set by typst with its own fonts: no network, no fonts of the system."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from services.domande.schemas.foglio import foglio
from services.domande.schemas.risposte import DecisioneOut

MODELLI = Path(__file__).resolve().parents[1] / "modelli"
_FILI = 2


class Tipografia:
    """Sets decisions in a few threads; each keeps its compiler, whose caches make the next one faster."""

    def __init__(self, cartella: Path = MODELLI) -> None:
        self._cartella = cartella
        self._propri = threading.local()
        self._fili = ThreadPoolExecutor(_FILI, thread_name_prefix="tipografia")

    async def stampa(self, decisione: DecisioneOut) -> bytes:
        """Set a decision away from the event loop; the same decision gives the same bytes."""
        return await asyncio.get_running_loop().run_in_executor(self._fili, self.componi, decisione)

    def componi(self, decisione: DecisioneOut) -> bytes:
        """Set a decision in the calling thread. Data travel as JSON: typst never reads them as markup."""
        pdf = self._compilatore().compile(
            self._cartella / "decisione.typ",
            format="pdf",
            sys_inputs={"dati": foglio(decisione).decode()},
            pdf_standards=["ua-1"],
            timestamp=decisione.decisa_il.replace(microsecond=0),  # typst takes whole seconds only
        )
        if not isinstance(pdf, bytes):
            raise TypeError("typst has not given one PDF")
        return pdf

    async def chiudi(self) -> None:
        """Let the decisions in hand finish."""
        self._fili.shutdown(wait=False, cancel_futures=True)

    def _compilatore(self) -> typst.Compiler:
        """A compiler cannot be lent to two threads at once."""
        if not hasattr(self._propri, "compilatore"):
            self._propri.compilatore = typst.Compiler(root=self._cartella, ignore_system_fonts=True)
        compilatore: typst.Compiler = self._propri.compilatore
        return compilatore
