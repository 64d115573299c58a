# SPDX-License-Identifier: EUPL-1.2
"""Reads of `verifiche_anagrafiche`, from the database to the schemas."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.verifiche_anagrafiche.domain.accertamento import Accertamento, ControlloComune
from services.verifiche_anagrafiche.domain.interrogazione import Controllo, StatoInterrogazione
from services.verifiche_anagrafiche.domain.risposte import Attestazione, Cittadinanze, Famiglia, Residenza
from services.verifiche_anagrafiche.schemas import (
    AccertamentiOut,
    AccertamentoDettaglioOut,
    AccertamentoOut,
    CittadinanzaDichiarataOut,
    InterrogazioneOut,
    PersonaOut,
    ResidenzaDichiarataOut,
    SvantaggioDichiaratoOut,
    VerificaDettaglioOut,
    VerificaOut,
    VerificheOut,
)
from services.verifiche_anagrafiche.store import accertamenti, interrogazioni, verifiche
from services.verifiche_anagrafiche.store.interrogazioni import Ricevuta
from shared.contracts.domande import DatiPerVerifica
from shared.db.pagine import Elenco, Filtro, Ordine, pagina
from shared.db.session import Session
from shared.errors import NotFound

R = TypeVar("R")

_VERIFICA = "id, domanda_id, protocollo, misura, stato, attesa, giorno, domanda_versione, aperta_il, conclusa_il"
_VERIFICHE = Elenco(_VERIFICA, "verifica", Ordine((("giorno", date.fromisoformat), ("id", UUID))))
# By deadline, which follows the day of the request: so those that expire by a day are a range of the index.
_ACCERTAMENTI = Elenco(accertamenti.CAMPI, "accertamento", Ordine((("scadenza", date.fromisoformat), ("id", UUID))))
_INTERROGAZIONI = """
SELECT i.id, i.registro, i.controllo, i.stato, i.tentativi, i.motivo, i.prossimo_il FROM interrogazione i
JOIN verifica v ON v.id = i.verifica_id AND v.domanda_versione = i.domanda_versione
WHERE i.verifica_id = $1 ORDER BY i.numero
"""


def _verifica(riga: Any) -> dict[str, Any]:
    valori = dict(riga)
    return {**valori, "data_riferimento": valori.pop("giorno")}


async def list_verifiche(session: Session, filtro: Filtro, *, cursore: str | None, limite: int) -> VerificheOut:
    """Read a page of verifiche, those of the last domande first."""
    esito = await pagina(
        session, _VERIFICHE, filtro, cursore=cursore, limite=limite, leggi=lambda riga: VerificaOut(**_verifica(riga))
    )
    return VerificheOut(items=esito.items, next_cursor=esito.next_cursor)


async def show_verifica(session: Session, verifica_id: UUID) -> VerificaDettaglioOut:
    """Read a verifica with its questions, never with the answers: even that one exists may say too much.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {_VERIFICA} FROM verifica WHERE id = $1", verifica_id)
    if riga is None:
        raise NotFound("La verifica non esiste o non è visibile a chi chiama")
    righe = await session.fetch(_INTERROGAZIONI, verifica_id)
    return VerificaDettaglioOut(**_verifica(riga), interrogazioni=[_interrogazione(r) for r in righe])


def _interrogazione(riga: Any) -> InterrogazioneOut:
    valori = dict(riga)
    if valori["stato"] != StatoInterrogazione.DA_ESEGUIRE:
        valori["prossimo_il"] = None
    if valori["stato"] == StatoInterrogazione.RISPOSTA:
        valori["motivo"] = None
    return InterrogazioneOut(**valori)


def accertamento_out(accertamento: Accertamento, *, oggi: date) -> AccertamentoOut:
    """Turn an accertamento into its HTTP shape."""
    return AccertamentoOut(**_campi(accertamento, oggi))


def _campi(a: Accertamento, oggi: date) -> dict[str, Any]:
    calcolati = {"controlli": list(a.controlli), "giorni_rimasti": (a.scadenza - oggi).days}
    return {nome: calcolati.get(nome, getattr(a, nome, None)) for nome in AccertamentoOut.model_fields}


async def list_accertamenti(
    session: Session, filtro: Filtro, *, oggi: date, cursore: str | None, limite: int
) -> AccertamentiOut:
    """Read a page of accertamenti, the latest deadline first."""
    esito = await pagina(
        session,
        _ACCERTAMENTI,
        filtro,
        cursore=cursore,
        limite=limite,
        leggi=lambda riga: accertamento_out(accertamenti.da_riga(riga), oggi=oggi),
    )
    return AccertamentiOut(items=esito.items, next_cursor=esito.next_cursor)


async def show_accertamento(session: Session, accertamento_id: UUID, *, oggi: date) -> AccertamentoDettaglioOut:
    """Read an accertamento with what the Comune must know to answer, and no more than it was asked.

    :raises NotFound: if it is not there.
    """
    riga = await session.fetchrow(f"SELECT {accertamenti.CAMPI} FROM accertamento WHERE id = $1", accertamento_id)
    if riga is None:
        raise NotFound("L'accertamento non esiste o non è visibile a chi chiama")
    accertamento = accertamenti.da_riga(riga)
    dati = (await verifiche.dati(session, [accertamento.verifica_id]))[accertamento.verifica_id]
    ricevute = (await interrogazioni.ricevute(session, [accertamento.verifica_id])).get(accertamento.verifica_id, [])
    chiesti = set(accertamento.controlli)
    return AccertamentoDettaglioOut(
        **_campi(accertamento, oggi),
        persone=_persone(dati, ricevute, tutte=ControlloComune.NUCLEO in chiesti),
        residenza=_residenza(dati, ricevute) if ControlloComune.RESIDENZA in chiesti else None,
        cittadinanza=_cittadinanza(dati, ricevute) if ControlloComune.CITTADINANZA in chiesti else None,
        svantaggi=_svantaggi(dati) if ControlloComune.SVANTAGGIO in chiesti else [],
    )


def _persone(dati: DatiPerVerifica, ricevute: Sequence[Ricevuta], *, tutte: bool) -> list[PersonaOut]:
    """Give the people to check: everybody for the nucleo, else the richiedente and who declared a svantaggio."""
    in_dsu = {c.codice_fiscale for a in _di(ricevute, Attestazione) for c in a.componenti}
    in_anpr = {c for f in _di(ricevute, Famiglia) for c in f.componenti}
    dichiarate = {p.codice_fiscale: p for p in (*dati.componenti, dati.richiedente)}
    richiedente = dati.richiedente.codice_fiscale
    cercate = {richiedente, *(s.codice_fiscale for s in dati.svantaggi)}
    if tutte:
        cercate |= {*dichiarate, *in_dsu, *in_anpr}
    return [
        PersonaOut(
            codice_fiscale=codice,
            cognome=persona.cognome if (persona := dichiarate.get(codice)) else None,
            nome=persona.nome if persona else None,
            data_nascita=persona.data_nascita if persona else None,
            richiedente=codice == richiedente,
            nella_domanda=persona is not None,
            nella_dsu=codice in in_dsu,
            in_anpr=codice in in_anpr,
        )
        for codice in sorted(cercate, key=lambda c: (c != richiedente, c))
    ]


def _residenza(dati: DatiPerVerifica, ricevute: Sequence[Ricevuta]) -> ResidenzaDichiarataOut:
    richiedente = dati.richiedente.codice_fiscale
    sue = [r.risposta for r in ricevute if r.controllo is Controllo.RESIDENZA and r.soggetto == richiedente]
    return ResidenzaDichiarataOut(
        in_italia_dal=dati.residente_in_italia_dal,
        continuativa_dal=dati.residenza_continuativa_dal,
        in_anpr_dal=next((r.dal for r in sue if isinstance(r, Residenza)), None),
    )


def _cittadinanza(dati: DatiPerVerifica, ricevute: Sequence[Ricevuta]) -> CittadinanzaDichiarataOut:
    stati = [stato for c in _di(ricevute, Cittadinanze) for stato, _ in c.stati if stato is not None]
    return CittadinanzaDichiarataOut(dichiarata=dati.cittadinanza, stati=stati)


def _svantaggi(dati: DatiPerVerifica) -> list[SvantaggioDichiaratoOut]:
    return [SvantaggioDichiaratoOut(**s.model_dump()) for s in dati.svantaggi]


def _di(ricevute: Sequence[Ricevuta], forma: type[R]) -> list[R]:
    return [r.risposta for r in ricevute if isinstance(r.risposta, forma)]
