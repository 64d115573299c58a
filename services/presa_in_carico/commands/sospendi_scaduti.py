# SPDX-License-Identifier: EUPL-1.2
"""Suspend the nuclei that let the term for the first meeting pass: a batch in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from services.presa_in_carico import store
from services.presa_in_carico.domain.caso import Caso, CasoId
from services.presa_in_carico.domain.sospensione import Sospensione
from services.presa_in_carico.domain.termini import termini
from shared.contracts.presa_in_carico import SospensioneDispostaV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale

_SCADUTI = """
SELECT id FROM caso
WHERE stato = 'PAD_SOTTOSCRITTO' AND sospensione_id IS NULL AND incontro_entro < $1 ORDER BY incontro_entro LIMIT $2
"""


async def scaduti(session: Session, *, quanti: int, now: datetime) -> list[CasoId]:
    """Find the casi whose term is over and that nobody has suspended yet."""
    righe = await session.fetch(_SCADUTI, giorno_legale(now), quanti)
    return [CasoId(riga["id"]) for riga in righe]


async def sospendi_scaduti(session: Session, ids: Sequence[CasoId], *, now: datetime) -> None:
    """Suspend those whose term is over, and announce it; a caso that somebody is working on waits for the next pass."""
    casi = await store.carica(session, ids, salta_occupati=True)
    oggi = giorno_legale(now)

    sospesi = [c.sospendi(oggi=oggi, termini=termini(c.misura)) for c in casi if c.scaduto(oggi=oggi)]
    disposte = [(c, c.sospensione) for c in sospesi if c.sospensione]

    await store.inserisci_sospensioni(session, [(c.id, s) for c, s in disposte])
    await store.salva(session, [c for c, _ in disposte])
    for caso, disposta in disposte:
        session.emit(_disposta(caso, disposta), now=now)


def _disposta(caso: Caso, sospensione: Sospensione) -> SospensioneDispostaV1:
    return SospensioneDispostaV1(
        domanda_id=caso.domanda_id,
        versione=caso.versione,
        caso_id=caso.id,
        sospensione_id=sospensione.id,
        causa=sospensione.causa.value,
        dal_mese=sospensione.dal_mese,
    )
