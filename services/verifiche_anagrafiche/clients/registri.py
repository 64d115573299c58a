# SPDX-License-Identifier: EUPL-1.2
"""All the registries behind one question: who knows what, and how each call ends."""

from collections.abc import Mapping
from typing import Protocol

import structlog

from services.verifiche_anagrafiche.clients.anpr import SERVIZI, AnprClient
from services.verifiche_anagrafiche.clients.elenchi import (
    ElencoClient,
    Lettore,
    leggi_carichi,
    leggi_rapporti,
    leggi_veicoli,
)
from services.verifiche_anagrafiche.clients.esito import Esito, Quesito, da_errore
from services.verifiche_anagrafiche.clients.isee import IseeClient
from services.verifiche_anagrafiche.clients.porta import EServizio, Porta
from services.verifiche_anagrafiche.domain.interrogazione import REGISTRO_DI, Classe, Controllo
from services.verifiche_anagrafiche.settings import ImpostazioniVerificheAnagrafiche
from shared.web.chiavi import client_pdnd
from shared.web.pdnd import Pdnd, leggi_firma
from shared.web.trasporto import Http, Postino, Trasporto

log = structlog.get_logger("registri")
_CASI_D_USO = {Controllo.CITTADINANZA: "C018", Controllo.RESIDENZA: "C020", Controllo.FAMIGLIA: "C021"}
_GRAVI = frozenset({Classe.ALTRA_PERSONA, Classe.NON_AUTORIZZATO})


class _Client(Protocol):
    async def chiedi(self, quesito: Quesito) -> Esito: ...


class Registri:
    """The clients of all the registries, on one pool of connections."""

    def __init__(self, client: Mapping[Controllo, _Client], http: Postino) -> None:
        self._client = client
        self._http = http

    async def chiedi(self, controllo: Controllo, quesito: Quesito) -> Esito:
        """Ask, and classify whatever happens."""
        try:
            esito = await self._client[controllo].chiedi(quesito)
        except Exception as errore:
            esito = da_errore(errore)
        if esito.classe in _GRAVI:
            log.error("registro_inaffidabile", registro=REGISTRO_DI[controllo].value, controllo=controllo.value,
                      classe=esito.classe.value, motivo=esito.motivo, operazione_client=quesito.numero)  # fmt: skip
        return esito

    async def chiudi(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def crea_registri(impostazioni: ImpostazioniVerificheAnagrafiche) -> Registri:
    """Build the clients.

    :raises ValueError: if the key of the PDND client is missing or cannot be read.
    """
    i = impostazioni
    client = client_pdnd(i, firma=lambda: leggi_firma(i.pdnd_firma_kid, i.pdnd_firma_chiave_file))
    if client is None:
        raise ValueError("serve PDND_CHIAVE_FILE")
    # As many connections are in use as there are calls at a time: the jobs hold the number.
    massimo = i.registri_concorrenza * len(set(REGISTRO_DI.values()))
    http = Http(Trasporto(secondi=i.registri_timeout_seconds, ferme=massimo))
    pdnd = Pdnd(client(), http)

    def porta(nome: str, audience: str, *, tracciato: bool = False) -> Porta:
        return Porta(EServizio(audience, i.pdnd_finalita[nome], tracciato), pdnd, http)

    def anpr(codice: str) -> AnprClient:
        base = f"{i.anpr_url}/{SERVIZI[codice]}"
        # The audience of the signed tokens is the address without this suffix of the gateway.
        return AnprClient(base, codice, porta(f"anpr-{codice.lower()}", base.replace("-PDND", ""), tracciato=True))

    def elenco(nome: str, url: str, operazione: str, leggi: Lettore) -> ElencoClient:
        return ElencoClient(f"{url}/{operazione}", porta(nome, url), leggi)

    per_controllo: dict[Controllo, _Client] = {
        **{controllo: anpr(codice) for controllo, codice in _CASI_D_USO.items()},
        Controllo.ISEE: IseeClient(i.isee_url, porta("inps-isee", i.isee_url)),
        Controllo.VEICOLI: elenco("pra", i.pra_url, "ricerche-veicoli", leggi_veicoli),
        Controllo.GIUDIZIARIO: elenco("giustizia", i.giustizia_url, "carichi", leggi_carichi),
        Controllo.LAVORO: elenco("unilav", i.unilav_url, "rapporti", leggi_rapporti),
    }
    return Registri(per_controllo, http)
