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
        "destinatario",
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("recapiti", sa.LargeBinary(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("protocollo", sa.Text(), nullable=False),
        sa.Column("giorno", sa.Date(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domanda_id"),
    )
    op.create_table(
        "notifica",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ordine", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("avviso", sa.Text(), nullable=False),
        sa.Column("fatto", sa.Text(), nullable=False),
        sa.Column("versione_fatto", sa.Integer(), nullable=False),
        sa.Column("contenuto", sa.LargeBinary(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("creata_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("preparata_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("iniziata_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chiusa_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_fino_al", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comune", sa.Text(), nullable=True),
        sa.Column("ente", sa.Text(), nullable=True),
        sa.Column("richiedente", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE', 'CONSEGNATA', 'NON_RECAPITATA', 'SUPERATA')",
            name="notifica_stato",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ordine"),
    )
    op.create_index("notifica_comune", "notifica", ["comune", "ordine"], unique=False)
    op.create_index(
        "notifica_da_preparare",
        "notifica",
        ["ordine"],
        unique=False,
        postgresql_where=sa.text("stato = 'DA_INVIARE' AND preparata_il IS NULL"),
    )
    op.create_index("notifica_domanda", "notifica", ["domanda_id", "ordine"], unique=False)
    op.create_index("notifica_ente", "notifica", ["ente", "ordine"], unique=False)
    op.create_index(
        "notifica_in_attesa",
        "notifica",
        ["domanda_id"],
        unique=False,
        postgresql_where=sa.text("stato = 'IN_ATTESA_RECAPITI'"),
    )
    op.create_index("notifica_richiedente", "notifica", ["richiedente", "ordine"], unique=False)
    op.create_index("notifica_stato_elenco", "notifica", ["stato", "ordine"], unique=False)
    op.create_index(
        "notifica_superabile",
        "notifica",
        ["domanda_id"],
        unique=False,
        postgresql_where=sa.text(
            "iniziata_il IS NULL AND stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE') AND avviso IN ('DOMANDA_IN_EVIDENZA', 'SOSPENSIONE_DISPOSTA')"
        ),
    )
    op.create_table(
        "consegna",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notifica_id", sa.Uuid(), nullable=False),
        sa.Column("canale", sa.Text(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("tentativi", sa.Integer(), nullable=False),
        sa.Column("controlli", sa.Integer(), nullable=False),
        sa.Column("giro", sa.Integer(), nullable=False),
        sa.Column("prossimo_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_fino_al", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id_esterno", sa.Text(), nullable=True),
        sa.Column("esito", sa.Text(), nullable=False),
        sa.Column("consegnata_il", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("canale IN ('APP_IO', 'EMAIL', 'LETTERA')", name="consegna_canale"),
        sa.CheckConstraint(
            "stato IN ('IN_RISERVA', 'DA_INVIARE', 'IN_INVIO', 'INCERTA', 'INVIATA', 'CONSEGNATA', 'FALLITA', 'DA_STAMPARE', 'ANNULLATA')",
            name="consegna_stato",
        ),
        sa.ForeignKeyConstraint(
            ["notifica_id"],
            ["notifica.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("notifica_id", "canale"),
    )
    op.create_index(
        "consegna_da_fare",
        "consegna",
        ["canale", "prossimo_il"],
        unique=False,
        postgresql_where=sa.text("stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTA', 'INVIATA')"),
    )
    op.create_table(
        "lettera",
        sa.Column("notifica_id", sa.Uuid(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("creata_il", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notifica_id"],
            ["notifica.id"],
        ),
        sa.PrimaryKeyConstraint("notifica_id"),
    )


def downgrade() -> None:
    op.drop_table("lettera")
    op.drop_table("consegna")
    op.drop_table("notifica")
    op.drop_table("destinatario")
    elimina_tecniche()
