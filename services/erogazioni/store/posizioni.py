# SPDX-License-Identifier: EUPL-1.2
"""Posizioni with their months and suspensions: rows <-> domain, a batch per statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.erogazioni.domain.posizione import MeseDovuto, Posizione, Sospensione, id_posizione
from services.erogazioni.store import preparazione
from shared.contracts.domande import Beneficiario
from shared.db.session import Session
from shared.kernel.mese import Mese

_CREA = """
INSERT INTO posizione (id, domanda_id, stato, versione_spettanza, versione_pad, versione_cessazione)
SELECT r.id, r.domanda_id, 'IN_ATTESA', 0, 0, 0 FROM unnest($1::uuid[], $2::uuid[]) AS r (id, domanda_id)
ON CONFLICT DO NOTHING
"""
_CAMPI = (
    "id, domanda_id, misura, protocollo, comune, richiedente, beneficiario, strumento, strumento_respinto, decorre_dal, "
    "determinata_fino_a, pad_il, sospesa_dal, cessata_dal, causa_cessazione, versione_spettanza, versione_pad, versione_cessazione"
)
_MESI = ("decorre_dal", "determinata_fino_a", "sospesa_dal", "cessata_dal")
_SALVA = """
UPDATE posizione p SET stato = n.stato, misura = n.misura, protocollo = n.protocollo, comune = n.comune,
    richiedente = n.richiedente, beneficiario = n.beneficiario, strumento = n.strumento,
    strumento_respinto = n.strumento_respinto, decorre_dal = n.decorre_dal,
    determinata_fino_a = n.determinata_fino_a, pad_il = n.pad_il, sospesa_dal = n.sospesa_dal, cessata_dal = n.cessata_dal,
    causa_cessazione = n.causa_cessazione, versione_spettanza = n.versione_spettanza, versione_pad = n.versione_pad,
    versione_cessazione = n.versione_cessazione
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[],
            $9::bool[], $10::text[], $11::text[], $12::date[], $13::text[], $14::text[], $15::text[], $16::int[], $17::int[],
            $18::int[])
    AS n (id, stato, misura, protocollo, comune, richiedente, beneficiario, strumento, strumento_respinto, decorre_dal,
          determinata_fino_a, pad_il, sospesa_dal, cessata_dal, causa_cessazione, versione_spettanza, versione_pad, versione_cessazione)
WHERE p.id = n.id
"""
_SCRIVI_MESI = """
INSERT INTO mese_spettante (posizione_id, mese, importo_cent, quota_a_cent, quota_b_cent, version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[])
"""
_SOSPENDI = """
INSERT INTO sospensione (id, posizione_id, causa, dal_mese, versione_disposta, versione_revocata)
SELECT r.*, 0 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[]) AS r
ON CONFLICT (id) DO UPDATE SET causa = excluded.causa, dal_mese = excluded.dal_mese,
    versione_disposta = excluded.versione_disposta
WHERE sospensione.versione_disposta < excluded.versione_disposta
"""
_REVOCA = """
INSERT INTO sospensione (id, posizione_id, revocata_il, versione_disposta, versione_revocata)
SELECT r.id, r.posizione_id, r.revocata_il, 0, r.versione
FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::int[]) AS r (id, posizione_id, revocata_il, versione)
ON CONFLICT (id) DO UPDATE SET revocata_il = excluded.revocata_il, versione_revocata = excluded.versione_revocata
WHERE sospensione.versione_revocata < excluded.versione_revocata
"""


async def carica(session: Session, domande: Iterable[UUID]) -> dict[UUID, Posizione]:
    """Load and lock the posizioni of some domande, to change them: in the order of their ids, the missing ones created empty.

    The lotti in preparation will still find them as they are now.
    """
    await preparazione.apri_ai_fatti(session)
    chiavi = await crea(session, domande)
    righe = await session.fetch(
        f"SELECT {_CAMPI} FROM posizione WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", [i for i, _ in chiavi]
    )
    await preparazione.congela(session, [i for i, _ in chiavi])
    return {riga["domanda_id"]: da_riga(riga) for riga in righe}


async def crea(session: Session, domande: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Create empty the posizioni that are missing; give posizione and domanda of all, in the order of the lotto."""
    chiavi = sorted((id_posizione(domanda_id), domanda_id) for domanda_id in set(domande))
    await session.execute(_CREA, [i for i, _ in chiavi], [d for _, d in chiavi])
    return chiavi


async def blocca(session: Session, ids: Iterable[UUID]) -> None:
    """Lock posizioni, in the order of their ids: nobody decides about them until this transaction ends."""
    await session.fetch("SELECT 1 FROM posizione WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", sorted(set(ids)))


def da_riga(riga: Any) -> Posizione:
    """Build the posizione from its row."""
    valori = {nome: riga[nome] for nome in _CAMPI.split(", ")}
    for nome in _MESI:
        valori[nome] = Mese.da_testo(valori[nome]) if valori[nome] else None
    return Posizione(**valori)


async def salva(session: Session, posizioni: Sequence[Posizione]) -> None:
    """Write locked posizioni in one statement."""
    colonne = ("misura", "protocollo", "comune", "richiedente", "beneficiario", "strumento", "strumento_respinto",
               "decorre_dal", "determinata_fino_a", "pad_il", "sospesa_dal", "cessata_dal", "causa_cessazione", "versione_spettanza", "versione_pad",
               "versione_cessazione")  # fmt: skip
    await session.execute(
        _SALVA,
        [p.id for p in posizioni],
        [p.stato.value for p in posizioni],
        *([_in_colonna(getattr(p, nome)) for p in posizioni] for nome in colonne),
    )


def _in_colonna(valore: object) -> object:
    return str(valore) if isinstance(valore, Mese) else valore


async def sostituisci_mesi(session: Session, mesi: Mapping[UUID, tuple[int, Sequence[MeseDovuto]]]) -> None:
    """Replace the months due of some posizioni; each brings the version of its spettanza."""
    await session.execute("DELETE FROM mese_spettante WHERE posizione_id = ANY($1::uuid[])", list(mesi))
    righe = [(posizione_id, m, versione) for posizione_id, (versione, suoi) in mesi.items() for m in suoi]
    await session.execute(
        _SCRIVI_MESI,
        [posizione_id for posizione_id, _, _ in righe],
        [str(m.mese) for _, m, _ in righe],
        [m.importo_cent for _, m, _ in righe],
        [m.quota_a_cent for _, m, _ in righe],
        [m.quota_b_cent for _, m, _ in righe],
        [versione for _, _, versione in righe],
    )


async def sospendi(session: Session, righe: Sequence[tuple[UUID, UUID, str, Mese, int]]) -> None:
    """Write suspensions: id, posizione, causa, first month, version."""
    ids, posizioni, cause, mesi, versioni = zip(*righe, strict=True)
    await session.execute(_SOSPENDI, ids, posizioni, cause, [str(m) for m in mesi], versioni)


async def revoca(session: Session, righe: Sequence[tuple[UUID, UUID, date, int]]) -> None:
    """Write the revocations of suspensions: id, posizione, day, version."""
    await session.execute(_REVOCA, *zip(*righe, strict=True))


async def sospensioni(session: Session, posizioni: Sequence[UUID]) -> dict[UUID, list[Sospensione]]:
    """Load the suspensions of some posizioni."""
    righe = await session.fetch(
        "SELECT id, posizione_id, dal_mese, revocata_il FROM sospensione WHERE posizione_id = ANY($1::uuid[])",
        posizioni,
    )
    trovate: dict[UUID, list[Sospensione]] = {posizione_id: [] for posizione_id in posizioni}
    for riga in righe:
        dal_mese = Mese.da_testo(riga["dal_mese"]) if riga["dal_mese"] else None
        trovate[riga["posizione_id"]].append(Sospensione(riga["id"], dal_mese, riga["revocata_il"]))
    return trovate


def sigilla(session: Session, beneficiario: Beneficiario) -> bytes:
    """Seal who is paid with the key of this service."""
    return session.cifrario.cifra(beneficiario.model_dump_json().encode())


def apri(session: Session, sigillato: bytes) -> Beneficiario:
    """Open who is paid."""
    return Beneficiario.model_validate_json(session.cifrario.decifra(sigillato))
