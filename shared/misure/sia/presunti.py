# SPDX-License-Identifier: EUPL-1.2
"""What a simulation presumes of who says nothing: no treatments, no supports, nobody unemployed, no earlier SIA."""

from datetime import date

from shared.misure.sia.fatti import FattiSia


def fatti_presunti(giorno: date) -> FattiSia:  # noqa: ARG001 - the same on every day
    """Make the facts of an ordinary nucleo; who is whose child stays unknown, so that every minor is a child of it."""
    return FattiSia(
        non_autosufficienti=frozenset(),
        disoccupati=frozenset(),
        trattamenti=(),
        sostegni=(),
        redditi_nuovi=(),
        percepiti=(),
    )
