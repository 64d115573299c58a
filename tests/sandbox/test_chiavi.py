# SPDX-License-Identifier: EUPL-1.2
"""The keys of the fruitori on the simulated PDND, read by the client of the services."""

import httpx
import pytest

from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, PDND_INTEROP, finalita, kid_di, kid_firma_di
from shared.errors import UpstreamRejected, UpstreamUnavailable
from shared.web.chiavi import ChiaviFruitori, chiavi_dalla_pdnd
from shared.web.impostazioni import Emittente, Impostazioni
from shared.web.pdnd import ClientPdnd, Pdnd
from tests.sandbox.conftest import InProva
from tests.support.servizio import valori_di_prova

COMUNE = "client-c_h501"


def chiavi(in_prova: InProva, http: httpx.AsyncClient) -> ChiaviFruitori:
    in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE)  # written now, if the sandbox has not come to it yet
    impostazioni = Impostazioni(
        **valori_di_prova("", emittenti=(Emittente(iss="prova", jwks_url=in_prova.url, tipo="PDND"),)) | {
            "pdnd_url": f"{in_prova.url}/pdnd/token.oauth2", "pdnd_chiavi_url": f"{in_prova.url}/pdnd/api/keys",
            "pdnd_client_id": CLIENT_INCLUSIONE, "pdnd_kid": kid_di(CLIENT_INCLUSIONE),
            "pdnd_chiave_file": in_prova.cartella / "client" / f"{CLIENT_INCLUSIONE}.pem",
            "pdnd_finalita": {PDND_INTEROP.nome: finalita(CLIENT_INCLUSIONE, PDND_INTEROP.nome)},
        }
    )  # fmt: skip
    return chiavi_dalla_pdnd(http, impostazioni)


class TestChiavi:
    async def test_say_who_registered_them(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        trovata = await chiavi(in_prova, http).trova(kid_di(COMUNE))

        assert trovata is not None
        assert trovata.client_id == COMUNE
        assert not trovata.chiave.is_private
        assert trovata.chiave.thumbprint() == in_prova.sandbox.chiavi.client(COMUNE).thumbprint()

    async def test_on_p256_sign_requests_and_ask_for_nothing(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        kid, chiave = kid_firma_di(CLIENT_INCLUSIONE), in_prova.sandbox.chiavi.client(CLIENT_INCLUSIONE)
        client = ClientPdnd(f"{in_prova.url}/pdnd/token.oauth2", CLIENT_INCLUSIONE, kid, chiave)

        with pytest.raises(UpstreamRejected):
            await Pdnd(client, http).voucher(finalita(CLIENT_INCLUSIONE, PDND_INTEROP.nome))

    @pytest.mark.parametrize("kid", ["kid-di-nessuno", "../keys/kid-client-c_h501", "", "x" * 200])
    async def test_that_nobody_registered_are_none(self, in_prova: InProva, http: httpx.AsyncClient, kid: str) -> None:
        assert await chiavi(in_prova, http).trova(kid) is None

    async def test_are_given_to_who_has_a_voucher(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        senza = ChiaviFruitori(http, f"{in_prova.url}/pdnd/api/keys")

        with pytest.raises(UpstreamUnavailable):
            await senza.trova(kid_di(COMUNE))

    async def test_are_remembered_for_a_while(self, in_prova: InProva, http: httpx.AsyncClient) -> None:
        istante = [0.0]
        pdnd = in_prova.pdnd(http)
        scopo = finalita(CLIENT_INCLUSIONE, PDND_INTEROP.nome)
        note = ChiaviFruitori(
            http, f"{in_prova.url}/pdnd/api/keys", voucher=lambda: pdnd.voucher(scopo), orologio=lambda: istante[0]
        )

        for istante[0] in (1.0, 2.0, 599.0, 602.0):
            await note.trova(kid_di(COMUNE))

        chieste = [v for v in in_prova.sandbox.giornale.leggi(sistema="pdnd", limite=100) if v.operazione == "keys"]
        assert len(chieste) == 2
