# SPDX-License-Identifier: EUPL-1.2
"""Decide on the verified facts: every requisito, the amount, the reasons; a batch in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from services.domande import store
from services.domande.commands.contenuti import nucleo
from services.domande.commands.fatti import costruisci_fatti
from services.domande.domain.domanda import Domanda, DomandaId, EsitoDecisione
from services.domande.schemas.modulo import DomandaIn
from services.domande.schemas.risposte import ImportoOut, RequisitoOut
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
from shared.kernel.mese import Mese
from shared.misure.catalogo import Misura, get_misura
from shared.misure.esito import Esito, Motivo
from shared.misure.nucleo import Fatti, Precedente, TipoPrecedente

_PRECEDENTI = """
SELECT d.id, p.stato, p.cessata_il FROM domanda d
JOIN domanda p ON p.richiedente = d.richiedente AND p.id <> d.id AND p.stato IN ('DECADUTA', 'REVOCATA')
WHERE d.id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class _Decisa:
    """A domanda after its decision, with what the events need."""

    domanda: Domanda
    decisione: store.Decisione
    esito: Esito
    fatti: Fatti
    modulo: DomandaIn
    importo: ImportoOut | None


async def decidi_domande(session: Session, verifiche: Sequence[VerificaConclusaV1], *, now: datetime) -> None:
    """Decide each domanda whose checks are over; checks of an older version of the domanda have no effect."""
    caricate = await store.carica(session, [v.domanda_id for v in verifiche])
    precedenti = await _precedenti(session, caricate)
    decise = [
        _decidi(
            caricata,
            session.sigilli.apri(v.fatti, FattiVerificati),
            precedenti.get(caricata.domanda.id, ()),
            al=v.data_riferimento,
            now=now,
        )
        for v in verifiche
        if (caricata := caricate.get(DomandaId(v.domanda_id)))
        and caricata.domanda.decidibile
        and caricata.domanda.versione == v.domanda_versione
    ]
    if not decise:
        return
    await store.salva(session, [d.domanda for d in decise])
    await store.salva_decisioni(session, [d.decisione for d in decise])
    for decisa in decise:
        _annuncia(session, decisa, now=now)


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
    caricata: store.DaDecidere,
    verificati: FattiVerificati,
    precedenti: Sequence[Precedente],
    *,
    al: date,
    now: datetime,
) -> _Decisa:
    """Judge on the day of the checks: that of the presentation or, after an integrazione, that of the new facts."""
    domanda, regole = caricata.domanda, get_misura(caricata.domanda.misura)
    fatti = costruisci_fatti(caricata.modulo, verificati, giorno=domanda.giorno, precedenti=precedenti)
    esito = regole.verifica_requisiti(fatti, parametri=regole.parametri, al=al)
    importo = _importo(regole, fatti, mese=Mese.di(giorno_legale(now)) + 1) if esito.accolta else None
    sommario = _sommario(esito)
    giorni = regole.parametri.al(domanda.giorno).intero("evidenza_integrazione")
    decisa = domanda.decidi(sommario, now=now, giorni_integrazione=giorni)
    dossier = fascicolo(decisa, esito, importo)
    decisione = store.Decisione(
        domanda_id=decisa.id,
        versione=decisa.versione,
        esito=sommario,
        decisa_il=now,
        parametri=esito.versione_parametri,
        fatti=verificati,
        dossier=dossier,
        impronta=hashlib.sha256(dossier).hexdigest(),
    )
    return _Decisa(decisa, decisione, esito, fatti, caricata.modulo, importo)


def _sommario(esito: Esito) -> EsitoDecisione:
    if esito.respinta:
        return EsitoDecisione.RESPINTA
    return EsitoDecisione.ACCOLTA if esito.accolta else EsitoDecisione.IN_EVIDENZA


def _importo(regole: Misura, fatti: Fatti, *, mese: Mese) -> ImportoOut:
    calcolo = regole.importo_mensile(fatti, parametri=regole.parametri, mese=mese)
    return ImportoOut(
        mese=mese,
        scala=f"{regole.scala(fatti, parametri=regole.parametri, al=mese.primo_giorno):.2f}",
        quota_a=calcolo.quota_a,
        quota_b=calcolo.quota_b,
        importo=calcolo.totale,
        righe=list(calcolo.righe),
    )


def fascicolo(domanda: Domanda, esito: Esito, importo: ImportoOut | None) -> bytes:
    """Write the dossier in canonical JSON: same facts and same parameters give the same bytes."""
    requisiti = [
        RequisitoOut(
            codice=r.codice,
            esito=r.esito,
            spiegazione=r.spiegazione,
            fonte=r.fonte,
            valore=r.valore,
            soglia=r.soglia,
        ).model_dump(mode="json")
        for r in esito.requisiti
    ]
    contenuto: Mapping[str, Any] = {
        "misura": domanda.misura,
        "protocollo": domanda.protocollo,
        "al": esito.al.isoformat(),
        "parametri": esito.versione_parametri,
        "requisiti": requisiti,
        "importo": importo.model_dump(mode="json") if importo else None,
    }
    return orjson.dumps(contenuto, option=orjson.OPT_SORT_KEYS)


def _annuncia(session: Session, d: _Decisa, *, now: datetime) -> None:
    match d.decisione.esito:
        case EsitoDecisione.ACCOLTA:
            _annuncia_accolta(session, d, now=now)
        case EsitoDecisione.RESPINTA:
            _annuncia_respinta(session, d, now=now)
        case EsitoDecisione.IN_EVIDENZA:
            _annuncia_in_evidenza(session, d, now=now)


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
        importo_mensile=d.importo.importo if d.importo else Decimal(0),
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
        codici=tuple(m.codice for m in d.esito.motivi),
        riesame_entro=giorno_legale(now) + timedelta(days=giorni),
        motivi=session.sigilli.sigilla(_motivi(d.esito.motivi)),
    )
    session.emit(evento, now=now)


def _annuncia_in_evidenza(session: Session, d: _Decisa, *, now: datetime) -> None:
    assert d.domanda.integrare_entro is not None
    evento = DomandaInEvidenzaV1(
        domanda_id=d.domanda.id,
        versione=d.domanda.versione,
        misura=d.domanda.misura,
        protocollo=d.domanda.protocollo,
        codici=tuple(m.codice for m in d.esito.da_completare),
        entro=d.domanda.integrare_entro,
        motivi=session.sigilli.sigilla(_motivi(d.esito.da_completare)),
    )
    session.emit(evento, now=now)


def _motivi(motivi: Sequence[Motivo]) -> MotiviEsito:
    return MotiviEsito(
        motivi=tuple(MotivoEsito(codice=m.codice, spiegazione=m.spiegazione, fonte=m.fonte) for m in motivi)
    )
