# SPDX-License-Identifier: EUPL-1.2
"""The ladder of the sanctions of the RdC, and the time to wait before a new domanda."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.kernel.mese import MESI_ANNO, Mese, aggiungi_mesi, mesi_da
from shared.misure.comuni.effetti import TipoEffetto
from shared.misure.nucleo import TipoPrecedente
from shared.misure.parametri import Valori
from shared.misure.rdc.fatti import FattoSanzionabile, Inadempienza


@dataclass(frozen=True, slots=True)
class Sanzione:
    """The consequence of a fact: a SOSPENSIONE cuts `mensilita` months; DECADENZA is ex nunc, REVOCA ex tunc."""

    tipo: TipoEffetto
    fonte: str
    mensilita: int = 0

    @property
    def fa_restituire(self) -> bool:
        """Whether what was already paid must be given back."""
        return self.tipo is TipoEffetto.REVOCA


def sanzione(fatto: FattoSanzionabile, *, volta: int, p: Valori) -> Sanzione:
    """Give the sanction of a fact the first (`volta` 1), second, ... time: months cut, decadenza or revoca.

    :raises ParametroMancante: if that fact had no sanction on the day of `p`.
    :source: D.L. 4/2019, art. 7.
    """
    nome = f"sanzione_{fatto.lower()}"
    scala = p.testo(nome).split()
    gradino, fonte = scala[min(volta, len(scala)) - 1], p.fonte(nome)
    if gradino.isdigit():
        return Sanzione(TipoEffetto.SOSPENSIONE, fonte, int(gradino))
    return Sanzione(TipoEffetto(gradino), fonte)


def sanzione_del_nucleo(
    inadempienze: Iterable[Inadempienza], fatto: FattoSanzionabile, *, al: date, p: Valori
) -> Sanzione | None:
    """Give the sanction of the last fact of a kind: the breaches of all the members add up, doubles count once.

    :source: D.L. 4/2019, art. 7, c. 7.
    """
    volte = len(
        {(i.codice_fiscale, i.il) for i in inadempienze if i.fatto is fatto and not i.giustificata and i.il <= al}
    )
    return sanzione(fatto, volta=volte, p=p) if volte else None


def mesi_tolti(sanzione_: Sanzione, *, decisa_il: date) -> frozenset[Mese]:
    """Give the months that a sanction cuts: those after the day on which it was decided.

    :source: D.L. 4/2019, art. 7.
    """
    return frozenset(mesi_da(Mese.di(decisa_il) + 1, sanzione_.mensilita))


def nuova_domanda_dal(tipo: TipoPrecedente, il: date, *, agevolato: bool, p: Valori) -> date:
    """Give the first day of a new domanda after the end of a benefit; `agevolato` with minori or disability.

    :source: D.L. 4/2019, art. 7.
    """
    if tipo is TipoPrecedente.CONDANNA:
        return aggiungi_mesi(il, p.intero("riammissione_dopo_condanna") * MESI_ANNO)
    return aggiungi_mesi(il, p.intero("riammissione_agevolata" if agevolato else "riammissione_dopo_decadenza"))
