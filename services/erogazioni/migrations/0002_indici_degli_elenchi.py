# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the lists: one for each way of seeing them, filters before the order."""

from shared.db.indici import sostituisci_indici

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUOVI = {
    "posizione_per_comune": "posizione (comune, stato, id)",
    "posizione_per_stato": "posizione (stato, id)",
}
_VECCHI = {
    "posizione_comune": "posizione (comune, id)",
}


def upgrade() -> None:
    sostituisci_indici(crea=_NUOVI, togli=list(_VECCHI))


def downgrade() -> None:
    sostituisci_indici(crea=_VECCHI, togli=list(_NUOVI))
