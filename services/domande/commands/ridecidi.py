# SPDX-License-Identifier: EUPL-1.2
"""Decide again from what was kept, with the parametri of then, and compare byte by byte."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from services.domande import store
from services.domande.commands.fascicolo import componi
from services.domande.domain.canonico import impronta, prima_differenza
from shared.db.session import Session
from shared.errors import InclusioneError, NotFound
from shared.misure.archivio import versione_regole
from shared.misure.catalogo import get_misura


@dataclass(frozen=True, slots=True)
class Confronto:
    """How a recomputation went: `differenza` is the first one found, None when the bytes are the same."""

    domanda_id: UUID
    versione: int
    impronta: str
    differenza: str | None
    regole_cambiate: bool = False

    @property
    def identica(self) -> bool:
        """Whether the same bytes came out."""
        return self.differenza is None


async def ridecidi(session: Session, domanda_id: UUID) -> list[Confronto]:
    """Recompute every decision of a domanda, the last first.

    :raises NotFound: if nothing was ever decided.
    """
    decisioni = await store.decisioni(session, domanda_id)
    if not decisioni:
        raise NotFound("La domanda non esiste o non è ancora stata decisa")
    return [await _confronta(session, decisione) for decisione in decisioni]


async def ridecidi_pagina(session: Session, dopo: tuple[UUID, int], *, quante: int) -> list[Confronto]:
    """Recompute a page of all the decisions, in the order of their keys; an empty one is the end."""
    return [await _confronta(session, d) for d in await store.decisioni_dopo(session, dopo, quante=quante)]


async def _confronta(session: Session, d: store.Decisione) -> Confronto:
    if impronta(d.dossier) != d.impronta:
        return Confronto(d.domanda_id, d.versione, d.impronta, "il fascicolo conservato non corrisponde all'impronta")
    if d.ingresso is None:
        return Confronto(d.domanda_id, d.versione, d.impronta, "la decisione è anteriore alla conservazione dei fatti")
    misura = get_misura(d.ingresso.misura)
    cambiate = versione_regole(misura.cartella) != d.ingresso.regole
    try:
        parametri = await store.parametri_archiviati(session, misura.parametri.misura, d.ingresso.parametri)
        rifatta = componi(d.ingresso, d.fatti, parametri=parametri)
    except InclusioneError as errore:
        return Confronto(d.domanda_id, d.versione, d.impronta, str(errore), cambiate)
    return Confronto(d.domanda_id, d.versione, d.impronta, _differenza(d.dossier, rifatta.contenuto), cambiate)


def _differenza(conservato: bytes, rifatto: bytes) -> str | None:
    if conservato == rifatto:
        return None
    return prima_differenza(orjson.loads(conservato), orjson.loads(rifatto)) or "stesso contenuto, byte diversi"
