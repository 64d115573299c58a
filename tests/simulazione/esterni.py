# SPDX-License-Identifier: EUPL-1.2
"""The systems outside: the real sandbox in process, behind a network that loses requests and answers.

Payer, PDND and App IO are reached by the real HTTP clients. Registries and mail answer at their ports, with what the
sandbox says: their HTTP and SMTP have tests of their own, and signing every question would be most of the time.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import orjson
from aiosmtpd.smtp import Envelope

from deploy.sandbox.app import ImpostazioniSandbox, crea_sandbox
from deploy.sandbox.eservizi import CLIENT_INCLUSIONE, ESTERNI, finalita, kid_di
from services.notifiche.clients.lettere import Tipografia
from services.verifiche_anagrafiche import app as app_verifiche
from services.verifiche_anagrafiche.clients.esito import Esito, Quesito
from services.verifiche_anagrafiche.clients.registri import Registri, crea_registri
from services.verifiche_anagrafiche.domain.interrogazione import Classe, Controllo
from services.verifiche_anagrafiche.settings import ImpostazioniVerificheAnagrafiche
from shared.web import chiavi
from shared.web.pdnd import leggi_chiave
from tests.guasti.contabilita import mostra_il_pagatore
from tests.guasti.punti import sostituisci
from tests.simulazione.archivio import Motore
from tests.simulazione.collegamento import Regia

URL = "http://sandbox.example"
CHIAVE_APPIO = "chiave-di-prova"
# Of the calls, one in ten fails: half of them never arrive, of the others the answer is lost.
PERSE = 0.05
_LIMITE = 0.02
_ATTESA = timedelta(seconds=20)


class Esterni:
    """The sandbox of this process; `regia` is the run in progress."""

    def __init__(self, motore: Motore, cartella: Path, orologio: Callable[[], Any]) -> None:
        self.motore = motore
        self.regia: Regia | None = None
        # Payment files that arrived before the database said that they were leaving.
        self.anzitempo: list[str] = []
        self._cartella = cartella
        impostazioni = ImpostazioniSandbox(URL, cartella=cartella, orologio=orologio, chiave_appio=CHIAVE_APPIO)
        self.app = crea_sandbox(impostazioni)
        mostra_il_pagatore(self.app)
        self.stato = self.app.state.sandbox
        self._diretto = httpx.ASGITransport(self.app)
        self._risposte: dict[tuple[Controllo, str, date], Esito] = {}
        self._registri: Registri | None = None

    def installa(self) -> None:
        """Stand in the place of network, registries, mail and typesetter, in this process only."""
        sostituisci(httpx, "AsyncClient", self._client())
        sostituisci(app_verifiche, "crea_registri", lambda _: self)
        sostituisci(aiosmtplib, "send", self._spedisci)
        sostituisci(Tipografia, "componi", _componi)
        sostituisci(chiavi, "leggi_chiave", cache(leggi_chiave))

    def impostazioni(self) -> dict[str, Any]:
        """Give the settings that lead here."""
        return {
            "pdnd_url": f"{URL}/pdnd/token.oauth2", "pdnd_client_id": CLIENT_INCLUSIONE, "pdnd_kid": kid_di(CLIENT_INCLUSIONE),
            "pdnd_chiave_file": self._cartella / "client" / f"{CLIENT_INCLUSIONE}.pem",
            "pdnd_finalita": {e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI},
            "anpr_url": f"{URL}/anpr", "isee_url": f"{URL}/inps/ConsultazioneISEE/v1", "pra_url": f"{URL}/pra/v1",
            "giustizia_url": f"{URL}/giustizia/v1", "unilav_url": f"{URL}/unilav/v1",
            "poste_url": f"{URL}/poste/carte/v1", "appio_url": f"{URL}/appio/api/v1", "appio_chiave": CHIAVE_APPIO,
            "smtp_host": "posta.example",
        }  # fmt: skip

    def leggi(self, percorso: str) -> Any:
        """Read what the simulated systems have received, as the harness of the kills does."""

        async def chiedi() -> Any:
            async with httpx.AsyncClient(transport=self._diretto, base_url=URL) as http:
                return (await http.get(percorso)).json()

        return self.motore.esegui(chiedi())

    async def _rete(self, richiesta: httpx.Request) -> httpx.Response:
        """Carry one request of a service."""
        regia = self.regia
        assert regia is not None
        await asyncio.sleep(0.01)
        await regia.punto("chiama", decisivo=True)
        if regia.capita(PERSE):
            await asyncio.sleep(10)
            raise httpx.ReadTimeout("richiesta persa", request=richiesta)
        if richiesta.method == "POST" and richiesta.url.path.endswith("/flussi"):
            await self._guarda_se_parte(regia, orjson.loads(richiesta.content)["id_flusso"])
        risposta = await self._diretto.handle_async_request(richiesta)
        await risposta.aread()
        regia.annota(f"{richiesta.method} {_senza_id(richiesta.url.path)} {risposta.status_code}")
        if regia.capita(PERSE):
            await asyncio.sleep(10)
            raise httpx.ReadTimeout("risposta persa", request=richiesta)
        await regia.punto("chiamato", decisivo=True)
        return risposta

    async def _guarda_se_parte(self, regia: Regia, flusso_id: str) -> None:
        righe = await regia.archivi.righe("erogazioni", f"SELECT stato FROM flusso WHERE id::text = '{flusso_id}'")
        if [riga["stato"] for riga in righe] == ["DA_INVIARE"]:
            self.anzitempo.append(f"INV5: il flusso {flusso_id} è dal pagatore, e una rinuncia può ancora annullarlo")

    def _client(self) -> type[httpx.AsyncClient]:
        esterni, vero = self, httpx.AsyncClient

        class Rete(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                return await esterni._rete(request)

        class Client(vero):  # type: ignore[misc,valid-type]
            def __init__(self, **altro: Any) -> None:
                super().__init__(**{"transport": Rete(), **altro})

        return Client

    # The port of the registries: what `crea_registri` gives.

    async def chiedi(self, controllo: Controllo, quesito: Quesito) -> Esito:
        """Answer as the registry does, when the question and the answer arrive."""
        regia = self.regia
        assert regia is not None
        await asyncio.sleep(0.05)
        await regia.punto("chiede", decisivo=True)
        if regia.capita(2 * PERSE):
            await asyncio.sleep(10)
            return Esito(Classe.TRANSITORIO, motivo="TEMPO_SCADUTO")
        if regia.capita(_LIMITE):
            return Esito(Classe.LIMITE, motivo="HTTP_429", attesa=_ATTESA)
        esito = self._risposta(controllo, quesito)
        regia.annota(f"registro {controllo} {esito.classe}")
        await regia.punto("risposto", decisivo=True)
        return esito

    async def chiudi(self) -> None:
        """Nothing is open."""

    def _risposta(self, controllo: Controllo, quesito: Quesito) -> Esito:
        """Ask the sandbox, once for each question: the real clients, outside virtual time."""
        chiave = (controllo, quesito.soggetto, quesito.giorno)
        if chiave not in self._risposte:
            esito: Esito = self.motore.esegui(self._veri().chiedi(controllo, quesito))
            assert esito.classe in (Classe.TROVATO, Classe.NON_TROVATO), f"la sandbox risponde {esito}"
            self._risposte[chiave] = esito
        return self._risposte[chiave]

    def _veri(self) -> Registri:
        if self._registri is None:
            campi = {c: v for c, v in self.impostazioni().items() if c in ImpostazioniVerificheAnagrafiche.model_fields}
            self._registri = crea_registri(ImpostazioniVerificheAnagrafiche.model_construct(**campi))
            self._registri._http._trasporto = self._diretto  # type: ignore[attr-defined]
        return self._registri

    # The port of the mail: what aiosmtplib does.

    async def _spedisci(self, messaggio: EmailMessage, *, recipients: list[str], **_altro: object) -> None:
        regia = self.regia
        assert regia is not None
        await regia.punto("spedisce", decisivo=True)
        if regia.capita(PERSE):
            raise aiosmtplib.SMTPConnectError("persa")
        busta = Envelope()
        esito = await self.stato.posta.handle_RCPT(None, None, busta, recipients[0], [])
        if not esito.startswith("250"):
            rifiutato = aiosmtplib.SMTPRecipientRefused(550, esito, recipients[0])
            raise aiosmtplib.SMTPRecipientsRefused([rifiutato])
        busta.content = bytes(messaggio)
        await self.stato.posta.handle_DATA(None, None, busta)
        regia.annota("e-mail")
        if regia.capita(PERSE):
            raise aiosmtplib.SMTPReadTimeoutError("risposta persa")
        await regia.punto("spedito", decisivo=True)


def _componi(_tipografia: Tipografia, modello: str, scheda: Any, data: date) -> bytes:
    """Set nothing: the same sheet gives the same bytes."""
    return b"%PDF " + hashlib.sha256(orjson.dumps([modello, scheda, data])).hexdigest().encode()


def _senza_id(percorso: str) -> str:
    return "/".join(parte for parte in percorso.split("/") if len(parte) < 16)
