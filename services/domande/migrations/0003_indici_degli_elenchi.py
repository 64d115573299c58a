# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the lists: one for each way of seeing them, filters before the order."""

from shared.db.indici import sostituisci_indici

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUOVI = {
    "bozza_richiedente": "bozza (richiedente, id) WHERE richiedente IS NOT NULL",
    "domanda_per_ente": "domanda (ente, stato, giorno, id)",
    "domanda_per_comune": "domanda (comune, stato, giorno, id)",
    "domanda_per_stato": "domanda (stato, giorno, id)",
}
_VECCHI = {
    "domanda_ente": "domanda (ente, id)",
    "domanda_comune": "domanda (comune, id)",
    "domanda_stato_elenco": "domanda (stato, id)",
}


def upgrade() -> None:
    sostituisci_indici(crea=_NUOVI, togli=list(_VECCHI))


def downgrade() -> None:
    sostituisci_indici(crea=_VECCHI, togli=list(_NUOVI))
