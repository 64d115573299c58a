# SPDX-License-Identifier: EUPL-1.2
"""The PDND of the sandbox: client assertions verified, vouchers in the shape of the manual."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from joserfc import jws

from deploy.sandbox.app import AUDIENCE
from deploy.sandbox.chiavi import Chiavi, apri, firma, intestazione_di
from deploy.sandbox.eservizi import ANPR_C020, CLIENT_INCLUSIONE, finalita
from deploy.sandbox.impostazioni import ENTI, emittenti
from shared.web.enti import RegistroEnti
from shared.web.impostazioni import Emittente
from shared.web.token import Autenticatore
from tests.sandbox.conftest import InProva
from tests.support.attese import entro

TIPO = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def assertion(**altri: Any) -> dict[str, Any]:
    adesso = int(time.time())
    base = {
        "iss": CLIENT_INCLUSIONE, "sub": CLIENT_INCLUSIONE, "aud": "auth.interop.pagopa.it/client-assertion",
        "jti": str(uuid4()), "iat": adesso, "exp": adesso + 60, "purposeId": finalita(CLIENT_INCLUSIONE, "anpr-c020"),
    }  # fmt: skip
    return {nome: valore for nome, valore in (base | altri).items() if valore is not None}


async def chiedi(http: httpx.AsyncClient, in_prova: InProva, firmata: str) -> httpx.Response:
    campi = {"client_id": CLIENT_INCLUSIONE, "client_assertion": firmata, "client_assertion_type": TIPO,
             "grant_type": "client_credentials"}  # fmt: skip
    return await http.post(f"{in_prova.url}/pdnd/token.oauth2", data=campi)


class TestToken:
    async def test_issues_a_voucher_for_the_eservice_of_the_purpose(
        self, in_prova: InProva, http: httpx.AsyncClient
    ) -> None:
        digest = {"alg": "SHA256", "value": "ab" * 32}
        firmata = firma(in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE), assertion(digest=digest))

        risposta = await chiedi(http, in_prova, firmata)

        corpo = risposta.json()
        voucher = apri(corpo["access_token"], in_prova.sandbox.chiavi.emittente("pdnd"))
        assert (risposta.status_code, corpo["expires_in"], corpo["token_type"]) == (200, 600, "Bearer")
        assert intestazione_di(corpo["access_token"])["typ"] == "at+jwt"
        assert voucher["iss"] == "interop.pagopa.it"
        assert voucher["aud"] == in_prova.url + ANPR_C020.percorso
        assert voucher["client_id"] == voucher["sub"] == CLIENT_INCLUSIONE
        assert voucher["exp"] - voucher["iat"] == 600
        assert voucher["digest"] == digest
        assert risposta.headers["x-rate-limit-limit"] == "100"

    @pytest.mark.parametrize(
        "altri",
        [
            pytest.param({"exp": int(time.time()) - 10}, id="expired"),
            pytest.param({"aud": "un-altro"}, id="another audience"),
            pytest.param({"nbf": int(time.time())}, id="nbf is not admitted"),
            pytest.param({"sub": "client-caf-aurora"}, id="sub is not the client"),
            pytest.param({"iat": "adesso"}, id="iat is not a number"),
            pytest.param({"purposeId": str(uuid4())}, id="purpose of nobody"),
            pytest.param({"purposeId": None}, id="no purpose"),
            pytest.param({"jti": None}, id="no jti"),
            pytest.param({"digest": {"alg": "SHA256", "value": "corto"}}, id="digest too short"),
        ],
    )
    async def test_refuses_wrong_claims(
        self, in_prova: InProva, http: httpx.AsyncClient, altri: dict[str, Any]
    ) -> None:
        firmata = firma(in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE), assertion(**altri))

        risposta = await chiedi(http, in_prova, firmata)

        assert risposta.status_code == 400
        assert risposta.headers["content-type"] == "application/problem+json"
        assert "access_token" not in risposta.text

    async def test_refuses_a_key_of_another_client(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        firmata = firma(in_prova.sandbox.chiavi.client("client-caf-aurora"), assertion())

        risposta = await chiedi(http, in_prova, firmata)

        assert risposta.status_code == 400

    async def test_refuses_a_forged_signature(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        altra = in_prova.sandbox.chiavi.client("client-caf-aurora")
        testata = {"alg": "RS256", "typ": "JWT", "kid": f"kid-{CLIENT_INCLUSIONE}"}
        firmata = jws.serialize_compact(testata, orjson.dumps(assertion()), altra)

        risposta = await chiedi(http, in_prova, firmata)

        assert risposta.status_code == 400

    async def test_refuses_a_jti_seen_before(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        firmata = firma(in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE), assertion())
        prima = await chiedi(http, in_prova, firmata)

        seconda = await chiedi(http, in_prova, firmata)

        assert (prima.status_code, seconda.status_code) == (200, 400)

    async def test_refuses_a_purpose_of_another_client(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        altrui = finalita("client-caf-aurora", "inclusione")
        firmata = firma(in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE), assertion(purposeId=altrui))

        risposta = await chiedi(http, in_prova, firmata)

        assert risposta.status_code == 400


class TestTokenOfEveryKind:
    """What the sandbox issues is what the services accept."""

    def autenticatore(self, in_prova: InProva) -> Autenticatore:
        fidati = [Emittente(**e) for e in emittenti(in_prova.url)]
        return Autenticatore(fidati, audience=AUDIENCE, enti=RegistroEnti.da_toml(ENTI))

    async def test_voucher_obtained_with_the_key_of_a_caf(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        client = "client-caf-aurora"
        voucher = await in_prova.pdnd(http, client).voucher(finalita(client, "inclusione"))

        chiamante = await self.autenticatore(in_prova).autentica(f"Bearer {voucher}")

        assert (chiamante.codice_ente, chiamante.ruolo) == ("caf-aurora", "CAF")

    async def test_ready_voucher(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        risposta = await http.post(f"{in_prova.url}/pdnd/voucher-di-prova", data={"client_id": "client-c_h501"})

        chiamante = await self.autenticatore(in_prova).autentica(f"Bearer {risposta.json()['access_token']}")

        assert chiamante.ente is not None
        assert chiamante.ente.territorio == {"H501"}

    async def test_operator(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        campi = {"ente": "ambito-roma", "operatore": "op-004217"}
        risposta = await http.post(f"{in_prova.url}/oidc/operatori/token", data=campi)

        chiamante = await self.autenticatore(in_prova).autentica(f"Bearer {risposta.json()['access_token']}")

        assert (chiamante.codice_ente, chiamante.operatore) == ("ambito-roma", "op-004217")

    async def test_citizen(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        codice = in_prova.sandbox.mondo.storia("T3").richiedente.codice_fiscale
        risposta = await http.post(f"{in_prova.url}/oidc/cittadini/token", data={"codice_fiscale": codice})

        chiamante = await self.autenticatore(in_prova).autentica(f"Bearer {risposta.json()['access_token']}")

        assert (chiamante.ruolo, chiamante.codice_fiscale) == ("CITTADINO", codice)

    @pytest.mark.parametrize(
        ("percorso", "campi", "status"),
        [
            ("/pdnd/voucher-di-prova", {"client_id": "nessuno"}, 404),
            ("/oidc/operatori/token", {"ente": "nessuno"}, 404),
            ("/oidc/cittadini/token", {"codice_fiscale": "RSSMRA80A01H501A"}, 422),
        ],
    )
    async def test_refuses_who_is_unknown(
        self, in_prova: InProva, http: httpx.AsyncClient, percorso: str, campi: dict[str, str], status: int
    ) -> None:
        risposta = await http.post(in_prova.url + percorso, data=campi)

        assert risposta.status_code == status


class TestChiavi:
    async def test_are_all_written_and_readable_by_their_owner_only(self, in_prova: InProva) -> None:
        def tutte() -> list[Path]:
            scritte = list(in_prova.cartella.rglob("*.pem"))
            # Three issuers, the clients, and our second key.
            return scritte if len(scritte) == 4 + len(in_prova.sandbox.client) else []

        chiavi = await entro(60, tutte)

        assert {f.stat().st_mode & 0o777 for f in chiavi} == {0o600}

    def test_survive_a_restart(self, in_prova: InProva) -> None:
        rilette = Chiavi(in_prova.cartella)

        assert rilette.jwks("pdnd") == in_prova.sandbox.chiavi.jwks("pdnd")

    async def test_published_sets_hold_no_private_part(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        percorsi = ("/pdnd/.well-known/jwks.json", "/oidc/operatori/jwks.json", "/oidc/cittadini/jwks.json")

        insiemi = [(await http.get(in_prova.url + p)).json() for p in percorsi]

        assert all(set(i["keys"][0]) == {"kty", "n", "e", "kid", "use", "alg"} for i in insiemi)
