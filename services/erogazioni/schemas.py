# SPDX-License-Identifier: EUPL-1.2
"""HTTP shapes of `erogazioni`."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.erogazioni.domain.erogazione import CausaQuarantena, StatoErogazione
from services.erogazioni.domain.libro import Causale, Conto
from services.erogazioni.domain.lotto import StatoFlusso, StatoLotto
from services.erogazioni.domain.posizione import StatoPosizione
from services.erogazioni.domain.quarantena import CosaDecidere, StatoQuarantena
from shared.kernel.importo import Importo
from shared.kernel.mese import Mese
from shared.web.schemi import In, Intero, Istante, Out, TestoLungo

Misura = Literal["ADI"]
MisuraOut = Annotated[str, Field(description="Misura", examples=["ADI"], max_length=20)]
Saldo = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,12}\.[0-9]{2}$", description="Saldo in euro, con segno", examples=["-480.00"])
]


class LottoIn(In):
    """Richiesta di pagamento di una misura per un mese."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"misura": "ADI", "mese": "2025-03"}]})

    misura: Annotated[Misura, Field(description="Misura da pagare", examples=["ADI"])]
    mese: Annotated[Mese, Field(description="Mese di competenza; si pagano anche gli arretrati dei mesi precedenti")]


class TotaleOut(Out):
    """Quante disposizioni e per quale importo."""

    numero: Intero
    importo: Importo


class LottoOut(Out):
    """Pagamento di una misura per un mese, con l'avanzamento."""

    id: UUID
    misura: MisuraOut
    mese: Mese
    stato: StatoLotto
    creato_il: Istante
    disposto_il: Annotated[Istante | None, Field(description="Quando la preparazione è finita")] = None
    concluso_il: Annotated[Istante | None, Field(description="Quando l'ultimo esito è arrivato")] = None
    posizioni_esaminate: Intero
    disposte: Annotated[TotaleOut, Field(description="Mensilità disposte")]
    in_attesa: Annotated[
        TotaleOut,
        Field(
            description="Mensilità spettanti non disposte: manca il patto di attivazione digitale o uno strumento valido"
        ),
    ]
    sospese: Annotated[TotaleOut, Field(description="Mensilità spettanti non disposte: pagamenti sospesi")]
    cessate: Annotated[TotaleOut, Field(description="Mensilità del mese non più dovute: domanda cessata")]


class LottiOut(Out):
    """Una pagina di lotti."""

    items: list[LottoOut]
    next_cursor: str | None = None


class DifferenzaOut(Out):
    """Una differenza spiegata tra i totali."""

    motivo: Literal[
        "IN_ATTESA",
        "SOSPESE",
        "CESSATE",
        "ANNULLATE",
        "DA_INVIARE",
        "IN_ATTESA_DI_ESITO",
        "SCARTATE",
        "RESTITUITE",
    ]
    spiegazione: str
    totale: TotaleOut


class ControlloOut(Out):
    """Un'uguaglianza verificata."""

    controllo: Literal["DECISO_DISPOSTO", "DISPOSTO_INVIATO", "INVIATO_RICEVUTO", "REGISTRO"]
    spiegazione: str
    quadra: bool


class SaldoOut(Out):
    """Saldo di un conto del registro contabile, per le sole disposizioni del lotto."""

    conto: Conto
    saldo: Saldo


class QuadraturaOut(Out):
    """Prova che quanto deciso, disposto, inviato e ricevuto coincide, al centesimo."""

    lotto_id: UUID
    misura: MisuraOut
    mese: Mese
    stato: StatoLotto
    decise: Annotated[TotaleOut, Field(description="Mensilità spettanti e non ancora pagate, viste dalla preparazione")]
    disposte: TotaleOut
    inviate: Annotated[TotaleOut, Field(description="Come dichiarate nei flussi inviati al pagatore")]
    ricevute: Annotated[TotaleOut, Field(description="Con un esito del pagatore")]
    eseguite: Annotated[TotaleOut, Field(description="Accreditate e non restituite")]
    differenze: list[DifferenzaOut]
    controlli: list[ControlloOut]
    saldi: list[SaldoOut]
    somma_registro: Annotated[Saldo, Field(description="Somma di tutti i movimenti: deve essere zero")]
    doppie: Annotated[Intero, Field(description="Mensilità pagate oltre il dovuto senza una partita di recupero")]
    esiti_in_quarantena: Annotated[
        Intero, Field(description="Esiti del pagatore che non è stato possibile applicare, ancora aperti")
    ]
    quadra: bool


class FlussoOut(Out):
    """Un flusso di pagamento di un lotto."""

    id: UUID
    lotto_id: UUID
    numero: Intero
    stato: StatoFlusso
    disposte: TotaleOut
    inviate: Annotated[
        TotaleOut | None, Field(description="Come dichiarate nel file; assenti finché il flusso non è in invio")
    ] = None
    sha256: Annotated[str | None, Field(description="Impronta dei byte del file")] = None
    in_invio_il: Istante | None = None
    inviato_il: Istante | None = None
    concluso_il: Istante | None = None
    rifiuto: Annotated[str | None, Field(description="Codice con cui il pagatore ha rifiutato l'intero flusso")] = None
    tentativi: Intero


class FlussiOut(Out):
    """Una pagina di flussi."""

    items: list[FlussoOut]
    next_cursor: str | None = None


class DisposizioneOut(Out):
    """Una riga del flusso di pagamento."""

    erogazione_id: UUID
    posizione_id: UUID
    mese: Mese
    progressivo: Intero
    importo: Importo
    stato: StatoErogazione
    motivo: str | None = None
    data_valuta: date | None = None
    restituita_il: Annotated[date | None, Field(description="Quando il denaro è tornato indietro")] = None
    codice_fiscale: Annotated[str, Field(description="Codice fiscale del beneficiario")]
    strumento: Annotated[Literal["CARTA", "BONIFICO"], Field(description="Come si paga")]
    iban: Annotated[str | None, Field(description="Conto di accredito, per i bonifici")] = None


class FlussoDettaglioOut(FlussoOut):
    """Un flusso con una pagina delle sue disposizioni."""

    items: list[DisposizioneOut]
    next_cursor: str | None = None


class PosizioneOut(Out):
    """La posizione di pagamento di una domanda."""

    id: UUID
    domanda_id: UUID
    stato: StatoPosizione
    misura: MisuraOut | None = None
    protocollo: str | None = None
    comune: str | None = None
    decorre_dal: Annotated[Mese | None, Field(description="Primo mese dovuto")] = None
    determinata_fino_a: Annotated[Mese | None, Field(description="Ultimo mese coperto dall'ISEE in corso")] = None
    pad_il: Annotated[date | None, Field(description="Sottoscrizione del patto di attivazione digitale")] = None
    strumento_respinto: Annotated[
        bool, Field(description="La carta o il conto indicati hanno restituito un pagamento: ne serve un altro")
    ] = False
    sospesa_dal: Annotated[Mese | None, Field(description="Primo mese sospeso; resta dovuto")] = None
    cessata_dal: Annotated[Mese | None, Field(description="Primo mese non più dovuto")] = None
    causa_cessazione: str | None = None


class MeseOut(Out):
    """Quanto spetta per un mese."""

    mese: Mese
    importo: Importo
    quota_a: Importo
    quota_b: Importo


class RecuperoOut(Out):
    """Somma pagata e non dovuta, da recuperare."""

    mese: Mese
    causa: Literal["CESSAZIONE", "RIDETERMINAZIONE"]
    stato: Literal["APERTA", "CHIUSA"]
    importo: Importo
    aperta_il: Istante
    aggiornata_il: Istante


class PosizioneDettaglioOut(PosizioneOut):
    """La posizione con i mesi spettanti e le somme da recuperare."""

    mesi: list[MeseOut]
    recuperi: list[RecuperoOut]


class PosizioniOut(Out):
    """Una pagina di posizioni."""

    items: list[PosizioneOut]
    next_cursor: str | None = None


class ErogazioneOut(Out):
    """Un pagamento disposto per un mese."""

    id: UUID
    mese: Mese
    progressivo: Annotated[
        Intero, Field(description="1 per la prima disposizione del mese, poi le riemissioni e i conguagli")
    ]
    importo: Importo
    stato: StatoErogazione
    motivo: Annotated[str | None, Field(description="Codice del pagatore, o motivo dell'annullamento")] = None
    data_valuta: date | None = None
    restituita_il: Annotated[date | None, Field(description="Quando il denaro è tornato indietro")] = None
    sostituisce: Annotated[
        UUID | None, Field(description="Disposizione non andata a buon fine che questa sostituisce")
    ] = None
    lotto_id: UUID


class ErogazioniOut(Out):
    """Una pagina di erogazioni."""

    items: list[ErogazioneOut]
    next_cursor: str | None = None


class EsitoInQuarantenaOut(Out):
    """Un esito del pagatore che non è stato possibile applicare."""

    id: UUID
    flusso_id: Annotated[UUID, Field(description="Flusso indicato dal pagatore; tutto zeri se non è dei nostri")]
    id_disposizione: Annotated[str, Field(description="Disposizione indicata dal pagatore", max_length=100)]
    esito: Annotated[str, Field(description="Esito scritto dal pagatore", max_length=40, examples=["SCARTATO"])]
    motivo: Annotated[str, Field(description="Motivo scritto dal pagatore, o vuoto", max_length=100)]
    data_valuta: date | None = None
    causa: Annotated[CausaQuarantena, Field(description="Perché non è stato applicato")]
    spiegazione: Annotated[str, Field(description="La causa, a parole")]
    ricevuto_il: Istante
    stato: StatoQuarantena
    decisione: CosaDecidere | None = None
    deciso_il: Istante | None = None


class EsitiInQuarantenaOut(Out):
    """Una pagina di esiti in quarantena."""

    items: list[EsitoInQuarantenaOut]
    next_cursor: str | None = None


class MovimentoOut(Out):
    """Una riga del registro contabile."""

    causale: Causale
    conto: Conto
    importo: Saldo
    registrato_il: Istante


class DisposizioneNotaOut(Out):
    """Quello che risulta a noi della disposizione di cui parla il pagatore."""

    erogazione_id: UUID
    posizione_id: UUID
    mese: Mese
    progressivo: Intero
    importo: Importo
    stato: StatoErogazione
    motivo: str | None = None
    data_valuta: date | None = None
    restituita_il: date | None = None
    movimenti: Annotated[list[MovimentoOut], Field(description="Quello che dice il registro contabile")]


class EsitoInQuarantenaDettaglioOut(EsitoInQuarantenaOut):
    """Un esito in quarantena con il suo contesto e con la decisione che lo ha chiuso."""

    flusso: Annotated[FlussoOut | None, Field(description="Il flusso, se risulta")] = None
    disposizione: Annotated[DisposizioneNotaOut | None, Field(description="La disposizione, se risulta")] = None
    motivazione: Annotated[str | None, Field(description="Perché è stato archiviato")] = None
    ente: Annotated[str | None, Field(description="Ente di chi ha deciso")] = None
    operatore: Annotated[str | None, Field(description="Chi ha deciso")] = None


class ChiusuraIn(In):
    """Decisione su un esito in quarantena."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decisione": "ARCHIVIA", "motivazione": "Rettificato dal pagatore con nota"}]}
    )

    decisione: Annotated[
        CosaDecidere,
        Field(description="`RIESAMINA`: lo applica adesso, se si può; `ARCHIVIA`: lo chiude senza applicarlo"),
    ]
    motivazione: Annotated[
        TestoLungo | None, Field(description="Obbligatoria con `ARCHIVIA`; è conservata sigillata")
    ] = None
