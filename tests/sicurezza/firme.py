# SPDX-License-Identifier: EUPL-1.2
"""Every write of the five OpenAPI documents: which are signed, which are not and why; each signed one, spoiled and sent."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson

from shared.web.enti import Ruolo
from shared.web.integrita import FIRMA, TRACCIA, FirmaNonValida
from shared.web.pdnd import digest_di
from shared.web.problemi import BASE, MEDIA_TYPE
from tests.sicurezza.matrice import ENTI, Operazione, oggetto_di, operazioni
from tests.sicurezza.percorso import Percorso
from tests.sicurezza.richiesta import ALTRA_CHIAVE, Richiesta
from tests.support.servizio import ServizioInProva

SI = "firmata"
NON_PA = "la chiamano solo CAF, patronati e cittadini, che non firmano"
NULLA = "non scrive nulla: cerca, o simula"
# Who is no administration: software of CAF and patronati, and people.
_ALTRI = {Ruolo.CAF, Ruolo.PATRONATO, Ruolo.CITTADINO}
_DI_TUTTI = {"search_accessi": NULLA, "create_rielaborazione": SI}
# One row for each write: an operation that is not here fails the test.
RIGHE: dict[str, dict[str, str]] = {
    "domande": _DI_TUTTI | {
        "create_domanda": NON_PA, "create_integrazione": NON_PA, "create_rinuncia": NON_PA, "create_bozza": NON_PA,
        "edit_bozza": NON_PA, "remove_bozza": NON_PA, "create_presentazione": NON_PA, "search_domande": NULLA,
        "create_simulazione": NULLA,
    },
    "erogazioni": _DI_TUTTI | {"create_lotto": SI, "create_chiusura": SI},
    "notifiche": _DI_TUTTI | {"create_ripetizione": SI},
    "presa_in_carico": _DI_TUTTI | {
        "create_registrazione_siisl": NON_PA, "create_pad": NON_PA, "create_convocazione": SI, "create_incontro": SI,
    },
    "verifiche_anagrafiche": _DI_TUTTI | {"create_esito": SI, "create_ripetizione": SI},
}  # fmt: skip
_INTESTAZIONI = {"Digest", FIRMA, TRACCIA}
_VECCHIO = int(time.time()) - 3600
_SCADUTO = {"iat": _VECCHIO, "nbf": _VECCHIO, "exp": _VECCHIO + 300}
# A voucher as it is for who only reads: tied to no tracking.
_SCIOLTO: dict[str, Any] = {"digest": None}
# What is spoiled, from a good request: the rest of it holds.
GUASTE: dict[str, Callable[[Richiesta], Richiesta]] = {
    "nothing is signed": lambda r: replace(r, senza=tuple(_INTESTAZIONI), voucher=_SCIOLTO),
    "no digest": lambda r: replace(r, senza=("Digest",)),
    "no signature": lambda r: replace(r, senza=(FIRMA,)),
    "no tracking": lambda r: replace(r, senza=(TRACCIA,), voucher=_SCIOLTO),
    "another body": lambda r: replace(r, mandato=r.corpo + b" "),
    "digest of other bytes, signed": lambda r: replace(r, digest=digest_di(r.corpo + b"x")),
    "signed with another key": lambda r: replace(r, firma_con=ALTRA_CHIAVE),
    "tracking signed with another key": lambda r: replace(r, traccia_con=ALTRA_CHIAVE),
    "signature expired": lambda r: replace(r, firma=_SCADUTO),
    "tracking expired": lambda r: replace(r, traccia=_SCADUTO),
}
_CONTA = """
SELECT tablename AS nome FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1
"""

Divario = tuple[str, str, str, str, str]


def scritture(documento: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give every operation of a document that is no GET, by its name."""
    return {
        operazione["operationId"]: operazione
        for metodi in documento["paths"].values()
        for metodo, operazione in metodi.items()
        if metodo != "get"
    }


def fuori_riga(nome: str, documento: Mapping[str, Any], matrice: Mapping[str, Mapping[Ruolo, Any]]) -> list[str]:
    """Say which writes have no row, which rows have no write, which rows say what document or permissions deny."""
    trovate, righe = scritture(documento), RIGHE[nome]
    fuori = [f"{o}: senza riga" for o in trovate.keys() - righe.keys()]
    fuori += [f"{o}: non c'è più" for o in righe.keys() - trovate.keys()]
    for nome_op, operazione in trovate.items():
        riga, dichiarate = righe.get(nome_op), {p["name"] for p in operazione.get("parameters", ())} & _INTESTAZIONI
        if dichiarate != (_INTESTAZIONI if riga == SI else set()):
            fuori.append(f"{nome_op}: {riga}, e dichiara {sorted(dichiarate)}")
        if riga == SI and not {"400", "401"} <= operazione["responses"].keys():
            fuori.append(f"{nome_op}: non dichiara il rifiuto")
        if riga == NON_PA and matrice[nome_op].keys() - _ALTRI:
            fuori.append(f"{nome_op}: la chiama anche un'amministrazione")
    return sorted(fuori)


async def divari(percorso: Percorso, *, esistenti: bool = True) -> tuple[int, list[Divario]]:
    """Send each signed operation, as each administration that may do it, spoiled and good; give how many, and what is wrong.

    `esistenti`: on things that are there and that the caller may see, else on things of nobody.
    """
    mandate, trovati = 0, []
    for nome, servizio in percorso.servizi.items():
        for operazione in operazioni(servizio):
            if RIGHE[nome].get(operazione.id) != SI:
                continue
            for ruolo, ambito in servizio.app.state.risorse.matrice[operazione.id].items():
                caso = "suo" if esistenti else "ignoto"
                oggetto = await oggetto_di(percorso, nome, operazione, ambito, ruolo, caso)
                async for prova, errore in _prove(servizio, operazione, ENTI[ruolo], oggetto, esistenti=esistenti):
                    mandate += 1
                    if errore:
                        trovati.append((nome, operazione.id, ruolo.value, prova, errore))
    return mandate, trovati


async def _prove(
    servizio: ServizioInProva, operazione: Operazione, ente: str, oggetto: UUID | None, *, esistenti: bool
) -> AsyncIterator[tuple[str, str]]:
    """Try one operation as one ente: what is spoiled, what is good, what was good once.

    The good one goes in, whatever the command says of it then: 409 and 422 come after signature and permission.
    """

    async def manda(richiesta: Richiesta) -> httpx.Response:
        return await servizio.client.request(
            operazione.metodo, operazione.indirizzo(oggetto), headers=richiesta.intestazioni(),
            content=richiesta.mandato or richiesta.corpo,
        )  # fmt: skip

    for nome, guasta in GUASTE.items():
        prima = await righe(servizio)
        risposta = await manda(guasta(_buona(operazione, ente)))
        yield nome, _rifiuto(risposta, 400) or _resta(prima, await righe(servizio))
    ids = {uso: str(uuid4()) for uso in ("firma", "traccia", "voucher")}
    buona = _buona(operazione, ente)
    for uso, jti in ids.items():
        getattr(buona, uso)["jti"] = jti
    risposta = await manda(buona)
    passa = risposta.is_success or risposta.status_code in ((409, 422) if esistenti else (404, 409, 422))
    yield "good", "" if passa else f"{risposta.status_code}"
    for uso, jti in ids.items():
        replica = _buona(operazione, ente)
        getattr(replica, uso)["jti"] = jti
        prima = await righe(servizio)
        risposta = await manda(replica)
        # The ids of the other tokens of a replay are used up with it.
        yield f"{uso} replayed", _rifiuto(risposta, 401) or _resta(prima, await righe(servizio), tranne="jti")


def _buona(operazione: Operazione, ente: str) -> Richiesta:
    if operazione.esempio is None:
        return Richiesta(ente=ente, corpo=b"", tipo="")
    return Richiesta(ente=ente, corpo=orjson.dumps(operazione.esempio))


async def righe(servizio: ServizioInProva) -> dict[str, int]:
    """Count the rows of every table."""
    async with servizio.database.connection() as conn:
        tabelle = [r["nome"] for r in await conn.fetch(_CONTA)]
        quante = await conn.fetchrow("SELECT " + ", ".join(f'(SELECT count(*) FROM {t}) AS "{t}"' for t in tabelle))
        return dict(quante)


def _resta(prima: dict[str, int], dopo: dict[str, int], *, tranne: str = "") -> str:
    cambiate = [t for t in prima if t != tranne and prima[t] != dopo[t]]
    return f"ha scritto in {cambiate}" if cambiate else ""


def _rifiuto(risposta: httpx.Response, stato: int) -> str:
    """Say what is wrong with a refusal, or nothing."""
    if risposta.status_code != stato or risposta.headers["Content-Type"] != MEDIA_TYPE:
        return f"{risposta.status_code}"
    letto = risposta.json()
    if stato == 401:
        giusto = "già stato usato" in letto["detail"]
    else:
        giusto = (letto["type"], letto["title"]) == (BASE + FirmaNonValida.tipo, FirmaNonValida.titolo)
    return "" if giusto and letto["correlation_id"] else f"problema: {letto['title']}"
