# SPDX-License-Identifier: EUPL-1.2
"""What a decision rests on, the parametri of the past, the order of the acts, the bulk re-determinations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("domanda", sa.Column("versione_modulo", sa.Integer(), server_default=sa.text("1"), nullable=False))
    # A domanda that waits for its checks has changed, so far, only with its form.
    op.execute("UPDATE domanda SET versione_modulo = version WHERE stato = 'ACQUISITA'")
    op.add_column("domanda", sa.Column("modulo_il", sa.DateTime(timezone=True), nullable=True))
    op.add_column("domanda", sa.Column("rinunciata_il", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decisione", sa.Column("ingresso", sa.LargeBinary(), nullable=True))
    op.create_table(
        "parametri_versione",
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("versione", sa.Text(), nullable=False),
        sa.Column("testo", sa.Text(), nullable=False),
        sa.Column("archiviata_il", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("misura", "versione"),
    )
    op.create_table(
        "rideterminazione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("dal", sa.Text(), nullable=False),
        sa.Column("parametri", sa.Text(), nullable=False),
        sa.Column("avviata_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ultima", sa.Uuid(), nullable=True),
        sa.Column("esaminate", sa.Integer(), nullable=False),
        sa.Column("cambiate", sa.Integer(), nullable=False),
        sa.Column("conclusa_il", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "rideterminazione_in_corso",
        "rideterminazione",
        ["misura", "dal"],
        unique=True,
        postgresql_where=sa.text("conclusa_il IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "rideterminazione_in_corso", table_name="rideterminazione", postgresql_where=sa.text("conclusa_il IS NULL")
    )
    op.drop_table("rideterminazione")
    op.drop_table("parametri_versione")
    op.drop_column("decisione", "ingresso")
    op.drop_column("domanda", "rinunciata_il")
    op.drop_column("domanda", "modulo_il")
    op.drop_column("domanda", "versione_modulo")
