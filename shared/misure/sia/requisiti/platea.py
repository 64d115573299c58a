# SPDX-License-Identifier: EUPL-1.2
"""Who is admitted by a protocollo only: what the State refuses is judged again with the values of the Regione."""

from collections.abc import Callable, Iterable
from functools import wraps

from shared.misure.esito import EsitoRequisito, Requisito
from shared.misure.sia.protocollo import Protocollo
from shared.misure.sia.requisiti.esame import Esame

Giudizio = Callable[[Esame], Requisito]


def con_protocollo(giudica: Giudizio) -> Giudizio:
    """Make a requisito that, where the State refuses, looks at the protocollo: both outcomes are in its words.

    :source: D.M. 26/5/2016, art. 2, c. 4; Ministero del lavoro, FAQ SIA.
    """

    @wraps(giudica)
    def giudicato(e: Esame) -> Requisito:
        statale = giudica(e)
        regionale = _regionale(giudica, e, statale)
        protocollo = e.protocollo or e.protocollo_della_domanda
        if regionale is None or protocollo is None:
            return statale
        return _ammesso(statale, regionale, protocollo)

    return giudicato


def ammessi_dal_protocollo(requisiti: Iterable[Giudizio], e: Esame) -> tuple[str, ...]:
    """Give the codes of the requisiti that only the protocollo makes hold: if there are any, the Regione pays it all."""
    if e.con_protocollo() is None:
        return ()
    return tuple(s.codice for g in requisiti if _regionale(g, e, s := g(e)) is not None)


def _regionale(giudica: Giudizio, e: Esame, statale: Requisito) -> Requisito | None:
    """Judge again what fails with the values of the protocollo; None where it still fails, or nothing changes."""
    if statale.esito is not EsitoRequisito.KO or (con := e.con_protocollo()) is None:
        return None
    regionale = giudica(con)
    return None if regionale.esito is EsitoRequisito.KO else regionale


def _ammesso(statale: Requisito, regionale: Requisito, protocollo: Protocollo) -> Requisito:
    ente = protocollo.territorio.nome
    return regionale._replace(
        spiegazione=f"Per le regole dello Stato: {statale.spiegazione} Per il protocollo ({ente}): {regionale.spiegazione}",
        fonte=f"{protocollo.atto}; {statale.fonte}",
    )
