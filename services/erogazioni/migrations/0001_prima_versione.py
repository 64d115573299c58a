# SPDX-License-Identifier: EUPL-1.2
"""First version of the tables of `erogazioni`."""

import sqlalchemy as sa
from alembic import op

from services.erogazioni.tables import PAREGGIO, TRIGGER_PAREGGIO
from shared.db.prime_tabelle import crea_tecniche, elimina_tecniche
from shared.db.tecniche import trigger_solo_aggiunte

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    crea_tecniche()
    op.create_table(
        "erogazione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("mese", sa.Text(), nullable=False),
        sa.Column("componente", sa.Text(), nullable=False),
        sa.Column("progressivo", sa.Integer(), nullable=False),
        sa.Column("importo_cent", sa.Integer(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("lotto_id", sa.Uuid(), nullable=False),
        sa.Column("flusso_id", sa.Uuid(), nullable=False),
        sa.Column("sostituisce", sa.Uuid(), nullable=True),
        sa.Column("motivo", sa.Text(), nullable=True),
        sa.Column("data_valuta", sa.Date(), nullable=True),
        sa.Column("restituita_il", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stato IN ('DA_INVIARE', 'ANNULLATO', 'IN_INVIO', 'INCERTO', 'ESEGUITO', 'SCARTATO', 'RESTITUITO')",
            name="erogazione_stato",
        ),
        sa.CheckConstraint("(stato = 'RESTITUITO') = (restituita_il IS NOT NULL)", name="erogazione_restituita"),
        sa.CheckConstraint("importo_cent > 0", name="erogazione_importo"),
        sa.PrimaryKeyConstraint("mese", "posizione_id", "componente", "progressivo"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("erogazione_flusso", "erogazione", ["flusso_id"], unique=False)
    op.create_table(
        "lotto",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ordine", sa.Uuid(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("mese", sa.Text(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("creato_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposto_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluso_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("segno", sa.Uuid(), nullable=True),
        sa.Column("riservato_fino", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posizioni", sa.Integer(), nullable=False),
        sa.Column("disposte", sa.Integer(), nullable=False),
        sa.Column("disposte_cent", sa.BigInteger(), nullable=False),
        sa.Column("in_attesa", sa.Integer(), nullable=False),
        sa.Column("in_attesa_cent", sa.BigInteger(), nullable=False),
        sa.Column("sospese", sa.Integer(), nullable=False),
        sa.Column("sospese_cent", sa.BigInteger(), nullable=False),
        sa.Column("cessate", sa.Integer(), nullable=False),
        sa.Column("cessate_cent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("stato IN ('IN_PREPARAZIONE', 'DISPOSTO', 'IN_INVIO', 'CONCLUSO')", name="lotto_stato"),
        sa.CheckConstraint("tipo IN ('ORDINARIO')", name="lotto_tipo"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("misura", "mese", "tipo"),
        sa.UniqueConstraint("ordine"),
    )
    op.create_index(
        "lotto_in_preparazione", "lotto", ["misura"], unique=True, postgresql_where=sa.text("stato = 'IN_PREPARAZIONE'")
    )
    op.create_table(
        "mese_spettante",
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("mese", sa.Text(), nullable=False),
        sa.Column("importo_cent", sa.Integer(), nullable=False),
        sa.Column("quota_a_cent", sa.Integer(), nullable=False),
        sa.Column("quota_b_cent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "importo_cent >= 0 AND quota_a_cent + quota_b_cent = importo_cent", name="mese_spettante_importo"
        ),
        sa.PrimaryKeyConstraint("posizione_id", "mese", postgresql_include=["importo_cent"]),
    )
    op.create_table(
        "movimento",
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("erogazione_id", sa.Uuid(), nullable=False),
        sa.Column("causale", sa.Text(), nullable=False),
        sa.Column("conto", sa.Text(), nullable=False),
        sa.Column("importo_cent", sa.Integer(), nullable=False),
        sa.Column("lotto_id", sa.Uuid(), nullable=False),
        sa.Column("registrato_il", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "causale IN ('DISPOSTA', 'ANNULLATA', 'ESEGUITA', 'SCARTATA', 'RESTITUITA')", name="movimento_causale"
        ),
        sa.CheckConstraint(
            "conto IN ('SPETTANZE_DA_PAGARE', 'TRANSITO_PAGATORE', 'EROGATO', 'SCARTATO', 'RESTITUITO')",
            name="movimento_conto",
        ),
        sa.PrimaryKeyConstraint("posizione_id", "erogazione_id", "causale", "conto"),
    )
    op.create_index("movimento_lotto", "movimento", ["lotto_id"], unique=False)
    op.create_table(
        "posizione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=True),
        sa.Column("protocollo", sa.Text(), nullable=True),
        sa.Column("comune", sa.Text(), nullable=True),
        sa.Column("richiedente", sa.LargeBinary(), nullable=True),
        sa.Column("beneficiario", sa.LargeBinary(), nullable=True),
        sa.Column("strumento", sa.LargeBinary(), nullable=True),
        sa.Column("strumento_respinto", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("decorre_dal", sa.Text(), nullable=True),
        sa.Column("determinata_fino_a", sa.Text(), nullable=True),
        sa.Column("pad_il", sa.Date(), nullable=True),
        sa.Column("sospesa_dal", sa.Text(), nullable=True),
        sa.Column("cessata_dal", sa.Text(), nullable=True),
        sa.Column("causa_cessazione", sa.Text(), nullable=True),
        sa.Column("versione_spettanza", sa.Integer(), nullable=False),
        sa.Column("versione_pad", sa.Integer(), nullable=False),
        sa.Column("versione_cessazione", sa.Integer(), nullable=False),
        sa.CheckConstraint("stato IN ('IN_ATTESA', 'APERTA', 'SOSPESA', 'CESSATA')", name="posizione_stato"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("domanda_id"),
    )
    op.create_index("posizione_comune", "posizione", ["comune", "id"], unique=False)
    op.create_index(
        "posizione_misura",
        "posizione",
        ["misura", "id"],
        unique=False,
        postgresql_include=["decorre_dal", "pad_il", "strumento_respinto", "sospesa_dal", "cessata_dal"],
    )
    op.create_index("posizione_richiedente", "posizione", ["richiedente", "id"], unique=False)
    op.create_table(
        "flusso",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lotto_id", sa.Uuid(), nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("disposizioni", sa.Integer(), nullable=False),
        sa.Column("importo_cent", sa.BigInteger(), nullable=False),
        sa.Column("inviate", sa.Integer(), nullable=True),
        sa.Column("inviate_cent", sa.BigInteger(), nullable=True),
        sa.Column("contenuto", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("in_invio_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inviato_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluso_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rifiuto", sa.Text(), nullable=True),
        sa.Column("cursore", sa.Text(), nullable=True),
        sa.Column("tentativi", sa.Integer(), nullable=False),
        sa.Column(
            "prossimo_il", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("stato = 'DA_INVIARE' OR inviate IS NOT NULL", name="flusso_contenuto"),
        sa.CheckConstraint(
            "stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTO', 'INVIATO', 'CONCLUSO')", name="flusso_stato"
        ),
        sa.ForeignKeyConstraint(
            ["lotto_id"],
            ["lotto.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("lotto_id", "numero"),
    )
    op.create_index(
        "flusso_aperto", "flusso", ["prossimo_il"], unique=False, postgresql_where=sa.text("stato <> 'CONCLUSO'")
    )
    op.create_table(
        "partita_recupero",
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("mese", sa.Text(), nullable=False),
        sa.Column("causa", sa.Text(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("importo_cent", sa.Integer(), nullable=False),
        sa.Column("aperta_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aggiornata_il", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(stato = 'APERTA') = (importo_cent > 0)", name="partita_recupero_importo"),
        sa.CheckConstraint("causa IN ('CESSAZIONE', 'RIDETERMINAZIONE')", name="partita_recupero_causa"),
        sa.CheckConstraint("stato IN ('APERTA', 'CHIUSA')", name="partita_recupero_stato"),
        sa.ForeignKeyConstraint(
            ["posizione_id"],
            ["posizione.id"],
        ),
        sa.PrimaryKeyConstraint("posizione_id", "mese"),
    )
    op.create_table(
        "sospensione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("causa", sa.Text(), nullable=True),
        sa.Column("dal_mese", sa.Text(), nullable=True),
        sa.Column("revocata_il", sa.Date(), nullable=True),
        sa.Column("versione_disposta", sa.Integer(), nullable=False),
        sa.Column("versione_revocata", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posizione_id"],
            ["posizione.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sospensione_posizione", "sospensione", ["posizione_id"], unique=False)
    op.create_table(
        "strumento_respinto",
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("strumento", sa.LargeBinary(), nullable=False),
        sa.Column("respinto_il", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["posizione_id"], ["posizione.id"]),
        sa.PrimaryKeyConstraint("posizione_id", "strumento"),
    )
    op.create_table(
        "lettura_restituzioni",
        sa.Column("pagatore", sa.Text(), nullable=False),
        sa.Column("cursore", sa.Text(), nullable=True),
        sa.Column("tentativi", sa.Integer(), nullable=False),
        sa.Column("prossimo_il", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pagatore"),
    )
    op.create_table(
        "esito_in_quarantena",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flusso_id", sa.Uuid(), nullable=False),
        sa.Column("id_disposizione", sa.Text(), nullable=False),
        sa.Column("esito", sa.Text(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("data_valuta", sa.Date(), nullable=True),
        sa.Column("causa", sa.Text(), nullable=False),
        sa.Column("ricevuto_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("decisione", sa.Text(), nullable=True),
        sa.Column("motivazione", sa.LargeBinary(), nullable=True),
        sa.Column("ente", sa.Text(), nullable=True),
        sa.Column("operatore", sa.Text(), nullable=True),
        sa.Column("deciso_il", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "causa IN ('DISPOSIZIONE_SCONOSCIUTA', 'ESITO_SCONOSCIUTO', 'ESITO_CONTRADDITTORIO', 'VALUTA_MANCANTE')",
            name="esito_in_quarantena_causa",
        ),
        sa.CheckConstraint("stato IN ('APERTO', 'APPLICATO', 'ARCHIVIATO')", name="esito_in_quarantena_stato"),
        sa.CheckConstraint("(stato = 'APERTO') = (deciso_il IS NULL)", name="esito_in_quarantena_deciso"),
        sa.CheckConstraint("stato <> 'ARCHIVIATO' OR motivazione IS NOT NULL", name="esito_in_quarantena_motivazione"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("flusso_id", "id_disposizione", "esito"),
    )
    op.create_index("esito_in_quarantena_per_stato", "esito_in_quarantena", ["stato", "causa", "id"], unique=False)
    op.execute(trigger_solo_aggiunte("movimento"))
    op.execute(PAREGGIO)
    op.execute(TRIGGER_PAREGGIO)


def downgrade() -> None:
    op.drop_table("esito_in_quarantena")
    op.drop_table("lettura_restituzioni")
    op.drop_table("strumento_respinto")
    op.drop_table("sospensione")
    op.drop_table("partita_recupero")
    op.drop_table("flusso")
    op.drop_table("posizione")
    op.drop_table("movimento")
    op.drop_table("mese_spettante")
    op.drop_table("lotto")
    op.drop_table("erogazione")
    elimina_tecniche()
    op.execute("DROP FUNCTION pareggio")
