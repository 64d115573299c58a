# SPDX-License-Identifier: EUPL-1.2
"""Determine what is due month by month, once the domanda is accolta and the PAD is signed, in whatever order."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from services.domande import store
from services.domande.commands.contenuti import beneficiario
from services.domande.commands.fatti import costruisci_fatti
from services.domande.domain.domanda import Domanda, Stato
from shared.contracts.domande import MeseSpettante, SpettanzaDeterminataV1
from shared.db.session import Session
from shared.kernel.mese import Mese
from shared.misure.adi.isee import IseeNonDisponibile
from shared.misure.catalogo import Misura, get_misura
from shared.misure.nucleo import Fatti


async def registra_pad(session: Session, firme: Sequence[tuple[UUID, date]], *, now: datetime) -> None:
    """Keep the day of each PAD and determine what is due to the domande accolte."""
    caricate = await store.carica(session, [domanda_id for domanda_id, _ in firme])
    giorni = dict(reversed(firme))
    nuove = [d for d in caricate.values() if d.domanda.pad_il is None]
    firmate = {d.domanda.id: _firma(d.domanda, giorni[d.domanda.id]) for d in nuove}
    if not firmate:
        return
    await store.salva(session, list(firmate.values()))
    decisioni = await store.ultime_decisioni(session, list(firmate))
    determinate: list[tuple[Domanda, MeseSpettante]] = []
    for d in nuove:
        domanda = firmate[d.domanda.id]
        if domanda.stato is Stato.ACCOLTA:
            mesi, evento = _determina(session, domanda, d, decisioni[domanda.id])
            determinate += [(domanda, mese) for mese in mesi]
            session.emit(evento, now=now)
    await store.salva_spettanze(session, determinate)


def _firma(domanda: Domanda, giorno: date) -> Domanda:
    regole = get_misura(domanda.misura)
    return domanda.registra_pad(giorno=giorno, decorre_dal=regole.decorrenza(giorno, parametri=regole.parametri))


def _determina(
    session: Session,
    domanda: Domanda,
    caricata: store.DaDecidere,
    decisione: store.Decisione,
) -> tuple[list[MeseSpettante], SpettanzaDeterminataV1]:
    regole = get_misura(domanda.misura)
    decorre = domanda.decorre_dal
    assert decorre is not None
    fatti = costruisci_fatti(caricata.modulo, decisione.fatti, giorno=domanda.giorno)
    mesi = list(_coperti(regole, fatti, decorre))
    evento = SpettanzaDeterminataV1(
        domanda_id=domanda.id,
        versione=domanda.versione,
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        comune=domanda.comune,
        decorre_dal=decorre,
        mesi=tuple(mesi),
        determinata_fino_a=mesi[-1].mese if mesi else decorre,
        beneficiario=session.sigilli.sigilla(beneficiario(caricata.modulo)),
    )
    return mesi, evento


def _coperti(regole: Misura, fatti: Fatti, decorre: Mese) -> Iterator[MeseSpettante]:
    """Give the months of the period as far as the ISEE in hand covers them: the others wait for a new DSU."""
    for mese in regole.mesi_spettanti(decorre, parametri=regole.parametri):
        try:
            calcolo = regole.importo_mensile(fatti, parametri=regole.parametri, mese=mese)
        except IseeNonDisponibile:
            return
        yield MeseSpettante(mese=mese, importo=calcolo.totale, quota_a=calcolo.quota_a, quota_b=calcolo.quota_b)
