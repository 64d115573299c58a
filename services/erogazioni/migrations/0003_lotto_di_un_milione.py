# SPDX-License-Identifier: EUPL-1.2
"""The lotto of a million posizioni: keys that grow in its order, words compared by bytes, facts frozen when it opens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PAROLE = {"erogazione": ("mese", "componente", "stato"), "movimento": ("causale", "conto")}


def upgrade() -> None:
    op.create_table(
        "posizione_congelata",
        sa.Column("lotto_id", sa.Uuid(), nullable=False),
        sa.Column("posizione_id", sa.Uuid(), nullable=False),
        sa.Column("esaminata", sa.Boolean(), nullable=False),
        sa.Column("dovute", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["lotto_id"], ["lotto.id"]),
        sa.PrimaryKeyConstraint("lotto_id", "posizione_id"),
    )
    op.create_table(
        "fermo_invii",
        sa.Column("aperto_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chiuso_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ritrovati", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("mai_arrivati", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("aperto_il"),
    )
    _chiavi_del_registro(["erogazione_id", "causale", "conto"], collazione="C")
    op.create_index(
        "movimento_lotto",
        "movimento",
        ["lotto_id"],
        postgresql_using="brin",
        postgresql_ops={"lotto_id": "uuid_minmax_multi_ops"},
        postgresql_with={"autosummarize": "on"},
    )


def downgrade() -> None:
    _chiavi_del_registro(["posizione_id", "erogazione_id", "causale", "conto"], collazione="default")
    op.create_index("movimento_lotto", "movimento", ["lotto_id"])
    op.drop_table("fermo_invii")
    op.drop_table("posizione_congelata")


def _chiavi_del_registro(colonne: list[str], *, collazione: str) -> None:
    op.drop_index("movimento_lotto", "movimento")
    op.drop_constraint("movimento_pkey", "movimento")
    for tabella, parole in _PAROLE.items():
        cambi = ", ".join(f'ALTER {parola} TYPE text COLLATE "{collazione}"' for parola in parole)
        op.execute(f"ALTER TABLE {tabella} {cambi}")
    op.create_primary_key("movimento_pkey", "movimento", colonne)
