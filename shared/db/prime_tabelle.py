# SPDX-License-Identifier: EUPL-1.2
"""First version of the technical tables, the same in every service: called by the migrations 0001, never changed."""

import sqlalchemy as sa
from alembic import op

from shared.db.tecniche import SOLO_AGGIUNTE, SOLO_AGGIUNTE_SU, TRANSAZIONE, trigger_solo_aggiunte

_TABELLE = ("outbox", "inbox", "scarto", "idempotenza", "jti", "accesso_catena", "accesso")


def crea_tecniche() -> None:
    """Create outbox, inbox, scarto, idempotenza, jti and the append-only access log with its chain."""
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
        sa.Column("interessato", sa.LargeBinary(), nullable=True),
        sa.Column("esito", sa.Text(), nullable=False),
        sa.Column("correlazione", sa.Text(), nullable=False),
        sa.Column("transazione", sa.BigInteger(), server_default=TRANSAZIONE, nullable=False),
        sa.CheckConstraint("esito IN ('CONSENTITO', 'NEGATO')", name="accesso_esito"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("accesso_interessato", "accesso", ["interessato", "id"], unique=False)
    op.create_index("accesso_transazione", "accesso", ["transazione"], unique=False, postgresql_using="brin")
    op.create_table(
        "accesso_catena",
        sa.Column("numero", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("da", sa.BigInteger(), nullable=False),
        sa.Column("fino_a", sa.BigInteger(), nullable=False),
        sa.Column("righe", sa.Integer(), nullable=False),
        sa.Column("precedente", sa.LargeBinary(), nullable=False),
        sa.Column("impronta", sa.LargeBinary(), nullable=False),
        sa.Column("indice", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sigillato_il",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("numero"),
    )
    op.create_table(
        "jti",
        sa.Column("uso", sa.Text(), nullable=False),
        sa.Column("emittente", sa.Text(), nullable=False),
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("scade_il", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uso", "emittente", "jti"),
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
    op.execute(SOLO_AGGIUNTE)
    for tabella in SOLO_AGGIUNTE_SU:
        op.execute(trigger_solo_aggiunte(tabella))


def elimina_tecniche() -> None:
    """Remove the technical tables."""
    for tabella in _TABELLE:
        op.drop_table(tabella)
    op.execute("DROP FUNCTION solo_aggiunte()")
