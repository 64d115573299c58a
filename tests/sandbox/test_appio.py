# SPDX-License-Identifier: EUPL-1.2
"""App IO of the sandbox: the limits of the contract, and accepted does not mean delivered."""

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import InProva

CHIAVE = {"Ocp-Apim-Subscription-Key": "chiave-di-prova"}
CONTENUTO = {
    "subject": "Esito della domanda",
    "markdown": "La tua domanda di Assegno di inclusione è stata accolta. " * 3,
}


class Io:
    """Writes as `notifiche` does."""

    def __init__(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        self.in_prova = in_prova
        self.http = http
        self.base = f"{in_prova.url}/appio/api/v1"

    def codice(self, storia: str) -> str:
        return self.in_prova.sandbox.mondo.storia(storia).richiedente.codice_fiscale

    async def profilo(self, codice: str) -> httpx.Response:
        return await self.http.post(f"{self.base}/profiles", json={"fiscal_code": codice}, headers=CHIAVE)

    async def messaggio(self, codice: str, **altri: Any) -> httpx.Response:
        corpo = {"fiscal_code": codice, "content": CONTENUTO} | altri
        return await self.http.post(f"{self.base}/messages", json=corpo, headers=CHIAVE)


@pytest.fixture
def io(in_prova: InProva, http: httpx.AsyncClient) -> Io:
    return Io(in_prova, http)


class TestProfilo:
    @pytest.mark.parametrize(("storia", "ammesso"), [("T3", True), ("io-non-consentito", False)])
    async def test_says_whether_the_sender_is_allowed(self, io: Io, storia: str, ammesso: bool) -> None:
        risposta = await io.profilo(io.codice(storia))

        assert risposta.json() == {"sender_allowed": ammesso, "preferred_languages": ["it_IT"]}

    async def test_is_not_there_for_who_has_no_app(self, io: Io) -> None:
        assert (await io.profilo(io.codice("io-assente"))).status_code == 404

    async def test_wants_a_code_of_16_characters(self, io: Io) -> None:
        provvisorio = io.in_prova.sandbox.mondo.storia("codice-provvisorio").persone[1].codice_fiscale

        assert len(provvisorio) == 11
        assert (await io.profilo(provvisorio)).status_code == 400

    async def test_wants_the_key(self, io: Io) -> None:
        risposta = await io.http.post(f"{io.base}/profiles", json={"fiscal_code": io.codice("T3")})

        assert risposta.status_code == 401


class TestMessaggio:
    @pytest.mark.parametrize(
        ("storia", "status", "webhook"),
        [("T3", "PROCESSED", "SENT"), ("io-fallito", "FAILED", "FAILED"), ("io-non-consentito", "REJECTED", None)],
    )
    async def test_is_accepted_and_then_has_its_fate(
        self, io: Io, storia: str, status: str, webhook: str | None
    ) -> None:
        codice = io.codice(storia)

        accettato = await io.messaggio(codice)

        assert accettato.status_code == 201
        stato = (await io.http.get(f"{io.base}/messages/{codice}/{accettato.json()['id']}", headers=CHIAVE)).json()
        assert (stato["status"], stato.get("notification", {}).get("webhook")) == (status, webhook)
        assert stato["message"]["created_at"] == "2025-03-03T09:00:00.000Z"

    @pytest.mark.parametrize(
        "altri",
        [
            pytest.param({"content": CONTENUTO | {"subject": "Corto"}}, id="subject of 5 characters"),
            pytest.param({"content": CONTENUTO | {"subject": "a" * 121}}, id="subject of 121 characters"),
            pytest.param({"content": CONTENUTO | {"markdown": "a" * 79}}, id="markdown of 79 characters"),
            pytest.param({"content": CONTENUTO | {"markdown": "a" * 10_001}}, id="markdown of 10001 characters"),
            pytest.param({"time_to_live": 3599}, id="time to live under an hour"),
        ],
    )
    async def test_out_of_limits_is_refused(self, io: Io, altri: dict[str, Any]) -> None:
        risposta = await io.messaggio(io.codice("T3"), **altri)

        assert (risposta.status_code, risposta.headers["content-type"]) == (400, "application/problem+json")

    async def test_of_somebody_else_is_not_found(self, io: Io) -> None:
        accettato = await io.messaggio(io.codice("T3"))

        stato = await io.http.get(f"{io.base}/messages/{io.codice('T8')}/{accettato.json()['id']}", headers=CHIAVE)

        assert stato.status_code == 404
