# SPDX-License-Identifier: EUPL-1.2
"""Facts of the tests of `notifiche`: a domanda of an invented person, and what can happen to it."""

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts.domande import (
    CausaCessazione,
    DatiPerVerifica,
    DomandaAccoltaV1,
    DomandaCessataV1,
    DomandaInEvidenzaV1,
    DomandaIntegrataV1,
    DomandaPresentataV1,
    DomandaRespintaV1,
    MotiviEsito,
    MotivoEsito,
    Persona,
    Recapiti,
)
from shared.contracts.erogazioni import ErogazioneEseguitaV1, ErogazioneRestituitaV1, ErogazioneScartataV1
from shared.contracts.presa_in_carico import PadSottoscrittoV1, SospensioneDispostaV1, SospensioneRevocataV1
from shared.kernel.identita import id_deterministico, nuovo_id
from shared.kernel.mese import Mese
from shared.kernel.sigillo import Cifrario
from tests.support.archivi import CHIAVE_EVENTI
from tests.support.token import CITTADINA

SIGILLI = Cifrario(CHIAVE_EVENTI)
PROTOCOLLO = "INPS-ADI-2026-02-20-0000001"
DECISA = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)  # 28 February in Rome
MOTIVI = (
    MotivoEsito(
        codice="ADI-R06",
        spiegazione="L'ISEE del nucleo è 12.345,67 euro e supera la soglia di 10.140,00 euro",
        fonte="D.L. 48/2023, art. 2, c. 2, lett. b), n. 1",
    ),
    MotivoEsito(
        codice="ADI-R09",
        spiegazione='Un\'auto ha più di 1.600 cc #panic("x") $y$ *z* @q <l> \\u',
        fonte="D.L. 48/2023, art. 2, c. 2, lett. c), n. 1",
    ),
)


def recapiti(
    codice_fiscale: str = CITTADINA, *, email: str | None = "maria@posta.example", app_io: bool = True
) -> Recapiti:
    """Make the contacts of a person."""
    return Recapiti(
        codice_fiscale=codice_fiscale, cognome="ROSSI", nome="MARIA", email=email, app_io=app_io,
        indirizzo="VIA DELLE ROBINIE 12", cap="00174", comune="H501", provincia="RM",
    )  # fmt: skip


def presentata(
    domanda_id: UUID | None = None,
    *,
    versione: int = 1,
    a: Recapiti | None = None,
    ente: str = "CAF-ALFA",
    comune: str = "H501",
) -> DomandaPresentataV1:
    """Make the presentation of a domanda."""
    a = a or recapiti()
    persona = Persona(codice_fiscale=a.codice_fiscale, cognome=a.cognome, nome=a.nome, data_nascita=date(1980, 1, 1))
    dati = DatiPerVerifica(
        richiedente=persona, componenti=(persona,), cittadinanza="ITALIANA",
        residente_in_italia_dal=date(1980, 1, 1), residenza_continuativa_dal=date(1980, 1, 1),
    )  # fmt: skip
    return DomandaPresentataV1(
        domanda_id=domanda_id or nuovo_id(), versione=versione, misura="ADI", protocollo=PROTOCOLLO,
        presentata_il=datetime(2026, 2, 20, 9, tzinfo=UTC), giorno=date(2026, 2, 20), comune=comune, ente=ente,
        dati=SIGILLI.sigilla(dati), recapiti=SIGILLI.sigilla(a),
    )  # fmt: skip


def accolta(domanda_id: UUID, *, versione: int = 2, importo: str = "780.50") -> DomandaAccoltaV1:
    """Make an acceptance."""
    return DomandaAccoltaV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=PROTOCOLLO, decisa_il=DECISA, comune="H501",
        importo_mensile=importo, nucleo=SIGILLI.sigilla(MotiviEsito(motivi=())),
    )  # fmt: skip


def respinta(domanda_id: UUID, *, versione: int = 2) -> DomandaRespintaV1:
    """Make a refusal with two reasons."""
    return DomandaRespintaV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=PROTOCOLLO, decisa_il=DECISA,
        codici=tuple(m.codice for m in MOTIVI), riesame_entro=date(2026, 3, 30),
        motivi=SIGILLI.sigilla(MotiviEsito(motivi=MOTIVI)),
    )  # fmt: skip


def in_evidenza(domanda_id: UUID, *, versione: int = 2) -> DomandaInEvidenzaV1:
    """Make a request to complete the domanda."""
    return DomandaInEvidenzaV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=PROTOCOLLO, codici=("ADI-R06",),
        entro=date(2026, 4, 29), motivi=SIGILLI.sigilla(MotiviEsito(motivi=MOTIVI[:1])),
    )  # fmt: skip


def integrata(domanda_id: UUID, *, versione: int = 3) -> DomandaIntegrataV1:
    """Make the completion of a domanda."""
    return DomandaIntegrataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=PROTOCOLLO, integrata_il=DECISA,
        giorno=date(2026, 2, 28), comune="H501", dati=SIGILLI.sigilla(MotiviEsito(motivi=())),
    )  # fmt: skip


def cessata(
    domanda_id: UUID, *, versione: int = 5, causa: CausaCessazione = CausaCessazione.DECADENZA
) -> DomandaCessataV1:
    """Make the end of a domanda."""
    return DomandaCessataV1(
        domanda_id=domanda_id, versione=versione, misura="ADI", protocollo=PROTOCOLLO, causa=causa,
        dal_mese=Mese(2026, 6), giorno=date(2026, 5, 12), spiegazione="Il nucleo non si è presentato al primo incontro.",
    )  # fmt: skip


def pad(domanda_id: UUID) -> PadSottoscrittoV1:
    """Make the signature of the patto."""
    return PadSottoscrittoV1(
        domanda_id=domanda_id, versione=2, caso_id=_id("caso", domanda_id), sottoscritto_il=date(2026, 3, 2)
    )


def sospesa(domanda_id: UUID) -> SospensioneDispostaV1:
    """Make a suspension."""
    return SospensioneDispostaV1(
        domanda_id=domanda_id, versione=3, caso_id=_id("caso", domanda_id), dal_mese=Mese(2026, 8),
        sospensione_id=_id("sospensione", domanda_id), causa="PRIMO_INCONTRO_120_GIORNI",
    )  # fmt: skip


def ripresa(domanda_id: UUID) -> SospensioneRevocataV1:
    """Make the end of the suspension."""
    return SospensioneRevocataV1(
        domanda_id=domanda_id, versione=4, caso_id=_id("caso", domanda_id), revocata_il=date(2026, 8, 20),
        sospensione_id=_id("sospensione", domanda_id),
    )  # fmt: skip


def pagata(domanda_id: UUID, *, versione: int = 3) -> ErogazioneEseguitaV1:
    """Make a payment that was credited."""
    return ErogazioneEseguitaV1(
        domanda_id=domanda_id, versione=versione, erogazione_id=_id("erogazione", domanda_id), mese=Mese(2026, 4),
        importo="780.50", valuta=date(2026, 4, 27),
    )  # fmt: skip


def scartata(domanda_id: UUID) -> ErogazioneScartataV1:
    """Make a payment that the payer refused."""
    return ErogazioneScartataV1(
        domanda_id=domanda_id, versione=3, erogazione_id=_id("scartata", domanda_id), mese=Mese(2026, 4),
        importo="780.50", motivo="CARTA_BLOCCATA",
    )  # fmt: skip


def restituita(domanda_id: UUID, *, versione: int = 4) -> ErogazioneRestituitaV1:
    """Make a payment that came back."""
    return ErogazioneRestituitaV1(
        domanda_id=domanda_id, versione=versione, erogazione_id=_id("erogazione", domanda_id), mese=Mese(2026, 4),
        importo="780.50", motivo="CONTO_CHIUSO", restituita_il=date(2026, 5, 11),
    )  # fmt: skip


def _id(nome: str, domanda_id: UUID) -> UUID:
    return id_deterministico("prova", nome, domanda_id)
