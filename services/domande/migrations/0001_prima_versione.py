# SPDX-License-Identifier: EUPL-1.2
"""prima versione"""

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
        "bozza",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=True),
        sa.Column("interessato", sa.LargeBinary(), nullable=True),
        sa.Column("contenuto", sa.LargeBinary(), nullable=False),
        sa.Column("creata_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aggiornata_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bozza_ente", "bozza", ["ente", "id"], unique=False)
    op.create_table(
        "domanda",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("protocollo", sa.Text(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=False),
        sa.Column("modulo", sa.LargeBinary(), nullable=False),
        sa.Column("presentata_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("giorno", sa.Date(), nullable=False),
        sa.Column("numero_del_giorno", sa.Integer(), nullable=False),
        sa.Column("decisa_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("integrare_entro", sa.Date(), nullable=True),
        sa.Column("pad_il", sa.Date(), nullable=True),
        sa.Column("decorre_dal", sa.Text(), nullable=True),
        sa.Column("cessata_il", sa.Date(), nullable=True),
        sa.Column("causa_cessazione", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA', 'RESPINTA', 'ANNULLATA', 'RINUNCIATA', 'DECADUTA', 'REVOCATA', 'TERMINATA')",
            name="domanda_stato",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("protocollo"),
    )
    op.create_index(
        "domanda_aperta",
        "domanda",
        ["richiedente", "misura"],
        unique=True,
        postgresql_where=sa.text("stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA')"),
    )
    op.create_index("domanda_comune", "domanda", ["comune", "id"], unique=False)
    op.create_index("domanda_ente", "domanda", ["ente", "id"], unique=False)
    op.create_index("domanda_richiedente", "domanda", ["richiedente", "id"], unique=False)
    op.create_index(
        "domanda_scadenze",
        "domanda",
        ["integrare_entro"],
        unique=False,
        postgresql_where=sa.text("stato = 'IN_EVIDENZA'"),
    )
    op.create_index("domanda_stato_elenco", "domanda", ["stato", "id"], unique=False)
    op.create_table(
        "progressivo",
        sa.Column("chiave", sa.Text(), nullable=False),
        sa.Column("ultimo", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chiave"),
    )
    op.create_table(
        "decisione",
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("esito", sa.Text(), nullable=False),
        sa.Column("decisa_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parametri", sa.Text(), nullable=False),
        sa.Column("fatti", sa.LargeBinary(), nullable=False),
        sa.Column("dossier", sa.LargeBinary(), nullable=False),
        sa.Column("impronta", sa.Text(), nullable=False),
        sa.CheckConstraint("esito IN ('ACCOLTA', 'RESPINTA', 'IN_EVIDENZA')", name="decisione_esito"),
        sa.ForeignKeyConstraint(
            ["domanda_id"],
            ["domanda.id"],
        ),
        sa.PrimaryKeyConstraint("domanda_id", "version"),
    )
    op.create_table(
        "spettanza",
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("mese", sa.Text(), nullable=False),
        sa.Column("importo_cent", sa.Integer(), nullable=False),
        sa.Column("quota_a_cent", sa.Integer(), nullable=False),
        sa.Column("quota_b_cent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "importo_cent >= 0 AND quota_a_cent + quota_b_cent = importo_cent",
            name="spettanza_importo",
        ),
        sa.ForeignKeyConstraint(
            ["domanda_id"],
            ["domanda.id"],
        ),
        sa.PrimaryKeyConstraint("domanda_id", "mese"),
    )


def downgrade() -> None:
    op.drop_table("spettanza")
    op.drop_table("decisione")
    op.drop_table("progressivo")
    op.drop_table("domanda")
    op.drop_table("bozza")
    elimina_tecniche()
