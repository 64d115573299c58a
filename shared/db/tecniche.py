# SPDX-License-Identifier: EUPL-1.2
"""The technical tables that every service has: outbox, inbox, scarto, idempotenza, jti, accesso and its chain."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

_ORA = text("clock_timestamp()")
TRANSAZIONE = text("pg_current_xact_id()::text::bigint")
SOLO_AGGIUNTE_SU = ("accesso", "accesso_catena")


def metadata_con_tecniche() -> MetaData:
    """Create the metadata of a service, with the technical tables in it."""
    metadata = MetaData()
    Table(
        "outbox",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("tipo", Text, nullable=False),
        Column("soggetto", Uuid, nullable=False),
        Column("versione", Integer, nullable=False),
        Column("corpo", LargeBinary, nullable=False),
        Column("correlazione", Text, nullable=False),
        Column("istante", DateTime(timezone=True), nullable=False),
        Column("tentativi", Integer, nullable=False, server_default=text("0")),
        Column("prossimo_il", DateTime(timezone=True), nullable=False, server_default=_ORA),
        Column("errore", Text),
        Index("outbox_prossimo", "prossimo_il"),
    )
    Table(
        "inbox",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("tipo", Text, nullable=False),
        Column("ricevuto_il", DateTime(timezone=True), nullable=False, server_default=_ORA),
    )
    Table(
        "scarto",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("tipo", Text, nullable=False),
        Column("soggetto", Uuid, nullable=False),
        Column("versione", Integer, nullable=False),
        Column("corpo", LargeBinary, nullable=False),
        Column("correlazione", Text, nullable=False),
        Column("istante", DateTime(timezone=True), nullable=False),
        Column("stato", Text, nullable=False),
        Column("tentativi", Integer, nullable=False),
        Column("motivo", Text, nullable=False),
        Column("traccia", Uuid, nullable=False),
        Column("prossimo_il", DateTime(timezone=True), nullable=False),
        Column("creato_il", DateTime(timezone=True), nullable=False, server_default=_ORA),
        CheckConstraint("stato IN ('DA_RITENTARE', 'PARCHEGGIATO', 'RIELABORATO')", name="scarto_stato"),
        Index("scarto_da_ritentare", "prossimo_il", postgresql_where=text("stato = 'DA_RITENTARE'")),
        Index("scarto_elenco", "stato", "creato_il", "id"),
    )
    Table(
        "idempotenza",
        metadata,
        Column("soggetto", Text, nullable=False),
        Column("operazione", Text, nullable=False),
        Column("chiave", Text, nullable=False),
        Column("impronta", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("posizione", Text, nullable=False),
        Column("corpo", LargeBinary, nullable=False),
        Column("creato_il", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("soggetto", "operazione", "chiave"),
        Index("idempotenza_creato", "creato_il"),
    )
    Table(
        "accesso",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("istante", DateTime(timezone=True), nullable=False),
        Column("ente", Text, nullable=False),
        Column("ruolo", Text, nullable=False),
        Column("operatore", Text, nullable=False),
        Column("finalita", Text, nullable=False),
        Column("operazione", Text, nullable=False),
        Column("oggetto", Uuid),
        # Keyed hash of the codice fiscale of the richiedente whose data were touched.
        Column("interessato", LargeBinary),
        Column("esito", Text, nullable=False),
        Column("correlazione", Text, nullable=False),
        # Which transaction wrote the row: below the oldest one at work nothing can appear any more, and it can be sealed.
        Column("transazione", BigInteger, nullable=False, server_default=TRANSAZIONE),
        CheckConstraint("esito IN ('CONSENTITO', 'NEGATO')", name="accesso_esito"),
        Index("accesso_interessato", "interessato", "id"),
        Index("accesso_transazione", "transazione", postgresql_using="brin"),
    )
    Table(
        "accesso_catena",
        metadata,
        Column("numero", BigInteger, primary_key=True, autoincrement=False),
        Column("da", BigInteger, nullable=False),
        Column("fino_a", BigInteger, nullable=False),
        Column("righe", Integer, nullable=False),
        Column("precedente", LargeBinary, nullable=False),
        Column("impronta", LargeBinary, nullable=False),
        Column("indice", LargeBinary, nullable=False),
        Column("sigillato_il", DateTime(timezone=True), nullable=False, server_default=_ORA),
    )
    Table(
        "jti",
        metadata,
        Column("uso", Text, nullable=False),
        Column("emittente", Text, nullable=False),
        Column("jti", Text, nullable=False),
        Column("scade_il", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("uso", "emittente", "jti"),
    )
    return metadata


# The access log and its chain only grow: no role, not even the owner, changes or removes a row by ordinary statements.
SOLO_AGGIUNTE = """
CREATE FUNCTION solo_aggiunte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'la tabella % accetta solo aggiunte', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def trigger_solo_aggiunte(tabella: str) -> str:
    """Give the DDL that makes a table append-only; `SOLO_AGGIUNTE` must exist."""
    return (
        f"CREATE TRIGGER {tabella}_solo_aggiunte BEFORE UPDATE OR DELETE OR TRUNCATE ON {tabella} "
        "FOR EACH STATEMENT EXECUTE FUNCTION solo_aggiunte()"
    )
