# SPDX-License-Identifier: EUPL-1.2
"""Determine what is due month by month, once the domanda is accolta and the PAD is signed, in whatever order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.domande import store
from services.domande.commands.contenuti import beneficiario
from services.domande.commands.fatti import costruisci_fatti
from services.domande.domain.domanda import Domanda, DomandaId, EsitoDecisione
from services.domande.schemas.modulo import DomandaIn
from shared.contracts.domande import MeseSpettante, SpettanzaDeterminataV1
from shared.db.session import Session
from shared.kernel.importo import arrotonda
from shared.kernel.mese import Mese
from shared.misure.catalogo import get_misura
from shared.misure.comuni.isee import IseeNonDisponibile
from shared.misure.misura import Misura
from shared.misure.nucleo import ZERO, Fatti
from shared.misure.parametri import Parametri


async def registra_pad(session: Session, firme: Sequence[tuple[UUID, date]], *, now: datetime) -> None:
    """Keep the day of each PAD, the earliest of each nucleo, and determine what is due to the domande accolte."""
    caricate = await store.carica(session, [domanda_id for domanda_id, _ in firme])
    giorni: dict[UUID, date] = {}
    for domanda_id, giorno in firme:
        giorni[domanda_id] = min(giorno, giorni.get(domanda_id, giorno))
    nuove = [d for d in caricate.values() if d.domanda.aspetta_pad(giorni[d.domanda.id])]
    if not nuove:
        return
    firmate = {d.domanda.id: _firma(d.domanda, giorni[d.domanda.id]) for d in nuove}
    await store.salva(session, list(firmate.values()))
    decisioni = await store.ultime_decisioni(session, list(firmate))
    accolte = [
        (firmate[d.domanda.id], d.modulo, decisione)
        for d in nuove
        if (decisione := decisioni.get(d.domanda.id)) and decisione.esito is EsitoDecisione.ACCOLTA
    ]
    await determina(session, accolte, now=now)


async def determina(
    session: Session, accolte: Iterable[tuple[Domanda, DomandaIn, store.Decisione]], *, now: datetime
) -> None:
    """Write and announce what is due to each domanda accolta whose PAD is signed."""
    determinate = {
        domanda.id: (domanda, modulo, mesi_dovuti(domanda, fatti_decisi(domanda, modulo, decisione)))
        for domanda, modulo, decisione in accolte
        if domanda.decorre_dal is not None
    }
    await sostituisci(session, {domanda_id: (d, mesi) for domanda_id, (d, _, mesi) in determinate.items()})
    for domanda, modulo, mesi in determinate.values():
        annuncia(session, domanda, modulo, mesi, now=now)


def _firma(domanda: Domanda, giorno: date) -> Domanda:
    regole = get_misura(domanda.misura)
    return domanda.registra_pad(giorno=giorno, decorre_dal=regole.decorrenza(giorno, parametri=regole.parametri))


def fatti_decisi(domanda: Domanda, modulo: DomandaIn, decisione: store.Decisione) -> Fatti:
    """Give the facts that a decision rests on."""
    if decisione.ingresso is not None:
        return decisione.ingresso.fatti
    return costruisci_fatti(modulo, decisione.fatti, giorno=domanda.giorno)


def mesi_dovuti(
    domanda: Domanda, fatti: Fatti, *, dal: Mese | None = None, parametri: Parametri | None = None
) -> list[MeseSpettante]:
    """Give the months of the period, from `dal` on, as far as the ISEE in hand covers them: the others wait for a DSU."""
    assert domanda.decorre_dal is not None
    regole = get_misura(domanda.misura)
    return list(_coperti(regole, fatti, domanda.decorre_dal, dal, parametri or regole.parametri))


def _coperti(
    regole: Misura, fatti: Fatti, decorre: Mese, dal: Mese | None, parametri: Parametri
) -> Iterator[MeseSpettante]:
    for mese in regole.mesi_spettanti(decorre, parametri=parametri):
        if dal is None or mese >= dal:
            try:
                yield mese_dovuto(regole, fatti, mese, parametri=parametri)
            except IseeNonDisponibile:
                return


def mese_dovuto(regole: Misura, fatti: Fatti, mese: Mese, *, parametri: Parametri) -> MeseSpettante:
    """Compute what is due for a month; nothing, if a requisito fails on its first day.

    :raises IseeNonDisponibile: if no ISEE covers the month.
    """
    calcolo = regole.importo_mensile(fatti, parametri=parametri, mese=mese)
    if regole.verifica_requisiti(fatti, parametri=parametri, al=mese.primo_giorno).respinta:
        zero = arrotonda(ZERO)
        return MeseSpettante(mese=mese, importo=zero, quota_a=zero, quota_b=zero)
    return MeseSpettante(mese=mese, importo=calcolo.totale, quota_a=calcolo.quota_a, quota_b=calcolo.quota_b)


async def sostituisci(session: Session, nuovi: Mapping[DomandaId, tuple[Domanda, Sequence[MeseSpettante]]]) -> None:
    """Write the months of each domanda in the place of those written before."""
    prima = await store.spettanze_di(session, list(nuovi))
    superate = [
        (domanda_id, vecchio.mese)
        for domanda_id, (_, mesi) in nuovi.items()
        for vecchio in prima.get(domanda_id, ())
        if vecchio.mese not in {m.mese for m in mesi}
    ]
    if superate:
        await store.elimina_spettanze(session, superate)
    await store.salva_spettanze(session, [(domanda, mese) for domanda, mesi in nuovi.values() for mese in mesi])


def annuncia(
    session: Session, domanda: Domanda, modulo: DomandaIn, mesi: Sequence[MeseSpettante], *, now: datetime
) -> None:
    """Tell who pays: the whole set of months known now."""
    assert domanda.decorre_dal is not None
    evento = SpettanzaDeterminataV1(
        domanda_id=domanda.id,
        versione=domanda.versione,
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        comune=domanda.comune,
        decorre_dal=domanda.decorre_dal,
        mesi=tuple(mesi),
        determinata_fino_a=mesi[-1].mese if mesi else domanda.decorre_dal,
        beneficiario=session.sigilli.sigilla(beneficiario(modulo)),
    )
    session.emit(evento, now=now)
