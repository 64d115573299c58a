# SPDX-License-Identifier: EUPL-1.2
"""The open questions of law: every figure marked `da_verificare`, written in docs/questioni-aperte.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from shared.misure.formato import giorno, numero
from shared.misure.parametri import Parametri, Valore, leggi

RADICE = Path(__file__).resolve().parents[2]
PAGINA = RADICE / "docs" / "questioni-aperte.md"


@dataclass(frozen=True, slots=True)
class Questione:
    """A figure to be verified, and what must be asked about it."""

    parametro: str
    valore: Valore
    dal: str
    fonte: str
    domanda: str


def file_di_parametri() -> list[Path]:
    """Find the files of parametri of misure and services."""
    modelli = ("shared/misure/*/parametri.toml", "services/*/parametri.toml", "services/*/*/parametri.toml")
    return sorted(percorso for modello in modelli for percorso in RADICE.glob(modello))


def questioni(parametri: Parametri) -> Iterator[Questione]:
    """List the questions of one file, by name and date."""
    for nome, v in parametri.da_verificare:
        if v.domanda is not None:
            yield Questione(nome, v.valore, giorno(v.dal), v.fonte, v.domanda)


def pagina() -> str:
    """Write the page: the same files give the same bytes."""
    righe = [
        "# Questioni aperte",
        "",
        "I valori e le letture della norma che non sono ancora confermati da un testo ufficiale. Il sistema li applica come sono scritti",
        "qui; chi conosce la risposta corregge il file dei parametri, con la fonte. La pagina si scrive con `make tracciabilita`.",
        "",
    ]
    for percorso in file_di_parametri():
        parametri = leggi(percorso.parent.name, percorso.read_text(encoding="utf-8"))
        aperte = list(questioni(parametri))
        if aperte:
            nome = percorso.relative_to(RADICE).as_posix()
            righe += [f"## `{nome}`: {_quante(len(aperte))}", "", *_tabella(aperte), ""]
    return "\n".join(righe)


def _quante(numero_: int) -> str:
    return "una questione" if numero_ == 1 else f"{numero_} questioni"


def _tabella(aperte: list[Questione]) -> list[str]:
    righe = [f"| `{q.parametro}` | {_scritto(q.valore)} | {q.dal} | {q.fonte} | {q.domanda} |" for q in aperte]
    return ["| Parametro | Valore | Dal | Fonte | Domanda |", "| --- | --- | --- | --- | --- |", *righe]


def _scritto(valore: Valore) -> str:
    if isinstance(valore, bool):
        return "sì" if valore else "no"
    if isinstance(valore, Decimal):
        return numero(valore) if valore == round(valore, 2) else str(valore).replace(".", ",")
    return str(valore) if isinstance(valore, int) else f"`{valore}`"
