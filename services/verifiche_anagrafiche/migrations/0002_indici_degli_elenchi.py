# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the lists: one for each way of seeing them, filters before the order."""

from shared.db.indici import sostituisci_indici

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUOVI = {
    "verifica_per_ente": "verifica (ente, stato, giorno, id)",
    "verifica_per_stato": "verifica (stato, giorno, id)",
    "verifica_per_attesa": "verifica (attesa, stato, giorno, id) WHERE attesa IS NOT NULL",
    "verifica_per_ente_e_attesa": "verifica (ente, attesa, stato, giorno, id) WHERE attesa IS NOT NULL",
    "accertamento_per_comune": "accertamento (comune, stato, scadenza, id) INCLUDE (controlli)",
    "accertamento_per_stato": "accertamento (stato, scadenza, id)",
    **{
        f"accertamento_con_{controllo}": f"accertamento (stato, scadenza, id) WHERE controlli @> '{{{controllo.upper()}}}'"
        for controllo in ("residenza", "nucleo", "cittadinanza", "svantaggio")
    },
}
_VECCHI = {
    "verifica_ente": "verifica (ente, id)",
    "verifica_stato_elenco": "verifica (stato, id)",
    "verifica_comune": "verifica (comune, id)",
    "verifica_attesa": "verifica (attesa, id) WHERE attesa IS NOT NULL",
    "accertamento_comune": "accertamento (comune, id)",
    "accertamento_stato_elenco": "accertamento (stato, id)",
}


def upgrade() -> None:
    sostituisci_indici(crea=_NUOVI, togli=list(_VECCHI))


def downgrade() -> None:
    sostituisci_indici(crea=_VECCHI, togli=list(_NUOVI))
