# SPDX-License-Identifier: EUPL-1.2
"""The sandbox as a process of its own."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx

from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, finalita, kid_di
from shared.web.pdnd import ClientPdnd, Pdnd, leggi_chiave
from tests.sandbox.conftest import porta_libera
from tests.support.attese import entro

RADICE = Path(__file__).resolve().parents[2]


class TestProcesso:
    async def test_serves_gives_vouchers_to_who_reads_its_keys_and_stops(
        self, tmp_path: Path, http: httpx.AsyncClient
    ) -> None:
        porta, posta = porta_libera(), porta_libera()
        argomenti = ("--porta", str(porta), "--porta-smtp", str(posta), "--cartella", str(tmp_path))
        processo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.sandbox", *argomenti, cwd=RADICE, stderr=asyncio.subprocess.DEVNULL
        )
        url = f"http://127.0.0.1:{porta}"

        async def risponde() -> bool:
            try:
                return (await http.get(f"{url}/pdnd/.well-known/jwks.json")).status_code == 200
            except httpx.TransportError:
                return False

        try:
            await entro(30, risponde)
            chiave = leggi_chiave(tmp_path / "client" / f"{CLIENT_INCLUSIONE}.pem")
            client = ClientPdnd(f"{url}/pdnd/token.oauth2", CLIENT_INCLUSIONE, kid_di(CLIENT_INCLUSIONE), chiave)
            voucher = await Pdnd(client, http).voucher(finalita(CLIENT_INCLUSIONE, "poste-carte"))
        finally:
            processo.send_signal(signal.SIGINT)
            await asyncio.wait_for(processo.wait(), 20)

        assert voucher.count(".") == 2
        assert processo.returncode == 0
