# SPDX-License-Identifier: EUPL-1.2
"""The outcome of a verification: every requisito with its esito, the sentence for the citizen and the norm."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar

from shared.misure.parametri import Parametri

E = TypeVar("E")
# Where the parametri read before any requisito are noted: what all of them share.
COMUNI = "COMUNI"


class EsitoRequisito(StrEnum):
    """What can be said of one requisito."""

    OK = "OK"
    KO = "KO"
    DA_COMPLETARE = "DA_COMPLETARE"
    NON_APPLICABILE = "NON_APPLICABILE"


@dataclass(frozen=True, slots=True)
class Motivo:
    """Why a domanda is refused or must be completed: no names, no codici fiscali."""

    codice: str
    spiegazione: str
    fonte: str


class Requisito(NamedTuple):
    """One requisito judged on the facts; `valore` and `soglia` are plain strings, for the dossier.

    DA_COMPLETARE means that it cannot be judged: the citizen or the Comune must complete or correct something.
    A tuple, because a bulk re-determination makes twenty of them per household and month.
    """

    codice: str
    esito: EsitoRequisito
    spiegazione: str
    fonte: str
    valore: str | None = None
    soglia: str | None = None

    @property
    def motivo(self) -> Motivo:
        """The requisito as it is written in a letter."""
        return Motivo(self.codice, self.spiegazione, self.fonte)


@dataclass(frozen=True, slots=True)
class Esito:
    """All the requisiti of a misura, in the order of their codes, judged on the day `al`."""

    requisiti: tuple[Requisito, ...]
    al: date
    versione_parametri: str

    @property
    def accolta(self) -> bool:
        """Whether every requisito holds: none failed, none left to complete."""
        return all(r.esito in (EsitoRequisito.OK, EsitoRequisito.NON_APPLICABILE) for r in self.requisiti)

    @property
    def respinta(self) -> bool:
        """Whether at least one requisito fails, whatever remains to complete."""
        return any(r.esito is EsitoRequisito.KO for r in self.requisiti)

    @property
    def motivi(self) -> tuple[Motivo, ...]:
        """All the failed requisiti."""
        return self._con(EsitoRequisito.KO)

    @property
    def da_completare(self) -> tuple[Motivo, ...]:
        """All the requisiti that cannot be judged yet."""
        return self._con(EsitoRequisito.DA_COMPLETARE)

    def requisito(self, codice: str) -> Requisito:
        """Give one requisito by its code.

        :raises KeyError: if the misura has no such requisito.
        """
        for requisito in self.requisiti:
            if requisito.codice == codice:
                return requisito
        raise KeyError(codice)

    def _con(self, esito: EsitoRequisito) -> tuple[Motivo, ...]:
        return tuple(r.motivo for r in self.requisiti if r.esito is esito)


@dataclass(frozen=True, slots=True)
class Regola:
    """Code and norm of a requisito: what its function uses to say how it went."""

    codice: str
    fonte: str

    def ok(
        self, spiegazione: str, *, valore: str | None = None, soglia: str | None = None, fonte: str | None = None
    ) -> Requisito:
        """The requisito holds."""
        return Requisito(self.codice, EsitoRequisito.OK, spiegazione, fonte or self.fonte, valore, soglia)

    def ko(
        self, spiegazione: str, *, valore: str | None = None, soglia: str | None = None, fonte: str | None = None
    ) -> Requisito:
        """The requisito fails."""
        return Requisito(self.codice, EsitoRequisito.KO, spiegazione, fonte or self.fonte, valore, soglia)

    def da_completare(
        self, spiegazione: str, *, valore: str | None = None, soglia: str | None = None, fonte: str | None = None
    ) -> Requisito:
        """The requisito cannot be judged yet."""
        return Requisito(self.codice, EsitoRequisito.DA_COMPLETARE, spiegazione, fonte or self.fonte, valore, soglia)

    def non_applicabile(self, spiegazione: str) -> Requisito:
        """The requisito does not concern this nucleo."""
        return Requisito(self.codice, EsitoRequisito.NON_APPLICABILE, spiegazione, self.fonte)


def giudica(requisiti: Iterable[Callable[[E], Requisito]], esame: E, *, parametri: Parametri) -> tuple[Requisito, ...]:
    """Judge every requisito in order; parametri that take notes learn which of them read what."""
    if not parametri.prende_nota:
        return tuple([requisito(esame) for requisito in requisiti])
    parametri.chiudi_lettura(COMUNI)
    giudicati = []
    for requisito in requisiti:
        giudicato = requisito(esame)
        parametri.chiudi_lettura(giudicato.codice)
        giudicati.append(giudicato)
    return tuple(giudicati)
