# SPDX-License-Identifier: EUPL-1.2
"""Signed requests of other administrations: each check broken once, nothing stored; each token good once, on any replica."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from deploy.sandbox.eservizi import INCLUSIONE, finalita, kid_di
from deploy.sandbox.impostazioni import AUDIENCE as AUDIENCE_SANDBOX
from deploy.sandbox.impostazioni import ENTI, emittenti
from shared.web.impostazioni import Emittente
from shared.web.integrita import TRACCIA
from shared.web.pdnd import ClientPdnd, Operatore, Pdnd, digest_di
from tests.conftest import CreaServizio
from tests.sicurezza.conftest import Esterni
from tests.sicurezza.richiesta import ALTRA_CHIAVE, ALTRO, CLIENT, CORPO, DOPPIA, Richiesta
from tests.support.fruitore import intestazioni
from tests.support.servizio import ServizioInProva
from tests.support.token import chiave, operatore, voucher

ADESSO = int(time.time())
ROTTE: dict[str, tuple[Richiesta, int]] = {
    "no digest": (Richiesta(senza=("Digest",)), 400),
    "no signature": (Richiesta(senza=("Agid-JWT-Signature",)), 400),
    "no tracking": (Richiesta(senza=("Agid-JWT-TrackingEvidence",)), 400),
    "none of the three": (Richiesta(senza=("Digest", "Agid-JWT-Signature", "Agid-JWT-TrackingEvidence")), 400),
    "another body": (Richiesta(mandato=orjson.dumps({"misura": "ADI", "mese": "2026-02"})), 400),
    "same JSON, other bytes": (Richiesta(mandato=CORPO.replace(b":", b": ")), 400),
    "digest of another algorithm": (Richiesta(digest="MD5=1B2M2Y8AsgTpgAmY7PhCfg=="), 400),
    "digest not signed": (Richiesta(firmate=[{"content-type": "application/json"}]), 400),
    "content type not signed": (Richiesta(firmate=[{"digest": digest_di(CORPO)}]), 400),
    "another digest signed": (Richiesta(firmate=[{"digest": digest_di(b"x")}, {"content-type": "application/json"}]), 400),
    "signed headers not a list": (Richiesta(firma={"signed_headers": {"digest": digest_di(CORPO)}}), 400),
    "no signed headers": (Richiesta(firma={"signed_headers": None}), 400),
    "signature repeated": (Richiesta(anche={"agid-jwt-signature": "Agid-JWT-Signature"}), 400),
    "digest repeated": (Richiesta(anche={"digest": "Digest"}), 400),
    "signed by another key": (Richiesta(firma_con=ALTRA_CHIAVE), 400),
    "key of another client": (Richiesta(firma_testa={"kid": f"kid-{ALTRO}"}), 400),
    "key that nobody registered": (Richiesta(firma_testa={"kid": "kid-ignoto"}), 400),
    "kid that is a path": (Richiesta(firma_testa={"kid": f"../keys/kid-{CLIENT}"}), 400),
    "signature of another type": (Richiesta(firma_testa={"typ": "at+jwt"}), 400),
    "signature that is no token": (Richiesta(senza=("Agid-JWT-Signature",), anche={"Agid-JWT-Signature": "x.y.z"}), 400),
    "signature of another issuer": (Richiesta(firma={"iss": ALTRO}), 400),
    "signature of another subject": (Richiesta(firma={"sub": ALTRO}), 400),
    "signature for another audience": (Richiesta(firma={"aud": "https://altrove.example"}), 400),
    "signature expired": (Richiesta(firma={"iat": ADESSO - 900, "nbf": ADESSO - 900, "exp": ADESSO - 60}), 400),
    "signature not yet valid": (Richiesta(firma={"nbf": ADESSO + 3600}), 400),
    "signature that lives too long": (Richiesta(firma={"exp": ADESSO + 86_400}), 400),
    "signature without id": (Richiesta(firma={"jti": None}), 400),
    "signature with a huge id": (Richiesta(firma={"jti": "x" * 300}), 400),
    "tracking signed by another key": (Richiesta(traccia_con=ALTRA_CHIAVE), 400),
    "tracking with the key of another client": (Richiesta(traccia_testa={"kid": f"kid-{ALTRO}"}), 400),
    "tracking for another audience": (Richiesta(traccia={"aud": "https://altrove.example"}), 400),
    "tracking expired": (Richiesta(traccia={"iat": ADESSO - 900, "nbf": ADESSO - 900, "exp": ADESSO - 60}), 400),
    "tracking for another purpose": (Richiesta(traccia={"purposeId": str(uuid4())}), 400),
    "tracking without user": (Richiesta(traccia={"userID": None}), 400),
    "tracking without workstation": (Richiesta(traccia={"userLocation": ""}), 400),
    "tracking without level": (Richiesta(traccia={"LoA": None}), 400),
    "tracking that names a codice fiscale": (Richiesta(traccia={"userID": "RSSMRA80A41H501Y"}), 400),
    "tracking with a short nonce": (Richiesta(traccia={"dnonce": 7}), 400),
    "tracking spelled in two ways": (Richiesta(anche={DOPPIA: "Agid-JWT-TrackingEvidence"}), 400),
    "voucher tied to another tracking": (Richiesta(voucher={"digest": {"alg": "SHA256", "value": "ab" * 32}}), 400),
    "voucher tied with another algorithm": (Richiesta(voucher={"digest": {"alg": "MD5", "value": "ab"}}), 400),
    "voucher tied to nothing": (Richiesta(voucher={"digest": None}), 400),
    "voucher expired": (Richiesta(voucher={"iat": ADESSO - 900, "exp": ADESSO - 60}), 401),
}  # fmt: skip


@pytest.fixture
async def erogazioni(crea_servizio: CreaServizio) -> ServizioInProva:
    return await crea_servizio("erogazioni")


async def manda(servizio: ServizioInProva, richiesta: Richiesta, **cambi: str) -> httpx.Response:
    testa = [(nome, cambi.get(nome, valore)) for nome, valore in richiesta.intestazioni()]
    return await _posta(servizio, testa, richiesta.mandato or richiesta.corpo)


async def _posta(servizio: ServizioInProva, testa: list[tuple[str, str]], corpo: bytes) -> httpx.Response:
    return await servizio.client.post("/v1/lotti", headers=testa, content=corpo)


async def scritte(servizio: ServizioInProva) -> int:
    """Count what a request leaves behind: lotti, stored answers, access rows, used tokens."""
    async with servizio.database.connection() as conn:
        tabelle = ("lotto", "idempotenza", "accesso", "outbox", "jti")
        return sum([await conn.fetchval(f"SELECT count(*) FROM {tabella}") for tabella in tabelle])


class TestRifiuta:
    @pytest.mark.parametrize("quale", ROTTE)
    async def test_a_request_with_one_thing_wrong_and_stores_nothing(
        self, erogazioni: ServizioInProva, quale: str
    ) -> None:
        richiesta, atteso = ROTTE[quale]

        risposta = await manda(erogazioni, richiesta)

        assert (quale, risposta.status_code) == (quale, atteso), risposta.text
        assert risposta.headers["Content-Type"] == "application/problem+json"
        assert await scritte(erogazioni) == 0

    async def test_nothing_that_is_as_it_must_be(self, erogazioni: ServizioInProva) -> None:
        """Control: the request that all the others spoil is accepted."""
        risposta = await manda(erogazioni, Richiesta())

        assert risposta.status_code == 202, risposta.text

    async def test_names_the_problem(self, erogazioni: ServizioInProva) -> None:
        risposta = await manda(erogazioni, ROTTE["another body"][0])

        assert risposta.json()["type"].endswith("/problemi/firma-non-valida")

    async def test_who_may_not_do_it_before_looking_at_the_signature(self, erogazioni: ServizioInProva) -> None:
        risposta = await erogazioni.client.post(
            "/v1/lotti", content=CORPO, headers={"Authorization": f"Bearer {voucher('COM-ROMA')}"}
        )

        assert risposta.status_code == 403


class TestAmmette:
    @pytest.mark.parametrize(
        "richiesta",
        [
            pytest.param(Richiesta(senza=("Agid-JWT-TrackingEvidence",), anche={DOPPIA: "Agid-JWT-TrackingEvidence"}),
                         id="the other spelling"),
            pytest.param(Richiesta(firma_testa={"jwk": {}, "x5u": "http://127.0.0.1:9"}), id="keys of its own, ignored"),
        ],
    )  # fmt: skip
    async def test_what_the_rules_allow(self, erogazioni: ServizioInProva, richiesta: Richiesta) -> None:
        assert (await manda(erogazioni, richiesta)).status_code == 202

    async def test_an_operator_with_a_token_of_its_own(self, erogazioni: ServizioInProva) -> None:
        risposta = await erogazioni.come(operatore("INPS")).post(
            "/v1/lotti", content=CORPO, headers={"Content-Type": "application/json", "Idempotency-Key": "prova-0001"}
        )

        assert risposta.status_code == 202

    async def test_reads_without_signature_and_many_with_one_voucher(self, erogazioni: ServizioInProva) -> None:
        inps = erogazioni.come(voucher("INPS"))

        assert [(await inps.get("/v1/lotti")).status_code for _ in range(3)] == [200] * 3

    async def test_a_read_only_with_its_tracking_if_the_voucher_is_tied_to_one(
        self, erogazioni: ServizioInProva
    ) -> None:
        legato = voucher("INPS", digest={"alg": "SHA256", "value": "ab" * 32})

        assert (await erogazioni.come(legato).get("/v1/lotti")).status_code == 400

    async def test_the_intake_of_a_caf_with_its_voucher_only(self, crea_servizio: CreaServizio) -> None:
        domande = await crea_servizio("domande")

        risposta = await domande.come(voucher("CAF-ALFA")).post("/v1/domande", json={})

        assert risposta.json()["type"].endswith("/problemi/intestazione-mancante")  # only the key is missing


class TestUnaVolta:
    async def test_the_whole_request_even_with_another_key(self, erogazioni: ServizioInProva) -> None:
        testa = Richiesta().intestazioni()
        altra = [(n, "prova-altra" if n == "Idempotency-Key" else v) for n, v in testa]

        prima, seconda = await _posta(erogazioni, testa, CORPO), await _posta(erogazioni, altra, CORPO)

        assert (prima.status_code, seconda.status_code) == (202, 401)
        assert seconda.headers["WWW-Authenticate"]

    @pytest.mark.parametrize("quale", ["firma", "traccia", "voucher"])
    async def test_each_token_by_its_id(self, erogazioni: ServizioInProva, quale: str) -> None:
        richieste = [Richiesta(), Richiesta()]
        for richiesta in richieste:
            getattr(richiesta, quale)["jti"] = "lo-stesso"

        stati = [(await manda(erogazioni, richiesta)).status_code for richiesta in richieste]

        assert stati == [202, 401]

    async def test_on_two_replicas_at_once(self, crea_servizio: CreaServizio) -> None:
        repliche = [await crea_servizio("erogazioni"), await crea_servizio("erogazioni")]
        testa = Richiesta().intestazioni()

        risposte = await asyncio.gather(*(_posta(repliche[n % 2], testa, CORPO) for n in range(10)))

        assert sorted(r.status_code for r in risposte) == [202] + [401] * 9

    async def test_not_at_all_would_let_a_replay_in(
        self, erogazioni: ServizioInProva, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Control: with the ids forgotten, the same request is served again."""

        async def sempre(*_: object) -> bool:
            return True

        monkeypatch.setattr("shared.web.integrita.consuma", sempre)
        testa = Richiesta().intestazioni()

        assert [(await _posta(erogazioni, testa, CORPO)).status_code for _ in range(2)] == [202, 202]

    async def test_even_if_the_request_is_then_refused(self, erogazioni: ServizioInProva) -> None:
        sbagliato = orjson.dumps({"misura": "ADI", "mese": "marzo"})
        testa = Richiesta(corpo=sbagliato).intestazioni()

        risposte = [await _posta(erogazioni, testa, sbagliato) for _ in range(2)]

        assert [r.status_code for r in risposte] == [422, 401]

    async def test_but_takes_nothing_from_who_really_sent_it(self, erogazioni: ServizioInProva) -> None:
        """A body that was changed on the way is refused; the true one, sent after it, is not a replay."""
        testa = Richiesta().intestazioni()

        falsa = await _posta(erogazioni, testa, CORPO + b" ")
        vera = await _posta(erogazioni, testa, CORPO)

        assert (falsa.status_code, vera.status_code) == (400, 202)

    async def test_new_tokens_make_a_repetition_with_the_same_key(self, erogazioni: ServizioInProva) -> None:
        inps, chiave_ = erogazioni.come("INPS"), {"Idempotency-Key": "prova-ripetuta"}

        prima = await inps.post("/v1/lotti", json={"misura": "ADI", "mese": "2026-03"}, headers=chiave_)
        seconda = await inps.post("/v1/lotti", json={"misura": "ADI", "mese": "2026-03"}, headers=chiave_)

        assert (prima.status_code, seconda.status_code, seconda.content) == (202, 202, prima.content)

    async def test_is_remembered_until_the_tokens_expire(self, erogazioni: ServizioInProva) -> None:
        await manda(erogazioni, Richiesta())

        async with erogazioni.database.connection() as conn:
            righe = await conn.fetch("SELECT uso, emittente, scade_il > now() AS viva FROM jti ORDER BY uso")

        assert [tuple(r) for r in righe] == [
            ("firma", CLIENT, True), ("traccia", CLIENT, True), ("voucher", "https://prova.example/pdnd", True),
        ]  # fmt: skip


class TestChi:
    async def test_is_behind_the_call_is_in_the_access_log(self, crea_servizio: CreaServizio) -> None:
        verifiche = await crea_servizio("verifiche_anagrafiche")

        risposta = await verifiche.come("COM-ROMA").post(
            f"/v1/accertamenti/{uuid4()}/esito", json={}, headers={"Idempotency-Key": "prova-0001"}
        )

        async with verifiche.database.connection() as conn:
            (riga,) = await conn.fetch("SELECT operatore, esito FROM accesso")
        assert risposta.status_code == 404
        assert tuple(riga) == (f"{ALTRO}/op-004217", "NEGATO")

    async def test_signs_the_esito_or_is_refused(self, crea_servizio: CreaServizio) -> None:
        verifiche = await crea_servizio("verifiche_anagrafiche")
        percorso = f"/v1/accertamenti/{uuid4()}/esito"

        senza = await verifiche.come(voucher("COM-ROMA")).post(
            percorso, json={}, headers={"Idempotency-Key": "prova-0001"}
        )

        assert (senza.status_code, senza.json()["title"]) == (400, "Firma della richiesta assente o non valida")


class TestChiavi:
    async def test_are_asked_once_and_remembered(self, erogazioni: ServizioInProva) -> None:
        chieste = _conta(erogazioni)

        for _ in range(3):
            await manda(erogazioni, Richiesta())

        assert chieste() == [f"kid-{CLIENT}"]

    async def test_that_cannot_be_reached_are_not_a_refusal(self, crea_servizio: CreaServizio) -> None:
        servizio = await crea_servizio("erogazioni", pdnd_chiavi_url="http://127.0.0.1:9/keys")

        risposta = await manda(servizio, Richiesta())

        assert (risposta.status_code, "Retry-After" in risposta.headers) == (503, True)
        assert await scritte(servizio) == 0


def _conta(servizio: ServizioInProva) -> Callable[[], list[str]]:
    """Note the kid that the service asks PDND for."""
    chiavi, chieste = servizio.app.state.risorse.integrita._chiavi, []
    originale = chiavi._chiedi

    async def chiedi(kid: str) -> Any:
        chieste.append(kid)
        return await originale(kid)

    chiavi._chiedi = chiedi
    return lambda: chieste


class TestSandbox:
    async def test_issues_vouchers_and_keys_with_which_an_ente_signs(
        self, crea_servizio: CreaServizio, esterni: Esterni
    ) -> None:
        """Nothing of the tests in between: the client of the ente asks the simulated PDND, the service too."""
        ente = next(e for e in esterni.stato.enti.values() if e.tipo == "INPS")
        servizio = await crea_servizio(
            "erogazioni", **esterni.impostazioni("erogazioni"), pdnd_chiavi_url=f"{esterni.url}/pdnd/api/keys",
            emittenti=tuple(Emittente(**e) for e in emittenti(esterni.url)), enti_file=ENTI, audience=AUDIENCE_SANDBOX,
        )  # fmt: skip
        chiave_ = esterni.stato.chiavi.client(ente.client_id)
        scopo = finalita(ente.client_id, INCLUSIONE)
        async with httpx.AsyncClient() as http:
            client = Pdnd(
                ClientPdnd(f"{esterni.url}/pdnd/token.oauth2", ente.client_id, kid_di(ente.client_id), chiave_), http
            )
            traccia = client.traccia(scopo, Operatore("op-1", "s-1"), audience=AUDIENCE_SANDBOX)
            token = await client.voucher_per(scopo, traccia)
        testa = client.firma_corpo(CORPO, {"Content-Type": "application/json"}, audience=AUDIENCE_SANDBOX) | {
            "Authorization": f"Bearer {token}", TRACCIA: traccia, "Idempotency-Key": "prova-0001",
        }  # fmt: skip

        prima = await _posta(servizio, list(testa.items()), CORPO)
        seconda = await _posta(servizio, list(testa.items()), CORPO)

        assert (prima.status_code, seconda.status_code) == (202, 401), prima.text


class TestFruitore:
    def test_of_the_tests_signs_as_our_own_client_does(self) -> None:
        testa = intestazioni("INPS", CORPO, {"Content-Type": "application/json"})

        assert set(testa) == {
            "Authorization", "Content-Type", "Digest", "Agid-JWT-Signature", "Agid-JWT-TrackingEvidence",
        }  # fmt: skip
        assert chiave().is_private
