# SPDX-License-Identifier: EUPL-1.2
"""The accounts that only virtual time can make to the end: cancellations, and refusals that the payer never spoke."""

from collections.abc import Mapping
from datetime import datetime

from deploy.sandbox.carte import Carte
from shared.kernel.mese import Mese
from tests.guasti.invarianti import Archivi

_CHIUSE = ("ANNULLATA", "RINUNCIATA", "RESPINTA")
_POSIZIONI = """
SELECT p.domanda_id, e.id, e.mese, e.stato, l.creato_il, coalesce(r.stato = 'APERTA', false) AS recupero
FROM erogazione e JOIN posizione p ON p.id = e.posizione_id JOIN lotto l ON l.id = e.lotto_id
LEFT JOIN partita_recupero r ON r.posizione_id = e.posizione_id AND r.mese = e.mese
"""


async def cessazioni(archivi: Archivi, rinunciate_il: Mapping[str, datetime]) -> list[str]:
    """INV5: what is renounced is closed everywhere, and a month that was not due is not paid, or is to be given back."""
    violazioni = []
    domande = {str(r["id"]): r for r in await archivi.righe("domande", "SELECT id, stato, cessata_il FROM domanda")}
    casi = await archivi.righe("presa_in_carico", "SELECT domanda_id FROM caso WHERE stato <> 'CHIUSO'")
    aperti = {str(r["domanda_id"]) for r in casi}
    for domanda_id in rinunciate_il:
        stato = domande[domanda_id]["stato"]
        if stato not in _CHIUSE or domanda_id in aperti:
            violazioni.append(f"INV5: la domanda rinunciata {domanda_id} è {stato}, caso aperto {domanda_id in aperti}")
    for riga in await archivi.righe("erogazioni", _POSIZIONI):
        cessata_il = domande[str(riga["domanda_id"])]["cessata_il"]
        dovuto = cessata_il is None or Mese.da_testo(riga["mese"]) <= Mese.di(cessata_il)
        if not dovuto and riga["stato"] == "ESEGUITO" and not riga["recupero"]:
            violazioni.append(f"INV5: {riga['mese']} pagato dopo la cessazione e senza recupero")
    return violazioni


async def scarti(archivi: Archivi, carte: Carte) -> list[str]:
    """INV6: no order is refused unless the payer has said so."""
    detti = {e.id_disposizione for flusso in carte.flussi.values() for e in flusso.esiti if e.esito == "SCARTATO"}
    scartate = await archivi.righe("erogazioni", "SELECT id FROM erogazione WHERE stato = 'SCARTATO'")
    return [f"INV6: {riga['id']} scartata senza che il pagatore l'abbia detto" for riga in scartate
            if str(riga["id"]) not in detti]  # fmt: skip
