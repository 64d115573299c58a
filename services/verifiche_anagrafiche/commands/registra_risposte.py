# SPDX-License-Identifier: EUPL-1.2
"""Record how calls ended, many at a time; where nothing is open any more, go on: other questions, the Comune, the end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.verifiche_anagrafiche.commands.concludi_verifica import concludi_verifica
from services.verifiche_anagrafiche.domain.accertamento import (
    Accertamento,
    AccertamentoId,
    ControlloComune,
    StatoAccertamento,
    controlli_comune,
)
from services.verifiche_anagrafiche.domain.interrogazione import (
    FALLIMENTI_MASSIMI,
    PAUSA_NON_AUTORIZZATO,
    PAUSA_REGISTRO,
    REGISTRO_DI,
    Classe,
    Controllo,
    Domanda,
    StatoInterrogazione,
    domande_ulteriori,
    seguito,
)
from services.verifiche_anagrafiche.domain.risposte import Famiglia, Risposta
from services.verifiche_anagrafiche.domain.termini import criteri, scadenza_comune, scadenza_silenzio
from services.verifiche_anagrafiche.domain.verifica import StatoVerifica, Verifica
from services.verifiche_anagrafiche.store import accertamenti, interrogazioni, registri, verifiche
from services.verifiche_anagrafiche.store.interrogazioni import DaRegistrare, Ricevuta, Stato
from services.verifiche_anagrafiche.store.registri import Guaio
from shared.contracts.domande import DatiPerVerifica
from shared.contracts.verifiche_anagrafiche import AccertamentoComunaleRichiestoV1
from shared.db.session import Session
from shared.kernel.calendario import giorno_legale
from shared.kernel.identita import nuovo_id


@dataclass(frozen=True, slots=True)
class EsitoChiamata:
    """How the call of one claimed question ended."""

    id: UUID
    verifica_id: UUID
    controllo: Controllo
    tentativi: int
    classe: Classe
    risposta: Risposta | None = None
    operazione: str | None = None
    motivo: str | None = None
    attesa: timedelta | None = None


async def registra_risposte(session: Session, esiti: Sequence[EsitoChiamata], *, now: datetime) -> None:
    """Write the outcomes and take the next step of each verifica that was waiting only for them."""
    bloccate = await verifiche.blocca(session, [e.verifica_id for e in esiti])
    await interrogazioni.registra(session, [_da_registrare(e) for e in esiti], now=now)
    aperte = {i: v for i, v in bloccate.items() if v.stato is StatoVerifica.APERTA}
    stati = await interrogazioni.stati(session, list(aperte))
    complete = [v for i, v in aperte.items() if all(s.stato is StatoInterrogazione.RISPOSTA for s in stati[i])]
    in_attesa = [v.aspetta(_attesa(stati[i])) for i, v in aperte.items() if v not in complete]
    await verifiche.salva(session, [v for v in in_attesa if v.attesa != aperte[v.id].attesa])
    await _prosegui(session, complete, now=now)
    await _salute_dei_registri(session, esiti)


def _da_registrare(esito: EsitoChiamata) -> DaRegistrare:
    poi = seguito(esito.classe, tentativi=esito.tentativi, attesa=esito.attesa)
    motivo = esito.motivo
    if poi.stato is StatoInterrogazione.DA_OPERATORE and esito.classe is Classe.TRANSITORIO:
        motivo = "TENTATIVI_ESAURITI"
    return DaRegistrare(
        esito.id,
        esito.controllo,
        poi.stato,
        esito.classe,
        motivo,
        esito.risposta,
        esito.operazione,
        poi.ritardo,
        poi.conta,
    )


def _attesa(stati: Iterable[Stato]) -> str | None:
    """Name what is being waited for: an operator first, for nothing moves without one."""
    aperti = [s for s in stati if s.stato is not StatoInterrogazione.RISPOSTA]
    for stato in aperti:
        if stato.stato is StatoInterrogazione.DA_OPERATORE:
            return f"OPERATORE:{stato.registro}"
    for stato in aperti:
        if stato.classe is not None:
            return f"REGISTRO:{stato.registro}"
    return None


async def _prosegui(session: Session, complete: Sequence[Verifica], *, now: datetime) -> None:
    """Go on with the verifiche whose questions all have an answer."""
    if not complete:
        return
    ids = [v.id for v in complete]
    ricevute = await interrogazioni.ricevute(session, ids)
    dati = await verifiche.dati(session, ids)
    ulteriori: list[tuple[UUID, int, Domanda]] = []
    richiesti: list[Accertamento] = []
    salvate: list[Verifica] = []
    for verifica in complete:
        sue, suoi_dati = ricevute[verifica.id], dati[verifica.id]
        if altre := _altre_domande(sue, suoi_dati):
            ulteriori += [(verifica.id, verifica.domanda_versione, domanda) for domanda in altre]
        elif controlli := _controlli(verifica, sue, suoi_dati):
            salvate.append(verifica.chiedi_al_comune())
            richiesti.append(_accertamento(salvate[-1], controlli, now=now))
        else:
            salvate.append(concludi_verifica(session, verifica, sue, None, dati=suoi_dati, now=now))
    await interrogazioni.inserisci(session, ulteriori)
    await verifiche.salva(session, salvate)
    await accertamenti.inserisci(session, richiesti)
    _annuncia(session, richiesti, {v.id: v for v in salvate}, now=now)


def _altre_domande(ricevute: Sequence[Ricevuta], dati: DatiPerVerifica) -> tuple[Domanda, ...]:
    famiglie = [r.risposta.componenti for r in ricevute if isinstance(r.risposta, Famiglia)]
    chiesti = [r.soggetto for r in ricevute if r.controllo is Controllo.RESIDENZA]
    dichiarati = [p.codice_fiscale for p in dati.componenti]
    return domande_ulteriori(dichiarati, [c for famiglia in famiglie for c in famiglia], chiesti)


def _controlli(verifica: Verifica, ricevute: Sequence[Ricevuta], dati: DatiPerVerifica) -> tuple[ControlloComune, ...]:
    return controlli_comune(
        {(r.controllo, r.soggetto): r.risposta for r in ricevute},
        richiedente=dati.richiedente.codice_fiscale,
        svantaggi=bool(dati.svantaggi),
        giorno=verifica.giorno,
        criteri=criteri(verifica.misura, verifica.giorno),
    )


def _accertamento(verifica: Verifica, controlli: tuple[ControlloComune, ...], *, now: datetime) -> Accertamento:
    oggi = giorno_legale(now)
    return Accertamento(
        id=AccertamentoId(nuovo_id()),
        verifica_id=verifica.id,
        domanda_id=verifica.domanda_id,
        domanda_versione=verifica.domanda_versione,
        misura=verifica.misura,
        protocollo=verifica.protocollo,
        comune=verifica.comune,
        ente=verifica.ente,
        richiedente=verifica.richiedente,
        controlli=controlli,
        stato=StatoAccertamento.APERTO,
        richiesto_il=now,
        scadenza=scadenza_comune(oggi, comune=verifica.comune),
        silenzio_il=scadenza_silenzio(oggi, controlli),
    )


def _annuncia(
    session: Session, richiesti: Sequence[Accertamento], salvate: Mapping[UUID, Verifica], *, now: datetime
) -> None:
    for a in richiesti:
        evento = AccertamentoComunaleRichiestoV1(
            domanda_id=a.domanda_id,
            versione=salvate[a.verifica_id].version,
            accertamento_id=a.id,
            comune=a.comune,
            controlli=tuple(c.value for c in a.controlli),
            scadenza=a.scadenza,
        )
        session.emit(evento, now=now)


async def _salute_dei_registri(session: Session, esiti: Sequence[EsitoChiamata]) -> None:
    """Note which registries answer and which do not; it comes last, for all the replicas share these rows."""
    guai = [guaio for e in esiti if (guaio := _guaio(e)) is not None]
    malati = {g.registro for g in guai}
    await registri.registra_bene(session, [r for e in esiti if (r := REGISTRO_DI[e.controllo]) not in malati])
    for registro in sorted(malati):
        suoi = [g for g in guai if g.registro is registro]
        pausa = max((g.pausa for g in suoi if g.pausa is not None), default=None)
        fallimenti = sum(g.fallimenti for g in suoi)
        await registri.registra_guaio(session, Guaio(registro, suoi[-1].motivo, fallimenti, pausa))


def _guaio(esito: EsitoChiamata) -> Guaio | None:
    registro, motivo = REGISTRO_DI[esito.controllo], esito.motivo or esito.classe.value
    match esito.classe:
        case Classe.TRANSITORIO:
            return Guaio(registro, motivo, fallimenti=1)
        case Classe.LIMITE:
            return Guaio(registro, motivo, pausa=esito.attesa or PAUSA_REGISTRO)
        case Classe.NON_AUTORIZZATO:
            return Guaio(registro, motivo, fallimenti=FALLIMENTI_MASSIMI, pausa=PAUSA_NON_AUTORIZZATO)
        case Classe.TROVATO | Classe.NON_TROVATO | Classe.RICHIESTA_ERRATA | Classe.ALTRA_PERSONA:
            return None
