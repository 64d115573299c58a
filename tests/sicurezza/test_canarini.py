# SPDX-License-Identifier: EUPL-1.2
"""Canaries through one full flow: the data of a person appear in clear nowhere but where they are meant to be read."""

import asyncio
import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import structlog

from shared.contracts.domande import DomandaPresentataV1
from shared.web.registro import configura
from tests.sicurezza.percorso import CANARINI, CHI, Percorso, modulo
from tests.support.token import cittadino

_TABELLE = "SELECT tablename AS nome FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def registro(tmp_path: Path) -> Iterator[Path]:
    """Send the ordinary log to a file, as in production, and give it back as it was."""
    radice, prima = logging.getLogger(), structlog.get_config()
    gestori, livello = radice.handlers[:], radice.level
    file = tmp_path / "registro.jsonl"
    configura("INFO", percorso=file)
    yield file
    for gestore in set(radice.handlers) - set(gestori):
        gestore.close()
    radice.handlers, radice.level = gestori, livello
    structlog.configure(**prima)


def trovati(luoghi: dict[str, bytes]) -> set[tuple[str, str]]:
    """Give (place, canary) for every canary in a place: as it is, in other cases, escaped, or in hexadecimal."""
    return {
        (luogo, nome)
        for luogo, contenuto in luoghi.items()
        for nome, valore in CANARINI.items()
        if any(forma in contenuto.lower() for forma in _forme(valore))
    }


def _forme(valore: str) -> set[bytes]:
    semplice = valore.encode()
    return {forma.lower() for forma in (semplice, orjson.dumps(valore)[1:-1], semplice.hex().encode())}


async def luoghi(percorso: Percorso, registro: Path) -> dict[str, bytes]:
    """Give the content of every place where nobody should find a person."""
    metriche = [(await s.client.get("/metrics")).content for s in percorso.servizi.values()]
    return {
        "log": await asyncio.to_thread(registro.read_bytes),
        "events": b"\n".join(percorso.messaggi),
        "problems": b"\n".join(percorso.rifiuti),
        "metrics": b"\n".join(metriche),
        "dead letters": await _copia(percorso, "scarto"),
        "idempotency": await _copia(percorso, "idempotenza"),
        "access log": await _copia(percorso, "accesso"),
        "dump": await _copia(percorso),
    }


async def _copia(percorso: Percorso, sola: str | None = None) -> bytes:
    """Give the rows of the tables of every service as a dump writes them."""
    righe: list[str] = []
    for nome in percorso.servizi:
        for tabella in await percorso.righe(nome, _TABELLE):
            if sola in (None, tabella["nome"]):
                testi = await percorso.righe(nome, f"SELECT t::text AS riga FROM {tabella['nome']} t")
                righe += [f"{tabella['nome']} {r['riga']}" for r in testi]
    return "\n".join(righe).encode()


async def sbaglia(percorso: Percorso) -> None:
    """Make every kind of mistake with the canaries in hand: what is refused must not repeat them."""
    storti = [_storto(dove) for dove in ("email", "iban", "cf", "data", "persona", "telefono", "cap", "enum")]
    for corpo in storti:
        await percorso.manda("domande", "POST", "/v1/domande", "CAF-ALFA", corpo)
        await percorso.manda("domande", "POST", "/v1/domande", cittadino(CHI), corpo)
    grezzo = orjson.dumps(modulo())
    for corpo_ in (
        grezzo[:-20],
        grezzo.replace(b'"cognome"', b'"nome"'),
        b"[" + grezzo,
        grezzo + b"\x00",
        b"\xff" + grezzo,
    ):
        await percorso.manda("domande", "POST", "/v1/domande", "CAF-ALFA", corpo_)
    await percorso.manda("domande", "POST", "/v1/domande", "CAF-ALFA", modulo())  # already presented
    for servizio in percorso.servizi:
        await percorso.manda(servizio, "POST", "/v1/accessi/ricerche", "INPS", {"codice_fiscale": CHI[:-1] + "1"})
        await percorso.manda(servizio, "POST", "/v1/accessi/ricerche", "INPS", {"codice_fiscale": [CHI]})
    (aperto,) = await percorso.righe("verifiche_anagrafiche", "SELECT id FROM accertamento")
    esito = {"svantaggio": {"esiti": [{"codice_fiscale": CHI, "confermato": True}]}, "nucleo": {"conforme": CHI}}
    await percorso.manda("verifiche_anagrafiche", "POST", f"/v1/accertamenti/{aperto['id']}/esito", "INPS", esito)


def _storto(dove: str) -> dict[str, Any]:
    corpo = deepcopy(modulo())
    richiedente = corpo["richiedente"]
    match dove:
        case "email":
            corpo["recapiti"]["email"] = CANARINI["e-mail"].replace("@", "@@")
        case "iban":
            corpo["pagamento"]["iban"] = CANARINI["iban"] + "9"
        case "cf":
            richiedente["codice_fiscale"] = CHI.lower()
        case "data":
            richiedente["data_nascita"] = CANARINI["cognome"]
        case "persona":
            corpo["componenti"][0]["codice_fiscale"] = CHI
        case "telefono":
            corpo["recapiti"]["telefono"] = CANARINI["indirizzo"]
        case "cap":
            richiedente["residenza"]["cap"] = CANARINI["telefono"]
        case _:
            corpo["componenti"][0]["rapporto"] = CANARINI["nome"]
    return corpo


async def scarta(percorso: Percorso) -> None:
    """Park messages that carry the person: one that cannot be read, one whose seal was broken."""
    presentata = next(m for m in percorso.messaggi if b'"recapiti"' in m)
    letto = orjson.loads(presentata)
    senza = {k: v for k, v in letto.items() if k != "giorno"}
    rotto = letto | {"dati": letto["dati"][:-8] + "AAAAAAAA", "domanda_id": str(uuid4())}
    servizio = percorso.servizi["verifiche_anagrafiche"]
    for corpo in (senza, rotto):
        messaggio = servizio.messaggio(DomandaPresentataV1.model_validate(letto | {"domanda_id": str(uuid4())}))
        await servizio.motore.consumer.ricevi([replace(messaggio, corpo=orjson.dumps(corpo))])


async def pianta(percorso: Percorso, luogo: str) -> None:
    """Leak a canary on purpose."""
    match luogo:
        case "log":
            structlog.get_logger("prova").info("prova", cognome=CANARINI["cognome"])
        case "events":
            percorso.messaggi.append(orjson.dumps({"indirizzo": CANARINI["indirizzo"]}))
        case "problems":
            percorso.rifiuti.append(CANARINI["iban"].encode())
        case "dump":
            async with percorso.servizi["domande"].database.connection() as conn:
                await conn.execute("UPDATE bozza SET contenuto = $1", CANARINI["e-mail"].encode())
        case _:
            tabella = {"dead letters": "scarto", "idempotency": "idempotenza"}[luogo]
            servizio = "verifiche_anagrafiche" if tabella == "scarto" else "domande"
            async with percorso.servizi[servizio].database.connection() as conn:
                await conn.execute(f"UPDATE {tabella} SET corpo = $1", CANARINI["telefono"].encode())


@pytest.mark.timeout(300)
class TestCanarini:
    async def test_are_found_nowhere_and_a_planted_leak_is(self, percorso: Percorso, registro: Path) -> None:
        await percorso.tutto()
        await percorso.chiedi("domande", "POST", "/v1/bozze", "CAF-ALFA", modulo())
        await sbaglia(percorso)
        await scarta(percorso)
        esaminati = await luoghi(percorso, registro)

        # The flow went all the way, and each place has something in it: an empty one would prove nothing.
        assert [dict(r) for r in await percorso.righe("erogazioni", "SELECT stato FROM erogazione")] == [
            {"stato": "ESEGUITO"}
        ]
        assert len(percorso.rifiuti) > 20
        assert len(await percorso.righe("verifiche_anagrafiche", "SELECT 1 FROM scarto")) == 2
        assert all(len(contenuto) > 200 for contenuto in esaminati.values()), {k: len(v) for k, v in esaminati.items()}
        assert trovati(esaminati) == set()

        # Control: in each place a leak is seen.
        for luogo in ("log", "events", "problems", "dead letters", "idempotency", "dump"):
            await pianta(percorso, luogo)
            assert luogo in {dove for dove, _ in trovati(await luoghi(percorso, registro))}, luogo

    async def test_are_read_where_they_must_be(self, percorso: Percorso) -> None:
        """Control: they are the data of the domanda, and who may read it finds them."""
        await percorso.tutto()

        letta = await percorso.manda("domande", "GET", f"/v1/domande/{percorso.presentata['id']}", "CAF-ALFA")

        assert {nome for _, nome in trovati({"answer": letta.content})} == set(CANARINI)
