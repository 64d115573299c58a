# SPDX-License-Identifier: EUPL-1.2
"""The groups of states of an erogazione as the statements write them: a state added to a group is in all of them."""

from services.erogazioni.domain import erogazione


def _elenco(stati: tuple[erogazione.StatoErogazione, ...]) -> str:
    return "(" + ", ".join(f"'{stato}'" for stato in stati) + ")"


CADUTE_SQL = _elenco(erogazione.CADUTE)
USCITE_SQL = _elenco(erogazione.USCITE)
