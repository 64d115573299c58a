# SPDX-License-Identifier: EUPL-1.2
"""Reads of the lotti and of their flows."""

from typing import Any
from uuid import UUID

from services.erogazioni.schemas import DisposizioneOut, FlussoDettaglioOut, FlussoOut, LottoOut, TotaleOut
from services.erogazioni.store import flussi, lotti
from services.erogazioni.store.posizioni import apri
from shared.db.pagine import Elenco, Filtro, Ordine, Pagina, mese, numero, pagina
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.importo import da_centesimi

_FLUSSO = (
    "id, lotto_id, numero, stato, disposizioni, importo_cent, inviate, inviate_cent, sha256, in_invio_il, inviato_il, "
    "concluso_il, rifiuto, tentativi"
)
_LOTTI = Elenco(lotti.CAMPI, "lotto", Ordine((("ordine", UUID),)))
_FLUSSI = Elenco(_FLUSSO, "flusso", Ordine((("numero", numero),), discendente=False))
_DISPOSIZIONI = Elenco(
    "e.id, e.posizione_id, e.mese, e.progressivo, e.importo_cent, e.stato, e.motivo, e.data_valuta, "
    "e.restituita_il, p.beneficiario",
    "erogazione e",
    Ordine((("e.posizione_id", UUID), ("e.mese", mese), ("e.progressivo", numero)), discendente=False),
    "JOIN posizione p ON p.id = e.posizione_id",
)


def totale(numero: int, cent: int) -> TotaleOut:
    """Turn a count and its cents into their shape."""
    return TotaleOut(numero=numero, importo=da_centesimi(cent))


def lotto_out(riga: Any) -> LottoOut:
    """Turn a row of lotto into its shape."""
    totali = {n: totale(riga[n], riga[f"{n}_cent"]) for n in ("disposte", "in_attesa", "sospese", "cessate")}
    comuni = {n: riga[n] for n in ("id", "misura", "mese", "stato", "creato_il", "disposto_il", "concluso_il")}
    return LottoOut(**comuni, posizioni_esaminate=riga["posizioni"], **totali)


async def get_lotto(session: Session, lotto_id: UUID) -> LottoOut:
    """Read one lotto.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {lotti.CAMPI} FROM lotto WHERE id = $1", lotto_id)
    if riga is None:
        raise NotFound("Il lotto non esiste")
    return lotto_out(riga)


async def list_lotti(session: Session, *, cursore: str | None, limite: int) -> Pagina[LottoOut]:
    """Read a page of lotti, the newest first."""
    return await pagina(session, _LOTTI, Filtro(), cursore=cursore, limite=limite, leggi=lotto_out)


async def list_flussi(session: Session, lotto_id: UUID, *, cursore: str | None, limite: int) -> Pagina[FlussoOut]:
    """Read a page of the flows of a lotto, by number.

    :raises NotFound: if the lotto is not there.
    """
    await get_lotto(session, lotto_id)
    return await pagina(
        session, _FLUSSI, Filtro().aggiungi("lotto_id = ?", lotto_id),
        cursore=cursore, limite=limite, leggi=lambda riga: FlussoOut(**_flusso(riga)),
    )  # fmt: skip


async def get_flusso(session: Session, flusso_id: UUID, *, cursore: str | None, limite: int) -> FlussoDettaglioOut:
    """Read a flow with a page of its rows, in the order of the file.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {_FLUSSO} FROM flusso WHERE id = $1", flusso_id)
    if riga is None:
        raise NotFound("Il flusso non esiste")
    righe = await pagina(
        session, _DISPOSIZIONI, Filtro().aggiungi("e.flusso_id = ?", flusso_id),
        cursore=cursore, limite=limite, leggi=lambda r: _disposizione(session, r),
    )  # fmt: skip
    return FlussoDettaglioOut(**_flusso(riga), items=righe.items, next_cursor=righe.next_cursor)


async def trova_flusso(session: Session, flusso_id: UUID) -> FlussoOut | None:
    """Read a flow without its rows, if it is there."""
    riga = await session.fetchrow(f"SELECT {_FLUSSO} FROM flusso WHERE id = $1", flusso_id)
    return FlussoOut(**_flusso(riga)) if riga else None


async def get_file(session: Session, flusso_id: UUID) -> bytes:
    """Read the exact bytes that were (or are being) sent.

    :raises NotFound: if the flow is not there, or has no file yet.
    """
    contenuto = await flussi.contenuto(session, flusso_id)
    if contenuto is None:
        raise NotFound("Il flusso non esiste, o il suo file non è ancora stato composto")
    return contenuto


async def posizioni_del_flusso(session: Session, flusso_id: UUID) -> list[UUID]:
    """Read whose orders are in a flow: one posizione for each order."""
    righe = await session.fetch("SELECT posizione_id FROM erogazione WHERE flusso_id = $1 ORDER BY id", flusso_id)
    return [riga["posizione_id"] for riga in righe]


def _flusso(riga: Any) -> dict[str, Any]:
    valori = dict(riga)
    inviate, cent = valori.pop("inviate"), valori.pop("inviate_cent")
    disposte = totale(valori.pop("disposizioni"), valori.pop("importo_cent"))
    return {**valori, "disposte": disposte, "inviate": None if inviate is None else totale(inviate, cent)}


def _disposizione(session: Session, riga: Any) -> DisposizioneOut:
    valori = dict(riga)
    chi = apri(session, valori.pop("beneficiario"))
    valori |= {"erogazione_id": valori.pop("id"), "importo": da_centesimi(valori.pop("importo_cent"))}
    return DisposizioneOut(**valori, codice_fiscale=chi.codice_fiscale, strumento=chi.strumento, iban=chi.iban)
