# SPDX-License-Identifier: EUPL-1.2
"""Rows of `registro`: failures in a row and pauses, shared by all the replicas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.verifiche_anagrafiche.domain.interrogazione import FALLIMENTI_MASSIMI, PAUSA_REGISTRO, Registro
from shared.db.session import Session

_BENE = "UPDATE registro SET fallimenti = 0, sospeso_fino = NULL WHERE nome = ANY($1::text[]) AND (fallimenti > 0 OR sospeso_fino IS NOT NULL)"
_MALE = """
INSERT INTO registro AS r (nome, fallimenti, motivo, sospeso_fino)
VALUES ($1, $2::int, $3, CASE WHEN $4::interval IS NOT NULL THEN clock_timestamp() + $4::interval
                         WHEN $2::int >= $5::int THEN clock_timestamp() + $6::interval END)
ON CONFLICT (nome) DO UPDATE SET
    fallimenti = r.fallimenti + excluded.fallimenti, motivo = excluded.motivo,
    sospeso_fino = greatest(r.sospeso_fino, excluded.sospeso_fino,
                            CASE WHEN r.fallimenti + $2::int >= $5::int THEN clock_timestamp() + $6::interval END)
RETURNING coalesce(sospeso_fino > clock_timestamp(), false)
"""
_NOMINA_ATTESA = """
UPDATE verifica SET attesa = 'REGISTRO:' || $1::text
WHERE id IN (SELECT v.id FROM verifica v WHERE v.stato = 'APERTA' AND v.attesa IS NULL
               AND EXISTS (SELECT 1 FROM interrogazione i WHERE i.verifica_id = v.id AND i.registro = $1::text AND i.stato = 'DA_ESEGUIRE')
             LIMIT $2 FOR UPDATE SKIP LOCKED)
"""
_ATTESE_PER_VOLTA = 5000


@dataclass(frozen=True, slots=True)
class Guaio:
    """What went wrong with a registry: failures to count, and a pause that it asked for or that we impose."""

    registro: Registro
    motivo: str
    fallimenti: int = 0
    pausa: timedelta | None = None


async def registra_bene(session: Session, registri: Sequence[Registro]) -> None:
    """Note that registries answered: the failures in a row are over."""
    if registri:
        await session.execute(_BENE, sorted({r.value for r in registri}))


async def registra_guaio(session: Session, guaio: Guaio) -> None:
    """Count failures and pause the registry if they are too many; the verifiche that wait for it say so."""
    nome = guaio.registro.value
    sospeso = await session.fetchval(
        _MALE, nome, guaio.fallimenti, guaio.motivo, guaio.pausa, FALLIMENTI_MASSIMI, PAUSA_REGISTRO
    )
    if sospeso:
        await session.execute(_NOMINA_ATTESA, nome, _ATTESE_PER_VOLTA)
