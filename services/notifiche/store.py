# SPDX-License-Identifier: EUPL-1.2
"""Rows <-> domain: deliveries with the notice they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from services.notifiche.domain.avviso import Avviso
from services.notifiche.domain.consegna import Canale, Consegna, StatoConsegna, StatoNotifica
from services.notifiche.schemas.contenuto import Contenuto
from services.notifiche.schemas.scheda import Pratica
from shared.contracts.domande import Recapiti
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale

# A row of the driver, or anything read by column name.
Riga: TypeAlias = Any

CAMPI_CONSEGNA = (
    "c.id, c.notifica_id, c.canale, c.stato, c.prossimo_il, c.tentativi, c.controlli, c.giro, c.id_esterno, c.esito, "
    "c.consegnata_il"
)
CAMPI_AVVISO = (
    "n.avviso, n.contenuto, n.creata_il, n.versione_fatto, d.recapiti, d.misura, d.protocollo, d.giorno AS presentata"
)
_SALVA_CONSEGNE = """
INSERT INTO consegna (id, notifica_id, canale, stato, prossimo_il, tentativi, controlli, giro, id_esterno, esito,
                      consegnata_il)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::int[], $8::int[],
                     $9::text[], $10::text[], $11::timestamptz[])
ON CONFLICT (id) DO UPDATE SET stato = excluded.stato, prossimo_il = excluded.prossimo_il,
    tentativi = excluded.tentativi, controlli = excluded.controlli, giro = excluded.giro,
    id_esterno = excluded.id_esterno, esito = excluded.esito, consegnata_il = excluded.consegnata_il, lease_fino_al = NULL
"""
_LOCK_NOTIFICA = "SELECT id, domanda_id, avviso, stato, version FROM notifica WHERE id = $1 FOR UPDATE"
_SALVA_NOTIFICA = """
UPDATE notifica SET stato = $2::text, version = $3,
    chiusa_il = CASE WHEN $2::text <> 'DA_INVIARE' THEN coalesce(chiusa_il, $4::timestamptz) END,
    iniziata_il = CASE WHEN $5 THEN NULL ELSE iniziata_il END
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Notifica:
    """A notice, locked for a change of state."""

    id: UUID
    domanda_id: UUID
    avviso: Avviso
    stato: StatoNotifica
    versione: int


@dataclass(frozen=True, slots=True)
class Messaggio:
    """What a template needs: kind of notice, content, domanda with its richiedente, legal day of writing."""

    notifica_id: UUID
    avviso: Avviso
    contenuto: Contenuto
    pratica: Pratica
    scritta: date
    versione_fatto: int


def consegna_da_riga(riga: Riga) -> Consegna:
    """Build a delivery from a row with the columns of `CAMPI_CONSEGNA`."""
    return Consegna(
        id=riga["id"],
        notifica_id=riga["notifica_id"],
        canale=Canale(riga["canale"]),
        stato=StatoConsegna(riga["stato"]),
        prossimo_il=riga["prossimo_il"],
        tentativi=riga["tentativi"],
        controlli=riga["controlli"],
        giro=riga["giro"],
        id_esterno=riga["id_esterno"],
        esito=riga["esito"],
        consegnata_il=riga["consegnata_il"],
    )


def messaggio_da_riga(session: Session, riga: Riga) -> Messaggio:
    """Open what is sealed in a row with the columns of `CAMPI_AVVISO` and the id of the notice."""
    cifrario = session.cifrario
    recapiti = Recapiti.model_validate_json(cifrario.decifra(riga["recapiti"]))
    return Messaggio(
        notifica_id=riga["notifica_id"],
        avviso=Avviso(riga["avviso"]),
        contenuto=Contenuto.model_validate_json(cifrario.decifra(riga["contenuto"])),
        pratica=Pratica(riga["misura"], riga["protocollo"], riga["presentata"], recapiti),
        scritta=giorno_legale(riga["creata_il"]),
        versione_fatto=riga["versione_fatto"],
    )


async def blocca_notifica(session: Session, notifica_id: UUID) -> Notifica | None:
    """Lock a notice for a change."""
    riga = await session.fetchrow(_LOCK_NOTIFICA, notifica_id)
    if riga is None:
        return None
    return Notifica(
        riga["id"], riga["domanda_id"], Avviso(riga["avviso"]), StatoNotifica(riga["stato"]), riga["version"]
    )


async def salva_notifica(session: Session, notifica: Notifica, *, ferma: bool, now: datetime) -> None:
    """Write state and version of a locked notice; `ferma`: nothing has left yet, a later fact may still take it back."""
    await session.execute(_SALVA_NOTIFICA, notifica.id, notifica.stato.value, notifica.versione, now, ferma)


async def consegne(session: Session, notifica_id: UUID) -> dict[Canale, Consegna]:
    """Load the deliveries of a notice, by channel."""
    righe = await session.fetch(f"SELECT {CAMPI_CONSEGNA} FROM consegna c WHERE c.notifica_id = $1", notifica_id)
    return {consegna.canale: consegna for consegna in map(consegna_da_riga, righe)}


async def salva_consegne(session: Session, consegne: Iterable[Consegna]) -> None:
    """Write new or changed deliveries in one statement; their lease ends."""
    righe: Sequence[Consegna] = list(consegne)
    await session.execute(
        _SALVA_CONSEGNE,
        [c.id for c in righe],
        [c.notifica_id for c in righe],
        [c.canale.value for c in righe],
        [c.stato.value for c in righe],
        [c.prossimo_il for c in righe],
        [c.tentativi for c in righe],
        [c.controlli for c in righe],
        [c.giro for c in righe],
        [c.id_esterno for c in righe],
        [c.esito for c in righe],
        [c.consegnata_il for c in righe],
    )


async def salva_lettera(session: Session, notifica_id: UUID, pdf: bytes, sha256: str, *, now: datetime) -> None:
    """Archive the letter, sealed; the first one stays."""
    await session.execute(
        "INSERT INTO lettera (notifica_id, pdf, sha256, creata_il) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        notifica_id,
        session.cifrario.cifra(pdf),
        sha256,
        now,
    )
