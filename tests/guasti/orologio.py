# SPDX-License-Identifier: EUPL-1.2
"""One clock for many processes: a file says which instant it was at which tick of the machine."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class OrologioDaFile:
    """Callable clock, in UTC, that ticks like a real one and moves for everybody when the file changes."""

    def __init__(self, percorso: Path) -> None:
        self._percorso = percorso
        self._letto_il = -1
        self._partenza = datetime.min.replace(tzinfo=UTC)
        self._zero = 0.0

    def __call__(self) -> datetime:
        """Read the clock."""
        cambiato = self._percorso.stat().st_mtime_ns
        if cambiato != self._letto_il:
            istante, zero = self._percorso.read_text().split()
            self._letto_il, self._partenza, self._zero = cambiato, datetime.fromisoformat(istante), float(zero)
        return self._partenza + timedelta(seconds=time.monotonic() - self._zero)

    def imposta(self, istante: datetime) -> None:
        """Move the clock of all the processes."""
        nuovo = self._percorso.with_suffix(".nuovo")
        nuovo.write_text(f"{istante.isoformat()} {time.monotonic()!r}")
        nuovo.replace(self._percorso)
