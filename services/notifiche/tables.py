# SPDX-License-Identifier: EUPL-1.2
"""Tables of `notifiche`: who is told (destinatario), what (notifica), where (consegna), the letters."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip

from shared.db.privilegi import MODIFICABILE, TECNICHE
from shared.db.tecniche import metadata_con_tecniche

metadata = metadata_con_tecniche()

Table(
    "destinatario",
    metadata,
    Column("domanda_id", Uuid, primary_key=True),
    # Sealed: name, address, e-mail, codice fiscale.
    Column("recapiti", LargeBinary, nullable=False),
    Column("misura", Text, nullable=False),
    Column("protocollo", Text, nullable=False),
    Column("giorno", Date, nullable=False),
    Column("comune", Text, nullable=False),
    Column("ente", Text, nullable=False),
    Column("richiedente", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
)

Table(
    "notifica",
    metadata,
    # Derived from notice, domanda and fact: the same fact is the same row.
    Column("id", Uuid, primary_key=True),
    # UUIDv7, for lists from the newest.
    Column("ordine", Uuid, nullable=False),
    Column("domanda_id", Uuid, nullable=False),
    Column("avviso", Text, nullable=False),
    Column("fatto", Text, nullable=False),
    Column("versione_fatto", Integer, nullable=False),
    # Sealed: the data for the templates.
    Column("contenuto", LargeBinary, nullable=False),
    Column("stato", Text, nullable=False),
    Column("creata_il", DateTime(timezone=True), nullable=False),
    Column("preparata_il", DateTime(timezone=True)),
    Column("iniziata_il", DateTime(timezone=True)),
    Column("chiusa_il", DateTime(timezone=True)),
    Column("lease_fino_al", DateTime(timezone=True)),
    # Unknown until the recapiti arrive.
    Column("comune", Text),
    Column("ente", Text),
    Column("richiedente", LargeBinary),
    Column("version", Integer, nullable=False),
    UniqueConstraint("ordine"),
    CheckConstraint(
        "stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE', 'CONSEGNATA', 'NON_RECAPITATA', 'SUPERATA')", name="notifica_stato"
    ),
    Index("notifica_domanda", "domanda_id", "ordine"),
    Index("notifica_per_comune", "comune", "stato", "avviso", "ordine"),
    Index("notifica_per_ente", "ente", "stato", "avviso", "ordine"),
    Index("notifica_richiedente", "richiedente", "ordine"),
    Index("notifica_per_stato", "stato", "avviso", "ordine"),
    Index("notifica_in_attesa", "domanda_id", postgresql_where=text("stato = 'IN_ATTESA_RECAPITI'")),
    Index(
        "notifica_superabile", "domanda_id",
        postgresql_where=text(
            "iniziata_il IS NULL AND stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE') "
            "AND avviso IN ('DOMANDA_IN_EVIDENZA', 'SOSPENSIONE_DISPOSTA')"
        ),
    ),
    Index("notifica_da_preparare", "ordine", postgresql_where=text("stato = 'DA_INVIARE' AND preparata_il IS NULL")),
)  # fmt: skip

Table(
    "consegna",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("notifica_id", Uuid, ForeignKey("notifica.id"), nullable=False),
    Column("canale", Text, nullable=False),
    Column("stato", Text, nullable=False),
    Column("tentativi", Integer, nullable=False),
    Column("controlli", Integer, nullable=False),
    Column("giro", Integer, nullable=False),
    Column("prossimo_il", DateTime(timezone=True), nullable=False),
    Column("lease_fino_al", DateTime(timezone=True)),
    Column("id_esterno", Text),
    Column("esito", Text, nullable=False),
    Column("consegnata_il", DateTime(timezone=True)),
    UniqueConstraint("notifica_id", "canale"),
    CheckConstraint("canale IN ('APP_IO', 'EMAIL', 'LETTERA')", name="consegna_canale"),
    CheckConstraint(
        "stato IN ('IN_RISERVA', 'DA_INVIARE', 'IN_INVIO', 'INCERTA', 'INVIATA', 'CONSEGNATA', 'FALLITA', 'DA_STAMPARE', "
        "'ANNULLATA')",
        name="consegna_stato",
    ),
    Index(
        "consegna_da_fare", "canale", "prossimo_il",
        postgresql_where=text("stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTA', 'INVIATA')"),
    ),
)  # fmt: skip

Table(
    "lettera",
    metadata,
    Column("notifica_id", Uuid, ForeignKey("notifica.id"), primary_key=True),
    # Sealed PDF; the hash is of the clear bytes.
    Column("pdf", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("creata_il", DateTime(timezone=True), nullable=False),
)

# What the role of the service may do with each table.
PRIVILEGI = {
    **TECNICHE,
    "destinatario": MODIFICABILE,
    "notifica": MODIFICABILE,
    "consegna": MODIFICABILE,
    "lettera": MODIFICABILE,
}
