# SPDX-License-Identifier: EUPL-1.2
"""Facts of the tests of `presa_in_carico`: an accepted domanda of invented people, and what may happen to it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from httpx import AsyncClient, Response

from shared.contracts.domande import (
    CausaCessazione,
    ComponenteNucleo,
    DatiNucleo,
    DomandaAccoltaV1,
    DomandaCessataV1,
)
from shared.contracts.notifiche import NotificaNonRecapitataV1
from shared.kernel.identita import id_deterministico, nuovo_id
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Cifrario
from tests.support.archivi import CHIAVE_EVENTI
from tests.support.token import CITTADINA

FIGLIO = "RSSMRA85T10A562S"
ACCOLTA_IL = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)  # 28 February in Rome
PAD = {
    "sottoscritto_il": "2026-03-02",
    "recapiti_confermati": True,
    "consenso_trasmissione_dati": True,
    "impegno_primo_incontro": True,
}


def accolta(
    domanda_id: UUID | None = None, *, versione: int = 2, comune: str = "H501", richiedente: str = CITTADINA
) -> DomandaAccoltaV1:
    """Make the acceptance of the domanda of a mother with a son."""
    componenti = (
        ComponenteNucleo(codice_fiscale=richiedente, cognome="ROSSI", nome="MARIA", data_nascita=date(1980, 1, 1),
                         nella_scala=True, attivabile=True),
        ComponenteNucleo(codice_fiscale=FIGLIO, cognome="ROSSI", nome="MARIO", data_nascita=date(2015, 12, 10),
                         nella_scala=True, attivabile=False),
    )  # fmt: skip
    return DomandaAccoltaV1(
        domanda_id=domanda_id or nuovo_id(), versione=versione, misura="ADI", protocollo="INPS-ADI-2026-02-20-0000001",
        decisa_il=ACCOLTA_IL, comune=comune, importo_mensile="575.00",
        nucleo=Cifrario(CHIAVE_EVENTI).sigilla(DatiNucleo(richiedente=richiedente, componenti=componenti)),
    )  # fmt: skip


def cessata(
    domanda_id: UUID, *, versione: int = 5, causa: CausaCessazione = CausaCessazione.RINUNCIA
) -> DomandaCessataV1:
    """Make the end of a domanda."""
    return DomandaCessataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo="INPS-ADI-2026-02-20-0000001", causa=causa,
        dal_mese=Mese(2026, 6), giorno=date(2026, 5, 12),
    )  # fmt: skip


def non_recapitata(domanda_id: UUID) -> NotificaNonRecapitataV1:
    """Make the news that the letter of acceptance reached nobody."""
    return NotificaNonRecapitataV1(domanda_id=domanda_id, versione=1, notifica_id=uuid4(), avviso="DOMANDA_ACCOLTA")


def caso_di(domanda_id: UUID) -> UUID:
    """Give the id of the caso of a domanda."""
    return id_deterministico("caso", domanda_id)


async def invia(
    client: AsyncClient, caso_id: UUID, atto: str, corpo: Mapping[str, object], *, chiave: str | None = None
) -> Response:
    """Send an act on a caso, with a new key unless one is given."""
    intestazioni = {"Idempotency-Key": chiave or str(uuid4())}
    return await client.post(f"/v1/casi/{caso_id}/{atto}", json=dict(corpo), headers=intestazioni)
