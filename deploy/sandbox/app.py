# SPDX-License-Identifier: EUPL-1.2
"""The application of the sandbox: every external system behind one address.

Base addresses, below `url_pubblico` (default http://127.0.0.1:8001):

=============================================  ==================================================  =====================
System (name in journal and faults)            Address                                             Credentials
=============================================  ==================================================  =====================
PDND (`pdnd`)                                  POST /pdnd/token.oauth2                             client assertion
                                               GET  /pdnd/.well-known/jwks.json                    -
                                               POST /pdnd/voucher-di-prova  (form client_id)       -   (sandbox only)
                                               GET  /pdnd/api/keys/{kid}                           voucher
Identity (`oidc`)                              GET  /oidc/operatori/jwks.json                      -
                                               POST /oidc/operatori/token  (form ente, operatore)  -   (sandbox only)
                                               GET  /oidc/cittadini/jwks.json                      -
                                               POST /oidc/cittadini/token  (form codice_fiscale)   -   (sandbox only)
ANPR (`anpr`)                                  POST {base}/anpr-service-e002, GET {base}/status    voucher + ModI headers
  base /anpr/C018-servizioAccertamentoCittadinanza/v1, /anpr/C020-servizioAccertamentoResidenza/v1,
  /anpr/C021-servizioAccertamentoStatoFamiglia/v1
INPS ISEE (`isee`), SOAP 1.1                   POST /inps/ConsultazioneISEE/v1                     voucher
PRA (`pra`)                                    POST /pra/v1/ricerche-veicoli                       voucher
Giustizia (`giustizia`)                        POST /giustizia/v1/carichi                          voucher
UNILAV (`unilav`)                              POST /unilav/v1/rapporti                            voucher
Card gateway (`carte`)                         POST /poste/carte/v1/flussi                         voucher + Digest, signature
                                               GET  /poste/carte/v1/flussi/{id_flusso}             voucher
                                               GET  /poste/carte/v1/flussi/{id_flusso}/esiti       voucher
                                               GET  /poste/carte/v1/restituzioni                   voucher
App IO (`appio`)                               POST /appio/api/v1/profiles, /messages              subscription key
                                               GET  /appio/api/v1/messages/{fiscal_code}/{id}      subscription key
Mail (`posta`)                                 SMTP on its own port                                -
Control                                        GET, DELETE /sandbox/v1/giornale                    -
                                               PUT, DELETE /sandbox/v1/guasti/{sistema}            -
                                               GET /sandbox/v1/persone, /accrediti, /posta,        -
                                               /finalita; PUT /sandbox/v1/orologio                 -
=============================================  ==================================================  =====================

Audience of a voucher: the address of the e-service (`{url_pubblico}/inps/ConsultazioneISEE/v1`, for ANPR the base with
its C-code, `{url_pubblico}/pra/v1`, `{url_pubblico}/giustizia/v1`, `{url_pubblico}/unilav/v1`,
`{url_pubblico}/poste/carte/v1`), chosen by the `purposeId` of the client assertion: `deploy.sandbox.eservizi` lists
them, `GET /sandbox/v1/finalita` shows them. Private keys of the clients: `{cartella}/client/{client_id}.pem`, key id
`kid-{client_id}`; inclusione itself is the client `client-inclusione`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.requests import Request

from deploy.sandbox import anpr, appio, carte_rotte, chiavi_rotte, controllo, isee, oidc, pdnd, registri
from deploy.sandbox.guasti import Perimetro
from deploy.sandbox.impostazioni import AUDIENCE, ImpostazioniSandbox, emittenti
from deploy.sandbox.rifiuti import Rifiuto
from deploy.sandbox.stato import Sandbox, crea_stato
from shared.web.openapi import rotte_documentazione

__all__ = ["AUDIENCE", "ImpostazioniSandbox", "Sandbox", "crea_sandbox", "emittenti"]


def crea_sandbox(impostazioni: ImpostazioniSandbox) -> FastAPI:
    """Build the application; its lifespan starts and stops the mail sink. The state is in `app.state.sandbox`."""
    sandbox = crea_stato(impostazioni)

    @asynccontextmanager
    async def vita(_app: FastAPI) -> AsyncIterator[None]:
        await sandbox.posta.avvia()
        fermo = Event()
        chiavi = asyncio.create_task(asyncio.to_thread(sandbox.chiavi.prepara, sandbox.client, fermo=fermo))
        try:
            yield
        finally:
            fermo.set()
            await chiavi
            await sandbox.posta.ferma()

    app = FastAPI(
        title="Sandbox di inclusione", version="1.0.0", lifespan=vita, docs_url=None, redoc_url=None,
        summary="I sistemi esterni simulati: PDND, ANPR, INPS, PRA, Giustizia, UNILAV, Poste, App IO, posta",
        description="Persone inventate con storie note, guasti a comando e un giornale di ciò che è stato ricevuto.",
    )  # fmt: skip
    app.state.sandbox = sandbox
    for modulo in (pdnd, chiavi_rotte, oidc, anpr, isee, registri, carte_rotte, appio, controllo):
        app.include_router(modulo.rotte)
    app.include_router(rotte_documentazione(app))
    app.add_exception_handler(Rifiuto, _rifiuta)  # type: ignore[arg-type]
    app.add_middleware(Perimetro, guasti=sandbox.guasti, giornale=sandbox.giornale, orologio=impostazioni.orologio)
    return app


async def _rifiuta(_request: Request, rifiuto: Rifiuto) -> Response:
    return rifiuto.in_http()
