# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the lists: one for each way of seeing them, filters before the order; who was not told, beside the caso."""

import sqlalchemy as sa
from alembic import op

from shared.db.indici import sostituisci_indici

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUOVI = {
    "caso_per_stato": "caso (stato, (sospensione_id IS NOT NULL AND stato <> 'CHIUSO'), accolto_il, domanda_id)",
    "caso_per_comune": "caso (comune, stato, (sospensione_id IS NOT NULL AND stato <> 'CHIUSO'), accolto_il, domanda_id) "
    "INCLUDE (sospensione_id) WHERE accolta_versione IS NOT NULL",
    "caso_non_raggiunto": "caso (stato, (sospensione_id IS NOT NULL AND stato <> 'CHIUSO'), accolto_il, domanda_id)"
    " WHERE non_raggiunto",
    "caso_non_raggiunto_per_comune": "caso (comune, stato, (sospensione_id IS NOT NULL AND stato <> 'CHIUSO'), accolto_il, "
    "domanda_id) WHERE non_raggiunto",
    "caso_a_rischio": "caso (incontro_entro, domanda_id) WHERE stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL",
    "caso_a_rischio_per_comune": "caso (comune, incontro_entro, domanda_id) WHERE stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL",
}
_VECCHI = {
    "caso_stato_elenco": "caso (stato, domanda_id)",
    "caso_comune": "caso (comune, domanda_id)",
    "caso_in_scadenza": "caso (incontro_entro) WHERE stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL",
    "caso_sospeso": "caso (domanda_id) WHERE sospensione_id IS NOT NULL",
}


def upgrade() -> None:
    op.add_column("caso", sa.Column("non_raggiunto", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(
        "UPDATE caso c SET non_raggiunto = true "
        "WHERE EXISTS (SELECT 1 FROM mancato_recapito m WHERE m.domanda_id = c.domanda_id)"
    )
    sostituisci_indici(crea=_NUOVI, togli=list(_VECCHI))


def downgrade() -> None:
    sostituisci_indici(crea=_VECCHI, togli=list(_NUOVI))
    op.drop_column("caso", "non_raggiunto")
