# SPDX-License-Identifier: EUPL-1.2
"""Rows of `interrogazione`: written in one statement, claimed with a lease, answered many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.verifiche_anagrafiche.domain.interrogazione import (
    FALLIMENTI_MASSIMI,
    Classe,
    Controllo,
    Domanda,
    Registro,
    StatoInterrogazione,
)
from services.verifiche_anagrafiche.domain.risposte import (
    Attestazione,
    Carichi,
    Cittadinanze,
    Famiglia,
    Rapporti,
    Residenza,
    Risposta,
    Veicoli,
)
from shared.db.session import Session
from shared.kernel.identita import nuovo_id

_FORME: dict[Controllo, TypeAdapter[Any]] = {
    Controllo.FAMIGLIA: TypeAdapter(Famiglia),
    Controllo.RESIDENZA: TypeAdapter(Residenza),
    Controllo.CITTADINANZA: TypeAdapter(Cittadinanze),
    Controllo.ISEE: TypeAdapter(Attestazione),
    Controllo.VEICOLI: TypeAdapter(Veicoli),
    Controllo.GIUDIZIARIO: TypeAdapter(Carichi),
    Controllo.LAVORO: TypeAdapter(Rapporti),
}
_INSERISCI = """
INSERT INTO interrogazione (id, verifica_id, domanda_versione, registro, controllo, soggetto, codice_fiscale,
                            stato, tentativi, prossimo_il)
SELECT n.*, 'DA_ESEGUIRE', 0, clock_timestamp()
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::bytea[], $7::bytea[]) AS n
ON CONFLICT (verifica_id, domanda_versione, controllo, soggetto) DO NOTHING
"""
_ANNULLA = """
UPDATE interrogazione i SET stato = 'ANNULLATA', lease_fino = NULL
FROM unnest($1::uuid[], $2::int[]) AS n (verifica_id, fino_a)
WHERE i.verifica_id = n.verifica_id AND i.domanda_versione <= n.fino_a AND i.stato IN ('DA_ESEGUIRE', 'DA_OPERATORE')
"""
# A registry that is left alone is not asked; after the pause one question tries it before the others.
_PRENDI = """
WITH prese AS (
    SELECT i.id FROM interrogazione i
    WHERE i.registro = $1 AND i.stato = 'DA_ESEGUIRE' AND i.prossimo_il <= clock_timestamp()
      AND NOT EXISTS (SELECT 1 FROM registro WHERE nome = $1 AND sospeso_fino > clock_timestamp())
    ORDER BY i.prossimo_il, i.numero
    LIMIT CASE WHEN EXISTS (SELECT 1 FROM registro WHERE nome = $1 AND fallimenti >= $4) THEN 1 ELSE $2 END
    FOR UPDATE OF i SKIP LOCKED
)
UPDATE interrogazione i
SET tentativi = i.tentativi + 1, lease_fino = clock_timestamp() + $3, prossimo_il = clock_timestamp() + $3
FROM prese, verifica v
WHERE i.id = prese.id AND v.id = i.verifica_id
RETURNING i.id, i.verifica_id, i.controllo, i.codice_fiscale, i.numero, i.tentativi, v.protocollo, v.giorno, v.domanda_id
"""
_REGISTRA = """
UPDATE interrogazione i SET stato = n.stato, classe = n.classe, motivo = n.motivo, risposta = n.risposta,
    operazione = n.operazione, risposta_il = n.risposta_il, lease_fino = NULL,
    tentativi = i.tentativi - n.non_contati,
    prossimo_il = clock_timestamp() + n.ritardo * (1 + random() * 0.25)
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::timestamptz[], $8::int[],
            $9::interval[])
    AS n (id, stato, classe, motivo, risposta, operazione, risposta_il, non_contati, ritardo)
WHERE i.id = n.id AND i.stato = 'DA_ESEGUIRE'
"""
_STATI = """
SELECT i.verifica_id, i.registro, i.stato, i.classe FROM interrogazione i
JOIN verifica v ON v.id = i.verifica_id AND v.domanda_versione = i.domanda_versione
WHERE i.verifica_id = ANY($1::uuid[]) ORDER BY i.registro
"""
_RICEVUTE = """
SELECT i.verifica_id, i.controllo, i.codice_fiscale, i.risposta, i.operazione, i.risposta_il FROM interrogazione i
JOIN verifica v ON v.id = i.verifica_id AND v.domanda_versione = i.domanda_versione
WHERE i.verifica_id = ANY($1::uuid[]) AND i.stato = 'RISPOSTA' ORDER BY i.numero
"""


@dataclass(frozen=True, slots=True)
class DaChiedere:
    """A claimed question, with what the call needs."""

    id: UUID
    verifica_id: UUID
    domanda_id: UUID
    controllo: Controllo
    soggetto: str
    numero: int
    tentativi: int
    protocollo: str
    giorno: date


@dataclass(frozen=True, slots=True)
class DaRegistrare:
    """What a call changes in its row."""

    id: UUID
    controllo: Controllo
    stato: StatoInterrogazione
    classe: Classe
    motivo: str | None
    risposta: Risposta | None
    operazione: str | None
    ritardo: timedelta
    conta: bool


@dataclass(frozen=True, slots=True)
class Stato:
    """Where one question of a verifica stands."""

    registro: Registro
    stato: StatoInterrogazione
    classe: Classe | None


@dataclass(frozen=True, slots=True)
class Ricevuta:
    """An answer with its evidence; `risposta` None when the registry holds nothing."""

    controllo: Controllo
    soggetto: str
    risposta: Risposta | None
    operazione: str | None
    istante: datetime


async def inserisci(session: Session, domande: Sequence[tuple[UUID, int, Domanda]]) -> None:
    """Write the questions of verifiche (id, version of the domanda, question); those that are there already stay."""
    if not domande:
        return
    cifrario = session.cifrario
    await session.execute(
        _INSERISCI,
        [nuovo_id() for _ in domande],
        [verifica_id for verifica_id, _, _ in domande],
        [versione for _, versione, _ in domande],
        [d.registro.value for _, _, d in domande],
        [d.controllo.value for _, _, d in domande],
        [cifrario.impronta(d.soggetto) for _, _, d in domande],
        [cifrario.cifra(d.soggetto.encode()) for _, _, d in domande],
    )


async def annulla(session: Session, giri: Sequence[tuple[UUID, int]]) -> None:
    """Annul the open questions of verifiche, up to a version of the domanda."""
    await session.execute(_ANNULLA, [verifica_id for verifica_id, _ in giri], [fino_a for _, fino_a in giri])


async def prendi(session: Session, registro: Registro, quante: int, *, lease: timedelta) -> list[DaChiedere]:
    """Claim the due questions of a registry."""
    righe = await session.fetch(_PRENDI, registro.value, quante, lease, FALLIMENTI_MASSIMI)
    return [_da_chiedere(session, riga) for riga in sorted(righe, key=lambda riga: riga["numero"])]


def _da_chiedere(session: Session, riga: Any) -> DaChiedere:
    return DaChiedere(
        id=riga["id"],
        verifica_id=riga["verifica_id"],
        domanda_id=riga["domanda_id"],
        controllo=Controllo(riga["controllo"]),
        soggetto=session.cifrario.decifra(riga["codice_fiscale"]).decode(),
        numero=riga["numero"],
        tentativi=riga["tentativi"],
        protocollo=riga["protocollo"],
        giorno=riga["giorno"],
    )


async def registra(session: Session, esiti: Sequence[DaRegistrare], *, now: datetime) -> None:
    """Write how calls ended; a question that was annulled meanwhile stays so."""
    chiuse = (StatoInterrogazione.RISPOSTA,)
    await session.execute(
        _REGISTRA,
        [e.id for e in esiti],
        [e.stato.value for e in esiti],
        [e.classe.value for e in esiti],
        [e.motivo for e in esiti],
        [_sigilla(session, e.controllo, e.risposta) for e in esiti],
        [e.operazione for e in esiti],
        [now if e.stato in chiuse else None for e in esiti],
        [0 if e.conta else 1 for e in esiti],
        [e.ritardo for e in esiti],
    )


def _sigilla(session: Session, controllo: Controllo, risposta: Risposta | None) -> bytes | None:
    if risposta is None:
        return None
    return session.cifrario.cifra(_FORME[controllo].dump_json(risposta))


async def stati(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Stato]]:
    """Read where the questions of the present round stand, by verifica."""
    raccolti: dict[UUID, list[Stato]] = {}
    for riga in await session.fetch(_STATI, list(ids)):
        classe = Classe(riga["classe"]) if riga["classe"] else None
        stato = Stato(Registro(riga["registro"]), StatoInterrogazione(riga["stato"]), classe)
        raccolti.setdefault(riga["verifica_id"], []).append(stato)
    return raccolti


async def ricevute(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Ricevuta]]:
    """Open the answers of the present round, by verifica, in the order of the questions."""
    raccolte: dict[UUID, list[Ricevuta]] = {}
    for riga in await session.fetch(_RICEVUTE, list(ids)):
        raccolte.setdefault(riga["verifica_id"], []).append(_ricevuta(session, riga))
    return raccolte


def _ricevuta(session: Session, riga: Any) -> Ricevuta:
    controllo, cifrario = Controllo(riga["controllo"]), session.cifrario
    risposta = None
    if riga["risposta"] is not None:
        risposta = _FORME[controllo].validate_json(cifrario.decifra(riga["risposta"]))
    soggetto = cifrario.decifra(riga["codice_fiscale"]).decode()
    return Ricevuta(controllo, soggetto, risposta, riga["operazione"], riga["risposta_il"])
