# SPDX-License-Identifier: EUPL-1.2
"""Schemathesis on the five documents: real server, real database, valid tokens, things that exist.

Examples, generated data and sequences of calls at every push; `SCHEMATHESIS_ESEMPI=50` draws more and adds the phase that
covers each constraint of each schema, `SCHEMATHESIS_SERVIZI=domande` looks at those services only.
"""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from services.notifiche import queries
from shared.db.migrazioni import SERVIZI
from shared.web.enti import Ruolo
from shared.web.impostazioni import Emittente
from shared.web.problemi import MEDIA_TYPE
from tests.sicurezza.conftest import Esterni
from tests.sicurezza.matrice import operazioni
from tests.sicurezza.percorso import CHI, Percorso, modulo
from tests.sicurezza.servito import servito
from tests.support.servizio import crea_app, impostazioni_di
from tests.support.token import cittadino, operatore, voucher

ESEMPI = int(os.environ.get("SCHEMATHESIS_ESEMPI", "0"))
SCELTI = os.environ.get("SCHEMATHESIS_SERVIZI", ",".join(SERVIZI)).split(",")
_TOKEN: dict[Ruolo, Callable[[], str]] = {
    Ruolo.CAF: lambda: voucher("CAF-ALFA"), Ruolo.CITTADINO: lambda: cittadino(CHI), Ruolo.INPS: lambda: operatore("INPS"),
    Ruolo.COMUNE: lambda: operatore("COM-ROMA"),
}  # fmt: skip
# The rules of the domain say more than a schema can: data that respect it may well be refused.
_SENZA = {"positive_data_acceptance": {"enabled": False}}
_FORMA_PROBLEMA = {"type", "title", "status", "detail", "instance", "correlation_id"}


@dataclass
class Esito:
    """What a run has seen; a `guasto` is (operation, what is wrong)."""

    chiamate: int = 0
    stati: set[int] = field(default_factory=set)
    guasti: set[tuple[str, str]] = field(default_factory=set)


def corri(app: FastAPI, documento: dict[str, Any], oggetti: dict[str, list[str]]) -> Esito:
    """Serve the application and let Schemathesis loose on it."""
    matrice = app.state.risorse.matrice
    with servito(app) as url:
        schema = schemathesis.openapi.from_dict(documento, config=SchemathesisConfig.from_dict(_configurazione(url)))

        @schema.auth(refresh_interval=None)
        class _Token:
            def get(self, case: Any, _: Any) -> str:
                ruoli = matrice.get(case.operation.definition.raw["operationId"], {})
                return next((emetti() for ruolo, emetti in _TOKEN.items() if ruolo in ruoli), "")

            def set(self, case: Any, token: str, _: Any) -> None:
                case.headers["Authorization"] = f"Bearer {token}"

        @schema.hook("map_path_parameters")
        def _esistenti(_: Any, valori: dict[str, Any] | None) -> dict[str, Any] | None:
            """Three times in four, name a thing that is there."""
            return {nome: _uno_vero(valore, oggetti.get(nome)) for nome, valore in valori.items()} if valori else valori

        esito = Esito()
        for evento in from_schema(schema).execute():
            _annota(evento, esito)
    return esito


def _configurazione(url: str) -> dict[str, Any]:
    copertura: dict[str, Any] = {} if ESEMPI else {"phases": {"coverage": {"enabled": False}}}
    generazione = {"max-examples": ESEMPI or 4, "deterministic": True, "database": "none"}
    return {"base-url": url, "seed": 1, "generation": generazione, "checks": _SENZA, **copertura}


def _uno_vero(valore: Any, veri: list[str] | None) -> Any:
    try:
        numero = UUID(str(valore)).int
    except ValueError:
        return valore
    return veri[numero % len(veri)] if veri and numero % 4 else valore


def _annota(evento: Any, esito: Esito) -> None:
    if isinstance(evento, events.NonFatalError | events.FatalError):
        esito.guasti.add((getattr(evento, "label", "tutto"), f"Schemathesis: {evento}"))
    if not isinstance(evento, events.ScenarioFinished):
        return
    registro = evento.recorder
    for chiave, prove in registro.checks.items():
        nome = _nome(registro, chiave)
        esito.guasti |= {(nome, f"{p.name}: {p.failure_info.failure.title}") for p in prove if p.failure_info}
    for chiave, scambio in registro.interactions.items():
        esito.chiamate += 1
        if scambio.response is None:
            esito.guasti.add((_nome(registro, chiave), "nessuna risposta"))
        else:
            esito.stati.add(scambio.response.status_code)
            _controlla(registro.cases[chiave].value, scambio.response, esito)


def _nome(registro: Any, chiave: str) -> str:
    return str(registro.cases[chiave].value.operation.definition.raw["operationId"])


def _controlla(caso: Any, risposta: Any, esito: Esito) -> None:
    """Add what the checks of Schemathesis let through: `default` would document every status."""
    definizione, stato = caso.operation.definition.raw, risposta.status_code
    altro_metodo = stato == 405 and caso.method.upper() != caso.operation.method.upper()
    if str(stato) not in definizione["responses"] and not altro_metodo:
        esito.guasti.add((definizione["operationId"], f"status {stato} non documentato"))
    if stato >= 400:
        tipo = risposta.headers["content-type"][0]
        if tipo != MEDIA_TYPE or not set(json.loads(risposta.content)) >= _FORMA_PROBLEMA:
            esito.guasti.add((definizione["operationId"], f"{stato} senza problema"))


@pytest.fixture
async def replica(
    percorso: Percorso, archivio: Callable[[str], Awaitable[str]], emittenti: tuple[Emittente, ...], esterni: Esterni
) -> Callable[[str], Awaitable[FastAPI]]:
    """Give another replica of a service, to be served; on its database a domanda has gone all the way."""
    await percorso.tutto()
    await percorso.chiedi("domande", "POST", "/v1/bozze", "CAF-ALFA", modulo())
    async with percorso.servizi["presa_in_carico"].database.connection() as conn:
        await conn.execute("UPDATE caso SET comune = 'H501'")  # of the Comune that calls

    async def fai(nome: str) -> FastAPI:
        scelte = impostazioni_di(
            nome, await archivio(nome), emittenti=emittenti, richieste_al_minuto=10**9, **esterni.impostazioni(nome)
        )
        return crea_app(nome, scelte, percorso.orologio)

    return fai


async def oggetti(percorso: Percorso, nome: str) -> dict[str, list[str]]:
    """Give the ids that are there, by name of the parameter."""
    servizio = percorso.servizi[nome]
    nomi = {(o.parametro, o.tabella) for o in operazioni(servizio) if o.parametro and o.tabella}
    return {
        parametro: [str(riga["id"]) for riga in await percorso.righe(nome, f"SELECT id FROM {tabella} ORDER BY id")]
        for parametro, tabella in sorted(nomi)
    }


def documento(app: FastAPI) -> dict[str, Any]:
    """Give a copy of the document, to be spoiled."""
    copia: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return copia


@pytest.mark.timeout(3600 if ESEMPI else 300)
class TestDocumenti:
    async def test_are_what_the_services_do(
        self, percorso: Percorso, replica: Callable[[str], Awaitable[FastAPI]]
    ) -> None:
        esiti = {}
        for nome in SCELTI:
            app = await replica(nome)
            esiti[nome] = corri(app, documento(app), await oggetti(percorso, nome))
            print(nome, esiti[nome].chiamate, "chiamate")  # noqa: T201 - the figures that docs/sicurezza.md quotes

        assert {nome: esito.guasti for nome, esito in esiti.items() if esito.guasti} == {}
        # It went deep enough to mean something: things were shown, refused, not found.
        assert all(esito.stati >= {200, 404, 422} for esito in esiti.values()), esiti

    async def test_that_say_something_else_are_found(
        self, percorso: Percorso, replica: Callable[[str], Awaitable[FastAPI]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: a service that breaks, a field of another type, a status that the document does not have."""

        async def rotta(*_: object) -> None:
            raise ZeroDivisionError

        app = await replica("notifiche")
        falso = documento(app)
        del falso["paths"]["/v1/notifiche/{notifica_id}/lettera"]["get"]["responses"]["404"]
        falso["components"]["schemas"]["NotificaOut"]["properties"]["avviso"] = {"type": "boolean"}
        monkeypatch.setattr(queries, "get_notifica", rotta)

        esito = corri(app, falso, await oggetti(percorso, "notifiche"))

        assert esito.guasti >= {
            ("show_notifica", "not_a_server_error: Server error"), ("show_notifica", "status 500 non documentato"),
            ("list_notifiche", "response_schema_conformance: Response violates schema"),
            ("show_lettera", "status 404 non documentato"),
        }  # fmt: skip
