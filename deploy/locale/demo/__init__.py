# SPDX-License-Identifier: EUPL-1.2
"""`make demo`: the sample file from the presentation to the third payment, through the public APIs only."""

import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from deploy.locale.demo import passi, stampa
from deploy.locale.demo.attori import Attori
from deploy.locale.demo.esito import Uscite
from deploy.locale.demo.passi import GIORNO
from deploy.locale.orologio import OrologioRegolabile
from deploy.locale.sistema import sistema_locale
from shared.web.registro import configura

FILE = Path(__file__).resolve().parents[2] / "demo" / "domande-adi.ndjson"
USCITE = Path("build/demo")


async def esegui_demo(cartella: Path | None, console: Console) -> int:
    """Run the demo; 0 only if every count is the expected one and every lotto balances."""
    inizio = time.perf_counter()
    uscite = Uscite.nuove(USCITE)
    configura("WARNING", percorso=uscite.registro)
    async with AsyncExitStack() as pila:
        dati = cartella or Path(pila.enter_context(tempfile.TemporaryDirectory(prefix="inclusione-demo-")))
        stampa.passo(console, "Avvio di PostgreSQL, dei cinque servizi e dei sistemi esterni simulati")
        orologio = OrologioRegolabile(GIORNO)
        sistema = await pila.enter_async_context(sistema_locale(dati, orologio))
        attori = await pila.enter_async_context(Attori.di(sistema))
        stampa.avviato(console, sistema, secondi=time.perf_counter() - inizio)
        esito = await passi.percorri(sistema, attori, FILE, uscite, console)
        stampa.conclusione(console, esito, uscite, secondi=time.perf_counter() - inizio)
    return 0 if esito.riuscita else 1
