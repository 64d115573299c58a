# SPDX-License-Identifier: EUPL-1.2
"""prima versione"""

import sqlalchemy as sa
from alembic import op

from shared.db.tecniche import SOLO_AGGIUNTE, trigger_solo_aggiunte

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accesso",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("istante", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("ruolo", sa.Text(), nullable=False),
        sa.Column("operatore", sa.Text(), nullable=False),
        sa.Column("finalita", sa.Text(), nullable=False),
        sa.Column("operazione", sa.Text(), nullable=False),
        sa.Column("oggetto", sa.Uuid(), nullable=True),
        sa.Column("esito", sa.Text(), nullable=False),
        sa.Column("correlazione", sa.Text(), nullable=False),
        sa.CheckConstraint("esito IN ('CONSENTITO', 'NEGATO')", name="accesso_esito"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("accesso_oggetto", "accesso", ["oggetto", "istante"], unique=False)
    op.create_table(
        "bozza",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ente", sa.Text(), nullable=False),
        sa.Column("richiedente", sa.LargeBinary(), nullable=True),
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
        "idempotenza",
        sa.Column("soggetto", sa.Text(), nullable=False),
        sa.Column("operazione", sa.Text(), nullable=False),
        sa.Column("chiave", sa.Text(), nullable=False),
        sa.Column("impronta", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("posizione", sa.Text(), nullable=False),
        sa.Column("corpo", sa.LargeBinary(), nullable=False),
        sa.Column("creato_il", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("soggetto", "operazione", "chiave"),
    )
    op.create_index("idempotenza_creato", "idempotenza", ["creato_il"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column(
            "ricevuto_il",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("soggetto", sa.Uuid(), nullable=False),
        sa.Column("versione", sa.Integer(), nullable=False),
        sa.Column("corpo", sa.LargeBinary(), nullable=False),
        sa.Column("correlazione", sa.Text(), nullable=False),
        sa.Column("istante", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tentativi", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "prossimo_il",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("errore", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_prossimo", "outbox", ["prossimo_il"], unique=False)
    op.create_table(
        "progressivo",
        sa.Column("chiave", sa.Text(), nullable=False),
        sa.Column("ultimo", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chiave"),
    )
    op.create_table(
        "scarto",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("soggetto", sa.Uuid(), nullable=False),
        sa.Column("versione", sa.Integer(), nullable=False),
        sa.Column("corpo", sa.LargeBinary(), nullable=False),
        sa.Column("correlazione", sa.Text(), nullable=False),
        sa.Column("istante", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stato", sa.Text(), nullable=False),
        sa.Column("tentativi", sa.Integer(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("traccia", sa.Uuid(), nullable=False),
        sa.Column("prossimo_il", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "creato_il",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "stato IN ('DA_RITENTARE', 'PARCHEGGIATO', 'RIELABORATO')",
            name="scarto_stato",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "scarto_da_ritentare",
        "scarto",
        ["prossimo_il"],
        unique=False,
        postgresql_where=sa.text("stato = 'DA_RITENTARE'"),
    )
    op.create_index("scarto_elenco", "scarto", ["stato", "creato_il", "id"], unique=False)
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
    op.execute(SOLO_AGGIUNTE)
    op.execute(trigger_solo_aggiunte("accesso"))


def downgrade() -> None:
    op.drop_table("spettanza")
    op.drop_table("decisione")
    op.drop_index("scarto_elenco", table_name="scarto")
    op.drop_index(
        "scarto_da_ritentare",
        table_name="scarto",
        postgresql_where=sa.text("stato = 'DA_RITENTARE'"),
    )
    op.drop_table("scarto")
    op.drop_table("progressivo")
    op.drop_index("outbox_prossimo", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_index("idempotenza_creato", table_name="idempotenza")
    op.drop_table("idempotenza")
    op.drop_index("domanda_stato_elenco", table_name="domanda")
    op.drop_index(
        "domanda_scadenze",
        table_name="domanda",
        postgresql_where=sa.text("stato = 'IN_EVIDENZA'"),
    )
    op.drop_index("domanda_richiedente", table_name="domanda")
    op.drop_index("domanda_ente", table_name="domanda")
    op.drop_index("domanda_comune", table_name="domanda")
    op.drop_index(
        "domanda_aperta",
        table_name="domanda",
        postgresql_where=sa.text("stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA')"),
    )
    op.drop_table("domanda")
    op.drop_index("bozza_ente", table_name="bozza")
    op.drop_table("bozza")
    op.drop_index("accesso_oggetto", table_name="accesso")
    op.drop_table("accesso")
