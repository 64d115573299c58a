# SPDX-License-Identifier: EUPL-1.2
"""Scala di equivalenza of the RdC: the first member, the further adults, the minori, within the cap."""

from datetime import date
from decimal import Decimal

from shared.misure.adi.quadro import Quadro
from shared.misure.adi.scala import Scala
from shared.misure.nucleo import ZERO, Fatti
from shared.misure.parametri import Parametri
from shared.misure.rdc.quadro import quadro_del_giorno


def scala(fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:
    """Compute the scala di equivalenza on the day `al`, a pure number.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 4/2019, art. 2, c. 4.
    """
    return componi(quadro_del_giorno(fatti, parametri=parametri, al=al)).valore


def nella_scala(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members whom the scala counts: all but the excluded ones.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.L. 4/2019, art. 2, c. 4.
    """
    return quadro_del_giorno(fatti, parametri=parametri, al=al).contati


def componi(q: Quadro) -> Scala:
    """Compose the scala of the members counted; nobody counted makes zero.

    :source: D.L. 4/2019, art. 2, c. 4.
    """
    adulti = sum(c.codice_fiscale in q.contati for c in q.adulti)
    minori = len(q.contati) - adulti
    primo, altri = min(1, len(q.contati)), max(0, adulti - 1)
    if not adulti:
        minori = max(0, minori - 1)
    voci = (
        ("primo componente", primo * q.p.decimale("scala_base")),
        ("altri adulti", altri * q.p.decimale("scala_adulto")),
        ("minorenni", minori * q.p.decimale("scala_minore")),
    )
    grezza = sum((valore for _, valore in voci), ZERO)
    return Scala(min(grezza, _tetto(q)), grezza, tuple(v for v in voci if v[1]), None)


def _tetto(q: Quadro) -> Decimal:
    grave = any(q.disabile_grave(c) for c in q.presenti if c.codice_fiscale in q.contati)
    return q.p.decimale("scala_cap_grave" if grave else "scala_cap")
