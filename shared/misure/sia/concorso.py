# SPDX-License-Identifier: EUPL-1.2
"""Who pays for a bimestre, the State or the Regione: the protocollo that runs, and what only a protocollo admitted."""

from dataclasses import dataclass

from shared.misure.sia.protocollo import Protocollo, protocollo_del_giorno
from shared.misure.sia.quadro import Quadro
from shared.misure.sia.requisiti import DELLO_STATO
from shared.misure.sia.requisiti.esame import esamina
from shared.misure.sia.requisiti.platea import ammessi_dal_protocollo


@dataclass(frozen=True, slots=True)
class Concorso:
    """The protocollo that adds to the importo, if any, and the codes of the requisiti that only a protocollo admitted."""

    protocollo: Protocollo | None = None
    ammessi: tuple[str, ...] = ()

    @property
    def scoperto(self) -> bool:
        """Whether the State owes nothing and no Regione pays any more."""
        return bool(self.ammessi) and self.protocollo is None


def concorso(q: Quadro) -> Concorso:
    """Say who pays for the bimestre that begins on the day of `q`.

    Who was admitted by a protocollo is paid by that Regione, while the protocollo and the residence last.

    :source: D.M. 26/5/2016, art. 2, c. 4; Ministero del lavoro, FAQ SIA.
    """
    if not q.sia.residenze_regionali:
        return Concorso()
    e = esamina(q.fatti, parametri=q.parametri, al=max(q.al, q.fatti.presentata_il))
    ammessi = ammessi_dal_protocollo(DELLO_STATO, e)
    oggi, allora = protocollo_del_giorno(q), e.protocollo_della_domanda
    if ammessi and oggi and allora and oggi.territorio is not allora.territorio:
        return Concorso(None, ammessi)
    return Concorso(oggi, ammessi)
