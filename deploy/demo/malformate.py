# SPDX-License-Identifier: EUPL-1.2
"""Ten lines that cannot be accepted, each for a reason of its own; all born from one good line."""

import json
from collections.abc import Callable, Iterator
from typing import Any

Oggetto = dict[str, Any]


def compatta(corpo: Oggetto) -> str:
    """Write a body on one line."""
    return json.dumps(corpo, ensure_ascii=False, separators=(",", ":"))


def malformate(buona: Oggetto) -> Iterator[tuple[str, int, str]]:
    """Give kind, expected status and text of each line; `buona` is the body of a nucleo that pays a rent."""
    testo = compatta(buona)
    canone = f'"canone_annuo":"{buona["abitazione"]["canone_annuo"]}"'
    yield "json-interrotto", 400, testo[:-60]
    yield "chiave-ripetuta", 400, '{"misura":"ADI",' + testo[1:]
    yield "carattere-nul", 400, _con(buona, lambda c: c["richiedente"].update(cognome="Ros\0si"))
    yield "nan", 400, testo.replace(canone, '"canone_annuo":NaN')
    yield "importo-numerico", 422, testo.replace(canone, '"canone_annuo":4200.00')
    yield "codice-fiscale-errato", 422, _con(buona, _guasta_codice)
    yield "campo-in-piu", 422, _con(buona, lambda c: c.update(note_interne="da rivedere"))
    yield "quadro-mancante", 422, _con(buona, lambda c: c.pop("dichiarazioni"))
    yield "data-assurda", 422, _con(buona, lambda c: c["richiedente"].update(data_nascita="1989-02-30"))
    yield (
        "testo-troppo-lungo",
        422,
        _con(buona, lambda c: c["richiedente"]["residenza"].update(indirizzo="Via " + "A" * 5000)),
    )


def _con(buona: Oggetto, guasta: Callable[[Oggetto], object]) -> str:
    copia: Oggetto = json.loads(json.dumps(buona))
    guasta(copia)
    return compatta(copia)


def _guasta_codice(corpo: Oggetto) -> None:
    codice = corpo["richiedente"]["codice_fiscale"]
    corpo["richiedente"]["codice_fiscale"] = codice[:-1] + ("A" if codice[-1] != "A" else "B")
