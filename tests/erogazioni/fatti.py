# SPDX-License-Identifier: EUPL-1.2
"""Facts of the tests of `erogazioni`: what the other services announce about invented people, and what must come out."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.erogazioni.domain.posizione import id_posizione
from shared.contracts.domande import (
    Beneficiario,
    CausaCessazione,
    DomandaCessataV1,
    MeseSpettante,
    SpettanzaDeterminataV1,
)
from shared.contracts.presa_in_carico import PadSottoscrittoV1, SospensioneDispostaV1, SospensioneRevocataV1
from shared.db.session import Database, Session
from shared.kernel.mese import Mese, mesi_da
from shared.kernel.sigillo import Cifrario
from tests.support.archivi import CHIAVE_EVENTI
from tests.support.servizio import ServizioInProva
from tests.support.token import CITTADINA

GENNAIO, FEBBRAIO, MARZO, APRILE = (Mese(2026, n) for n in (1, 2, 3, 4))
IBAN = "IT60X0542811101000000123456"


def spettanza(
    domanda_id: UUID,
    importi: Mapping[Mese, str] | None = None,
    *,
    versione: int = 1,
    comune: str = "H501",
    codice_fiscale: str = CITTADINA,
    iban: str | None = None,
    decorre_dal: Mese = MARZO,
) -> SpettanzaDeterminataV1:
    """Make what is due: by default 480.00 in March and April 2026."""
    importi = {MARZO: "480.00", APRILE: "480.00"} if importi is None else importi
    chi = Beneficiario(
        codice_fiscale=codice_fiscale,
        cognome="ROSSI",
        nome="MARIA",
        strumento="BONIFICO" if iban else "CARTA",
        iban=iban,
    )
    mesi = tuple(
        MeseSpettante(mese=mese, importo=Decimal(importo), quota_a=Decimal(importo), quota_b=Decimal("0.00"))
        for mese, importo in importi.items()
    )
    return SpettanzaDeterminataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo="INPS-ADI-2026-02-20-0000001", comune=comune,
        decorre_dal=decorre_dal, mesi=mesi, determinata_fino_a=Mese(2026, 12),
        beneficiario=Cifrario(CHIAVE_EVENTI).sigilla(chi),
    )  # fmt: skip


def pad(domanda_id: UUID, *, versione: int = 3, il: date = date(2026, 2, 20)) -> PadSottoscrittoV1:
    """Make the signature of the PAD."""
    return PadSottoscrittoV1(domanda_id=domanda_id, versione=versione, caso_id=uuid4(), sottoscritto_il=il)


def sospesa(domanda_id: UUID, sospensione_id: UUID, *, dal: Mese = MARZO, versione: int = 4) -> SospensioneDispostaV1:
    """Make a suspension."""
    return SospensioneDispostaV1(
        domanda_id=domanda_id, versione=versione, caso_id=uuid4(), sospensione_id=sospensione_id,
        causa="PRIMO_INCONTRO_120_GIORNI", dal_mese=dal,
    )  # fmt: skip


def revocata(domanda_id: UUID, sospensione_id: UUID, *, versione: int = 5) -> SospensioneRevocataV1:
    """Make the end of a suspension."""
    return SospensioneRevocataV1(
        domanda_id=domanda_id, versione=versione, caso_id=uuid4(), sospensione_id=sospensione_id,
        revocata_il=date(2026, 3, 20),
    )  # fmt: skip


def cessata(
    domanda_id: UUID, *, dal: Mese = APRILE, versione: int = 9, causa: CausaCessazione = CausaCessazione.RINUNCIA
) -> DomandaCessataV1:
    """Make the end of a domanda."""
    return DomandaCessataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo="INPS-ADI-2026-02-20-0000001", causa=causa,
        dal_mese=dal, giorno=dal.primo_giorno,
    )  # fmt: skip


async def aperte(servizio: ServizioInProva, quante: int, importi: Mapping[Mese, str] | None = None) -> list[UUID]:
    """Open posizioni with spettanza and PAD; give the ids of their domande."""
    domande = [uuid4() for _ in range(quante)]
    await servizio.consegna(*(spettanza(d, importi) for d in domande), *(pad(d) for d in domande))
    return domande


async def righe(database: Database, sql: str, *valori: object) -> list[dict[str, Any]]:
    """Read rows as dictionaries."""
    async with database.connection() as conn:
        return [dict(riga) for riga in await conn.fetch(sql, *valori)]


async def erogazioni(database: Database, domanda_id: UUID | None = None) -> list[dict[str, Any]]:
    """Read the orders, of one domanda or all, month by month."""
    sql = (
        "SELECT * FROM erogazione WHERE $1::uuid IS NULL OR posizione_id = $1 ORDER BY posizione_id, mese, progressivo"
    )
    return await righe(database, sql, None if domanda_id is None else id_posizione(domanda_id))


async def stato_finale(session: Session, domande: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Read all that is known of some domande, with the seals opened and without what differs from one to another."""
    trovati: dict[UUID, dict[str, Any]] = {}
    for domanda_id in domande:
        posizione = dict(await session.fetchrow("SELECT * FROM posizione WHERE domanda_id = $1", domanda_id))
        chiave = posizione.pop("id")
        sigillato = posizione.pop("beneficiario")
        mesi = await session.fetch("SELECT * FROM mese_spettante WHERE posizione_id = $1 ORDER BY mese", chiave)
        sospensioni = await session.fetch(
            "SELECT causa, dal_mese, revocata_il, versione_disposta, versione_revocata FROM sospensione "
            "WHERE posizione_id = $1 ORDER BY dal_mese, revocata_il, versione_disposta", chiave,
        )  # fmt: skip
        trovati[domanda_id] = {
            **{k: v for k, v in posizione.items() if k != "domanda_id"},
            "beneficiario": session.cifrario.decifra(sigillato) if sigillato else None,
            "mesi": [tuple(m)[1:] for m in mesi],
            "sospensioni": [tuple(s) for s in sospensioni],
        }
    return trovati


def mesi_uguali(primo: Mese, quanti: int, importo: str) -> dict[Mese, str]:
    """Make months in a row with the same amount."""
    return dict.fromkeys(mesi_da(primo, quanti), importo)
