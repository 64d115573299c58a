# SPDX-License-Identifier: EUPL-1.2
"""Where the pieces of `presa_in_carico` meet."""

from fastapi import FastAPI

from services.presa_in_carico.api import INTEGRITA, PERMESSI, rotte
from services.presa_in_carico.handlers import handlers
from services.presa_in_carico.jobs import jobs
from services.presa_in_carico.settings import ImpostazioniPresaInCarico
from shared.servizio import Ambiente, Definizione, crea_applicazione

_DESCRIZIONE = """\
Attivazione e presa in carico dei nuclei beneficiari.

Il cittadino registra il nucleo su SIISL e sottoscrive il patto di attivazione digitale (PAD); i servizi sociali lo
convocano e registrano il primo incontro; il servizio tiene il termine di 120 giorni, dispone e revoca le sospensioni.

Profili di interoperabilità: [BLOCK_REST] [CRUD_REST] [ID_AUTH_REST_01]. Convocazioni e incontri
registrati con un voucher PDND: [ID_AUTH_REST_02] [INTEGRITY_REST_02] [AUDIT_REST_02].
"""


def definizione(_impostazioni: ImpostazioniPresaInCarico) -> Definizione:
    """Say what makes this service."""
    return Definizione(
        nome="presa_in_carico",
        titolo="inclusione - Presa in carico",
        sommario="Attivazione, primo incontro e presa in carico dei nuclei",
        descrizione=_DESCRIZIONE,
        rotte=(rotte,),
        permessi=PERMESSI,
        integrita=INTEGRITA,
        handlers=handlers,
        jobs=jobs,
    )


def create_app(impostazioni: ImpostazioniPresaInCarico, ambiente: Ambiente | None = None) -> FastAPI:
    """Build the application of the service."""
    return crea_applicazione(definizione(impostazioni), impostazioni, ambiente)
