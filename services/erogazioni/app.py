# SPDX-License-Identifier: EUPL-1.2
"""The only place where the pieces of `erogazioni` meet."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from services.erogazioni.api import flussi, lotti, posizioni, quarantena
from services.erogazioni.clients import Accreditamento, PagatoreClient
from services.erogazioni.handlers import handlers
from services.erogazioni.jobs import Lavori, Misure
from services.erogazioni.queries.durevolezza import controlla_durevolezza
from services.erogazioni.settings import ESERVIZIO, ImpostazioniErogazioni
from services.erogazioni.store.giornale import Giornale
from shared.db.session import Database
from shared.kernel.calendario import Orologio
from shared.messaging.jobs import Job
from shared.servizio import Ambiente, Definizione, crea_applicazione
from shared.web.chiavi import client_pdnd
from shared.web.pdnd import Pdnd

_DESCRIZIONE = """
Posizioni di pagamento, lotti mensili, flussi verso il pagatore, esiti, restituzioni, registro contabile e
quadratura.

Un lotto è un'operazione lunga: `POST /v1/lotti` risponde 202 e l'avanzamento si legge con `GET /v1/lotti/{lotto_id}`.
Ogni pagamento ha un'identità derivata da misura, posizione, mese e progressivo: non si può disporre due volte.

Con un voucher PDND l'avvio di un lotto e la chiusura di un esito in quarantena sono richieste firmate, che valgono una volta.

`[BLOCK_REST]` `[NONBLOCK_PULL_REST]` `[CRUD_REST]`
"""


def definizione(impostazioni: ImpostazioniErogazioni) -> Definizione:
    """Say what makes the service this one."""
    http = httpx.AsyncClient(timeout=impostazioni.poste_timeout_seconds, follow_redirects=False)
    pagatore = PagatoreClient(http, impostazioni.poste_url, _accreditamento(http, impostazioni))
    misure = Misure(
        impostazioni.posizioni_per_blocco, impostazioni.disposizioni_per_flusso, impostazioni.restituzioni_ogni_seconds
    )

    def jobs(database: Database, _orologio: Orologio) -> Sequence[Job[Any]]:
        cartella = impostazioni.invii_cartella
        return Lavori(database, pagatore, misure, Giornale(cartella, database.cifrario) if cartella else None).tutti()

    return Definizione(
        nome="erogazioni",
        titolo="Erogazioni",
        sommario="Pagamento mensile delle misure di inclusione",
        descrizione=_DESCRIZIONE,
        rotte=(lotti.rotte, flussi.rotte, posizioni.rotte, quarantena.rotte),
        permessi={**lotti.PERMESSI, **flussi.PERMESSI, **posizioni.PERMESSI, **quarantena.PERMESSI},
        integrita=lotti.INTEGRITA | quarantena.INTEGRITA,
        handlers=handlers,
        jobs=jobs,
        alla_chiusura=(http.aclose,),
    )


def _accreditamento(http: httpx.AsyncClient, i: ImpostazioniErogazioni) -> Accreditamento | None:
    client = client_pdnd(i)
    if not i.si_presenta or client is None:
        return None
    return Accreditamento(Pdnd(client(), http), i.pdnd_finalita[ESERVIZIO], i.poste_url.rstrip("/"))


def create_app(impostazioni: ImpostazioniErogazioni, ambiente: Ambiente | None = None) -> FastAPI:
    """Build the application; it starts only on a database that does not lose what it has committed."""
    app = crea_applicazione(definizione(impostazioni), impostazioni, ambiente)
    vita = app.router.lifespan_context

    @asynccontextmanager
    async def controllata(avviata: FastAPI) -> AsyncIterator[Any]:
        if impostazioni.controlla_durevolezza:
            await controlla_durevolezza(impostazioni.database_url)
        async with vita(avviata) as stato:
            yield stato

    app.router.lifespan_context = controllata
    return app
