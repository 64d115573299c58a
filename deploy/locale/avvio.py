# SPDX-License-Identifier: EUPL-1.2
"""`make run`: everything on one address until Ctrl-C."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from deploy.locale.orologio import OrologioRegolabile
from deploy.locale.portale import SERVIZI, data_estesa
from deploy.locale.sistema import sistema_locale
from shared.web.registro import configura


async def servi(cartella: Path, al: datetime, *, porta: int, porta_sandbox: int, console: Console) -> int:
    """Serve until interrupted; logs go to a file of the folder."""
    cartella.mkdir(parents=True, exist_ok=True)
    configura("INFO", percorso=cartella / "inclusione.log.jsonl")
    orologio = OrologioRegolabile(al if al.tzinfo else al.replace(tzinfo=UTC))
    console.print("Avvio di PostgreSQL, dei cinque servizi e dei sistemi simulati...")
    async with sistema_locale(cartella, orologio, porta=porta, porta_sandbox=porta_sandbox) as sistema:
        console.print(
            f"\n[bold]inclusione[/bold] è su [bold]{sistema.indirizzi.base}[/bold]; data simulata: {data_estesa(orologio())}"
        )
        for percorso, nome, _ in SERVIZI:
            console.print(f"  {nome:22} {sistema.indirizzi.base}/{percorso}/docs")
        console.print(f"  {'Sistemi simulati':22} {sistema.indirizzi.sandbox}/docs")
        console.print(f"\nRegistro: {cartella / 'inclusione.log.jsonl'}. Per fermare: Ctrl-C.")
        await asyncio.Event().wait()
    return 0
