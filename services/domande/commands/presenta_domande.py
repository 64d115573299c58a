# SPDX-License-Identifier: EUPL-1.2
"""Present domande: many at a time in one transaction, each with its own receipt or its own refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.domande import store
from services.domande.commands.contenuti import dati_per_verifica, recapiti
from services.domande.domain.domanda import DomandaId, Stato
from services.domande.schemas.modulo import DomandaIn
from services.domande.schemas.risposte import RicevutaOut
from shared.contracts.domande import DomandaPresentataV1
from shared.db.session import Accesso, Session
from shared.errors import Conflict, InclusioneError
from shared.kernel.calendario import giorno_legale
from shared.kernel.identita import nuovo_id
from shared.web.idempotenza import (
    Ripetibile,
    Risposta,
    chiave_riusata,
    conserva_risposte,
    leggi_risposte,
)

_APERTE = """
SELECT richiedente, misura FROM domanda
WHERE richiedente = ANY($1::bytea[]) AND stato IN ('ACQUISITA', 'IN_EVIDENZA', 'ACCOLTA')
"""
_NUMERA = """
INSERT INTO progressivo (chiave, ultimo) VALUES ($1, $2)
ON CONFLICT (chiave) DO UPDATE SET ultimo = progressivo.ultimo + excluded.ultimo RETURNING ultimo
"""


class DomandaGiaPresentata(Conflict):
    """The richiedente has an open domanda for the same misura."""

    tipo = "domanda-gia-presentata"
    titolo = "Domanda già presentata"


@dataclass(frozen=True, slots=True)
class Presentazione:
    """One domanda to present: who presents it, under which idempotency key, with which correlation id.

    `contenuto` is the form as it will be kept, written once.
    """

    modulo: DomandaIn
    contenuto: bytes
    ente: str
    richiesta: Ripetibile
    accesso: Accesso
    filo: str
    indirizzo: str
    bozza_id: UUID | None = None


Esito = Risposta | InclusioneError


async def presenta_domande(session: Session, presentazioni: Sequence[Presentazione], *, now: datetime) -> list[Esito]:
    """Write the domande that are new, announce them, and give an answer for each, in order."""
    esiti: dict[int, Esito] = {}
    prime = _senza_ripetizioni(presentazioni)
    note = await leggi_risposte(session, [presentazioni[i].richiesta for i in prime])
    esiti.update((i, nota) for i, nota in zip(prime, note, strict=True) if nota is not None)

    richiedenti = {i: session.cifrario.impronta(presentazioni[i].modulo.richiedente.codice_fiscale) for i in prime}
    aperte = await _gia_aperte(session, richiedenti.values())
    nuove: dict[int, bytes] = {}
    for i in prime:
        if i not in esiti:
            chiave = richiedenti[i], presentazioni[i].modulo.misura
            if chiave in aperte:
                esiti[i] = DomandaGiaPresentata("Il richiedente ha già una domanda aperta per la stessa misura")
            else:
                aperte.add(chiave)
                nuove[i] = richiedenti[i]

    da_scrivere = [(presentazioni[i], richiedente) for i, richiedente in nuove.items()]
    esiti.update(zip(nuove, await _scrivi(session, da_scrivere, now=now), strict=True))
    return _con_ripetizioni(presentazioni, esiti)


async def _scrivi(session: Session, coppie: Sequence[tuple[Presentazione, bytes]], *, now: datetime) -> list[Risposta]:
    if not coppie:
        return []
    giorno, presentazioni = giorno_legale(now), [p for p, _ in coppie]
    nuove = await _numera(session, coppie, giorno=giorno)
    store.inserisci(session, nuove, now=now, giorno=giorno)
    risposte = []
    for presentazione, nuova in zip(presentazioni, nuove, strict=True):
        _annuncia(session, nuova, filo=presentazione.filo, now=now, giorno=giorno)
        session.registra(replace(presentazione.accesso, oggetto=nuova.id, interessato=nuova.richiedente))
        risposte.append(_ricevuta(presentazione, nuova, now=now, giorno=giorno))
    conserva_risposte(session, [(p.richiesta, r) for p, r in zip(presentazioni, risposte, strict=True)])
    if bozze := [p.bozza_id for p in presentazioni if p.bozza_id]:
        await session.execute("DELETE FROM bozza WHERE id = ANY($1::uuid[])", bozze)
    return risposte


async def _numera(
    session: Session, coppie: Sequence[tuple[Presentazione, bytes]], *, giorno: date
) -> list[store.Nuova]:
    """Give protocol and rank of the day without holes: the counter is locked until COMMIT, so it comes late."""
    nuove: dict[int, store.Nuova] = {}
    for misura in sorted({p.modulo.misura for p, _ in coppie}):
        suoi = [i for i, (p, _) in enumerate(coppie) if p.modulo.misura == misura]
        ultimo = await session.fetchval(_NUMERA, f"{misura}/{giorno}", len(suoi))
        for posto, i in enumerate(suoi):
            numero = ultimo - len(suoi) + 1 + posto
            protocollo = f"INPS-{misura}-{giorno}-{numero:07d}"
            p, richiedente = coppie[i]
            nuove[i] = store.Nuova(
                DomandaId(nuovo_id()), protocollo, numero, p.ente, richiedente, p.modulo, p.contenuto
            )
    return [nuove[i] for i in range(len(coppie))]


def _annuncia(session: Session, nuova: store.Nuova, *, filo: str, now: datetime, giorno: date) -> None:
    modulo = nuova.modulo
    evento = DomandaPresentataV1(
        domanda_id=nuova.id,
        versione=1,
        misura=modulo.misura,
        protocollo=nuova.protocollo,
        presentata_il=now,
        giorno=giorno,
        comune=modulo.richiedente.residenza.comune,
        ente=nuova.ente,
        dati=session.sigilli.sigilla(dati_per_verifica(modulo)),
        recapiti=session.sigilli.sigilla(recapiti(modulo)),
    )
    session.emit(evento, now=now, filo=filo)


def _ricevuta(presentazione: Presentazione, nuova: store.Nuova, *, now: datetime, giorno: date) -> Risposta:
    corpo = RicevutaOut(
        id=nuova.id,
        protocollo=nuova.protocollo,
        misura=nuova.modulo.misura,
        stato=Stato.ACQUISITA,
        presentata_il=now,
        giorno=giorno,
        numero_del_giorno=nuova.numero_del_giorno,
    )
    return Risposta(201, f"{presentazione.indirizzo}/{nuova.id}", corpo.model_dump_json().encode())


async def _gia_aperte(session: Session, richiedenti: Iterable[bytes]) -> set[tuple[bytes, str]]:
    righe = await session.fetch(_APERTE, list(richiedenti))
    return {(riga["richiedente"], riga["misura"]) for riga in righe}


def _senza_ripetizioni(presentazioni: Sequence[Presentazione]) -> list[int]:
    """Give the places of the first request of each key: its repetitions in the same batch follow its answer."""
    visti: dict[tuple[str, str], int] = {}
    for i, presentazione in enumerate(presentazioni):
        visti.setdefault((presentazione.richiesta.soggetto, presentazione.richiesta.chiave), i)
    return list(visti.values())


def _con_ripetizioni(presentazioni: Sequence[Presentazione], esiti: dict[int, Esito]) -> list[Esito]:
    per_chiave = {(presentazioni[i].richiesta.soggetto, presentazioni[i].richiesta.chiave): i for i in esiti}
    return [
        esiti[i] if i in esiti else _ripetuta(p, presentazioni[prima], esiti[prima])
        for i, p in enumerate(presentazioni)
        for prima in [per_chiave[p.richiesta.soggetto, p.richiesta.chiave]]
    ]


def _ripetuta(presentazione: Presentazione, prima: Presentazione, esito: Esito) -> Esito:
    return esito if presentazione.richiesta.impronta == prima.richiesta.impronta else chiave_riusata()
