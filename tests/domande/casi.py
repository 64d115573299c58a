# SPDX-License-Identifier: EUPL-1.2
"""A domanda and the answers of the registries about it, to be bent by each test."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.contracts.presa_in_carico import PadSottoscrittoV1
from shared.contracts.verifiche_anagrafiche import (
    ComponenteDsu,
    FattiVerificati,
    Fatto,
    FattoCittadinanza,
    FattoControllo,
    FattoFamiglia,
    FattoIsee,
    FattoResidenza,
    Fonte,
    VerificaConclusaV1,
)
from shared.kernel.sigillo import Cifrario
from tests.support.archivi import CHIAVE_EVENTI

DOMANDA: dict[str, Any] = {
    "misura": "ADI",
    "mandato": {"numero": "CAF-2025-000123", "conferito_il": "2025-02-27"},
    "richiedente": {
        "codice_fiscale": "MRCGLI89E54H501Z",
        "cognome": "MARCONI",
        "nome": "GIULIA",
        "data_nascita": "1989-05-14",
        "luogo_nascita": "H501",
        "responsabilita_genitoriale": True,
        "cittadinanza": {"stato": "IT"},
        "residenza": {
            "comune": "H501",
            "indirizzo": "Via delle Prove 12",
            "cap": "00174",
            "provincia": "RM",
            "in_italia_dal": "1989-05-14",
            "continuativa_dal": "1989-05-14",
        },
    },
    "componenti": [
        {
            "codice_fiscale": "FRRLCU87S02H501H",
            "cognome": "FERRI",
            "nome": "LUCA",
            "data_nascita": "1987-11-02",
            "rapporto": "CONIUGE",
            "responsabilita_genitoriale": True,
        },
        {
            "codice_fiscale": "FRRSRA16P61H501V",
            "cognome": "FERRI",
            "nome": "SARA",
            "data_nascita": "2016-09-21",
            "rapporto": "FIGLIO",
            "studente": True,
        },
    ],
    "abitazione": {
        "titolo": "LOCAZIONE",
        "canone_annuo": "4200.00",
        "estremi_registrazione": "RM1 2021/004511 serie 3T",
    },
    "dichiarazioni": {
        "nessuna_misura_o_condanna": True,
        "nessuna_dimissione": True,
        "nessun_veicolo_escluso": True,
        "nessuna_nave_o_aeromobile": True,
        "consapevole_delle_sanzioni": True,
    },
    "consensi": {"trasmissione_ai_servizi": True, "app_io": True},
    "recapiti": {"email": "giulia.marconi@posta.example", "telefono": "+390600000000"},
    "pagamento": {"strumento": "CARTA"},
}

GIULIA, LUCA, SARA = "MRCGLI89E54H501Z", "FRRLCU87S02H501H", "FRRSRA16P61H501V"
NOTO = datetime(2025, 3, 3, 10, tzinfo=UTC)
_FONTE = Fonte(sistema="PROVA", riferimento="1", rilevato_il=NOTO)
_SIGILLI = Cifrario(CHIAVE_EVENTI)


def modulo(**cambi: Any) -> dict[str, Any]:
    """Give the form of the example with some of its quadri replaced."""
    return deepcopy(DOMANDA) | cambi


async def presenta(
    client: httpx.AsyncClient, corpo: dict[str, Any] | None = None, *, chiave: str | None = None
) -> httpx.Response:
    """Send a domanda."""
    intestazioni = {"Idempotency-Key": chiave or f"prova-{uuid4()}"}
    return await client.post("/v1/domande", json=corpo or modulo(), headers=intestazioni)


def fatti(*, isee: Decimal = Decimal("4000.00"), reddito: Decimal = Decimal("1500.00"), canone: str = "4200.00",
          difformita: tuple[str, ...] = (), altri: tuple[Fatto, ...] = ()) -> FattiVerificati:  # fmt: skip
    """Give what the registries know of the nucleo of the example: everything in order unless asked otherwise."""
    comuni: dict[str, Any] = {"noto_dal": NOTO, "fonte": _FONTE}
    sempre = {"valido_dal": date(1989, 5, 14), **comuni}
    attestazione = FattoIsee(
        indicatore="Minorenne", isee=isee, ise=isee * 2, isr=isee * 2, isp=Decimal("0.00"), scala_equivalenza=Decimal("2.04"),
        reddito_familiare=reddito, patrimonio_mobiliare=Decimal("2000.00"), patrimonio_immobiliare=Decimal("0.00"),
        canone_annuo=Decimal(canone), protocollo_dsu="INPS-ISEE-2025-00000001A-00", presentata_il=date(2025, 1, 20),
        difformita=difformita, componenti=tuple(ComponenteDsu(codice_fiscale=c, rapporto=r) for c, r in ((GIULIA, "D"), (LUCA, "C"), (SARA, "F"))),
        valido_dal=date(2025, 1, 20), valido_al=date(2025, 12, 31), **comuni,
    )  # fmt: skip
    controlli = tuple(
        FattoControllo(registro=registro, controllo=controllo, esito="DATI", **sempre)
        for registro, controllo in (("ANPR", "FAMIGLIA"), ("ANPR", "RESIDENZA"), ("ANPR", "CITTADINANZA"), ("ISEE", "ISEE"),
                                    ("PRA", "VEICOLI"), ("GIUSTIZIA", "GIUDIZIARIO"), ("UNILAV", "LAVORO"))
    )  # fmt: skip
    return FattiVerificati(
        fatti=(
            attestazione,
            FattoFamiglia(soggetto=GIULIA, componenti=(GIULIA, LUCA, SARA), **sempre),
            FattoResidenza(soggetto=GIULIA, comune="H501", **sempre),
            FattoCittadinanza(soggetto=GIULIA, stato="IT", **sempre),
            *controlli,
            *altri,
        )
    )


def conclusa(
    domanda_id: UUID, verificati: FattiVerificati | None = None, *, domanda_versione: int = 1
) -> VerificaConclusaV1:
    """Say that the checks of a domanda are over."""
    return VerificaConclusaV1(
        domanda_id=domanda_id, versione=2, verifica_id=uuid4(), domanda_versione=domanda_versione,
        data_riferimento=date(2025, 3, 3), conclusa_il=NOTO, fatti=_SIGILLI.sigilla(verificati or fatti()),
    )  # fmt: skip


def pad(domanda_id: UUID, giorno: date = date(2025, 3, 10)) -> PadSottoscrittoV1:
    """Say that the PAD was signed."""
    return PadSottoscrittoV1(domanda_id=domanda_id, versione=2, caso_id=uuid4(), sottoscritto_il=giorno)
