# SPDX-License-Identifier: EUPL-1.2
"""Who is bound by the duties of activation to work."""

from shared.misure.adi.quadro import Quadro
from shared.misure.adi.scala import Scala, puo_curare
from shared.misure.nucleo import Componente


def vincolati(q: Quadro, scala: Scala, *, anche_occupati: bool = False) -> tuple[Componente, ...]:
    """Give the members bound by the duties: adults below 60 with responsabilità genitoriale and no exemption.

    :source: D.L. 48/2023, art. 6; D.M. 154/2023, art. 8.
    """
    return tuple(
        c
        for c in q.adulti
        if c.responsabilita_genitoriale and non_esonerato(q, scala, c) and (anche_occupati or not c.occupato)
    )


def non_esonerato(q: Quadro, scala: Scala, c: Componente) -> bool:
    """Tell whether age, study, health, pension, care and protection leave the duties in place."""
    minima, massima = q.p.intero("attivabile_eta_minima"), q.p.intero("attivabile_eta_massima")
    if not minima <= q.eta[c.codice_fiscale] <= massima or c.codice_fiscale not in q.contati:
        return False
    esoneri = (c.studente, c.pensione_diretta, c.disabile_l68, c.patologia_oncologica, c.protezione_violenza)
    return not (any(esoneri) or q.disabile(c) or _ha_carichi(q, scala, c))


def _ha_carichi(q: Quadro, scala: Scala, c: Componente) -> bool:
    return c.codice_fiscale == scala.carico_di_cura or bool(c.carichi_di_cura and puo_curare(q, c))
