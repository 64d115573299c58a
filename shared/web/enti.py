# SPDX-License-Identifier: EUPL-1.2
"""The accredited enti: who stands behind a PDND client, in which role, for which territory."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Ruolo(StrEnum):
    """Role in which a caller acts; it decides the columns of the permission matrix."""

    CITTADINO = "CITTADINO"
    CAF = "CAF"
    PATRONATO = "PATRONATO"
    COMUNE = "COMUNE"
    AMBITO = "AMBITO"
    CPI = "CPI"
    INPS = "INPS"
    REGIONE = "REGIONE"
    MLPS = "MLPS"


@dataclass(frozen=True, slots=True)
class Ente:
    """An accredited ente; `territorio` lists Belfiore codes, `*` means the whole country."""

    codice: str
    nome: str
    ruolo: Ruolo
    territorio: frozenset[str]

    @property
    def nazionale(self) -> bool:
        """Tell whether the ente is competent for the whole country."""
        return "*" in self.territorio


class RegistroEnti:
    """The enti by code and by PDND client."""

    def __init__(self, coppie: Iterable[tuple[str, Ente]]) -> None:
        self._per_client: dict[str, Ente] = dict(coppie)
        self._per_codice = {ente.codice: ente for ente in self._per_client.values()}

    @classmethod
    def da_toml(cls, percorso: Path) -> "RegistroEnti":
        """Read the table `[[ente]]` with codice, nome, tipo, client_id, territorio."""
        righe = tomllib.loads(percorso.read_text(encoding="utf-8"))["ente"]
        return cls(
            (riga["client_id"], Ente(riga["codice"], riga["nome"], Ruolo(riga["tipo"]), frozenset(riga["territorio"])))
            for riga in righe
        )

    def per_client(self, client_id: str) -> Ente | None:
        """Find the ente behind a PDND client."""
        return self._per_client.get(client_id)

    def per_codice(self, codice: str) -> Ente | None:
        """Find an ente by its code."""
        return self._per_codice.get(codice)

    def __iter__(self) -> "Iterable[Ente]":
        return iter(self._per_codice.values())
