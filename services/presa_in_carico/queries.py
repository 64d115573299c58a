# SPDX-License-Identifier: EUPL-1.2
"""Reads of `presa_in_carico`, from the database to the schemas."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.presa_in_carico.domain.caso import Stato
from services.presa_in_carico.schemas import (
    CasiOut,
    CasoDettaglioOut,
    CasoOut,
    ComponenteOut,
    ConvocazioneOut,
    IncontroOut,
    MancatoRecapitoOut,
    SospensioneOut,
)
from shared.contracts.domande import DatiNucleo
from shared.db.pagine import Elenco, Filtro, Ordine, pagina
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.mese import Mese

_CAMPI = """
c.id, c.domanda_id, c.protocollo, c.misura, c.comune, c.stato, c.accolto_il, c.registrato_siisl_il, c.pad_il,
c.incontro_entro, c.preso_in_carico_il, s.dal_mese AS sospeso_dal, c.decadenza_proposta_il, c.chiuso_il,
c.chiuso_dal, c.causa_chiusura, c.version AS versione, c.nucleo,
c.non_raggiunto
"""
_SOSPENSIONE = "LEFT JOIN sospensione s ON s.id = c.sospensione_id"
_CASI = Elenco(_CAMPI, "caso c", Ordine((("c.accolto_il", date.fromisoformat), ("c.domanda_id", UUID))), _SOSPENSIONE)
_A_RISCHIO = Elenco(
    _CAMPI,
    "caso c",
    Ordine((("c.incontro_entro", date.fromisoformat), ("c.domanda_id", UUID)), discendente=False),
    _SOSPENSIONE,
)
_CONVOCAZIONI = """
SELECT id, appuntamento_il, sede, canale, comunicata_il, esito FROM convocazione
WHERE caso_id = $1 ORDER BY appuntamento_il, id
"""
_INCONTRI = """
SELECT data, tipo, convocazione_id, ente, created_at AS registrato_il FROM incontro WHERE caso_id = $1 ORDER BY data
"""
_SOSPENSIONI = """
SELECT id, causa, termine, dal_mese, disposta_il, revocata_il, sblocca_mese FROM sospensione
WHERE caso_id = $1 ORDER BY termine
"""
_MANCATI_RECAPITI = """
SELECT notifica_id, avviso, segnalato_il FROM mancato_recapito WHERE domanda_id = $1 ORDER BY segnalato_il, notifica_id
"""


@dataclass(frozen=True, slots=True)
class Scelta:
    """Which casi are asked for, among those that the caller may see."""

    stato: Stato | None = None
    incontro_entro_il: date | None = None
    sospesi: bool | None = None
    non_raggiunti: bool = False


async def list_casi(session: Session, filtro: Filtro, scelta: Scelta, *, cursore: str | None, limite: int) -> CasiOut:
    """Read a page of casi, the last accepted first, or the first to be suspended first; tombstones are not casi."""
    filtro.aggiungi("c.accolta_versione IS NOT NULL")
    if scelta.non_raggiunti:
        filtro.aggiungi("c.non_raggiunto")
    elenco = _a_rischio(filtro, scelta) if scelta.incontro_entro_il else _in_generale(filtro, scelta)
    esito = await pagina(
        session, elenco, filtro, cursore=cursore, limite=limite, leggi=lambda riga: CasoOut(**_campi(riga))
    )
    return CasiOut(items=esito.items, next_cursor=esito.next_cursor)


def _a_rischio(filtro: Filtro, scelta: Scelta) -> Elenco:
    """Keep the nuclei that will be suspended if nobody meets them by the day."""
    if scelta.sospesi or scelta.stato not in (None, Stato.PAD_SOTTOSCRITTO):
        filtro.aggiungi("false")  # nobody of them is at risk
    filtro.aggiungi("c.stato = 'PAD_SOTTOSCRITTO' AND c.sospensione_id IS NULL")
    filtro.aggiungi("c.incontro_entro <= ?", scelta.incontro_entro_il)
    return _A_RISCHIO


def _in_generale(filtro: Filtro, scelta: Scelta) -> Elenco:
    filtro.uno_di("c.stato", [scelta.stato] if scelta.stato else Stato)
    sospesi = (True, False) if scelta.sospesi is None else (scelta.sospesi,)
    filtro.uno_di("(c.sospensione_id IS NOT NULL AND c.stato <> 'CHIUSO')", sospesi, tipo="boolean")
    return _CASI


async def show_caso(session: Session, caso_id: UUID) -> CasoOut:
    """Read a caso without personal data.

    :raises NotFound: if it is not there.
    """
    return CasoOut(**_campi(await _riga(session, caso_id)))


async def show_dettaglio(session: Session, caso_id: UUID) -> CasoDettaglioOut:
    """Read a caso with the members of the nucleo and all that was recorded.

    :raises NotFound: if it is not there.
    """
    riga = await _riga(session, caso_id)
    nucleo = DatiNucleo.model_validate_json(session.cifrario.decifra(riga["nucleo"]))
    return CasoDettaglioOut(
        **_campi(riga),
        componenti=[ComponenteOut(**c.model_dump()) for c in nucleo.componenti],
        convocazioni=[ConvocazioneOut(**r) for r in await session.fetch(_CONVOCAZIONI, caso_id)],
        incontri=[IncontroOut(**r) for r in await session.fetch(_INCONTRI, caso_id)],
        sospensioni=[SospensioneOut(**_con_mesi(r)) for r in await session.fetch(_SOSPENSIONI, caso_id)],
        mancati_recapiti=[MancatoRecapitoOut(**r) for r in await session.fetch(_MANCATI_RECAPITI, riga["domanda_id"])],
    )


async def show_convocazione(session: Session, convocazione_id: UUID) -> ConvocazioneOut:
    """Read a convocazione.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(
        "SELECT id, appuntamento_il, sede, canale, comunicata_il, esito FROM convocazione WHERE id = $1",
        convocazione_id,
    )
    if riga is None:
        raise NotFound("La convocazione non esiste")
    return ConvocazioneOut(**riga)


async def _riga(session: Session, caso_id: UUID) -> Any:
    riga = await session.fetchrow(
        f"SELECT {_CAMPI} FROM caso c {_SOSPENSIONE} WHERE c.id = $1 AND c.accolta_versione IS NOT NULL", caso_id
    )
    if riga is None:
        raise NotFound("La risorsa non esiste o non è visibile a chi chiama")
    return riga


def _campi(riga: Any) -> dict[str, Any]:
    return {nome: valore for nome, valore in _con_mesi(riga).items() if nome in CasoOut.model_fields}


def _con_mesi(riga: Any) -> dict[str, Any]:
    valori = dict(riga)
    mesi = {
        n: Mese.da_testo(valori[n]) for n in ("sospeso_dal", "chiuso_dal", "dal_mese", "sblocca_mese") if valori.get(n)
    }
    return valori | mesi
