# SPDX-License-Identifier: EUPL-1.2
"""Presenting a domanda: the receipt, the repetitions, what is refused and leaves no trace."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from shared.contracts.domande import DatiPerVerifica, DomandaPresentataV1, Recapiti
from tests.conftest import CreaServizio
from tests.domande.casi import GIULIA, modulo, presenta
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino


@pytest.fixture
async def domande(crea_servizio: CreaServizio) -> ServizioInProva:
    return await crea_servizio("domande")


async def righe(servizio: ServizioInProva) -> int:
    async with servizio.database.connection() as conn:
        return int(await conn.fetchval("SELECT (SELECT count(*) FROM domanda) + (SELECT count(*) FROM outbox)"))


class TestRicevuta:
    async def test_carries_protocol_instant_and_rank_of_the_day(self, domande: ServizioInProva) -> None:
        caf = domande.come("CAF-ALFA")

        prima = await presenta(caf)
        async with domande.database.connection() as conn:
            await conn.execute("UPDATE domanda SET stato = 'ANNULLATA'")
        seconda = await presenta(caf)

        assert prima.status_code == seconda.status_code == 201
        giorno = prima.json()["giorno"]
        assert prima.json()["protocollo"] == f"INPS-ADI-{giorno}-0000001"
        assert seconda.json()["numero_del_giorno"] == 2
        assert prima.headers["Location"].endswith(prima.json()["id"])
        assert prima.json()["presentata_il"].endswith("Z")

    async def test_announces_the_domanda_with_personal_data_sealed(self, domande: ServizioInProva) -> None:
        risposta = await presenta(domande.come("CAF-ALFA"))

        (evento,) = await domande.emessi(DomandaPresentataV1)
        assert evento.domanda_id == UUID(risposta.json()["id"])
        assert GIULIA not in evento.model_dump_json()
        assert domande.database.sigilli.apri(evento.dati, DatiPerVerifica).richiedente.codice_fiscale == GIULIA
        assert domande.database.sigilli.apri(evento.recapiti, Recapiti).email == "giulia.marconi@posta.example"

    async def test_is_for_the_citizen_too_without_a_mandate(self, domande: ServizioInProva) -> None:
        propria = modulo()
        del propria["mandato"]

        sua = await presenta(domande.come(cittadino(GIULIA)), propria)
        altrui = await presenta(domande.come(cittadino()), propria)

        assert sua.status_code == 201
        assert altrui.status_code == 403


class TestRipetizione:
    async def test_gives_the_same_receipt_and_no_second_event(self, domande: ServizioInProva) -> None:
        caf = domande.come("CAF-ALFA")

        prima = await presenta(caf, chiave="stessa-chiave")
        ancora = await presenta(caf, chiave="stessa-chiave")

        assert ancora.status_code == 201
        assert ancora.content == prima.content
        assert len(await domande.emessi()) == 1

    async def test_refuses_the_same_key_with_another_body(self, domande: ServizioInProva) -> None:
        caf = domande.come("CAF-ALFA")
        await presenta(caf, chiave="stessa-chiave")

        altra = await presenta(caf, modulo(recapiti={"telefono": "+390611111111"}), chiave="stessa-chiave")

        assert altra.status_code == 422
        assert altra.json()["errors"][0]["code"] == "chiave-riusata"

    async def test_asks_for_a_key(self, domande: ServizioInProva) -> None:
        risposta = await domande.come("CAF-ALFA").post("/v1/domande", json=modulo())

        assert risposta.status_code == 400
        assert risposta.json()["errors"][0]["pointer"] == "/Idempotency-Key"
        assert await righe(domande) == 0

    async def test_makes_one_domanda_of_many_at_once_on_two_replicas(
        self, domande: ServizioInProva, crea_servizio: CreaServizio
    ) -> None:
        replica = await crea_servizio("domande")
        clienti = [domande.come("CAF-ALFA"), replica.come("CAF-ALFA")]

        risposte = await asyncio.gather(*(presenta(clienti[i % 2], chiave="stessa-chiave") for i in range(20)))

        corpi = {r.content for r in risposte if r.status_code == 201}
        assert len(corpi) == 1
        assert {r.status_code for r in risposte} <= {201, 409}
        assert all(r.headers["Retry-After"] for r in risposte if r.status_code == 409)
        assert len(await domande.emessi()) == 1

    async def test_refuses_a_second_open_domanda_of_the_same_richiedente(self, domande: ServizioInProva) -> None:
        await presenta(domande.come("CAF-ALFA"))

        altra = await presenta(domande.come("CAF-BETA"))

        assert altra.status_code == 409
        assert altra.json()["type"].endswith("/domanda-gia-presentata")
        assert GIULIA not in altra.text


class TestInsieme:
    async def test_gives_each_its_own_answer_in_one_transaction(self, domande: ServizioInProva) -> None:
        caf = domande.come("CAF-ALFA")
        altro = modulo()
        altro["richiedente"], altro["componenti"] = (
            altro["richiedente"]
            | {"codice_fiscale": "FRRLCU87S02H501H", "cognome": "FERRI", "nome": "LUCA", "data_nascita": "1987-11-02"},
            [],
        )

        risposte = await asyncio.gather(*(presenta(caf, corpo) for corpo in (modulo(), altro, modulo())))

        assert sorted(r.status_code for r in risposte) == [201, 201, 409]
        assert {r.json()["numero_del_giorno"] for r in risposte if r.status_code == 201} == {1, 2}


class TestRifiuto:
    @pytest.mark.parametrize(
        ("cambio", "pointer"),
        [
            ({"mandato": None}, "/mandato"),
            ({"protocollo_dsu": "INPS-2025"}, "/protocollo_dsu"),
            ({"abitazione": {"titolo": "LOCAZIONE"}}, "/abitazione"),
            ({"abitazione": {"titolo": "LOCAZIONE", "canone_annuo": 4200}}, "/abitazione/canone_annuo"),
            ({"abitazione": {"titolo": "LOCAZIONE", "canone_annuo": "1e9"}}, "/abitazione/canone_annuo"),
            ({"recapiti": {}}, "/recapiti"),
            ({"pagamento": {"strumento": "BONIFICO", "iban": "IT60X0542811101000000123457"}}, "/pagamento/iban"),
            ({"sconosciuto": 1}, "/sconosciuto"),
        ],
    )
    async def test_says_in_italian_what_is_wrong_and_stores_nothing(
        self, domande: ServizioInProva, cambio: dict[str, object], pointer: str
    ) -> None:
        risposta = await presenta(domande.come("CAF-ALFA"), modulo(**cambio))

        assert risposta.status_code == 422
        assert risposta.headers["Content-Type"] == "application/problem+json"
        assert [e["pointer"] for e in risposta.json()["errors"]] == [pointer]
        assert await righe(domande) == 0

    async def test_never_repeats_the_value(self, domande: ServizioInProva) -> None:
        corpo = modulo()
        corpo["richiedente"]["codice_fiscale"] = "MRCGLI89E54H501A"

        risposta = await presenta(domande.come("CAF-ALFA"), corpo)

        assert risposta.status_code == 422
        assert risposta.json()["errors"] == [
            {
                "pointer": "/richiedente/codice_fiscale",
                "code": "valore-non-valido",
                "detail": "codice fiscale non valido",
            }
        ]

    @pytest.mark.parametrize(
        "corpo",
        [b"{", b'{"misura": "ADI", "misura": "ADI"}', b'{"misura": NaN}', b'{"misura": "\\u0000"}', b'{"misura": "\\ud800"}',
         b"[" * 5000 + b"]" * 5000, b"\xff\xfe"],
    )  # fmt: skip
    async def test_reads_json_strictly(self, domande: ServizioInProva, corpo: bytes) -> None:
        intestazioni = {"Idempotency-Key": "chiave-di-prova", "Content-Type": "application/json"}

        risposta = await domande.come("CAF-ALFA").post("/v1/domande", content=corpo, headers=intestazioni)

        assert risposta.status_code == 400
        assert risposta.json()["type"].endswith("/richiesta-illeggibile")
        assert await righe(domande) == 0

    # An address whose end is that of one without limits is limited all the same.
    @pytest.mark.parametrize(("metodo", "percorso"), [("POST", "/v1/domande"), ("PUT", "/v1/bozze/status")])
    async def test_stops_a_body_that_is_too_large(self, domande: ServizioInProva, metodo: str, percorso: str) -> None:
        corpo = b'{"misura": "' + b"A" * 300_000 + b'"}'

        async def a_pezzi() -> AsyncIterator[bytes]:
            for inizio in range(0, len(corpo), 10_000):
                yield corpo[inizio : inizio + 10_000]

        intestazioni = {"Idempotency-Key": "chiave-di-prova", "Content-Type": "application/json"}
        risposta = await domande.come("CAF-ALFA").request(metodo, percorso, content=a_pezzi(), headers=intestazioni)

        assert risposta.status_code == 413
        assert await righe(domande) == 0
