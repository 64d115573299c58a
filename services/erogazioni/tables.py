# SPDX-License-Identifier: EUPL-1.2
"""Tables of `erogazioni`: posizioni and what is due, lotti, erogazioni, flows, outcomes set aside, ledger, recoveries.

The big tables (mese_spettante, erogazione, movimento) have no foreign keys: one check per row would double the time of
a lotto of a million posizioni. Their rows are written only in the transactions that write what they point to. Their words
are compared byte by byte (collation C): the rules of a language would cost as much as the rest of an index entry.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.privilegi import MODIFICABILE, SOLO_AGGIUNTE, TECNICHE
from shared.db.tecniche import metadata_con_tecniche

metadata = metadata_con_tecniche()
_PAROLA = Text(collation="C")

Table(
    "posizione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("domanda_id", Uuid, nullable=False),
    Column("stato", Text, nullable=False),
    # Unknown until the spettanza arrives: a PAD, a suspension or a cessation may come first.
    Column("misura", Text),
    Column("protocollo", Text),
    Column("comune", Text),
    # Keyed hash of the codice fiscale: to find and compare, never to read.
    Column("richiedente", LargeBinary),
    Column("beneficiario", LargeBinary),
    # Keyed hash of who is paid and how, and whether it has given money back for good: payments wait for another one.
    Column("strumento", LargeBinary),
    Column("strumento_respinto", Boolean, nullable=False, server_default=text("false")),
    Column("decorre_dal", Text),
    Column("determinata_fino_a", Text),
    Column("pad_il", Date),
    Column("sospesa_dal", Text),
    # First month that is not due any more.
    Column("cessata_dal", Text),
    Column("causa_cessazione", Text),
    Column("versione_spettanza", Integer, nullable=False),
    Column("versione_pad", Integer, nullable=False),
    Column("versione_cessazione", Integer, nullable=False),
    UniqueConstraint("domanda_id"),
    CheckConstraint("stato IN ('IN_ATTESA', 'APERTA', 'SOSPESA', 'CESSATA')", name="posizione_stato"),
    # A lotto walks it, and finds in it who is left out.
    Index(
        "posizione_misura",
        "misura",
        "id",
        postgresql_include=["decorre_dal", "pad_il", "strumento_respinto", "sospesa_dal", "cessata_dal"],
    ),
    Index("posizione_per_comune", "comune", "stato", "id"),
    Index("posizione_per_stato", "stato", "id"),
    Index("posizione_richiedente", "richiedente", "id"),
)

Table(
    "mese_spettante",
    metadata,
    Column("posizione_id", Uuid, nullable=False),
    Column("mese", Text, nullable=False),
    Column("importo_cent", Integer, nullable=False),
    Column("quota_a_cent", Integer, nullable=False),
    Column("quota_b_cent", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("posizione_id", "mese", postgresql_include=["importo_cent"]),
    CheckConstraint("importo_cent >= 0 AND quota_a_cent + quota_b_cent = importo_cent", name="mese_spettante_importo"),
)

Table(
    "sospensione",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("posizione_id", Uuid, ForeignKey("posizione.id"), nullable=False),
    Column("causa", Text),
    # None: the revocation came first.
    Column("dal_mese", Text),
    Column("revocata_il", Date),
    Column("versione_disposta", Integer, nullable=False),
    Column("versione_revocata", Integer, nullable=False),
    Index("sospensione_posizione", "posizione_id"),
)

Table(
    "lotto",
    metadata,
    Column("id", Uuid, primary_key=True),
    # UUIDv7: the order in which lotti are listed.
    Column("ordine", Uuid, nullable=False),
    Column("misura", Text, nullable=False),
    Column("mese", Text, nullable=False),
    Column("tipo", Text, nullable=False),
    Column("stato", Text, nullable=False),
    Column("creato_il", DateTime(timezone=True), nullable=False),
    Column("disposto_il", DateTime(timezone=True)),
    Column("concluso_il", DateTime(timezone=True)),
    # Resume mark: last posizione already examined. It moves in the transaction that writes the rows.
    Column("segno", Uuid),
    Column("riservato_fino", DateTime(timezone=True)),
    Column("posizioni", Integer, nullable=False),
    Column("disposte", Integer, nullable=False),
    Column("disposte_cent", BigInteger, nullable=False),
    Column("in_attesa", Integer, nullable=False),
    Column("in_attesa_cent", BigInteger, nullable=False),
    Column("sospese", Integer, nullable=False),
    Column("sospese_cent", BigInteger, nullable=False),
    Column("cessate", Integer, nullable=False),
    Column("cessate_cent", BigInteger, nullable=False),
    UniqueConstraint("misura", "mese", "tipo"),
    UniqueConstraint("ordine"),
    CheckConstraint("tipo IN ('ORDINARIO')", name="lotto_tipo"),
    CheckConstraint("stato IN ('IN_PREPARAZIONE', 'DISPOSTO', 'IN_INVIO', 'CONCLUSO')", name="lotto_stato"),
    # Two lotti of a misura never look for what is due at the same time.
    Index("lotto_in_preparazione", "misura", unique=True, postgresql_where=text("stato = 'IN_PREPARAZIONE'")),
)

Table(
    "posizione_congelata",
    metadata,
    # What a lotto in preparation would have found for a posizione whose facts have changed since it was opened.
    Column("lotto_id", Uuid, ForeignKey("lotto.id"), nullable=False),
    Column("posizione_id", Uuid, nullable=False),
    Column("esaminata", Boolean, nullable=False),
    Column("dovute", JSONB, nullable=False),
    PrimaryKeyConstraint("lotto_id", "posizione_id"),
)

Table(
    "flusso",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lotto_id", Uuid, ForeignKey("lotto.id"), nullable=False),
    Column("numero", Integer, nullable=False),
    Column("stato", Text, nullable=False),
    Column("disposizioni", Integer, nullable=False),
    Column("importo_cent", BigInteger, nullable=False),
    # What the file declares: fixed with its bytes, when the flow passes the point of no return.
    Column("inviate", Integer),
    Column("inviate_cent", BigInteger),
    Column("contenuto", LargeBinary),
    Column("sha256", Text),
    Column("in_invio_il", DateTime(timezone=True)),
    Column("inviato_il", DateTime(timezone=True)),
    Column("concluso_il", DateTime(timezone=True)),
    Column("rifiuto", Text),
    Column("cursore", Text),
    Column("tentativi", Integer, nullable=False),
    Column("prossimo_il", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("lotto_id", "numero"),
    CheckConstraint("stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTO', 'INVIATO', 'CONCLUSO')", name="flusso_stato"),
    CheckConstraint("stato = 'DA_INVIARE' OR inviate IS NOT NULL", name="flusso_contenuto"),
    Index("flusso_aperto", "prossimo_il", postgresql_where=text("stato <> 'CONCLUSO'")),
)

Table(
    "erogazione",
    metadata,
    # Derived from the key, for us and for the payer. It has no index: who looks for an id knows its flow.
    Column("id", Uuid, nullable=False),
    Column("posizione_id", Uuid, nullable=False),
    Column("mese", _PAROLA, nullable=False),
    Column("componente", _PAROLA, nullable=False),
    Column("progressivo", Integer, nullable=False),
    Column("importo_cent", Integer, nullable=False),
    Column("stato", _PAROLA, nullable=False),
    Column("lotto_id", Uuid, nullable=False),
    Column("flusso_id", Uuid, nullable=False),
    Column("sostituisce", Uuid),
    Column("motivo", Text),
    Column("data_valuta", Date),
    Column("restituita_il", Date),
    Column("version", Integer, nullable=False),
    # One order per month. The months first: a lotto writes at the end, and the orders of a posizione are found in each.
    PrimaryKeyConstraint("mese", "posizione_id", "componente", "progressivo"),
    CheckConstraint(
        "stato IN ('DA_INVIARE', 'ANNULLATO', 'IN_INVIO', 'INCERTO', 'ESEGUITO', 'SCARTATO', 'RESTITUITO')",
        name="erogazione_stato",
    ),
    CheckConstraint("(stato = 'RESTITUITO') = (restituita_il IS NOT NULL)", name="erogazione_restituita"),
    CheckConstraint("importo_cent > 0", name="erogazione_importo"),
    Index("erogazione_flusso", "flusso_id"),
    # Room for the two changes of state that each row goes through.
    postgresql_with={"fillfactor": 80},
)

Table(
    "movimento",
    metadata,
    # Operation = (erogazione, causale); the ids of the erogazioni grow from lotto to lotto, and this index with them.
    Column("posizione_id", Uuid, nullable=False),
    Column("erogazione_id", Uuid, nullable=False),
    Column("causale", _PAROLA, nullable=False),
    Column("conto", _PAROLA, nullable=False),
    Column("importo_cent", Integer, nullable=False),
    Column("lotto_id", Uuid, nullable=False),
    Column("registrato_il", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("erogazione_id", "causale", "conto"),
    CheckConstraint(
        "causale IN ('DISPOSTA', 'ANNULLATA', 'ESEGUITA', 'SCARTATA', 'RESTITUITA')", name="movimento_causale"
    ),
    CheckConstraint(
        "conto IN ('SPETTANZE_DA_PAGARE', 'TRANSITO_PAGATORE', 'EROGATO', 'SCARTATO', 'RESTITUITO')",
        name="movimento_conto",
    ),
    # The rows of a lotto are written one after the other: a summary of the pages finds them.
    Index(
        "movimento_lotto",
        "lotto_id",
        postgresql_using="brin",
        postgresql_ops={"lotto_id": "uuid_minmax_multi_ops"},
        postgresql_with={"autosummarize": "on"},
    ),
)

Table(
    "esito_in_quarantena",
    metadata,
    # UUIDv7: the order in which they are listed.
    Column("id", Uuid, primary_key=True),
    # Without a foreign key: the payer may speak of a file that a restored database has still to find again.
    Column("flusso_id", Uuid, nullable=False),
    Column("id_disposizione", Text, nullable=False),
    Column("esito", Text, nullable=False),
    Column("motivo", Text, nullable=False),
    Column("data_valuta", Date),
    Column("causa", Text, nullable=False),
    Column("ricevuto_il", DateTime(timezone=True), nullable=False),
    Column("stato", Text, nullable=False),
    # What was decided, sealed reason, by whom and when.
    Column("decisione", Text),
    Column("motivazione", LargeBinary),
    Column("ente", Text),
    Column("operatore", Text),
    Column("deciso_il", DateTime(timezone=True)),
    UniqueConstraint("flusso_id", "id_disposizione", "esito"),
    CheckConstraint("stato IN ('APERTO', 'APPLICATO', 'ARCHIVIATO')", name="esito_in_quarantena_stato"),
    CheckConstraint("(stato = 'APERTO') = (deciso_il IS NULL)", name="esito_in_quarantena_deciso"),
    CheckConstraint("stato <> 'ARCHIVIATO' OR motivazione IS NOT NULL", name="esito_in_quarantena_motivazione"),
    Index("esito_in_quarantena_per_stato", "stato", "causa", "id"),
    CheckConstraint(
        "causa IN ('DISPOSIZIONE_SCONOSCIUTA', 'ESITO_SCONOSCIUTO', 'ESITO_CONTRADDITTORIO', 'VALUTA_MANCANTE')",
        name="esito_in_quarantena_causa",
    ),
)

Table(
    "strumento_respinto",
    metadata,
    # Keyed hash of who was paid and how, by a payment that came back for good: the next one would come back too.
    Column("posizione_id", Uuid, ForeignKey("posizione.id"), nullable=False),
    Column("strumento", LargeBinary, nullable=False),
    Column("respinto_il", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("posizione_id", "strumento"),
)

Table(
    "lettura_restituzioni",
    metadata,
    # How far the list of the returns of a payer was read.
    Column("pagatore", Text, primary_key=True),
    Column("cursore", Text),
    Column("tentativi", Integer, nullable=False),
    Column("prossimo_il", DateTime(timezone=True), nullable=False),
)

Table(
    "fermo_invii",
    metadata,
    # Nothing leaves while a row is open: the database knows less than the journal of what was sent.
    Column("aperto_il", DateTime(timezone=True), primary_key=True),
    Column("chiuso_il", DateTime(timezone=True)),
    Column("ritrovati", Integer, nullable=False, server_default=text("0")),
    Column("mai_arrivati", Integer, nullable=False, server_default=text("0")),
)

Table(
    "partita_recupero",
    metadata,
    Column("posizione_id", Uuid, ForeignKey("posizione.id"), nullable=False),
    Column("mese", Text, nullable=False),
    Column("causa", Text, nullable=False),
    Column("stato", Text, nullable=False),
    Column("importo_cent", Integer, nullable=False),
    Column("aperta_il", DateTime(timezone=True), nullable=False),
    Column("aggiornata_il", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("posizione_id", "mese"),
    CheckConstraint("causa IN ('CESSAZIONE', 'RIDETERMINAZIONE')", name="partita_recupero_causa"),
    CheckConstraint("stato IN ('APERTA', 'CHIUSA')", name="partita_recupero_stato"),
    CheckConstraint("(stato = 'APERTA') = (importo_cent > 0)", name="partita_recupero_importo"),
)

# Every operation of the ledger sums to zero: checked on the rows of each statement, once for all of them.
PAREGGIO = """
CREATE FUNCTION pareggio() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM nuovi GROUP BY erogazione_id, causale HAVING sum(importo_cent) <> 0 OR count(*) < 2) THEN
        RAISE EXCEPTION 'un movimento non pareggia' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER_PAREGGIO = (
    "CREATE TRIGGER movimento_pareggio AFTER INSERT ON movimento REFERENCING NEW TABLE AS nuovi "
    "FOR EACH STATEMENT EXECUTE FUNCTION pareggio()"
)

# What the role of the service may do with each table.
PRIVILEGI = {
    **TECNICHE,
    "posizione": MODIFICABILE,
    "mese_spettante": MODIFICABILE,
    "sospensione": MODIFICABILE,
    "lotto": MODIFICABILE,
    "posizione_congelata": MODIFICABILE,
    "flusso": MODIFICABILE,
    "erogazione": MODIFICABILE,
    "movimento": SOLO_AGGIUNTE,
    "esito_in_quarantena": MODIFICABILE,
    "strumento_respinto": MODIFICABILE,
    "lettura_restituzioni": MODIFICABILE,
    "fermo_invii": MODIFICABILE,
    "partita_recupero": MODIFICABILE,
}
