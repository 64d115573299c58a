# SPDX-License-Identifier: EUPL-1.2
"""Remember the last answer of a pure function, for arguments that are costly to hash and cheap to recognise."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def ricorda_ultima(funzione: Callable[P, T]) -> Callable[P, T]:
    """Answer at once when the arguments are those of the call before: they are immutable, and given by position.

    Who determines a month judges the requisiti, then computes the importo: both ask for the same snapshot and scala.
    """
    ultima: tuple[tuple[object, ...], T] | None = None

    @wraps(funzione)
    def ricordata(*args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal ultima
        if kwargs:
            return funzione(*args, **kwargs)
        nota = ultima
        if nota is not None and nota[0] == args:
            return nota[1]
        risposta = funzione(*args, **kwargs)
        ultima = (args, risposta)
        return risposta

    return ricordata
