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
            "ricevuto_il", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
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
            "prossimo_il", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("errore", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_prossimo", "outbox", ["prossimo_il"], unique=False)
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
        sa.Column("creato_il", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("stato IN ('DA_RITENTARE', 'PARCHEGGIATO', 'RIELABORATO')", name="scarto_stato"),
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
    op.execute(SOLO_AGGIUNTE)
    op.execute(trigger_solo_aggiunte("accesso"))


def downgrade() -> None:
    op.drop_table("lettera")
    op.drop_index(
        "consegna_da_fare",
        table_name="consegna",
        postgresql_where=sa.text("stato IN ('DA_INVIARE', 'IN_INVIO', 'INCERTA', 'INVIATA')"),
    )
    op.drop_table("consegna")
    op.drop_index("scarto_elenco", table_name="scarto")
    op.drop_index("scarto_da_ritentare", table_name="scarto", postgresql_where=sa.text("stato = 'DA_RITENTARE'"))
    op.drop_table("scarto")
    op.drop_index("outbox_prossimo", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(
        "notifica_superabile",
        table_name="notifica",
        postgresql_where=sa.text(
            "iniziata_il IS NULL AND stato IN ('IN_ATTESA_RECAPITI', 'DA_INVIARE') AND avviso IN ('DOMANDA_IN_EVIDENZA', 'SOSPENSIONE_DISPOSTA')"
        ),
    )
    op.drop_index("notifica_stato_elenco", table_name="notifica")
    op.drop_index("notifica_richiedente", table_name="notifica")
    op.drop_index("notifica_in_attesa", table_name="notifica", postgresql_where=sa.text("stato = 'IN_ATTESA_RECAPITI'"))
    op.drop_index("notifica_ente", table_name="notifica")
    op.drop_index("notifica_domanda", table_name="notifica")
    op.drop_index(
        "notifica_da_preparare",
        table_name="notifica",
        postgresql_where=sa.text("stato = 'DA_INVIARE' AND preparata_il IS NULL"),
    )
    op.drop_index("notifica_comune", table_name="notifica")
    op.drop_table("notifica")
    op.drop_table("inbox")
    op.drop_index("idempotenza_creato", table_name="idempotenza")
    op.drop_table("idempotenza")
    op.drop_table("destinatario")
    op.drop_index("accesso_oggetto", table_name="accesso")
    op.drop_table("accesso")
    op.execute("DROP FUNCTION solo_aggiunte()")
