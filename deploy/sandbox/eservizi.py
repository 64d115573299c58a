# SPDX-License-Identifier: EUPL-1.2
"""The e-services of the sandbox catalogue, and the purposes (finalità) under which each client may call them."""

from dataclasses import dataclass

from shared.kernel.identita import id_deterministico

CLIENT_INCLUSIONE = "client-inclusione"


@dataclass(frozen=True, slots=True)
class EServizio:
    """An e-service: `percorso` below the public address makes its audience."""

    nome: str
    sistema: str
    percorso: str

    def audience(self, url_pubblico: str) -> str:
        """Give the audience of its vouchers."""
        return url_pubblico + self.percorso


ANPR_C018 = EServizio("anpr-c018", "anpr", "/anpr/C018-servizioAccertamentoCittadinanza/v1")
ANPR_C020 = EServizio("anpr-c020", "anpr", "/anpr/C020-servizioAccertamentoResidenza/v1")
ANPR_C021 = EServizio("anpr-c021", "anpr", "/anpr/C021-servizioAccertamentoStatoFamiglia/v1")
INPS_ISEE = EServizio("inps-isee", "isee", "/inps/ConsultazioneISEE/v1")
PRA = EServizio("pra", "pra", "/pra/v1")
GIUSTIZIA = EServizio("giustizia", "giustizia", "/giustizia/v1")
UNILAV = EServizio("unilav", "unilav", "/unilav/v1")
POSTE_CARTE = EServizio("poste-carte", "carte", "/poste/carte/v1")
PDND_INTEROP = EServizio("pdnd-interop", "pdnd", "/pdnd/api")
ESTERNI = (ANPR_C018, ANPR_C020, ANPR_C021, INPS_ISEE, PRA, GIUSTIZIA, UNILAV, POSTE_CARTE, PDND_INTEROP)
INCLUSIONE = "inclusione"


def finalita(client_id: str, eservizio: str) -> str:
    """Give the `purposeId` of a client for an e-service (`anpr-c020`, ..., `inclusione`): always the same."""
    return str(id_deterministico("sandbox", "finalita", client_id, eservizio))


def kid_di(client_id: str) -> str:
    """Give the id of the key that a client has registered on the simulated PDND."""
    return f"kid-{client_id}"


def kid_firma_di(client_id: str) -> str:
    """Give the id of the key on P-256 with which a client signs its requests."""
    return f"{kid_di(client_id)}-firma"


def finalita_di_inclusione() -> dict[str, str]:
    """Give our own purposes by e-service: the value of the setting `PDND_FINALITA` of the services."""
    return {e.nome: finalita(CLIENT_INCLUSIONE, e.nome) for e in ESTERNI}
