# SPDX-License-Identifier: EUPL-1.2
"""The journal: what each simulated system received, in memory, bounded. It holds codici fiscali of invented people only."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

_MASSIMO = 20_000


@dataclass(slots=True)
class Voce:
    """One request received; `status` 0 means that no answer left."""

    sistema: str
    operazione: str
    istante: datetime | None = None
    id: str = ""
    soggetto: str = ""
    client: str = ""
    status: int = 0
    guasto: str = ""

    def in_json(self) -> dict[str, Any]:
        """Give the row of the answer."""
        return asdict(self)


class Giornale:
    """The last requests, newest last."""

    def __init__(self) -> None:
        self._voci: deque[Voce] = deque(maxlen=_MASSIMO)

    def scrivi(self, voce: Voce) -> None:
        """Add a request."""
        self._voci.append(voce)

    def leggi(self, *, sistema: str = "", limite: int = 100) -> list[Voce]:
        """Give the last requests, oldest first."""
        scelte = [v for v in self._voci if sistema in ("", v.sistema)]
        return scelte[-limite:]

    def svuota(self) -> None:
        """Forget everything."""
        self._voci.clear()
