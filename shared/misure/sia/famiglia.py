# SPDX-License-Identifier: EUPL-1.2
"""Who is whose child, who is a genitore solo, and who belongs to the nucleo of the ISEE regulation."""

from shared.misure.nucleo import Componente
from shared.misure.sia.fatti import Collocazione, GenitoreNonConvivente, TipoCollocazione
from shared.misure.sia.quadro import Quadro


def figli_minori(q: Quadro) -> tuple[Componente, ...]:
    """Give the minors of the nucleo who are children of a member; all of them, where the links are not known."""
    if q.sia.filiazioni is None:
        return q.minori
    return tuple(c for c in q.minori if genitori(q, c))


def genitori(q: Quadro, componente: Componente) -> frozenset[str]:
    """Give the parents of a member, or the foster parents who count the minor, that are in the nucleo."""
    filiazioni = (f for f in q.sia.filiazioni or () if f.codice_fiscale == componente.codice_fiscale)
    return frozenset[str]().union(*(f.genitori for f in filiazioni)) & q.codici


def genitore_solo(q: Quadro) -> bool:
    """Tell whether the nucleo of the DSU is made of one parent and of minor children only.

    A parent who lives elsewhere counts as part of the nucleo, unless one of the exceptions of the regulation holds.

    :source: D.M. 26/5/2016, art. 4, c. 3, lett. c), punto i; D.P.C.M. 159/2013, art. 7, c. 1.
    """
    if len(q.codici) != len(q.presenti) or any(_di_questi(q, g) for g in q.sia.genitori_non_conviventi):
        return False
    return any(_genitore_di_tutti(q, c) for c in q.presenti)


def attratto(genitore: GenitoreNonConvivente) -> bool:
    """Tell whether a parent who lives elsewhere is part of the nucleo of the child.

    :source: D.P.C.M. 159/2013, art. 7, c. 1, lett. a)-e).
    """
    return not genitore.eccezioni


def appartiene(collocazione: Collocazione, *, minorenne: bool) -> bool:
    """Tell whether a person who lives elsewhere belongs to this nucleo all the same.

    :source: D.P.C.M. 159/2013, art. 3, c. 4 e 6.
    """
    match collocazione.tipo:
        case TipoCollocazione.AFFIDAMENTO_TEMPORANEO:
            return collocazione.affidatario_nel_nucleo and collocazione.scelto
        case TipoCollocazione.AFFIDAMENTO_PREADOTTIVO:
            return collocazione.affidatario_nel_nucleo
        case TipoCollocazione.COMUNITA:
            return False
        case TipoCollocazione.CONVIVENZA_ANAGRAFICA:
            return collocazione.coniuge_nel_nucleo or (minorenne and collocazione.genitore_nel_nucleo)


def da_segnalare(q: Quadro) -> frozenset[str]:
    """Give the people to report to INPS: the nucleo of the DSU holds them, or not, against registry or regulation.

    The DSU prevails all the same: no requisito and no importo changes.

    :source: D.P.C.M. 159/2013, art. 11, c. 6.
    """
    if q.isee is None:
        return frozenset()
    anagrafe = q.isee.componenti if q.fatti.famiglia_anagrafica is None else q.fatti.famiglia_anagrafica
    collocati = {c.codice_fiscale for c in q.sia.collocazioni}
    diversi = {c.codice_fiscale for c in q.sia.collocazioni if _contraria(q, c)}
    return frozenset((q.isee.componenti ^ anagrafe) - q.fatti.nucleo_giustificati - collocati | diversi)


def _di_questi(q: Quadro, genitore: GenitoreNonConvivente) -> bool:
    return genitore.codice_fiscale in q.codici and attratto(genitore)


def _genitore_di_tutti(q: Quadro, c: Componente) -> bool:
    altri = [altro for altro in q.presenti if altro != c]
    if not altri or not all(q.minorenne(altro) for altro in altri):
        return False
    if q.sia.filiazioni is None:
        return c.responsabilita_genitoriale is True and not q.minorenne(c)
    return all(c.codice_fiscale in genitori(q, altro) for altro in altri)


def _contraria(q: Quadro, collocazione: Collocazione) -> bool:
    persona = {c.codice_fiscale: c for c in q.presenti}.get(collocazione.codice_fiscale)
    minorenne = persona is not None and q.minorenne(persona)
    return appartiene(collocazione, minorenne=minorenne) != (collocazione.codice_fiscale in q.codici)
