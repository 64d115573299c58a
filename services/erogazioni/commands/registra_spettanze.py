# SPDX-License-Identifier: EUPL-1.2
"""Take what `domande` determined: the newest version replaces the whole set of months."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.erogazioni.domain.posizione import MeseDovuto, Spettanza, chi_e_come
from services.erogazioni.store import erogazioni, posizioni, restituzioni
from shared.contracts.domande import Beneficiario, SpettanzaDeterminataV1
from shared.db.session import Session
from shared.kernel.importo import in_centesimi


async def registra_spettanze(session: Session, eventi: Sequence[SpettanzaDeterminataV1], *, now: datetime) -> None:
    """Record the spettanze and bring the sums to recover in line; an older version has no effect."""
    ultime = {e.domanda_id: e for e in sorted(eventi, key=lambda e: e.versione)}
    note = await posizioni.carica(session, ultime)
    nuove = {
        d: _spettanza(session, evento) for d, evento in ultime.items() if evento.versione > note[d].versione_spettanza
    }
    cambiate = [note[d].con_spettanza(spettanza) for d, spettanza in nuove.items()]
    if not cambiate:
        return
    respinti = await restituzioni.respinti(session, [p.id for p in cambiate])
    cambiate = [p.con_strumenti_respinti(respinti[p.id]) for p in cambiate]
    await posizioni.salva(session, cambiate)
    await posizioni.sostituisci_mesi(session, _mesi(nuove, {d: note[d].id for d in nuove}))
    await erogazioni.ricalcola_recuperi(session, [p.id for p in cambiate], now=now)


def _mesi(nuove: dict[UUID, Spettanza], ids: dict[UUID, UUID]) -> dict[UUID, tuple[int, Sequence[MeseDovuto]]]:
    return {ids[d]: (spettanza.versione, spettanza.mesi) for d, spettanza in nuove.items()}


def _spettanza(session: Session, evento: SpettanzaDeterminataV1) -> Spettanza:
    beneficiario = session.sigilli.apri(evento.beneficiario, Beneficiario)
    mesi = {
        m.mese: MeseDovuto(m.mese, in_centesimi(m.importo), in_centesimi(m.quota_a), in_centesimi(m.quota_b))
        for m in evento.mesi
    }
    return Spettanza(
        versione=evento.versione,
        misura=evento.misura,
        protocollo=evento.protocollo,
        comune=evento.comune,
        richiedente=session.cifrario.impronta(beneficiario.codice_fiscale),
        beneficiario=posizioni.sigilla(session, beneficiario),
        strumento=session.cifrario.impronta(
            chi_e_come(
                codice_fiscale=beneficiario.codice_fiscale, strumento=beneficiario.strumento, iban=beneficiario.iban
            )
        ),
        decorre_dal=evento.decorre_dal,
        determinata_fino_a=evento.determinata_fino_a,
        mesi=tuple(mesi.values()),
    )
