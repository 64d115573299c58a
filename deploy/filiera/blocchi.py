# SPDX-License-Identifier: EUPL-1.2
"""The lock files: every package with one version and its hashes, and no address of where it came from."""

import re
from dataclasses import dataclass
from pathlib import Path

RADICE = Path(__file__).resolve().parents[2]
ESERCIZIO, SVILUPPO = RADICE / "requirements.lock", RADICE / "requirements-dev.lock"
_VOCE = re.compile(
    r"(?P<nome>[a-z0-9][a-z0-9-]*)==(?P<versione>[0-9][0-9a-z.!+]*)(?P<resto>( --hash=sha256:[0-9a-f]{64})+)"
)


@dataclass(frozen=True, slots=True)
class Voce:
    """A package as a lock pins it."""

    nome: str
    versione: str


def voci(testo: str) -> list[Voce]:
    """Read a lock.

    :raises ValueError: if an entry is anything but a name, a version and SHA-256 hashes: with all that are wrong.
    """
    righe = (riga for riga in testo.splitlines() if not riga.lstrip().startswith("#"))
    intere = [re.sub(r"\s+", " ", riga).strip() for riga in "\n".join(righe).replace("\\\n", " ").splitlines()]
    trovate = [(riga, _VOCE.fullmatch(riga)) for riga in intere if riga]
    if errate := [riga.partition(" --hash")[0] for riga, trovata in trovate if trovata is None]:
        raise ValueError("voci senza versione, senza impronta o con un indirizzo: " + "; ".join(errate))
    return [Voce(trovata["nome"], trovata["versione"]) for _, trovata in trovate if trovata]


def leggi(percorso: Path) -> list[Voce]:
    """Read a lock file.

    :raises ValueError: as `voci`, or if it is empty.
    """
    lette = voci(percorso.read_text(encoding="utf-8"))
    if not lette:
        raise ValueError(f"{percorso.name} è vuoto")
    return lette


def scostamenti() -> list[str]:
    """Say what is wrong with the two locks: what runs must be, version by version, what is developed with."""
    try:
        esercizio, sviluppo = leggi(ESERCIZIO), leggi(SVILUPPO)
    except ValueError as errore:
        return [str(errore)]
    return [f"{v.nome} {v.versione} non è in {SVILUPPO.name}" for v in esercizio if v not in sviluppo]
