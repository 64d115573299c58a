# SPDX-License-Identifier: EUPL-1.2
"""How many requests each ente may send per minute, on each replica; every answer says how many are left."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import RateLimited

FINESTRA_SECONDS = 60
_CHIAVI_MASSIME = 10_000


@dataclass(frozen=True, slots=True)
class Residuo:
    """What is left of a window: requests, and whole seconds until the next one."""

    limite: int
    rimaste: int
    secondi: int

    @property
    def intestazioni(self) -> dict[str, str]:
        """The three headers that the ModI rules ask for."""
        return {
            "X-RateLimit-Limit": str(self.limite),
            "X-RateLimit-Remaining": str(max(0, self.rimaste)),
            "X-RateLimit-Reset": str(self.secondi),
        }


class Limitatore:
    """Counts requests by caller in fixed windows of a minute."""

    def __init__(self, limite: int, *, orologio: Callable[[], float] = time.monotonic) -> None:
        self._limite = limite
        self._orologio = orologio
        self._conti: dict[str, int] = {}
        self._inizio = float("-inf")

    def conta(self, chi: str) -> Residuo:
        """Count one request of a caller and say what is left; below zero the request must be refused."""
        adesso = self._orologio()
        if adesso - self._inizio >= FINESTRA_SECONDS or len(self._conti) > _CHIAVI_MASSIME:
            self._inizio, self._conti = adesso, {}
        usate = self._conti[chi] = self._conti.get(chi, 0) + 1
        return Residuo(self._limite, self._limite - usate, max(1, round(self._inizio + FINESTRA_SECONDS - adesso)))

    def consuma(self, chi: str) -> Residuo:
        """Count one request of a caller.

        :raises RateLimited: if it has used up the window.
        """
        residuo = self.conta(chi)
        if residuo.rimaste < 0:
            raise RateLimited("È stato superato il numero di richieste al minuto", retry_after_seconds=residuo.secondi)
        return residuo
