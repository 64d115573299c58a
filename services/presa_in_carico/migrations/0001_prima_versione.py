# SPDX-License-Identifier: EUPL-1.2
"""First version of the tables."""

import sqlalchemy as sa
from alembic import op

from shared.db.prime_tabelle import crea_tecniche, elimina_tecniche

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    crea_tecniche()
    op.create_table(
        "caso",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("protocollo", sa.Text(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=True),
        sa.Column("richiedente", sa.LargeBinary(), nullable=True),
        sa.Column("nucleo", sa.LargeBinary(), nullable=True),
        sa.Column("accolto_il", sa.Date(), nullable=True),
        sa.Column("accolta_versione", sa.Integer(), nullable=True),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("registrato_siisl_il", sa.Date(), nullable=True),
        sa.Column("pad_il", sa.Date(), nullable=True),
        sa.Column("incontro_entro", sa.Date(), nullable=True),
        sa.Column("preso_in_carico_il", sa.Date(), nullable=True),
        sa.Column("decadenza_proposta_il", sa.Date(), nullable=True),
        sa.Column("sospensione_id", sa.Uuid(), nullable=True),
        sa.Column("chiuso_il", sa.Date(), nullable=True),
        sa.Column("chiuso_dal", sa.Text(), nullable=True),
        sa.Column("causa_chiusura", sa.Text(), nullable=True),
        sa.Column("cessata_versione", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stato = 'CHIUSO') = (cessata_versione IS NOT NULL)", name="caso_chiuso"),
        sa.CheckConstraint(
            "stato IN ('APERTO', 'REGISTRATO_SIISL', 'PAD_SOTTOSCRITTO', 'IN_CARICO', 'CHIUSO')", name="caso_stato"
        ),
        sa.CheckConstraint("(pad_il IS NULL) = (incontro_entro IS NULL)", name="caso_termine"),
        sa.CheckConstraint("accolta_versione IS NOT NULL OR cessata_versione IS NOT NULL", name="caso_noto"),
        sa.CheckConstraint(
            "num_nulls(accolta_versione, accolto_il, comune, richiedente, nucleo) IN (0, 5)", name="caso_accolto"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("caso_domanda", "caso", ["domanda_id"], unique=False)
    op.create_index("caso_comune", "caso", ["comune", "domanda_id"], unique=False)
    op.create_index(
        "caso_in_scadenza",
        "caso",
        ["incontro_entro"],
        unique=False,
        postgresql_where=sa.text("stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL"),
    )
    op.create_index("caso_richiedente", "caso", ["richiedente", "domanda_id"], unique=False)
    op.create_index(
        "caso_sospeso", "caso", ["domanda_id"], unique=False, postgresql_where=sa.text("sospensione_id IS NOT NULL")
    )
    op.create_index("caso_stato_elenco", "caso", ["stato", "domanda_id"], unique=False)
    op.create_table(
        "mancato_recapito",
        sa.Column("notifica_id", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("avviso", sa.Text(), nullable=False),
        sa.Column("segnalato_il", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notifica_id"),
    )
    op.create_index("mancato_recapito_domanda", "mancato_recapito", ["domanda_id"], unique=False)
    op.create_table(
        "convocazione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("caso_id", sa.Uuid(), nullable=False),
        sa.Column("appuntamento_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sede", sa.Text(), nullable=False),
        sa.Column("canale", sa.Text(), nullable=False),
        sa.Column("comunicata_il", sa.Date(), nullable=False),
        sa.Column("esito", sa.Text(), nullable=True),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("operatore", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "esito IN ('INCONTRO', 'GIUSTIFICATO_MOTIVO', 'ASSENZA_INGIUSTIFICATA', 'SOSTITUITA')",
            name="convocazione_esito",
        ),
        sa.ForeignKeyConstraint(
            ["caso_id"],
            ["caso.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "convocazione_aperta", "convocazione", ["caso_id"], unique=True, postgresql_where=sa.text("esito IS NULL")
    )
    op.create_index("convocazione_caso", "convocazione", ["caso_id", "appuntamento_il"], unique=False)
    op.create_table(
        "sospensione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("caso_id", sa.Uuid(), nullable=False),
        sa.Column("causa", sa.Text(), nullable=False),
        sa.Column("termine", sa.Date(), nullable=False),
        sa.Column("dal_mese", sa.Text(), nullable=False),
        sa.Column("disposta_il", sa.Date(), nullable=False),
        sa.Column("revocata_il", sa.Date(), nullable=True),
        sa.Column("sblocca_mese", sa.Text(), nullable=True),
        sa.CheckConstraint("(revocata_il IS NULL) = (sblocca_mese IS NULL)", name="sospensione_revoca"),
        sa.ForeignKeyConstraint(
            ["caso_id"],
            ["caso.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("caso_id", "causa", "termine"),
    )
    op.create_table(
        "incontro",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("caso_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.Date(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("convocazione_id", sa.Uuid(), nullable=True),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("operatore", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "tipo IN ('INCONTRO', 'PRESENTAZIONE_SPONTANEA', 'GIUSTIFICATO_MOTIVO', 'ASSENZA_INGIUSTIFICATA')",
            name="incontro_tipo",
        ),
        sa.ForeignKeyConstraint(
            ["caso_id"],
            ["caso.id"],
        ),
        sa.ForeignKeyConstraint(
            ["convocazione_id"],
            ["convocazione.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("caso_id", "data"),
    )


def downgrade() -> None:
    op.drop_table("incontro")
    op.drop_table("sospensione")
    op.drop_table("convocazione")
    op.drop_table("mancato_recapito")
    op.drop_table("caso")
    elimina_tecniche()
