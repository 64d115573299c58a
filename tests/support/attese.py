# SPDX-License-Identifier: EUPL-1.2
"""Waiting for something that another task or process does: always with a limit, never blindly."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")
_PASSO_SECONDS = 0.01


@overload
async def entro(secondi: float, condizione: Callable[[], Awaitable[T | None]]) -> T: ...
@overload
async def entro(secondi: float, condizione: Callable[[], T | None]) -> T: ...
async def entro(secondi: float, condizione: Callable[[], Any]) -> Any:
    """Wait until the condition gives something true, and give it back.

    :raises AssertionError: if it does not within `secondi`.
    """
    fine = time.monotonic() + secondi
    while True:
        esito = condizione()
        valore = await esito if inspect.isawaitable(esito) else esito
        if valore:
            return valore
        if time.monotonic() > fine:
            raise AssertionError(f"non è successo entro {secondi} secondi: l'ultimo valore è {valore!r}")
        await asyncio.sleep(_PASSO_SECONDS)
