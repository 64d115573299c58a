# SPDX-License-Identifier: EUPL-1.2
"""The smallest service: the technical tables, and one table where each application of an event leaves a row."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.contracts.notifiche import NotificaConsegnataV1, NotificaNonRecapitataV1
from shared.db.tecniche import SOLO_AGGIUNTE, SOLO_AGGIUNTE_SU, metadata_con_tecniche, trigger_solo_aggiunte
from tests.support.archivi import crea_archivio
from tests.support.sessione import server_postgres

metadata = metadata_con_tecniche()

# Without a unique key: an effect applied twice must be seen, not refused.
Table(
    "effetto",
    metadata,
    Column("domanda_id", Uuid, nullable=False),
    Column("versione", Integer, nullable=False),
    Column("testo", Text, nullable=False),
    Column("replica", Text, nullable=False),
)
# A row that a job claims.
Table(
    "prenotata",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lease_fino", DateTime(timezone=True), nullable=False),
    Column("fatta", Boolean, nullable=False),
    Column("volte", Integer, nullable=False),
)
Table("voce", metadata, Column("codice", Text, primary_key=True))


def crea_archivio_minimo() -> str:
    """Give the address of this worker's database of the smallest service."""
    return crea_archivio("minimo", _prepara)


def _prepara(url: str) -> None:
    dialetto = postgresql.dialect()  # type: ignore[no-untyped-call]
    istruzioni = [SOLO_AGGIUNTE]
    for tabella in metadata.sorted_tables:
        istruzioni.append(str(CreateTable(tabella).compile(dialect=dialetto)))
        istruzioni += [str(CreateIndex(indice).compile(dialect=dialetto)) for indice in tabella.indexes]
    istruzioni += [trigger_solo_aggiunte(tabella) for tabella in SOLO_AGGIUNTE_SU]
    istruzioni.append("INSERT INTO voce VALUES ('SCRITTA-DALLA-MIGRAZIONE')")
    server_postgres().esegui(";\n".join(istruzioni), database=urlsplit(url).path.removeprefix("/"))


def consegnata(domanda_id: UUID | None = None, *, versione: int = 1, avviso: str = "prova") -> NotificaConsegnataV1:
    """Make an event that somebody may listen to; `avviso` tells the handler of a test what to do."""
    return NotificaConsegnataV1(
        domanda_id=domanda_id or uuid4(), versione=versione, notifica_id=uuid4(), avviso=avviso, canale="EMAIL",
        consegnata_il=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    )  # fmt: skip


def non_recapitata(domanda_id: UUID | None = None, *, versione: int = 1) -> NotificaNonRecapitataV1:
    """Make an event of another type."""
    return NotificaNonRecapitataV1(
        domanda_id=domanda_id or uuid4(), versione=versione, notifica_id=uuid4(), avviso="prova"
    )
