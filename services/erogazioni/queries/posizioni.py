# SPDX-License-Identifier: EUPL-1.2
"""Reads of the posizioni: what is due, what was paid, what must come back."""

from typing import Any
from uuid import UUID

from services.erogazioni.schemas import (
    ErogazioneOut,
    MeseOut,
    PosizioneDettaglioOut,
    PosizioneOut,
    RecuperoOut,
)  # fmt: skip
from shared.db.pagine import Elenco, Filtro, Ordine, Pagina, mese, numero, pagina
from shared.db.session import Session
from shared.kernel.importo import da_centesimi

_POSIZIONE = (
    "id, domanda_id, stato, misura, protocollo, comune, decorre_dal, determinata_fino_a, pad_il, strumento_respinto, "
    "sospesa_dal, cessata_dal, causa_cessazione"
)
_POSIZIONI = Elenco(_POSIZIONE, "posizione")
_EROGAZIONI = Elenco(
    "id, mese, progressivo, importo_cent, stato, motivo, data_valuta, restituita_il, sostituisce, lotto_id",
    "erogazione",
    Ordine((("mese", mese), ("progressivo", numero)), discendente=False),
)


async def list_posizioni(session: Session, filtro: Filtro, *, cursore: str | None, limite: int) -> Pagina[PosizioneOut]:
    """Read a page of the posizioni that the filter lets through."""
    return await pagina(
        session, _POSIZIONI, filtro, cursore=cursore, limite=limite, leggi=lambda r: PosizioneOut(**dict(r))
    )


async def get_posizione(session: Session, posizione_id: UUID) -> PosizioneDettaglioOut:
    """Read a posizione that is known to be there, with its months and recoveries."""
    riga = await session.fetchrow(f"SELECT {_POSIZIONE} FROM posizione WHERE id = $1", posizione_id)
    mesi = await session.fetch(
        "SELECT mese, importo_cent, quota_a_cent, quota_b_cent FROM mese_spettante WHERE posizione_id = $1 ORDER BY mese",
        posizione_id,
    )
    recuperi = await session.fetch(
        "SELECT mese, causa, stato, importo_cent, aperta_il, aggiornata_il FROM partita_recupero "
        "WHERE posizione_id = $1 ORDER BY mese",
        posizione_id,
    )
    return PosizioneDettaglioOut(
        **dict(riga),
        mesi=[MeseOut(**_in_euro(m)) for m in mesi],
        recuperi=[RecuperoOut(**_in_euro(r)) for r in recuperi],
    )


async def list_erogazioni(
    session: Session, posizione_id: UUID, *, cursore: str | None, limite: int
) -> Pagina[ErogazioneOut]:
    """Read a page of the erogazioni of a posizione, month by month."""
    return await pagina(
        session, _EROGAZIONI, Filtro().aggiungi("posizione_id = ?", posizione_id),
        cursore=cursore, limite=limite, leggi=lambda riga: ErogazioneOut(**_in_euro(riga)),
    )  # fmt: skip


def _in_euro(riga: Any) -> dict[str, Any]:
    return {
        nome.removesuffix("_cent"): da_centesimi(valore) if nome.endswith("_cent") else valore
        for nome, valore in riga.items()
    }
