# SPDX-License-Identifier: EUPL-1.2
"""The loop that seals the access log, and tells the head of the chain to who keeps it elsewhere: log, metrics, file."""

from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import Counter, Gauge

from shared.db.catena import Testa, sigilla
from shared.db.session import Database
from shared.messaging.jobs import Ciclo

log = structlog.get_logger("sigillatura")
INTERVALLO_SECONDS = 5.0
_LOTTO = Gauge("inclusione_accessi_lotto", "Number of the last sealed lot of the access log", ["servizio"])
_RIGHE = Counter("inclusione_accessi_sigillati", "Sealed rows of the access log", ["servizio"])


class Sigillatura:
    """Seals what is finished every few seconds; replicas take turns by themselves."""

    def __init__(self, servizio: str, database: Database, *, file: Path | None = None) -> None:
        self._servizio = servizio
        self._database = database
        self._file = file
        self.ciclo = Ciclo("sigillatura", self.passata, intervallo_seconds=INTERVALLO_SECONDS)

    async def passata(self) -> bool:
        """Seal one lot; tell whether there may be more."""
        fatto = await sigilla(self._database)
        if fatto is None:
            return False
        testa, righe = fatto
        _LOTTO.labels(self._servizio).set(testa.numero)
        _RIGHE.labels(self._servizio).inc(righe)
        self._annota(testa)
        log.info(
            "accessi_sigillati", servizio=self._servizio, lotto=testa.numero, righe=righe, testa=testa.impronta.hex()
        )
        return True

    def _annota(self, testa: Testa) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="ascii") as aperto:
                aperto.write(f"{testa} {datetime.now(UTC).isoformat(timespec='seconds')}\n")
