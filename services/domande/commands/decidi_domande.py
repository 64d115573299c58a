# SPDX-License-Identifier: EUPL-1.2
"""Decide on the verified facts: every requisito, the amount, the reasons; a batch in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.domande import store
from services.domande.commands.chiudi_domanda import riannuncia_cessazione
from services.domande.commands.contenuti import nucleo
from services.domande.commands.determina_spettanza import determina
from services.domande.commands.fascicolo import Fascicolo, componi
from services.domande.commands.fatti import costruisci_fatti
from services.domande.domain.domanda import Domanda, DomandaId, EsitoDecisione, Stato
from services.domande.schemas.archivio import Ingresso
from services.domande.schemas.modulo import DomandaIn
from shared.contracts.domande import (
    DomandaAccoltaV1,
    DomandaInEvidenzaV1,
    DomandaRespintaV1,
    MotiviEsito,
    MotivoEsito,
)  # fmt: skip
from shared.contracts.verifiche_anagrafiche import FattiVerificati, VerificaConclusaV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.misure.archivio import versione_regole
from shared.misure.catalogo import get_misura
from shared.misure.esito import Motivo
from shared.misure.nucleo import Fatti, Precedente, TipoPrecedente

_PRECEDENTI = """
SELECT d.id, p.stato, p.cessata_il FROM domanda d
JOIN domanda p ON p.richiedente = d.richiedente AND p.id <> d.id AND p.stato IN ('DECADUTA', 'REVOCATA')
WHERE d.id = ANY($1::uuid[]) AND p.giorno <= d.giorno
"""


@dataclass(frozen=True, slots=True)
class _Decisa:
    """A domanda before and after its decision, with what the events need."""

    prima: Domanda
    domanda: Domanda
    decisione: store.Decisione
    fascicolo: Fascicolo
    fatti: Fatti
    modulo: DomandaIn


async def decidi_domande(session: Session, verifiche: Sequence[VerificaConclusaV1], *, now: datetime) -> None:
    """Decide each domanda whose checks are over; checks of an older form of the domanda have no effect."""
    caricate = await store.carica(session, [v.domanda_id for v in verifiche])
    da_decidere = {
        caricata.domanda.id: (caricata, v)
        for v in verifiche
        if (caricata := caricate.get(DomandaId(v.domanda_id)))
        and caricata.domanda.versione_modulo == v.domanda_versione
        and caricata.domanda.decidibile(concluse_il=v.conclusa_il)
    }
    if not da_decidere:
        return
    precedenti = await _precedenti(session, caricate)
    decise = []
    for domanda_id, (caricata, v) in da_decidere.items():
        decise.append(_decidi(session, caricata, v, precedenti.get(domanda_id, ()), now=now))
        # Explaining takes milliseconds: between one domanda and the next, requests are served.
        await asyncio.sleep(0)
    for misura in sorted({d.domanda.misura for d in decise}):
        await store.archivia_parametri(session, get_misura(misura).parametri, now=now)
    await store.salva(session, [d.domanda for d in decise])
    await store.salva_decisioni(session, [d.decisione for d in decise])
    for decisa in decise:
        _annuncia(session, decisa, now=now)
    accolte = [d for d in decise if d.decisione.esito is EsitoDecisione.ACCOLTA]
    await determina(session, [(d.domanda, d.modulo, d.decisione) for d in accolte], now=now)


async def _precedenti(
    session: Session, caricate: Mapping[DomandaId, store.DaDecidere]
) -> dict[DomandaId, list[Precedente]]:
    """Read from our own archive how earlier benefits of each richiedente ended."""
    trovati: dict[DomandaId, list[Precedente]] = {}
    for riga in await session.fetch(_PRECEDENTI, list(caricate)):
        precedente = Precedente(
            codice_fiscale=caricate[riga["id"]].modulo.richiedente.codice_fiscale,
            tipo=TipoPrecedente.DECADENZA if riga["stato"] == "DECADUTA" else TipoPrecedente.REVOCA,
            il=riga["cessata_il"],
        )
        trovati.setdefault(riga["id"], []).append(precedente)
    return trovati


def _decidi(
    session: Session,
    caricata: store.DaDecidere,
    verifica: VerificaConclusaV1,
    precedenti: Sequence[Precedente],
    *,
    now: datetime,
) -> _Decisa:
    """Judge on the day of the checks: that of the presentation or, after an integrazione, that of the new facts."""
    domanda, regole = caricata.domanda, get_misura(caricata.domanda.misura)
    verificati = session.sigilli.apri(verifica.fatti, FattiVerificati)
    fatti = costruisci_fatti(caricata.modulo, verificati, giorno=domanda.giorno, precedenti=precedenti)
    ingresso = Ingresso(
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        dichiarata_il=domanda.dichiarata_il,
        concluse_il=verifica.conclusa_il,
        al=verifica.data_riferimento,
        parametri=regole.parametri.versione,
        regole=versione_regole(regole.cartella),
        fatti=fatti,
    )
    fascicolo = componi(ingresso, verificati, parametri=regole.parametri)
    giorni = regole.parametri.al(domanda.giorno).intero("evidenza_integrazione")
    decisa = domanda.decidi(fascicolo.sommario, now=now, giorni_integrazione=giorni)
    decisione = decisione_di(decisa, ingresso, verificati, fascicolo, now=now)
    return _Decisa(domanda, decisa, decisione, fascicolo, fatti, caricata.modulo)


def decisione_di(
    domanda: Domanda, ingresso: Ingresso, verificati: FattiVerificati, fascicolo: Fascicolo, *, now: datetime
) -> store.Decisione:
    """Put together what is kept of a decision."""
    return store.Decisione(
        domanda_id=domanda.id,
        versione=domanda.versione,
        esito=fascicolo.sommario,
        decisa_il=now,
        parametri=ingresso.parametri,
        fatti=verificati,
        dossier=fascicolo.contenuto,
        impronta=fascicolo.impronta,
        ingresso=ingresso,
    )


def _annuncia(session: Session, d: _Decisa, *, now: datetime) -> None:
    match d.decisione.esito:
        case EsitoDecisione.ACCOLTA:
            _annuncia_accolta(session, d, now=now)
        case EsitoDecisione.RESPINTA:
            _annuncia_respinta(session, d, now=now)
        case EsitoDecisione.IN_EVIDENZA if d.domanda.stato is Stato.IN_EVIDENZA:
            _annuncia_in_evidenza(session, d, now=now)
        case EsitoDecisione.IN_EVIDENZA:
            """Nobody is asked to complete a domanda that has ended."""
    if d.prima.stato is Stato.ANNULLATA and d.domanda.stato is Stato.RINUNCIATA:
        riannuncia_cessazione(session, d.domanda, now=now)


def _annuncia_accolta(session: Session, d: _Decisa, *, now: datetime) -> None:
    regole, giorno = get_misura(d.domanda.misura), d.domanda.giorno
    membri = nucleo(
        d.modulo,
        nella_scala=regole.nella_scala(d.fatti, parametri=regole.parametri, al=giorno),
        attivabili=regole.attivabili(d.fatti, parametri=regole.parametri, al=giorno),
    )
    evento = DomandaAccoltaV1(
        domanda_id=d.domanda.id,
        versione=d.domanda.versione,
        misura=d.domanda.misura,
        protocollo=d.domanda.protocollo,
        decisa_il=now,
        comune=d.domanda.comune,
        importo_mensile=d.fascicolo.importo.importo if d.fascicolo.importo else Decimal(0),
        nucleo=session.sigilli.sigilla(membri),
    )
    session.emit(evento, now=now)


def _annuncia_respinta(session: Session, d: _Decisa, *, now: datetime) -> None:
    giorni = get_misura(d.domanda.misura).parametri.al(giorno_legale(now)).intero("riesame")
    evento = DomandaRespintaV1(
        domanda_id=d.domanda.id,
        versione=d.domanda.versione,
        misura=d.domanda.misura,
        protocollo=d.domanda.protocollo,
        decisa_il=now,
        codici=tuple(m.codice for m in d.fascicolo.esito.motivi),
        riesame_entro=giorno_legale(now) + timedelta(days=giorni),
        motivi=session.sigilli.sigilla(_motivi(d.fascicolo.esito.motivi)),
    )
    session.emit(evento, now=now)


def _annuncia_in_evidenza(session: Session, d: _Decisa, *, now: datetime) -> None:
    assert d.domanda.integrare_entro is not None
    evento = DomandaInEvidenzaV1(
        domanda_id=d.domanda.id,
        versione=d.domanda.versione,
        misura=d.domanda.misura,
        protocollo=d.domanda.protocollo,
        codici=tuple(m.codice for m in d.fascicolo.esito.da_completare),
        entro=d.domanda.integrare_entro,
        motivi=session.sigilli.sigilla(_motivi(d.fascicolo.esito.da_completare)),
    )
    session.emit(evento, now=now)


def _motivi(motivi: Sequence[Motivo]) -> MotiviEsito:
    return MotiviEsito(
        motivi=tuple(MotivoEsito(codice=m.codice, spiegazione=m.spiegazione, fonte=m.fonte) for m in motivi)
    )
