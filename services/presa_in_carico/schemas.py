# SPDX-License-Identifier: EUPL-1.2
"""HTTP shapes of `presa_in_carico`."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.presa_in_carico.domain.caso import Stato
from services.presa_in_carico.domain.incontro import EsitoConvocazione, TipoIncontro
from services.presa_in_carico.domain.sospensione import Causa
from shared.kernel.mese import Mese
from shared.web.schemi import In, Intero, Istante, Out, Testo

Canale = Literal["SMS", "EMAIL", "TELEFONO", "LETTERA", "DI_PERSONA"]
# The domain refuses what the calendar cannot carry: years far from ours are a slip of the keyboard.
Giorno = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
DataRegistrazione = Annotated[Giorno, Field(description="Giorno della registrazione su SIISL; se manca, oggi")]


class RegistrazioneSiislIn(In):
    """Registrazione del nucleo sulla piattaforma SIISL."""

    registrato_il: DataRegistrazione | None = None


class PadIn(In):
    """Patto di attivazione digitale (PAD) del nucleo."""

    sottoscritto_il: Annotated[Giorno, Field(description="Giorno della sottoscrizione, non prima dell'accoglimento")]
    recapiti_confermati: Annotated[bool, Field(description="Il richiedente conferma i recapiti del nucleo")]
    consenso_trasmissione_dati: Annotated[
        bool,
        Field(description="Autorizza a trasmettere i dati a servizi sociali, centri per l'impiego ed enti accreditati"),
    ]
    impegno_primo_incontro: Annotated[
        bool, Field(description="Si impegna a presentarsi al primo incontro con i servizi sociali entro il termine")
    ]


class ConvocazioneIn(In):
    """Appuntamento comunicato al nucleo."""

    appuntamento_il: Annotated[AwareDatetime, Field(description="Istante dell'appuntamento, con il fuso orario")]
    sede: Annotated[Testo, Field(description="Dove si tiene l'incontro", examples=["Servizi sociali, via Roma 1"])]
    canale: Annotated[Canale, Field(description="Come il nucleo è stato avvisato")]
    comunicata_il: Annotated[Giorno, Field(description="Giorno in cui il nucleo è stato avvisato")]


class IncontroIn(In):
    """Esito del primo incontro con i servizi sociali, senza note."""

    data: Annotated[Giorno, Field(description="Giorno dell'incontro o dell'assenza")]
    tipo: Annotated[TipoIncontro, Field(description="Che cosa è accaduto")]
    convocazione_id: Annotated[
        UUID | None,
        Field(description="Convocazione a cui l'esito si riferisce; obbligatoria per l'assenza ingiustificata"),
    ] = None


class CasoOut(Out):
    """Il caso di un nucleo, senza dati personali."""

    id: UUID
    domanda_id: UUID
    protocollo: Annotated[str, Field(max_length=60, description="Protocollo della domanda")]
    misura: Annotated[str, Field(max_length=10, examples=["ADI"])]
    comune: Annotated[
        str, Field(max_length=4, description="Codice Belfiore del Comune di residenza", examples=["H501"])
    ]
    stato: Stato
    accolto_il: Annotated[date, Field(description="Giorno di accoglimento della domanda")]
    registrato_siisl_il: date | None
    pad_il: Annotated[date | None, Field(description="Giorno di sottoscrizione del PAD")]
    incontro_entro: Annotated[date | None, Field(description="Ultimo giorno utile per il primo incontro")]
    preso_in_carico_il: Annotated[date | None, Field(description="Giorno del primo incontro svolto")]
    sospeso_dal: Annotated[Mese | None, Field(description="Primo mese sospeso, se è in corso una sospensione")]
    decadenza_proposta_il: Annotated[
        date | None, Field(description="Giorno dell'assenza per cui è stata proposta la decadenza")
    ]
    non_raggiunto: Annotated[bool, Field(description="Almeno un avviso non è stato recapitato al nucleo")]
    chiuso_il: date | None
    chiuso_dal: Annotated[Mese | None, Field(description="Primo mese che non spetta più")]
    causa_chiusura: Annotated[str | None, Field(max_length=40, examples=["RINUNCIA"])]
    versione: Intero


class CasiOut(Out):
    """Una pagina di casi."""

    items: Annotated[list[CasoOut], Field(max_length=100)]
    next_cursor: Annotated[str | None, Field(max_length=200)] = None


class ComponenteOut(Out):
    """Un componente del nucleo."""

    codice_fiscale: Annotated[str, Field(max_length=16)]
    cognome: str
    nome: str
    data_nascita: date
    nella_scala: Annotated[bool, Field(description="È compreso nella scala di equivalenza")]
    attivabile: Annotated[bool, Field(description="È tenuto agli obblighi di attivazione (D.L. 48/2023, art. 6)")]


class ConvocazioneOut(Out):
    """Una convocazione; senza esito è ancora aperta."""

    id: UUID
    appuntamento_il: Istante
    sede: str
    canale: Canale
    comunicata_il: date
    esito: EsitoConvocazione | None


class IncontroOut(Out):
    """Un incontro o un'assenza, con chi l'ha registrata."""

    data: date
    tipo: TipoIncontro
    convocazione_id: UUID | None
    ente: Annotated[str, Field(description="Ente che ha registrato")]
    registrato_il: Istante


class SospensioneOut(Out):
    """Una sospensione del nucleo."""

    id: UUID
    causa: Causa
    termine: Annotated[date, Field(description="Ultimo giorno del termine non rispettato")]
    dal_mese: Annotated[Mese, Field(description="Primo mese sospeso")]
    disposta_il: date
    revocata_il: date | None
    sblocca_mese: Annotated[
        Mese | None, Field(description="Primo mese di nuovo in pagamento; i precedenti sono dovuti come arretrati")
    ]


class MancatoRecapitoOut(Out):
    """Un avviso che non è arrivato al nucleo."""

    notifica_id: UUID
    avviso: str
    segnalato_il: Istante


class CasoDettaglioOut(CasoOut):
    """Il caso con i componenti del nucleo e tutto quello che vi è stato registrato."""

    componenti: Annotated[list[ComponenteOut], Field(max_length=50)]
    convocazioni: list[ConvocazioneOut]
    incontri: list[IncontroOut]
    sospensioni: list[SospensioneOut]
    mancati_recapiti: list[MancatoRecapitoOut]
