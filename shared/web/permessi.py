# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: one matrix per service, operation by role, with the extent of each permission."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.db.pagine import Filtro
from shared.errors import Forbidden
from shared.kernel.sigillo import Cifrario
from shared.web.enti import Ruolo
from shared.web.token import Chiamante


class Ambito(StrEnum):
    """How far a permission reaches."""

    TUTTO = "TUTTO"
    TERRITORIO = "TERRITORIO"
    MANDATO = "MANDATO"
    PROPRIO = "PROPRIO"


Matrice = Mapping[str, Mapping[Ruolo, Ambito]]


@dataclass(frozen=True, slots=True)
class Permesso:
    """What this caller may do with this operation."""

    operazione: str
    ambito: Ambito
    chiamante: Chiamante

    def filtro(self, cifrario: Cifrario, *, prefisso: str = "") -> Filtro:
        """Give the condition under which rows are visible: columns `comune`, `ente`, `richiedente` (keyed hash)."""
        filtro = Filtro()
        match self.ambito:
            case Ambito.TUTTO:
                pass
            case Ambito.TERRITORIO:
                ente = self.chiamante.ente
                if ente is not None and not ente.nazionale:
                    filtro.uno_di(f"{prefisso}comune", sorted(ente.territorio))
            case Ambito.MANDATO:
                filtro.uno_di(f"{prefisso}ente", [self.chiamante.codice_ente])
            case Ambito.PROPRIO:
                filtro.aggiungi(f"{prefisso}richiedente = ?", cifrario.impronta(self.chiamante.codice_fiscale or ""))
        return filtro


def permesso(matrice: Matrice, operazione: str, chiamante: Chiamante) -> Permesso:
    """Look the caller up in the matrix.

    :raises Forbidden: if the role may not do the operation.
    """
    ambito = matrice.get(operazione, {}).get(chiamante.ruolo)
    if ambito is None:
        raise Forbidden("Il ruolo di chi chiama non consente questa operazione")
    return Permesso(operazione, ambito, chiamante)


def territorio_compreso(chiamante: Chiamante, comune: str) -> bool:
    """Tell whether a Comune lies in the territory of the caller's ente."""
    return chiamante.ente is not None and (chiamante.ente.nazionale or comune in chiamante.ente.territorio)
