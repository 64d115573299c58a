# SPDX-License-Identifier: EUPL-1.2
"""The demo, whole: 200 lines, five services, three payments, every count and every euro known in advance."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pypdf import PdfReader
from rich.console import Console

from deploy.locale import demo


@pytest.fixture(autouse=True)
def registro_di_prima() -> Iterator[None]:
    """Give the logs back as they were: the demo sends them to a file."""
    radice, configurazione = logging.getLogger(), structlog.get_config()
    gestori, livello = radice.handlers[:], radice.level
    yield
    for gestore in set(radice.handlers) - set(gestori):
        gestore.close()
    radice.handlers, radice.level = gestori, livello
    structlog.configure(**configurazione)


@pytest.mark.timeout(300)
async def test_walks_from_the_file_to_the_third_payment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uscite = tmp_path / "demo"
    monkeypatch.setattr(demo, "USCITE", uscite)
    console = Console(file=io.StringIO(), width=120)

    stato = await demo.esegui_demo(tmp_path / "dati", console)

    assert isinstance(console.file, io.StringIO)
    testo = console.file.getvalue()
    assert stato == 0, testo
    assert "Tutto come atteso" in testo
    assert len(list((uscite / "pagamenti").iterdir())) == 3
    lettere = sorted((uscite / "lettere").iterdir())
    assert len(lettere) >= 184
    assert "INPS-ADI-2025-03-03" in PdfReader(lettere[0]).pages[0].extract_text()
    registro = (uscite / "registro.jsonl").read_text(encoding="utf-8")
    assert not re.search(r"[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]", registro), "a codice fiscale is in the log"
    eventi = [json.loads(riga)["event"] for riga in registro.splitlines()]
    assert "errore_imprevisto" not in eventi
    assert "messaggio_non_applicato" not in eventi
