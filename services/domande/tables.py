# SPDX-License-Identifier: EUPL-1.2
"""Tables of `domande`: bozze, domande, decisioni, spettanze, the counter of the protocol."""

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
    "bozza",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("ente", Text, nullable=False),
    # Set when the citizen writes: it decides who sees the bozza. `interessato` is whose data are in it, for the access log.
    Column("richiedente", LargeBinary),
    Column("interessato", LargeBinary),
    Column("contenuto", LargeBinary, nullable=False),
    Column("creata_il", DateTime(timezone=True), nullable=False),
    Column("aggiornata_il", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("bozza_ente", "ente", "id"),
    Index("bozza_richiedente", "richiedente", "id", postgresql_where=text("richiedente IS NOT NULL")),
)

Table(
    "progressivo",
    metadata,
    Column("chiave", Text, primary_key=True),
    Column("ultimo", Integer, nullable=False),
)

Table(
    "domanda",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("protocollo", Text, nullable=False),
    Column("misura", Text, nullable=False),
    Column("stato", Text, nullable=False),
    Column("comune", Text, nullable=False),
    Column("ente", Text, nullable=False),
    # Keyed hash of the codice fiscale: to find and compare, never to read.
    Column("richiedente", LargeBinary, nullable=False),
    Column("modulo", LargeBinary, nullable=False),
    Column("presentata_il", DateTime(timezone=True), nullable=False),
    Column("giorno", Date, nullable=False),
    Column("numero_del_giorno", Integer, nullable=False),
    Column("decisa_il", DateTime(timezone=True)),
    Column("integrare_entro", Date),
    Column("pad_il", Date),
    Column("decorre_dal", Text),
    Column("cessata_il", Date),
    Column("causa_cessazione", Text),
    # Version and instant of the form as it stands: what the checks must answer.
    Column("versione_modulo", Integer, nullable=False, server_default=text("1")),
    Column("modulo_il", DateTime(timezone=True)),
    Column("rinunciata_il", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("protocollo"),
    CheckConstraint(
        "stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA', 'RESPINTA', 'ANNULLATA', 'RINUNCIATA', 'DECADUTA', 'REVOCATA', "
        "'TERMINATA')",
        name="domanda_stato",
    ),
    # One open domanda per richiedente and misura.
    Index(
        "domanda_aperta", "richiedente", "misura", unique=True,
        postgresql_where=text("stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA')"),
    ),
    # One for each way of seeing the list; all the states are as many branches: shared/db/pagine.py.
    Index("domanda_per_ente", "ente", "stato", "giorno", "id"),
    Index("domanda_per_comune", "comune", "stato", "giorno", "id"),
    Index("domanda_per_stato", "stato", "giorno", "id"),
    Index("domanda_richiedente", "richiedente", "id"),
    Index("domanda_scadenze", "integrare_entro", postgresql_where=text("stato = 'IN_EVIDENZA'")),
)  # fmt: skip

Table(
    "decisione",
    metadata,
    Column("domanda_id", Uuid, ForeignKey("domanda.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("esito", Text, nullable=False),
    Column("decisa_il", DateTime(timezone=True), nullable=False),
    Column("parametri", Text, nullable=False),
    # Sealed: the facts of the decision and the dossier (requisiti, amount line by line).
    Column("fatti", LargeBinary, nullable=False),
    Column("dossier", LargeBinary, nullable=False),
    Column("impronta", Text, nullable=False),
    # Sealed canonical JSON of what the rules were given; null only in decisions of the first version.
    Column("ingresso", LargeBinary),
    CheckConstraint("esito IN ('ACCOLTA', 'RESPINTA', 'IN_EVIDENZA')", name="decisione_esito"),
)

# The parametri of each version that ever decided something, as TOML.
Table(
    "parametri_versione",
    metadata,
    Column("misura", Text, primary_key=True),
    Column("versione", Text, primary_key=True),
    Column("testo", Text, nullable=False),
    Column("archiviata_il", DateTime(timezone=True), nullable=False),
)

Table(
    "spettanza",
    metadata,
    Column("domanda_id", Uuid, ForeignKey("domanda.id"), primary_key=True),
    Column("mese", Text, primary_key=True),
    Column("importo_cent", Integer, nullable=False),
    Column("quota_a_cent", Integer, nullable=False),
    Column("quota_b_cent", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "importo_cent >= 0 AND quota_a_cent + quota_b_cent = importo_cent",
        name="spettanza_importo",
    ),
)

# A bulk re-determination and how far it has come: one that is not over is taken up again.
Table(
    "rideterminazione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("misura", Text, nullable=False),
    Column("dal", Text, nullable=False),
    Column("parametri", Text, nullable=False),
    Column("avviata_il", DateTime(timezone=True), nullable=False),
    Column("ultima", Uuid),
    Column("esaminate", Integer, nullable=False),
    Column("cambiate", Integer, nullable=False),
    Column("conclusa_il", DateTime(timezone=True)),
    Index("rideterminazione_in_corso", "misura", "dal", unique=True, postgresql_where=text("conclusa_il IS NULL")),
)

# What the role of the service may do with each table.
PRIVILEGI = {
    **TECNICHE,
    "bozza": MODIFICABILE,
    "progressivo": MODIFICABILE,
    "domanda": MODIFICABILE,
    "decisione": MODIFICABILE,
    "parametri_versione": MODIFICABILE,
    "spettanza": MODIFICABILE,
    "rideterminazione": MODIFICABILE,
}
