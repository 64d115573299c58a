# SPDX-License-Identifier: EUPL-1.2
"""What the technical tables may forget, and after how long: nothing here grows for ever."""

import structlog

from shared.db.session import Database
from shared.messaging.jobs import Ciclo

log = structlog.get_logger("pulizia")
INTERVALLO_SECONDS = 3600.0
RIGHE_PER_VOLTA = 5_000

# A redelivery older than a month is not a redelivery; keys are promised for 90 days; a closed scarto is kept as long.
# A token id is forgotten an hour after its token has expired: until then no clock of ours could take it for valid.
_SCADENZE = {
    "inbox": "ricevuto_il < clock_timestamp() - interval '30 days'",
    "idempotenza": "creato_il < clock_timestamp() - interval '90 days'",
    "jti": "scade_il < clock_timestamp() - interval '1 hour'",
    "scarto": "stato = 'RIELABORATO' AND creato_il < clock_timestamp() - interval '90 days'",
}


class Pulizia:
    """Deletes what has expired, a few thousand rows at a time, so that no lock lasts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.ciclo = Ciclo("pulizia", self.passata, intervallo_seconds=INTERVALLO_SECONDS)

    async def passata(self) -> bool:
        """Delete one lot from each table; tell whether there may be more."""
        ancora = False
        for tabella, scaduta in _SCADENZE.items():
            async with self._database.connection() as conn:
                esito = await conn.execute(
                    f"DELETE FROM {tabella} WHERE ctid IN (SELECT ctid FROM {tabella} WHERE {scaduta} LIMIT {RIGHE_PER_VOLTA})"
                )
            tolte = int(esito.rpartition(" ")[2])
            if tolte:
                log.info("righe_scadute", tabella=tabella, quante=tolte)
            ancora = ancora or tolte == RIGHE_PER_VOLTA
        return ancora
