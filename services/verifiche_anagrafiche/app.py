# SPDX-License-Identifier: EUPL-1.2
"""Where the pieces of `verifiche_anagrafiche` meet."""

from functools import cache

from fastapi import FastAPI

from services.verifiche_anagrafiche.api import INTEGRITA, PERMESSI, ROTTE
from services.verifiche_anagrafiche.clients.registri import Registri, crea_registri
from services.verifiche_anagrafiche.handlers import handlers
from services.verifiche_anagrafiche.jobs import lavori
from services.verifiche_anagrafiche.settings import ImpostazioniVerificheAnagrafiche
from shared.servizio import Ambiente, Definizione, crea_applicazione

_DESCRIZIONE = """\
Controlli sulle domande presso i registri nazionali (ANPR, INPS-ISEE, PRA, Giustizia, comunicazioni obbligatorie) e
accertamenti dei Comuni dove i registri non bastano.

CAF, patronati e cittadini seguono lo stato dei controlli; i Comuni e gli ambiti leggono gli accertamenti del proprio
territorio e ne registrano l'esito.

Profili di interoperabilità: [BLOCK_REST] [CRUD_REST] [ID_AUTH_REST_01]. Verso i registri: [INTEGRITY_REST_02]
[AUDIT_REST_02].
"""


def definizione(impostazioni: ImpostazioniVerificheAnagrafiche) -> Definizione:
    """Say what makes this service."""

    @cache
    def registri() -> Registri:
        return crea_registri(impostazioni)

    async def chiudi() -> None:
        if registri.cache_info().currsize:
            await registri().chiudi()

    return Definizione(
        nome="verifiche_anagrafiche",
        titolo="inclusione - Verifiche anagrafiche",
        sommario="Controlli delle domande presso i registri nazionali e accertamenti dei Comuni",
        descrizione=_DESCRIZIONE,
        rotte=ROTTE,
        permessi=PERMESSI,
        integrita=INTEGRITA,
        handlers=handlers,
        tag={
            "verifiche": "A che punto sono i controlli di una domanda e che cosa attendono",
            "accertamenti": "Controlli chiesti ai Comuni, con il termine e l'esito",
        },
        jobs=lavori(impostazioni, registri),
        alla_chiusura=[chiudi],
    )


def create_app(impostazioni: ImpostazioniVerificheAnagrafiche, ambiente: Ambiente | None = None) -> FastAPI:
    """Build the application."""
    return crea_applicazione(definizione(impostazioni), impostazioni, ambiente)
