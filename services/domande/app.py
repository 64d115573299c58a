# SPDX-License-Identifier: EUPL-1.2
"""Where the pieces of `domande` meet."""

from fastapi import FastAPI

from services.domande.api import PERMESSI, ROTTE
from services.domande.api.accoglienza import Accoglienza
from services.domande.api.simulazioni import CORPO_MASSIMO
from services.domande.clients.tipografia import Tipografia
from services.domande.handlers import handlers
from services.domande.jobs import jobs
from services.domande.settings import ImpostazioniDomande
from shared.servizio import Ambiente, Definizione, crea_applicazione

_DESCRIZIONE = """\
Presentazione e decisione delle domande di sostegno al reddito.

CAF e patronati (con mandato) e cittadini presentano la domanda, ne seguono lo stato, la integrano e vi rinunciano;
leggono la decisione con tutti i requisiti e quanto spetta mese per mese. Chiunque sia autorizzato simula una misura
su uno o più nuclei, senza che nulla sia conservato.

Profili di interoperabilità: [BLOCK_REST] [CRUD_REST] [ID_AUTH_REST_01].
"""


def definizione(_impostazioni: ImpostazioniDomande) -> Definizione:
    """Say what makes this service."""
    tipografia = Tipografia()
    return Definizione(
        nome="domande",
        titolo="inclusione - Domande",
        sommario="Presentazione, stato e decisione delle domande di sostegno al reddito",
        descrizione=_DESCRIZIONE,
        rotte=ROTTE,
        permessi=PERMESSI,
        handlers=handlers,
        tag={
            "domande": "Presentazione, consultazione, integrazione, rinuncia, decisione",
            "bozze": "Moduli in preparazione, con l'elenco di che cosa manca",
            "simulazioni": "Come finirebbe una domanda, senza presentarla",
        },
        corpi={"/v1/simulazioni": CORPO_MASSIMO},
        jobs=jobs,
        altro=lambda database, orologio: {
            "accoglienza": Accoglienza.su(database, orologio),
            "tipografia": tipografia,
        },
        alla_chiusura=(tipografia.chiudi,),
    )


def create_app(impostazioni: ImpostazioniDomande, ambiente: Ambiente | None = None) -> FastAPI:
    """Build the application of the service."""
    return crea_applicazione(definizione(impostazioni), impostazioni, ambiente)
