# SPDX-License-Identifier: EUPL-1.2
"""The permission matrix has a row for every operation, and nothing answers to strangers; its cells are in test_matrice."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.db.migrazioni import SERVIZI
from tests.conftest import CreaServizio
from tests.support.servizio import ServizioInProva


def operazioni(servizio: ServizioInProva) -> list[tuple[str, str, str]]:
    """Give (operation, method, path) of every operation of the OpenAPI document that works on data."""
    trovate = []
    for percorso, metodi in servizio.app.openapi()["paths"].items():
        if percorso.startswith("/v1/"):
            trovate += [(operazione["operationId"], metodo, percorso) for metodo, operazione in metodi.items()]
    return trovate


def rotte_nascoste(servizio: ServizioInProva) -> set[str]:
    """Give the paths that answer without standing in the OpenAPI document."""
    documentati = set(servizio.app.openapi()["paths"])
    return {p for r in _rotte(servizio.app.routes) if (p := getattr(r, "path", "")) not in documentati}


def _rotte(rotte: Any) -> list[Any]:
    """Flatten the routes: an included router keeps its own."""
    piatte: list[Any] = []
    for rotta in rotte:
        interne = getattr(getattr(rotta, "original_router", None), "routes", None)
        piatte += _rotte(interne) if interne is not None else [rotta]
    return piatte


async def chiama(client: httpx.AsyncClient, metodo: str, percorso: str) -> httpx.Response:
    """Call an operation on things that do not exist, with no body: only the caller can be right or wrong."""
    while "{" in percorso:
        inizio, fine = percorso.index("{"), percorso.index("}")
        percorso = percorso[:inizio] + str(uuid4()) + percorso[fine + 1 :]
    return await client.request(metodo, percorso)


@pytest.mark.parametrize("nome", SERVIZI)
class TestMatrice:
    async def test_declares_every_operation_and_nothing_else(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome)

        dichiarate = set(servizio.app.state.risorse.matrice)

        assert {operazione for operazione, _, _ in operazioni(servizio)} == dichiarate

    async def test_leaves_outside_only_documents_and_metrics(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome)

        assert rotte_nascoste(servizio) <= {"/metrics", "/docs", "/docs/{nome}", "/openapi.json"}

    async def test_tells_every_method_of_an_address(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome)
        metodi: dict[str, set[str]] = {}
        for _, metodo, percorso in operazioni(servizio):
            metodi.setdefault(percorso, set()).add(metodo.upper())

        for percorso, offerti in metodi.items():
            risposta = await chiama(servizio.client, "PATCH", percorso)
            assert (percorso, risposta.status_code) == (percorso, 405)
            assert set(risposta.headers["Allow"].split(", ")) == offerti

    async def test_takes_no_search_for_the_name_of_a_thing(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome)
        ricerche = {percorso for _, _, percorso in operazioni(servizio) if percorso.endswith("/ricerche")}

        lette = {percorso: await servizio.come("INPS").get(percorso) for percorso in ricerche}

        assert {p: (r.status_code, r.headers["Allow"]) for p, r in lette.items()} == dict.fromkeys(
            ricerche, (405, "POST")
        )

    async def test_asks_everybody_who_they_are(self, nome: str, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio(nome)

        for operazione, metodo, percorso in operazioni(servizio):
            risposta = await chiama(servizio.client, metodo, percorso)
            assert (operazione, risposta.status_code) == (operazione, 401)
            assert risposta.headers["WWW-Authenticate"]
            assert risposta.headers["Content-Type"] == "application/problem+json"
