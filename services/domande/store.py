# SPDX-License-Identifier: EUPL-1.2
"""Rows <-> domain: the domanda with its sealed form, decisions, spettanze."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.domande.domain.domanda import Domanda, DomandaId, EsitoDecisione, Stato
from services.domande.schemas import archivio
from services.domande.schemas.archivio import Ingresso
from services.domande.schemas.modulo import DomandaIn
from shared.contracts.domande import MeseSpettante
from shared.contracts.verifiche_anagrafiche import FattiVerificati
from shared.db.session import Session
from shared.errors import NotFound
from shared.kernel.importo import da_centesimi, in_centesimi
from shared.kernel.mese import Mese
from shared.misure.archivio import rileggi
from shared.misure.archivio import scrivi as archivia
from shared.misure.parametri import Parametri, ParametroMancante

CAMPI = (
    "id, protocollo, misura, stato, comune, ente, presentata_il, giorno, numero_del_giorno, version, decisa_il, "
    "integrare_entro, pad_il, decorre_dal, cessata_il, causa_cessazione, versione_modulo, modulo_il, rinunciata_il"
)
_INSERT = """
INSERT INTO domanda (id, protocollo, numero_del_giorno, misura, comune, ente, richiedente, modulo,
                     stato, presentata_il, giorno, version)
SELECT r.*, 'ACQUISITA', $9, $10, 1
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[]) AS r
"""
_UPDATE = """
UPDATE domanda d SET stato = n.stato, decisa_il = n.decisa_il, integrare_entro = n.integrare_entro, pad_il = n.pad_il,
    decorre_dal = n.decorre_dal, cessata_il = n.cessata_il, causa_cessazione = n.causa_cessazione, version = n.version,
    versione_modulo = n.versione_modulo, modulo_il = n.modulo_il, rinunciata_il = n.rinunciata_il
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::date[], $5::date[], $6::text[], $7::date[], $8::text[],
            $9::int[], $10::int[], $11::timestamptz[], $12::timestamptz[])
    AS n (id, stato, decisa_il, integrare_entro, pad_il, decorre_dal, cessata_il, causa_cessazione, version,
          versione_modulo, modulo_il, rinunciata_il)
WHERE d.id = n.id
"""
_CAMPI_DECISIONE = "domanda_id, version, esito, decisa_il, parametri, fatti, dossier, impronta, ingresso"
_INSERT_DECISIONE = """
INSERT INTO decisione (domanda_id, version, esito, decisa_il, parametri, fatti, dossier, impronta, ingresso)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::bytea[], $7::bytea[], $8::text[],
                     $9::bytea[])
"""
_ULTIMA_DECISIONE = f"""
SELECT DISTINCT ON (domanda_id) {_CAMPI_DECISIONE} FROM decisione WHERE domanda_id = ANY($1::uuid[]) ORDER BY domanda_id, version DESC
"""
_INSERT_PARAMETRI = """
INSERT INTO parametri_versione (misura, versione, testo, archiviata_il)
SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM parametri_versione WHERE misura = $1 AND versione = $2)
ON CONFLICT DO NOTHING
"""
_SCRIVI_SPETTANZA = """
INSERT INTO spettanza (domanda_id, mese, importo_cent, quota_a_cent, quota_b_cent, version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[])
ON CONFLICT (domanda_id, mese) DO UPDATE SET importo_cent = excluded.importo_cent,
    quota_a_cent = excluded.quota_a_cent, quota_b_cent = excluded.quota_b_cent, version = excluded.version
"""
_SPETTANZE = """
SELECT domanda_id, mese, importo_cent, quota_a_cent, quota_b_cent FROM spettanza
WHERE domanda_id = ANY($1::uuid[]) ORDER BY domanda_id, mese
"""


@dataclass(frozen=True, slots=True)
class Nuova:
    """A domanda to be written for the first time; `richiedente` is the keyed hash, `contenuto` the form as it is kept."""

    id: DomandaId
    protocollo: str
    numero_del_giorno: int
    ente: str
    richiedente: bytes
    modulo: DomandaIn
    contenuto: bytes


@dataclass(frozen=True, slots=True)
class DaDecidere:
    """A domanda with its form, locked for a decision."""

    domanda: Domanda
    modulo: DomandaIn


@dataclass(frozen=True, slots=True)
class Decisione:
    """A decision taken: what it rests on, and the dossier as canonical JSON bytes with its hash.

    `fatti` are the answers of the registries, `ingresso` what the rules were given (None only in the oldest ones).
    """

    domanda_id: DomandaId
    versione: int
    esito: EsitoDecisione
    decisa_il: datetime
    parametri: str
    fatti: FattiVerificati
    dossier: bytes
    impronta: str
    ingresso: Ingresso | None


def da_riga(riga: Any) -> Domanda:
    """Build the domanda from a row with the columns of `CAMPI`."""
    valori = {nome: riga[nome] for nome in CAMPI.split(", ")}
    decorre = valori["decorre_dal"]
    valori |= {
        "stato": Stato(valori["stato"]),
        "decorre_dal": Mese.da_testo(decorre) if decorre else None,
        "versione": valori.pop("version"),
    }
    return Domanda(**valori)


def inserisci(session: Session, nuove: Sequence[Nuova], *, now: datetime, giorno: date) -> None:
    """Write new domande, just before COMMIT."""
    session.rimanda(
        _INSERT,
        [n.id for n in nuove],
        [n.protocollo for n in nuove],
        [n.numero_del_giorno for n in nuove],
        [n.modulo.misura for n in nuove],
        [n.modulo.richiedente.residenza.comune for n in nuove],
        [n.ente for n in nuove],
        [n.richiedente for n in nuove],
        [session.cifrario.cifra(n.contenuto) for n in nuove],
        now,
        giorno,
    )


async def carica(session: Session, ids: Sequence[UUID], *, blocca: bool = True) -> dict[DomandaId, DaDecidere]:
    """Load domande with their forms, in the order of their ids, and lock them unless they are only to be read."""
    righe = await session.fetch(
        f"SELECT {CAMPI}, modulo FROM domanda WHERE id = ANY($1::uuid[]) ORDER BY id {'FOR UPDATE' if blocca else ''}",
        sorted(set(ids)),
    )
    return {riga["id"]: DaDecidere(da_riga(riga), apri_modulo(session, riga["modulo"])) for riga in righe}


async def carica_una(session: Session, domanda_id: UUID) -> DaDecidere:
    """Load and lock one domanda.

    :raises NotFound: if it is not there.
    """
    trovate = await carica(session, [domanda_id])
    if not trovate:
        raise NotFound("La domanda non esiste o non è visibile a chi chiama")
    return next(iter(trovate.values()))


def apri_modulo(session: Session, cifrato: bytes) -> DomandaIn:
    """Open a sealed form."""
    return DomandaIn.model_validate_json(session.cifrario.decifra(cifrato))


async def salva_modulo(session: Session, domanda_id: DomandaId, modulo: DomandaIn) -> None:
    """Replace the form of a domanda that was completed."""
    cifrato = session.cifrario.cifra(modulo.model_dump_json().encode())
    await session.execute("UPDATE domanda SET modulo = $2 WHERE id = $1", domanda_id, cifrato)


async def salva(session: Session, domande: Sequence[Domanda]) -> None:
    """Write the changed state of locked domande in one statement."""
    await session.execute(
        _UPDATE,
        [d.id for d in domande],
        [d.stato.value for d in domande],
        [d.decisa_il for d in domande],
        [d.integrare_entro for d in domande],
        [d.pad_il for d in domande],
        [str(d.decorre_dal) if d.decorre_dal else None for d in domande],
        [d.cessata_il for d in domande],
        [d.causa_cessazione for d in domande],
        [d.versione for d in domande],
        [d.versione_modulo for d in domande],
        [d.modulo_il for d in domande],
        [d.rinunciata_il for d in domande],
    )


async def salva_decisioni(session: Session, decisioni: Sequence[Decisione]) -> None:
    """Append decisions, sealed."""
    await session.execute(
        _INSERT_DECISIONE,
        [d.domanda_id for d in decisioni],
        [d.versione for d in decisioni],
        [d.esito.value for d in decisioni],
        [d.decisa_il for d in decisioni],
        [d.parametri for d in decisioni],
        [session.cifrario.cifra(d.fatti.model_dump_json().encode()) for d in decisioni],
        [session.cifrario.cifra(d.dossier) for d in decisioni],
        [d.impronta for d in decisioni],
        [session.cifrario.cifra(archivio.scrivi(d.ingresso)) if d.ingresso else None for d in decisioni],
    )


async def ultime_decisioni(session: Session, ids: Sequence[UUID]) -> dict[DomandaId, Decisione]:
    """Load the last decision of each domanda."""
    righe = await session.fetch(_ULTIMA_DECISIONE, list(ids))
    return {riga["domanda_id"]: _decisione(session, riga) for riga in righe}


async def decisioni(session: Session, domanda_id: UUID) -> list[Decisione]:
    """Load every decision of a domanda, the last first."""
    righe = await session.fetch(
        f"SELECT {_CAMPI_DECISIONE} FROM decisione WHERE domanda_id = $1 ORDER BY version DESC", domanda_id
    )
    return [_decisione(session, riga) for riga in righe]


async def decisioni_dopo(session: Session, dopo: tuple[UUID, int], *, quante: int) -> list[Decisione]:
    """Load a page of the decisions of all the domande, in the order of their keys."""
    righe = await session.fetch(
        f"SELECT {_CAMPI_DECISIONE} FROM decisione WHERE (domanda_id, version) > ($1, $2) "
        "ORDER BY domanda_id, version LIMIT $3",
        *dopo,
        quante,
    )
    return [_decisione(session, riga) for riga in righe]


def _decisione(session: Session, riga: Any) -> Decisione:
    ingresso = riga["ingresso"]
    return Decisione(
        domanda_id=riga["domanda_id"],
        versione=riga["version"],
        esito=EsitoDecisione(riga["esito"]),
        decisa_il=riga["decisa_il"],
        parametri=riga["parametri"],
        fatti=FattiVerificati.model_validate_json(session.cifrario.decifra(riga["fatti"])),
        dossier=session.cifrario.decifra(riga["dossier"]),
        impronta=riga["impronta"],
        ingresso=archivio.leggi(session.cifrario.decifra(ingresso)) if ingresso else None,
    )


async def archivia_parametri(session: Session, parametri: Parametri, *, now: datetime) -> None:
    """Keep the parametri of a version, the first time that it decides something."""
    await session.execute(_INSERT_PARAMETRI, parametri.misura, parametri.versione, archivia(parametri), now)


async def parametri_archiviati(session: Session, misura: str, versione: str) -> Parametri:
    """Read the parametri of a version that has decided something.

    :raises ParametroMancante: if nobody kept that version.
    """
    testo = await session.fetchval(
        "SELECT testo FROM parametri_versione WHERE misura = $1 AND versione = $2", misura, versione
    )
    if testo is None:
        raise ParametroMancante(f"La versione {versione} dei parametri non è in archivio")
    return rileggi(misura, testo, versione=versione)


async def salva_spettanze(session: Session, spettanze: Sequence[tuple[Domanda, MeseSpettante]]) -> None:
    """Write what is due month by month; a newer determination of a month replaces the older one."""
    await session.execute(
        _SCRIVI_SPETTANZA,
        [d.id for d, _ in spettanze],
        [str(m.mese) for _, m in spettanze],
        [in_centesimi(m.importo) for _, m in spettanze],
        [in_centesimi(m.quota_a) for _, m in spettanze],
        [in_centesimi(m.quota_b) for _, m in spettanze],
        [d.versione for d, _ in spettanze],
    )


async def elimina_spettanze(session: Session, superate: Sequence[tuple[DomandaId, Mese]]) -> None:
    """Delete the months that are no longer part of what is due."""
    await session.execute(
        "DELETE FROM spettanza s USING unnest($1::uuid[], $2::text[]) AS n (domanda_id, mese) "
        "WHERE s.domanda_id = n.domanda_id AND s.mese = n.mese",
        [domanda_id for domanda_id, _ in superate],
        [str(mese) for _, mese in superate],
    )


async def spettanze(session: Session, domanda_id: UUID) -> list[MeseSpettante]:
    """Read what is due, oldest month first."""
    return (await spettanze_di(session, [domanda_id])).get(DomandaId(domanda_id), [])


async def spettanze_di(session: Session, ids: Sequence[UUID]) -> dict[DomandaId, list[MeseSpettante]]:
    """Read what is due for each domanda, oldest month first."""
    trovate: dict[DomandaId, list[MeseSpettante]] = {}
    for riga in await session.fetch(_SPETTANZE, list(ids)):
        mese = MeseSpettante(
            mese=Mese.da_testo(riga["mese"]),
            importo=da_centesimi(riga["importo_cent"]),
            quota_a=da_centesimi(riga["quota_a_cent"]),
            quota_b=da_centesimi(riga["quota_b_cent"]),
        )
        trovate.setdefault(riga["domanda_id"], []).append(mese)
    return trovate
