# SPDX-License-Identifier: EUPL-1.2
"""Parked messages from the command line, through the API of the service: same permissions, same log."""

import httpx
from rich.console import Console
from rich.table import Table


def elenca(base: str, token: str, console: Console) -> int:
    """Print the messages that were not applied; 1 if the service refuses."""
    tabella = Table("Messaggio", "Tipo", "Stato", "Tentativi", "Motivo", title="Messaggi non applicati")
    with _client(base, token) as client:
        cursore: str | None = ""
        while cursore is not None:
            risposta = client.get("/v1/scarti", params={"cursor": cursore} if cursore else {})
            if risposta.is_error:
                return _rifiuto(risposta, console)
            corpo = risposta.json()
            for riga in corpo["items"]:
                tabella.add_row(riga["id"], riga["tipo"], riga["stato"], str(riga["tentativi"]), riga["motivo"])
            cursore = corpo["next_cursor"]
    console.print(tabella)
    return 0


def rimetti(base: str, token: str, scarto: str, console: Console) -> int:
    """Ask for one message to be applied again; 1 if the service refuses."""
    with _client(base, token) as client:
        risposta = client.post(f"/v1/scarti/{scarto}/rielaborazione")
    if risposta.is_error:
        return _rifiuto(risposta, console)
    console.print(f"Messaggio {scarto}: {risposta.json()['stato']}")
    return 0


def _client(base: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def _rifiuto(risposta: httpx.Response, console: Console) -> int:
    console.print(f"[red]{risposta.status_code}: {risposta.json().get('detail', 'richiesta rifiutata')}[/red]")
    return 1
