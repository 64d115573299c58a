# SPDX-License-Identifier: EUPL-1.2
"""Determine again, in bulk and from a month on, what is due: first to see what would change, then for good.

Each block is one transaction. A run that was stopped goes on from its mark; a block done twice changes nothing, for
what is written is compared with what comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.domande import store
from services.domande.commands.determina_spettanza import annuncia, fatti_decisi, mesi_dovuti, sostituisci
from services.domande.domain.domanda import Domanda, EsitoDecisione
from services.domande.domain.variazione import Variazione
from services.domande.schemas.modulo import DomandaIn
from shared.contracts.domande import MeseSpettante
from shared.db.session import Session
from shared.kernel.identita import nuovo_id
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.parametri import Parametri

_PRIMA = UUID(int=0)
_DA_ESAMINARE = """
SELECT id FROM domanda WHERE misura = $1 AND decorre_dal IS NOT NULL AND id > $2 ORDER BY id LIMIT $3
"""
_AVVIA = """
INSERT INTO rideterminazione (id, misura, dal, parametri, avviata_il, esaminate, cambiate)
SELECT $1, $2, $3, $4, $5, 0, 0
ON CONFLICT (misura, dal) WHERE conclusa_il IS NULL DO NOTHING
"""
_ABBANDONA = """
UPDATE rideterminazione SET conclusa_il = $4 WHERE misura = $1 AND dal = $2 AND parametri <> $3 AND conclusa_il IS NULL
"""
_IN_CORSO = """
SELECT id, ultima, esaminate, cambiate FROM rideterminazione
WHERE misura = $1 AND dal = $2 AND conclusa_il IS NULL FOR UPDATE
"""
_SEGNA = """
UPDATE rideterminazione SET ultima = $2, esaminate = esaminate + $3, cambiate = cambiate + $4, conclusa_il = $5
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Ricalcolo:
    """Which months of which misura to determine again, with which parametri."""

    misura: str
    dal: Mese
    parametri: Parametri

    @classmethod
    def di(cls, misura: str, dal: Mese) -> "Ricalcolo":
        """Ask for the parametri in force now.

        :raises MisuraSconosciuta: if the catalogue does not have the misura.
        """
        return cls(misura, dal, get_misura(misura).parametri)


@dataclass(frozen=True, slots=True)
class Blocco:
    """Some nuclei examined: what changes, and the mark from which to go on; None when they were the last."""

    variazioni: tuple[Variazione, ...]
    cambiate: int
    ultima: UUID | None


@dataclass(frozen=True, slots=True)
class _Rideterminata:
    domanda: Domanda
    modulo: DomandaIn
    prima: list[MeseSpettante]
    dopo: list[MeseSpettante]
    variazione: Variazione

    @property
    def cambiata(self) -> bool:
        return self.prima != self.dopo


async def prova_blocco(session: Session, ricalcolo: Ricalcolo, *, dopo: UUID | None, quante: int) -> Blocco:
    """See what would change for the next nuclei; nothing is written."""
    esaminate, ultima = await _esamina(session, ricalcolo, dopo or _PRIMA, quante, blocca=False)
    return Blocco(tuple(e.variazione for e in esaminate), sum(e.cambiata for e in esaminate), ultima)


async def esegui_blocco(session: Session, ricalcolo: Ricalcolo, *, quante: int, now: datetime) -> Blocco:
    """Take up the run where it is, write what changes for the next nuclei and announce it."""
    chiave = (ricalcolo.misura, str(ricalcolo.dal))
    await session.execute(_ABBANDONA, *chiave, ricalcolo.parametri.versione, now)
    await session.execute(_AVVIA, nuovo_id(), *chiave, ricalcolo.parametri.versione, now)
    corsa = await session.fetchrow(_IN_CORSO, *chiave)
    assert corsa is not None
    esaminate, ultima = await _esamina(session, ricalcolo, corsa["ultima"] or _PRIMA, quante, blocca=True)
    cambiate = [replace(e, domanda=e.domanda.ridetermina()) for e in esaminate if e.cambiata]
    if cambiate:
        await store.archivia_parametri(session, ricalcolo.parametri, now=now)
        await store.salva(session, [e.domanda for e in cambiate])
        await sostituisci(session, {e.domanda.id: (e.domanda, e.dopo) for e in cambiate})
    for e in cambiate:
        annuncia(session, e.domanda, e.modulo, e.dopo, now=now)
    conclusa = now if ultima is None else None
    await session.execute(_SEGNA, corsa["id"], ultima or corsa["ultima"], len(esaminate), len(cambiate), conclusa)
    return Blocco(tuple(e.variazione for e in esaminate), len(cambiate), ultima)


async def _esamina(
    session: Session, ricalcolo: Ricalcolo, dopo: UUID, quante: int, *, blocca: bool
) -> tuple[list[_Rideterminata], UUID | None]:
    righe = await session.fetch(_DA_ESAMINARE, ricalcolo.misura, dopo, quante)
    ids = [riga["id"] for riga in righe]
    caricate = await store.carica(session, ids, blocca=blocca)
    decisioni = await store.ultime_decisioni(session, ids)
    scritte = await store.spettanze_di(session, ids)
    esaminate = [
        _ridetermina(ricalcolo, caricata, decisione, scritte.get(domanda_id, []))
        for domanda_id, caricata in caricate.items()
        if (decisione := decisioni.get(domanda_id)) and decisione.esito is EsitoDecisione.ACCOLTA
    ]
    return esaminate, ids[-1] if len(ids) == quante else None


def _ridetermina(
    ricalcolo: Ricalcolo, caricata: store.DaDecidere, decisione: store.Decisione, scritte: list[MeseSpettante]
) -> _Rideterminata:
    """Keep the months before the first one looked at, compute the others; an ending cuts what is compared."""
    domanda, dal = caricata.domanda, ricalcolo.dal
    fatti = fatti_decisi(domanda, caricata.modulo, decisione)
    nuovi = mesi_dovuti(domanda, fatti, dal=dal, parametri=ricalcolo.parametri)
    variazione = Variazione(domanda.id, _importi(domanda, scritte, dal), _importi(domanda, nuovi, dal))
    dopo = [mese for mese in scritte if mese.mese < dal] + nuovi
    return _Rideterminata(domanda, caricata.modulo, scritte, dopo, variazione)


def _importi(domanda: Domanda, mesi: Sequence[MeseSpettante], dal: Mese) -> dict[Mese, Decimal]:
    fine = Mese.di(domanda.cessata_il) if domanda.cessata_il else None
    return {m.mese: m.importo for m in mesi if m.mese >= dal and (fine is None or m.mese <= fine)}
