# SPDX-License-Identifier: EUPL-1.2
"""The notices over HTTP: who sees them, the letter, trying again."""

from uuid import UUID

import pytest

from shared.contracts.notifiche import NotificaNonRecapitataV1
from shared.kernel.identita import nuovo_id
from tests.notifiche import fatti
from tests.notifiche.conftest import Avvia, Esterni
from tests.support.servizio import ServizioInProva
from tests.support.token import cittadino

ALTRO = "RSSMRA85T10A562S"


async def _pronto(servizio: ServizioInProva, *, email: str | None = "maria@posta.example") -> UUID:
    """Bring a refusal to its end, with no App IO."""
    domanda_id = nuovo_id()
    await servizio.consegna(fatti.presentata(domanda_id, a=fatti.recapiti(email=email, app_io=False)))
    await servizio.consegna(fatti.respinta(domanda_id))
    await servizio.giro_job()
    return domanda_id


async def _notifica(servizio: ServizioInProva, avviso: str = "DOMANDA_RESPINTA") -> str:
    risposta = await servizio.come("INPS").get("/v1/notifiche", params={"avviso": avviso})
    return str(risposta.json()["items"][0]["id"])


class TestElenco:
    async def test_lists_the_newest_first_and_filters(self, avvia: Avvia) -> None:
        servizio = await avvia()
        domanda_id = await _pronto(servizio)
        await servizio.consegna(fatti.presentata())
        inps = servizio.come("INPS")

        tutte = (await inps.get("/v1/notifiche", params={"limit": 2})).json()
        seguito = (await inps.get("/v1/notifiche", params={"limit": 2, "cursor": tutte["next_cursor"]})).json()
        sue = (await inps.get("/v1/notifiche", params={"domanda_id": str(domanda_id), "stato": "CONSEGNATA"})).json()

        assert [n["avviso"] for n in tutte["items"]] == ["DOMANDA_RICEVUTA", "DOMANDA_RESPINTA"]
        assert [n["domanda_id"] for n in seguito["items"]] == [str(domanda_id)]
        assert {n["avviso"] for n in sue["items"]} == {"DOMANDA_RICEVUTA", "DOMANDA_RESPINTA"}
        assert [n["lettera"] for n in tutte["items"]] == [False, True]

    @pytest.mark.parametrize(
        ("chi", "quante"),
        [("CAF-ALFA", 2), ("CAF-BETA", 0), ("COM-ROMA", 2), ("COM-MILANO", 0), ("INPS", 2), ("CITTADINO", 2), ("ALTRO", 0)],
    )  # fmt: skip
    async def test_shows_to_each_only_what_is_theirs(self, avvia: Avvia, chi: str, quante: int) -> None:
        servizio = await avvia()
        await _pronto(servizio)
        token = {"CITTADINO": cittadino(), "ALTRO": cittadino(ALTRO)}.get(chi, chi)

        risposta = await servizio.come(token).get("/v1/notifiche")

        assert (risposta.status_code, len(risposta.json()["items"])) == (200, quante)

    async def test_explains_a_bad_filter_in_italian(self, avvia: Avvia) -> None:
        servizio = await avvia()

        risposta = await servizio.come("INPS").get("/v1/notifiche", params={"stato": "PERSA", "limit": "0"})

        assert risposta.status_code == 422
        assert risposta.headers["content-type"] == "application/problem+json"
        assert {e["pointer"] for e in risposta.json()["errors"]} == {"/stato", "/limit"}


class TestDettaglio:
    async def test_shows_the_deliveries_channel_by_channel(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)

        risposta = await servizio.come("CAF-ALFA").get(f"/v1/notifiche/{await _notifica(servizio)}")

        consegne = {c["canale"]: c for c in risposta.json()["consegne"]}
        assert (risposta.json()["stato"], set(consegne)) == ("CONSEGNATA", {"EMAIL", "LETTERA"})
        assert consegne["EMAIL"]["tentativi"] == 1
        assert consegne["EMAIL"]["consegnata_il"] == "2026-03-02T09:00:00.000Z"
        assert consegne["EMAIL"]["prossimo_tentativo_il"] is None

    async def test_hides_the_notices_of_others(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)
        notifica_id = await _notifica(servizio)

        for percorso in (notifica_id, f"{notifica_id}/lettera"):
            assert (await servizio.come("CAF-BETA").get(f"/v1/notifiche/{percorso}")).status_code == 404
            assert (await servizio.come(cittadino(ALTRO)).get(f"/v1/notifiche/{percorso}")).status_code == 404
        assert (await servizio.client.get(f"/v1/notifiche/{notifica_id}")).status_code == 401


class TestLettera:
    async def test_gives_the_pdf_and_logs_who_read_it(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)
        notifica_id = await _notifica(servizio)

        risposta = await servizio.come(cittadino()).get(f"/v1/notifiche/{notifica_id}/lettera")

        assert (risposta.status_code, risposta.headers["content-type"]) == (200, "application/pdf")
        assert risposta.content.startswith(b"%PDF-")
        assert risposta.headers["cache-control"] == "no-store"
        async with servizio.database.connection() as conn:
            righe = await conn.fetch("SELECT ruolo, esito FROM accesso WHERE operazione = 'show_lettera'")
        assert [tuple(r) for r in righe] == [("CITTADINO", "CONSENTITO")]

    async def test_says_that_a_notice_without_letter_has_none(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)
        notifica_id = await _notifica(servizio, "DOMANDA_RICEVUTA")

        risposta = await servizio.come("INPS").get(f"/v1/notifiche/{notifica_id}/lettera")

        assert risposta.status_code == 404
        assert risposta.json()["type"].endswith("/lettera-assente")

    async def test_is_not_for_who_may_not_read_the_decision(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)

        risposta = await servizio.come("COM-ROMA").get(f"/v1/notifiche/{await _notifica(servizio)}/lettera")

        assert risposta.status_code == 403


class TestRipetizione:
    async def test_tries_again_once_per_key_with_a_new_message_id(self, avvia: Avvia, esterni: Esterni) -> None:
        servizio = await avvia()
        await _pronto(servizio, email="casella-inesistente@posta.example")
        notifica_id = await _notifica(servizio)
        chiave = {"Idempotency-Key": "ripeti-0001"}
        prima = len(esterni.sandbox.giornale.leggi(limite=1000))

        risposte = [
            await servizio.come("INPS").post(f"/v1/notifiche/{notifica_id}/ripetizione", json={}, headers=chiave)
            for _ in range(2)
        ]
        await servizio.giro_job()

        assert [r.status_code for r in risposte] == [202, 202]
        assert risposte[0].json() == risposte[1].json()
        assert risposte[0].json()["stato"] == "DA_INVIARE"
        assert len(esterni.sandbox.giornale.leggi(limite=1000)) == prima + 1
        ancora = [e for e in await servizio.emessi(NotificaNonRecapitataV1) if str(e.notifica_id) == notifica_id]
        assert len(ancora) == 2

    async def test_refuses_what_was_delivered_and_what_only_paper_can_reach(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio)
        consegnata = await _notifica(servizio)
        await _pronto(servizio, email=None)
        di_carta = await _notifica(servizio)
        inps = servizio.come("INPS")

        esiti = [
            await inps.post(f"/v1/notifiche/{n}/ripetizione", json={}, headers={"Idempotency-Key": f"ripeti-{n}"})
            for n in (consegnata, di_carta)
        ]

        assert [r.status_code for r in esiti] == [409, 409]
        assert "stampata" in esiti[1].json()["detail"]

    async def test_is_for_operators_only(self, avvia: Avvia) -> None:
        servizio = await avvia()
        await _pronto(servizio, email=None)
        notifica_id = await _notifica(servizio)

        risposta = await servizio.come(cittadino()).post(
            f"/v1/notifiche/{notifica_id}/ripetizione", json={}, headers={"Idempotency-Key": "ripeti-0002"}
        )

        assert risposta.status_code == 403
