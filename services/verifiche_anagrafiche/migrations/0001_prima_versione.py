# SPDX-License-Identifier: EUPL-1.2
"""prima versione"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.prime_tabelle import crea_tecniche, elimina_tecniche

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    crea_tecniche()
    op.create_table(
        "registro",
        sa.Column("nome", sa.Text(), nullable=False),
        sa.Column("fallimenti", sa.Integer(), nullable=False),
        sa.Column("sospeso_fino", sa.DateTime(timezone=True), nullable=True),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("nome"),
    )
    op.create_table(
        "verifica",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("domanda_versione", sa.Integer(), nullable=False),
        sa.Column("protocollo", sa.Text(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=False),
        sa.Column("giorno", sa.Date(), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("attesa", sa.Text(), nullable=True),
        sa.Column("dati", sa.LargeBinary(), nullable=False),
        sa.Column("cessata", sa.Boolean(), nullable=False),
        sa.Column("aperta_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conclusa_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("stato IN ('APERTA', 'IN_ATTESA_COMUNE', 'CONCLUSA', 'ANNULLATA')", name="verifica_stato"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("domanda_id"),
    )
    op.create_index(
        "verifica_attesa", "verifica", ["attesa", "id"], unique=False, postgresql_where=sa.text("attesa IS NOT NULL")
    )
    op.create_index("verifica_comune", "verifica", ["comune", "id"], unique=False)
    op.create_index("verifica_ente", "verifica", ["ente", "id"], unique=False)
    op.create_index("verifica_richiedente", "verifica", ["richiedente", "id"], unique=False)
    op.create_index("verifica_stato_elenco", "verifica", ["stato", "id"], unique=False)
    op.create_table(
        "accertamento",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("verifica_id", sa.Uuid(), nullable=False),
        sa.Column("domanda_id", sa.Uuid(), nullable=False),
        sa.Column("domanda_versione", sa.Integer(), nullable=False),
        sa.Column("misura", sa.Text(), nullable=False),
        sa.Column("protocollo", sa.Text(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=False),
        sa.Column("controlli", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("richiesto_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scadenza", sa.Date(), nullable=False),
        sa.Column("silenzio_il", sa.Date(), nullable=False),
        sa.Column("esito", sa.LargeBinary(), nullable=True),
        sa.Column("operatore", sa.Text(), nullable=True),
        sa.Column("chiuso_il", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("stato IN ('APERTO', 'CONCLUSO', 'SILENZIO', 'ANNULLATO')", name="accertamento_stato"),
        sa.ForeignKeyConstraint(
            ["verifica_id"],
            ["verifica.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("verifica_id", "domanda_versione"),
    )
    op.create_index("accertamento_comune", "accertamento", ["comune", "id"], unique=False)
    op.create_index(
        "accertamento_silenzio",
        "accertamento",
        ["silenzio_il"],
        unique=False,
        postgresql_where=sa.text("stato = 'APERTO'"),
    )
    op.create_index("accertamento_stato_elenco", "accertamento", ["stato", "id"], unique=False)
    op.create_table(
        "interrogazione",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("verifica_id", sa.Uuid(), nullable=False),
        sa.Column("domanda_versione", sa.Integer(), nullable=False),
        sa.Column("registro", sa.Text(), nullable=False),
        sa.Column("controllo", sa.Text(), nullable=False),
        sa.Column("soggetto", sa.LargeBinary(), nullable=False),
        sa.Column("codice_fiscale", sa.LargeBinary(), nullable=False),
        sa.Column("numero", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("tentativi", sa.Integer(), nullable=False),
        sa.Column("prossimo_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_fino", sa.DateTime(timezone=True), nullable=True),
        sa.Column("classe", sa.Text(), nullable=True),
        sa.Column("motivo", sa.Text(), nullable=True),
        sa.Column("risposta", sa.LargeBinary(), nullable=True),
        sa.Column("operazione", sa.Text(), nullable=True),
        sa.Column("risposta_il", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stato IN ('DA_ESEGUIRE', 'RISPOSTA', 'DA_OPERATORE', 'ANNULLATA')", name="interrogazione_stato"
        ),
        sa.ForeignKeyConstraint(
            ["verifica_id"],
            ["verifica.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("verifica_id", "domanda_versione", "controllo", "soggetto"),
    )
    op.create_index(
        "interrogazione_dovuta",
        "interrogazione",
        ["registro", "prossimo_il", "numero"],
        unique=False,
        postgresql_where=sa.text("stato = 'DA_ESEGUIRE'"),
    )


def downgrade() -> None:
    for tabella in ("interrogazione", "accertamento", "verifica", "registro"):
        op.drop_table(tabella)
    elimina_tecniche()
