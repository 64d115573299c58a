# SPDX-License-Identifier: EUPL-1.2
"""Reads of the outcomes set aside: in pages, and one by one with what is known of the order they speak of."""

from typing import Any
from uuid import UUID

from services.erogazioni.domain.erogazione import CausaQuarantena
from services.erogazioni.domain.quarantena import PERCHE
from services.erogazioni.queries.lotti import trova_flusso
from services.erogazioni.schemas import (
    DisposizioneNotaOut,
    EsitoInQuarantenaDettaglioOut,
    EsitoInQuarantenaOut,
    MovimentoOut,
)
from shared.db.pagine import Elenco, Filtro, Pagina, pagina
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.importo import da_centesimi

_CAMPI = "id, flusso_id, id_disposizione, esito, motivo, data_valuta, causa, ricevuto_il, stato, decisione, deciso_il"
_ESITI = Elenco(_CAMPI, "esito_in_quarantena")
_DISPOSIZIONE = """
SELECT id AS erogazione_id, posizione_id, mese, progressivo, importo_cent, stato, motivo, data_valuta, restituita_il
FROM erogazione WHERE flusso_id = $1 AND id::text = lower($2)
"""
_MOVIMENTI = """
SELECT causale, conto, importo_cent, registrato_il FROM movimento WHERE erogazione_id = $1
ORDER BY registrato_il, causale, importo_cent
"""


async def list_esiti(
    session: Session, filtro: Filtro, *, cursore: str | None, limite: int
) -> Pagina[EsitoInQuarantenaOut]:
    """Read a page of the outcomes that the filter lets through, the newest first."""
    return await pagina(
        session, _ESITI, filtro, cursore=cursore, limite=limite, leggi=lambda r: EsitoInQuarantenaOut(**_esito(r))
    )


async def get_esito(session: Session, esito_id: UUID) -> EsitoInQuarantenaDettaglioOut:
    """Read an outcome with its file, its order and what the ledger says.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(
        f"SELECT {_CAMPI}, motivazione, ente, operatore FROM esito_in_quarantena WHERE id = $1", esito_id
    )
    if riga is None:
        raise NotFound("L'esito in quarantena non esiste")
    sigillata = riga["motivazione"]
    motivazione = session.cifrario.decifra(sigillata).decode() if sigillata else None
    return EsitoInQuarantenaDettaglioOut(
        **_esito(riga) | {"motivazione": motivazione},
        flusso=await trova_flusso(session, riga["flusso_id"]),
        disposizione=await _disposizione(session, riga),
    )


async def _disposizione(session: Session, esito: Any) -> DisposizioneNotaOut | None:
    riga = await session.fetchrow(_DISPOSIZIONE, esito["flusso_id"], esito["id_disposizione"])
    if riga is None:
        return None
    valori: dict[str, Any] = dict(riga)
    movimenti = [_movimento(m) for m in await session.fetch(_MOVIMENTI, riga["erogazione_id"])]
    return DisposizioneNotaOut(importo=da_centesimi(valori.pop("importo_cent")), **valori, movimenti=movimenti)


def _movimento(riga: Any) -> MovimentoOut:
    valori = dict(riga)
    return MovimentoOut(importo=f"{da_centesimi(valori.pop('importo_cent')):.2f}", **valori)


def _esito(riga: Any) -> dict[str, Any]:
    frase = PERCHE[CausaQuarantena(riga["causa"])]
    return {**dict(riga), "spiegazione": frase[0].upper() + frase[1:]}
