# SPDX-License-Identifier: EUPL-1.2
"""Tables of `presa_in_carico`: casi, convocazioni, incontri, sospensioni, notices that reached nobody."""

from sqlalchemy import (
    Boolean,
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
)

from shared.db.privilegi import MODIFICABILE, TECNICHE
from shared.db.tecniche import metadata_con_tecniche

metadata = metadata_con_tecniche()

_SOSPESO = text("(sospensione_id IS NOT NULL AND stato <> 'CHIUSO')")
_A_RISCHIO = text("stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL")

# A row without `accolta_versione` is a tombstone: the cessation arrived before the acceptance. The columns that come
# from `domande` carry the version of the event that wrote them: an older event changes nothing.
Table(
    "caso",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("domanda_id", Uuid, nullable=False),
    Column("protocollo", Text, nullable=False),
    Column("misura", Text, nullable=False),
    Column("comune", Text),
    # Keyed hash of the codice fiscale: to find and compare, never to read.
    Column("richiedente", LargeBinary),
    Column("nucleo", LargeBinary),
    Column("accolto_il", Date),
    Column("accolta_versione", Integer),
    Column("stato", Text, nullable=False),
    Column("registrato_siisl_il", Date),
    Column("pad_il", Date),
    Column("incontro_entro", Date),
    Column("preso_in_carico_il", Date),
    Column("decadenza_proposta_il", Date),
    Column("sospensione_id", Uuid),
    # At least one notice reached nobody: the rows of `mancato_recapito` say which.
    Column("non_raggiunto", Boolean, nullable=False, server_default=text("false")),
    Column("chiuso_il", Date),
    Column("chiuso_dal", Text),
    Column("causa_chiusura", Text),
    Column("cessata_versione", Integer),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "stato IN ('APERTO', 'REGISTRATO_SIISL', 'PAD_SOTTOSCRITTO', 'IN_CARICO', 'CHIUSO')", name="caso_stato"
    ),
    CheckConstraint("(stato = 'CHIUSO') = (cessata_versione IS NOT NULL)", name="caso_chiuso"),
    CheckConstraint(
        "num_nulls(accolta_versione, accolto_il, comune, richiedente, nucleo) IN (0, 5)", name="caso_accolto"
    ),
    CheckConstraint("accolta_versione IS NOT NULL OR cessata_versione IS NOT NULL", name="caso_noto"),
    CheckConstraint("(pad_il IS NULL) = (incontro_entro IS NULL)", name="caso_termine"),
    # Not unique: the id is derived from it, and a second unique index would escape ON CONFLICT (id).
    Index("caso_domanda", "domanda_id"),
    Index("caso_per_stato", "stato", _SOSPESO, "accolto_il", "domanda_id"),
    # A territory has many Comuni, hence many branches: everything that a branch looks at is in the index.
    Index(
        "caso_per_comune",
        "comune",
        "stato",
        _SOSPESO,
        "accolto_il",
        "domanda_id",
        postgresql_include=["sospensione_id"],
        postgresql_where=text("accolta_versione IS NOT NULL"),
    ),
    Index("caso_richiedente", "richiedente", "domanda_id"),
    Index("caso_non_raggiunto", "stato", _SOSPESO, "accolto_il", "domanda_id", postgresql_where=text("non_raggiunto")),
    Index(
        "caso_non_raggiunto_per_comune",
        "comune",
        "stato",
        _SOSPESO,
        "accolto_il",
        "domanda_id",
        postgresql_where=text("non_raggiunto"),
    ),
    Index("caso_a_rischio", "incontro_entro", "domanda_id", postgresql_where=_A_RISCHIO),
    Index("caso_a_rischio_per_comune", "comune", "incontro_entro", "domanda_id", postgresql_where=_A_RISCHIO),
)

Table(
    "convocazione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("caso_id", Uuid, ForeignKey("caso.id"), nullable=False),
    Column("appuntamento_il", DateTime(timezone=True), nullable=False),
    Column("sede", Text, nullable=False),
    Column("canale", Text, nullable=False),
    Column("comunicata_il", Date, nullable=False),
    Column("esito", Text),
    Column("ente", Text, nullable=False),
    Column("operatore", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "esito IN ('INCONTRO', 'GIUSTIFICATO_MOTIVO', 'ASSENZA_INGIUSTIFICATA', 'SOSTITUITA')",
        name="convocazione_esito",
    ),
    Index("convocazione_caso", "caso_id", "appuntamento_il"),
    Index("convocazione_aperta", "caso_id", unique=True, postgresql_where=text("esito IS NULL")),
)

Table(
    "incontro",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("caso_id", Uuid, ForeignKey("caso.id"), nullable=False),
    Column("data", Date, nullable=False),
    Column("tipo", Text, nullable=False),
    Column("convocazione_id", Uuid, ForeignKey("convocazione.id")),
    Column("ente", Text, nullable=False),
    Column("operatore", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "tipo IN ('INCONTRO', 'PRESENTAZIONE_SPONTANEA', 'GIUSTIFICATO_MOTIVO', 'ASSENZA_INGIUSTIFICATA')",
        name="incontro_tipo",
    ),
    UniqueConstraint("caso_id", "data"),
)

Table(
    "sospensione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("caso_id", Uuid, ForeignKey("caso.id"), nullable=False),
    Column("causa", Text, nullable=False),
    # The term that was not kept: the same term never suspends twice.
    Column("termine", Date, nullable=False),
    Column("dal_mese", Text, nullable=False),
    Column("disposta_il", Date, nullable=False),
    Column("revocata_il", Date),
    Column("sblocca_mese", Text),
    UniqueConstraint("caso_id", "causa", "termine"),
    CheckConstraint("(revocata_il IS NULL) = (sblocca_mese IS NULL)", name="sospensione_revoca"),
)

# The notice may speak of a domanda whose caso is not here yet, or never will be.
Table(
    "mancato_recapito",
    metadata,
    Column("notifica_id", Uuid, primary_key=True),
    Column("domanda_id", Uuid, nullable=False),
    Column("avviso", Text, nullable=False),
    Column("segnalato_il", DateTime(timezone=True), nullable=False),
    Index("mancato_recapito_domanda", "domanda_id"),
)

# What the role of the service may do with each table.
PRIVILEGI = {
    **TECNICHE,
    "caso": MODIFICABILE,
    "convocazione": MODIFICABILE,
    "incontro": MODIFICABILE,
    "sospensione": MODIFICABILE,
    "mancato_recapito": MODIFICABILE,
}
