# SPDX-License-Identifier: EUPL-1.2
"""The scala of the SFL is that of the ISEE: it moves the threshold of reddito, never the importo."""

from datetime import date
from decimal import Decimal

from shared.misure.adi.quadro import Quadro, quadro_del_giorno
from shared.misure.adi.soglie import Soglia
from shared.misure.nucleo import Fatti, Isee
from shared.misure.parametri import Parametri

_UNO = Decimal(1)


def scala(fatti: Fatti, *, parametri: Parametri, al: date) -> Decimal:
    """Give the scala di equivalenza of the ISEE that counts on the day `al`, one without an ISEE.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.M. 108/2023, art. 2, c. 4.
    """
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    return _UNO if q.isee is None else scala_isee(q, q.isee)


def nella_scala(fatti: Fatti, *, parametri: Parametri, al: date) -> frozenset[str]:
    """Give the codici fiscali of the members of the nucleo of the ISEE who are there on the day `al`.

    :raises ParametroMancante: if no value is in force on that day.
    :source: D.P.C.M. 159/2013, allegato 1.
    """
    q = quadro_del_giorno(fatti, parametri=parametri, al=al)
    presenti = frozenset(c.codice_fiscale for c in q.presenti)
    return presenti if q.isee is None else presenti & q.isee.componenti


def scala_isee(q: Quadro, isee: Isee) -> Decimal:
    """Give the scala attested, or the one without the increments of the ISEE per l'inclusione where it is known.

    :source: D.M. 108/2023, art. 2, c. 4; L. 199/2025, art. 1, c. 208-209.
    """
    if q.p.testo("scala_inclusione") == "SENZA_MAGGIORAZIONI" and isee.scala_ordinaria is not None:
        return isee.scala_ordinaria
    return isee.scala


def soglia_reddito(q: Quadro, isee: Isee) -> Soglia:
    """Give the reddito that must not be reached, in EUR/year: standard or 67 figure, times the scala of the ISEE.

    :source: D.M. 108/2023, art. 2, c. 4.
    """
    nome = "reddito_soglia_67" if q.nucleo_67 else "reddito_soglia"
    return Soglia(q.p.decimale(nome) * scala_isee(q, isee), q.p.fonte(nome))
