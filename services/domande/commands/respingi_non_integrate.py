# SPDX-License-Identifier: EUPL-1.2
"""Refuse the domande in evidenza that nobody completed within the term, for the reasons they were told."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import orjson

from services.domande import store
from services.domande.commands.decidi_domande import decisione_di
from services.domande.commands.fascicolo import componi
from services.domande.domain.domanda import Domanda, EsitoDecisione
from shared.contracts.domande import DomandaRespintaV1, MotiviEsito, MotivoEsito
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.misure.catalogo import get_misura

_SCADUTE = """
SELECT id FROM domanda WHERE stato = 'IN_EVIDENZA' AND integrare_entro < $1
ORDER BY integrare_entro LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def respingi_non_integrate(session: Session, *, now: datetime, quante: int) -> int:
    """Refuse up to `quante` domande whose term is over; give how many."""
    righe = await session.fetch(_SCADUTE, giorno_legale(now), quante)
    ids = [riga["id"] for riga in righe]
    caricate = await store.carica(session, ids)
    precedenti = await store.ultime_decisioni(session, ids)
    chiuse: list[Domanda] = []
    decisioni: list[store.Decisione] = []
    for caricata in caricate.values():
        domanda = caricata.domanda.decidi(EsitoDecisione.RESPINTA, now=now, giorni_integrazione=0)
        ultima = precedenti[domanda.id]
        chiuse.append(domanda)
        decisioni.append(
            await _decisione(session, domanda, ultima, scaduta_il=caricata.domanda.integrare_entro, now=now)
        )
        session.emit(_respinta(session, domanda, ultima, now=now), now=now)
    await store.salva(session, chiuse)
    await store.salva_decisioni(session, decisioni)
    return len(chiuse)


async def _decisione(
    session: Session, domanda: Domanda, ultima: store.Decisione, *, scaduta_il: date | None, now: datetime
) -> store.Decisione:
    """Decide again on the same facts and parametri, now that the term is over."""
    if ultima.ingresso is None:
        return replace(ultima, versione=domanda.versione, esito=EsitoDecisione.RESPINTA, decisa_il=now)
    ingresso = replace(ultima.ingresso, scaduta_il=scaduta_il)
    parametri = await store.parametri_archiviati(
        session, get_misura(domanda.misura).parametri.misura, ingresso.parametri
    )
    fascicolo = componi(ingresso, ultima.fatti, parametri=parametri)
    return decisione_di(domanda, ingresso, ultima.fatti, fascicolo, now=now)


def _respinta(session: Session, domanda: Domanda, ultima: store.Decisione, *, now: datetime) -> DomandaRespintaV1:
    mancanti = [r for r in orjson.loads(ultima.dossier)["requisiti"] if r["esito"] == "DA_COMPLETARE"]
    motivi = tuple(MotivoEsito(codice=r["codice"], spiegazione=r["spiegazione"], fonte=r["fonte"]) for r in mancanti)
    giorni = get_misura(domanda.misura).parametri.al(giorno_legale(now)).intero("riesame")
    return DomandaRespintaV1(
        domanda_id=domanda.id,
        versione=domanda.versione,
        misura=domanda.misura,
        protocollo=domanda.protocollo,
        decisa_il=now,
        codici=tuple(m.codice for m in motivi),
        riesame_entro=giorno_legale(now) + timedelta(days=giorni),
        motivi=session.sigilli.sigilla(MotiviEsito(motivi=motivi)),
    )
