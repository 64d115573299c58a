# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the lists: one for each way of seeing them, filters before the order."""

from shared.db.indici import sostituisci_indici

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUOVI = {
    "notifica_per_comune": "notifica (comune, stato, avviso, ordine)",
    "notifica_per_ente": "notifica (ente, stato, avviso, ordine)",
    "notifica_per_stato": "notifica (stato, avviso, ordine)",
}
_VECCHI = {
    "notifica_comune": "notifica (comune, ordine)",
    "notifica_ente": "notifica (ente, ordine)",
    "notifica_stato_elenco": "notifica (stato, ordine)",
}


def upgrade() -> None:
    sostituisci_indici(crea=_NUOVI, togli=list(_VECCHI))


def downgrade() -> None:
    sostituisci_indici(crea=_VECCHI, togli=list(_NUOVI))
