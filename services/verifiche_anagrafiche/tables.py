# SPDX-License-Identifier: EUPL-1.2
"""Tables of `verifiche_anagrafiche`: verifiche, interrogazioni, accertamenti, the health of the registries."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.privilegi import MODIFICABILE, TECNICHE
from shared.db.tecniche import metadata_con_tecniche

metadata = metadata_con_tecniche()

Table(
    "verifica",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("domanda_id", Uuid, nullable=False),
    Column("domanda_versione", Integer, nullable=False),
    Column("protocollo", Text, nullable=False),
    Column("misura", Text, nullable=False),
    Column("comune", Text, nullable=False),
    Column("ente", Text, nullable=False),
    # Keyed hash of the codice fiscale: to find and compare, never to read.
    Column("richiedente", LargeBinary, nullable=False),
    Column("giorno", Date, nullable=False),
    Column("stato", Text, nullable=False),
    Column("attesa", Text),
    # Sealed; empty in the tombstone of a domanda that ended before it was known.
    Column("dati", LargeBinary, nullable=False),
    Column("cessata", Boolean, nullable=False),
    Column("aperta_il", DateTime(timezone=True), nullable=False),
    Column("conclusa_il", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("domanda_id"),
    CheckConstraint("stato IN ('APERTA', 'IN_ATTESA_COMUNE', 'CONCLUSA', 'ANNULLATA')", name="verifica_stato"),
    Index("verifica_per_ente", "ente", "stato", "giorno", "id"),
    Index("verifica_richiedente", "richiedente", "id"),
    Index("verifica_per_stato", "stato", "giorno", "id"),
    Index("verifica_per_attesa", "attesa", "stato", "giorno", "id", postgresql_where=text("attesa IS NOT NULL")),
    Index(
        "verifica_per_ente_e_attesa",
        "ente",
        "attesa",
        "stato",
        "giorno",
        "id",
        postgresql_where=text("attesa IS NOT NULL"),
    ),
)

Table(
    "interrogazione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("verifica_id", Uuid, ForeignKey("verifica.id"), nullable=False),
    Column("domanda_versione", Integer, nullable=False),
    Column("registro", Text, nullable=False),
    Column("controllo", Text, nullable=False),
    # Keyed hash of the person asked about, and the sealed codice fiscale.
    Column("soggetto", LargeBinary, nullable=False),
    Column("codice_fiscale", LargeBinary, nullable=False),
    # Operation id towards the registry: it exists before the call, and every attempt bears it.
    Column("numero", BigInteger, Identity(always=True), nullable=False),
    Column("stato", Text, nullable=False),
    Column("tentativi", Integer, nullable=False),
    Column("prossimo_il", DateTime(timezone=True), nullable=False),
    Column("lease_fino", DateTime(timezone=True)),
    Column("classe", Text),
    Column("motivo", Text),
    Column("risposta", LargeBinary),
    Column("operazione", Text),
    Column("risposta_il", DateTime(timezone=True)),
    UniqueConstraint("verifica_id", "domanda_versione", "controllo", "soggetto"),
    CheckConstraint("stato IN ('DA_ESEGUIRE', 'RISPOSTA', 'DA_OPERATORE', 'ANNULLATA')", name="interrogazione_stato"),
    Index("interrogazione_dovuta", "registro", "prossimo_il", "numero", postgresql_where=text("stato = 'DA_ESEGUIRE'")),
)

Table(
    "accertamento",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("verifica_id", Uuid, ForeignKey("verifica.id"), nullable=False),
    Column("domanda_id", Uuid, nullable=False),
    Column("domanda_versione", Integer, nullable=False),
    Column("misura", Text, nullable=False),
    Column("protocollo", Text, nullable=False),
    Column("comune", Text, nullable=False),
    Column("ente", Text, nullable=False),
    Column("richiedente", LargeBinary, nullable=False),
    Column("controlli", ARRAY(Text), nullable=False),
    Column("stato", Text, nullable=False),
    Column("richiesto_il", DateTime(timezone=True), nullable=False),
    Column("scadenza", Date, nullable=False),
    Column("silenzio_il", Date, nullable=False),
    Column("esito", LargeBinary),
    Column("operatore", Text),
    Column("chiuso_il", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("verifica_id", "domanda_versione"),
    CheckConstraint("stato IN ('APERTO', 'CONCLUSO', 'SILENZIO', 'ANNULLATO')", name="accertamento_stato"),
    # For one Comune `controlli` goes along, to be looked at without reading the rows; for all, an index for each.
    Index("accertamento_per_comune", "comune", "stato", "scadenza", "id", postgresql_include=["controlli"]),
    Index("accertamento_per_stato", "stato", "scadenza", "id"),
    *(
        Index(
            f"accertamento_con_{c}", "stato", "scadenza", "id", postgresql_where=text(f"controlli @> '{{{c.upper()}}}'")
        )
        for c in ("residenza", "nucleo", "cittadinanza", "svantaggio")
    ),
    Index("accertamento_silenzio", "silenzio_il", postgresql_where=text("stato = 'APERTO'")),
)

# One row per registry that has failed at least once: failures in a row, and until when it is left alone.
Table(
    "registro",
    metadata,
    Column("nome", Text, primary_key=True),
    Column("fallimenti", Integer, nullable=False),
    Column("sospeso_fino", DateTime(timezone=True)),
    Column("motivo", Text, nullable=False),
)

# What the role of the service may do with each table.
PRIVILEGI = {
    **TECNICHE,
    "verifica": MODIFICABILE,
    "interrogazione": MODIFICABILE,
    "accertamento": MODIFICABILE,
    "registro": MODIFICABILE,
}
