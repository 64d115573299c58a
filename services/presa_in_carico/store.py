# SPDX-License-Identifier: EUPL-1.2
"""Rows <-> domain: casi, with their convocazioni, incontri and sospensioni."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.presa_in_carico.domain.caso import Caso, CasoId
from services.presa_in_carico.domain.incontro import (
    Convocazione,
    ConvocazioneId,
    EsitoConvocazione,
    Incontro,
    Operatore,
    TipoIncontro,
)
from services.presa_in_carico.domain.sospensione import Causa, Sospensione, SospensioneId
from shared.db.session import Session
from shared.errors import DatiNonValidi, Difetto, NotFound
from shared.kernel.identita import nuovo_id
from shared.kernel.mese import Mese

_SELECT = """
SELECT c.id, c.domanda_id, c.misura, c.accolto_il, c.version, c.registrato_siisl_il, c.pad_il, c.incontro_entro,
       c.preso_in_carico_il, c.decadenza_proposta_il, c.chiuso_il,
       s.id AS sospensione, s.causa, s.termine, s.dal_mese, s.disposta_il
FROM caso c LEFT JOIN sospensione s ON s.id = c.sospensione_id
"""
_UPDATE = """
UPDATE caso c SET stato = n.stato, registrato_siisl_il = n.registrato_siisl_il, pad_il = n.pad_il,
    incontro_entro = n.incontro_entro, preso_in_carico_il = n.preso_in_carico_il,
    decadenza_proposta_il = n.decadenza_proposta_il, sospensione_id = n.sospensione_id, version = n.version
FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::date[], $6::date[], $7::date[], $8::uuid[], $9::int[])
    AS n (id, stato, registrato_siisl_il, pad_il, incontro_entro, preso_in_carico_il, decadenza_proposta_il,
          sospensione_id, version)
WHERE c.id = n.id
"""
_INSERT_SOSPENSIONI = """
INSERT INTO sospensione (caso_id, id, causa, termine, dal_mese, disposta_il)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::date[])
"""
_INSERT_CONVOCAZIONE = """
INSERT INTO convocazione (id, caso_id, appuntamento_il, sede, canale, comunicata_il, ente, operatore, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_INSERT_INCONTRO = """
INSERT INTO incontro (id, caso_id, data, tipo, convocazione_id, ente, operatore, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def uno_alla_volta(session: Session, domande: Sequence[UUID]) -> None:
    """Let one transaction at a time write what is new of these domande: of some of them there is no row yet to lock.

    `domande` are in order, the same for all.
    """
    await session.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(d::text, 0)) FROM unnest($1::uuid[]) AS d", list(domande)
    )


async def carica(session: Session, ids: Sequence[UUID], *, salta_occupati: bool = False) -> list[Caso]:
    """Load casi and lock them, in the order of their ids; tombstones are not casi.

    `salta_occupati` leaves out those that another transaction holds.
    """
    blocco = "FOR UPDATE OF c SKIP LOCKED" if salta_occupati else "FOR UPDATE OF c"
    righe = await session.fetch(
        f"{_SELECT} WHERE c.id = ANY($1::uuid[]) AND c.accolta_versione IS NOT NULL ORDER BY c.id {blocco}", list(ids)
    )
    return [_caso(riga) for riga in righe]


async def carica_uno(session: Session, caso_id: UUID) -> Caso:
    """Load and lock one caso.

    :raises NotFound: if it is not there.
    """
    trovati = await carica(session, [caso_id])
    if not trovati:
        raise NotFound("La risorsa non esiste o non è visibile a chi chiama")
    return trovati[0]


def _caso(riga: Any) -> Caso:
    return Caso(
        id=CasoId(riga["id"]),
        domanda_id=riga["domanda_id"],
        misura=riga["misura"],
        accolto_il=riga["accolto_il"],
        versione=riga["version"],
        registrato_siisl_il=riga["registrato_siisl_il"],
        pad_il=riga["pad_il"],
        incontro_entro=riga["incontro_entro"],
        preso_in_carico_il=riga["preso_in_carico_il"],
        decadenza_proposta_il=riga["decadenza_proposta_il"],
        chiuso_il=riga["chiuso_il"],
        sospensione=_sospensione(riga) if riga["sospensione"] else None,
    )


def _sospensione(riga: Any) -> Sospensione:
    return Sospensione(
        id=SospensioneId(riga["sospensione"]),
        causa=Causa(riga["causa"]),
        termine=riga["termine"],
        dal_mese=Mese.da_testo(riga["dal_mese"]),
        disposta_il=riga["disposta_il"],
    )


async def salva(session: Session, casi: Sequence[Caso]) -> None:
    """Write the changed facts of locked casi in one statement."""
    await session.execute(
        _UPDATE,
        [c.id for c in casi],
        [c.stato.value for c in casi],
        [c.registrato_siisl_il for c in casi],
        [c.pad_il for c in casi],
        [c.incontro_entro for c in casi],
        [c.preso_in_carico_il for c in casi],
        [c.decadenza_proposta_il for c in casi],
        [c.sospensione.id if c.sospensione else None for c in casi],
        [c.versione for c in casi],
    )


async def inserisci_sospensioni(session: Session, sospensioni: Sequence[tuple[CasoId, Sospensione]]) -> None:
    """Write new sospensioni in one statement."""
    await session.execute(
        _INSERT_SOSPENSIONI,
        [caso_id for caso_id, _ in sospensioni],
        [s.id for _, s in sospensioni],
        [s.causa.value for _, s in sospensioni],
        [s.termine for _, s in sospensioni],
        [str(s.dal_mese) for _, s in sospensioni],
        [s.disposta_il for _, s in sospensioni],
    )


async def salva_revoca(session: Session, sospensione: Sospensione) -> None:
    """Write the end of a sospensione."""
    await session.execute(
        "UPDATE sospensione SET revocata_il = $2, sblocca_mese = $3 WHERE id = $1",
        sospensione.id,
        sospensione.revocata_il,
        str(sospensione.sblocca_mese),
    )


async def convocazione_aperta(session: Session, caso_id: CasoId) -> Convocazione | None:
    """Load the convocazione of a locked caso that has no outcome yet."""
    riga = await session.fetchrow("SELECT * FROM convocazione WHERE caso_id = $1 AND esito IS NULL", caso_id)
    return _convocazione(riga) if riga else None


async def convocazione(session: Session, caso_id: CasoId, convocazione_id: UUID) -> Convocazione:
    """Load a convocazione of a locked caso.

    :raises DatiNonValidi: if the caso has no such convocazione.
    """
    riga = await session.fetchrow("SELECT * FROM convocazione WHERE id = $1 AND caso_id = $2", convocazione_id, caso_id)
    if riga is None:
        difetto = Difetto("/convocazione_id", "il caso non ha questa convocazione", "convocazione-sconosciuta")
        raise DatiNonValidi("La convocazione indicata non è di questo caso", (difetto,))
    return _convocazione(riga)


def _convocazione(riga: Any) -> Convocazione:
    return Convocazione(
        id=ConvocazioneId(riga["id"]),
        appuntamento_il=riga["appuntamento_il"],
        sede=riga["sede"],
        canale=riga["canale"],
        comunicata_il=riga["comunicata_il"],
        esito=EsitoConvocazione(riga["esito"]) if riga["esito"] else None,
    )


async def inserisci_convocazione(
    session: Session, caso_id: CasoId, nuova: Convocazione, *, da: Operatore, now: datetime
) -> None:
    """Write a new convocazione."""
    await session.execute(
        _INSERT_CONVOCAZIONE,
        nuova.id,
        caso_id,
        nuova.appuntamento_il,
        nuova.sede,
        nuova.canale,
        nuova.comunicata_il,
        da.ente,
        da.codice,
        now,
    )


async def chiudi_convocazione(session: Session, convocazione: Convocazione, esito: EsitoConvocazione) -> None:
    """Write how a convocazione ended."""
    await session.execute("UPDATE convocazione SET esito = $2 WHERE id = $1", convocazione.id, esito.value)


async def incontri(session: Session, caso_id: CasoId, *, il: date) -> list[Incontro]:
    """Load what is recorded for a day on a locked caso."""
    righe = await session.fetch("SELECT data, tipo FROM incontro WHERE caso_id = $1 AND data = $2", caso_id, il)
    return [Incontro(riga["data"], TipoIncontro(riga["tipo"])) for riga in righe]


async def inserisci_incontro(
    session: Session, caso_id: CasoId, nuovo: Incontro, *, convocazione_id: UUID | None, da: Operatore, now: datetime
) -> None:
    """Write what happened on a day."""
    await session.execute(
        _INSERT_INCONTRO, nuovo_id(), caso_id, nuovo.data, nuovo.tipo.value, convocazione_id, da.ente, da.codice, now
    )
